package persistence

import (
	"context"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// SignedIn is what the web interface is told about who is signed in.
type SignedIn struct {
	ID          UUID // key of core_User; that of tblUsers for who has none
	Key         int  // key of tblUsers
	Login       string
	LastName    string
	OtherNames  string
	Language    string
	Facility    int          // key, 0 for none
	Rights      map[int]bool // those of his roles
	HasPassword bool
}

// CurrentUser gives who the context's principal is. Errors: core.Unauthenticated.
func (s *Store) CurrentUser(ctx context.Context) (SignedIn, error) {
	who := core.PrincipalOf(ctx)
	var users []User
	if err := s.reader.WithContext(ctx).Where(Compare(Column("", "UserID"), "=", who.UserID)).Limit(1).Find(&users).Error; err != nil {
		return SignedIn{}, err
	}
	if len(users) == 0 {
		return SignedIn{}, core.Errorf(core.Unauthenticated, "sign in first")
	}
	row := &users[0]
	out := SignedIn{
		ID: row.UserUUID, Key: row.UserID, Login: row.LoginName, LastName: row.LastName, OtherNames: row.OtherNames,
		Language: strings.TrimSpace(row.LanguageID), Facility: who.Facility, Rights: who.Rights,
		HasPassword: row.StoredPassword != nil && *row.StoredPassword != "" && *row.StoredPassword != "locked",
	}
	var bridges []CoreUser
	err := s.reader.WithContext(ctx).Where(Compare(Column("", "i_user_id"), "=", who.UserID)).Where(IsNull(Column("", "ValidityTo"))).Limit(1).Find(&bridges).Error
	if err != nil {
		return out, err
	}
	if len(bridges) > 0 {
		id, err := changerOf(bridges[0].ID)
		if err != nil {
			return out, err
		}
		out.ID = UUID(id)
	}
	return out, nil
}
