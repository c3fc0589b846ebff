package tables

import (
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// administratorRole is tblRole.IsSystem of the role that may manage users.
const administratorRole = 64

var byKey = clause.OrderByColumn{Column: persistence.Column("tblUsers", "UserID")}

// SetAdminPassword gives the first administrator a password hash and the private key it
// was made with, and says who that is: the user called Admin, or else the oldest one who
// holds the administrators' role. Files of legacy tables often come without passwords, and
// without one nobody could log in to set others. Errors: core.NotFound for no such user.
func SetAdminPassword(x *persistence.Session, privateKey, hash string) (login string, err error) {
	var user persistence.User
	db := x.DB().WithContext(x.Context())
	err = db.Where(persistence.IsNull(persistence.Column("tblUsers", "ValidityTo"))).Where(&persistence.User{LoginName: "Admin"}).Order(byKey).Take(&user).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = oldestAdministrator(db, &user)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", core.ErrorAt(core.NotFound, "admin-password", "there is no user Admin and nobody who holds the administrators' role, so nobody can be given the password")
	}
	if err != nil {
		return "", core.Wrap(core.Internal, err, "cannot read the users")
	}
	err = db.Model(&persistence.User{UserID: user.UserID}).Select("PrivateKey", "StoredPassword").Updates(&persistence.User{PrivateKey: &privateKey, StoredPassword: &hash}).Error
	return user.LoginName, core.Wrap(core.Internal, err, "cannot set the password")
}

func oldestAdministrator(db *gorm.DB, user *persistence.User) error {
	live := func(table string) any { return persistence.IsNull(persistence.Column(table, "ValidityTo")) }
	var roles, users []int
	if err := db.Model(&persistence.Role{}).Where(live("tblRole")).Where(&persistence.Role{IsSystem: administratorRole}).Pluck("RoleID", &roles).Error; err != nil {
		return err
	}
	if err := db.Model(&persistence.UserRole{}).Where(live("tblUserRole")).Where(persistence.In(persistence.Column("tblUserRole", "RoleID"), roles)).Pluck("UserID", &users).Error; err != nil {
		return err
	}
	return db.Where(live("tblUsers")).Where(persistence.In(persistence.Column("tblUsers", "UserID"), users)).Order(byKey).Take(user).Error
}
