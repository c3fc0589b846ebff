package scheme

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// goldenInstant is goldenNow on the clock of the site.
func goldenInstant() time.Time {
	n := goldenNow
	return time.Date(n.Year(), n.Month(), n.Day(), n.Hour(), n.Minute(), n.Second(), 0, persistencetest.Zone)
}

var errUndo = errors.New("undone after the case")

// TestGoldenClaimsThroughTheStore runs the same cases through the use cases: rows are
// inserted, loaded by statements, changed, written and read back, and undone.
func TestGoldenClaimsThroughTheStore(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		goldenPlaces(t, s)
		for _, file := range []string{"claim_submission", "claim_submission_random", "claim_processing", "claim_processing_random"} {
			ran, passed := 0, 0
			for _, c := range goldenCases(t, file) {
				if goldenNever[c.ID] != "" || len(c.DependsOn) > 0 || !goldenAllowed(t, &c) {
					continue
				}
				ran++
				diffs := goldenStored(t, s, &c, oneByOne)
				for _, diff := range goldenStored(t, s, &c, allAtOnce) {
					diffs = append(diffs, "at once: "+diff)
				}
				if len(diffs) > 0 {
					t.Errorf("%s %s\n%s", c.ID, c.Title, strings.Join(diffs, "\n"))
				} else {
					passed++
				}
			}
			t.Logf("%s: %d of %d pass", file, passed, ran)
		}
	}, persistencetest.WithClock(core.FixedClock(goldenInstant())))
}

// goldenAllowed leaves out the calls the use cases refuse: claims in a state that may not
// be submitted or processed, unknown claims, and failures of the procedure.
func goldenAllowed(t *testing.T, c *goldenCase) bool {
	needed := StatusEntered
	if c.Call.Procedure == "uspProcessClaims" {
		needed = StatusChecked
	} else if c.Call.Procedure != "uspSubmitClaims" {
		return false
	}
	asked := map[int]bool{}
	for _, id := range c.Call.Claims {
		asked[id] = true
	}
	var claims []persistence.Claim
	goldenRows(t, c, &claims)
	for i := range claims {
		if asked[claims[i].ClaimID] && (claims[i].ClaimStatus != needed || claims[i].ValidityTo != nil) {
			return false
		}
	}
	return len(c.Call.RowIDMismatch) == 0 && len(goldenCounts(t, c.Then["result"], map[string]int{"Failed": 0}, "Failed")) == 0
}

// goldenUse submits or processes claims in the order given.
type goldenUse func(x *persistence.Session, ids []persistence.UUID, submit bool) error

// oneByOne uses the use cases for one claim, allAtOnce those for many.
func oneByOne(x *persistence.Session, ids []persistence.UUID, submit bool) (err error) {
	cases := Claims{Rules: LegacyRules}
	for _, id := range ids {
		if submit {
			_, err = cases.Submit(x, id)
		} else {
			_, err = cases.Process(x, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func allAtOnce(x *persistence.Session, ids []persistence.UUID, submit bool) error {
	use := Claims{Rules: LegacyRules}.ProcessMany
	if submit {
		use = Claims{Rules: LegacyRules}.SubmitMany
	}
	results, err := use(x, ids)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	return err
}

func goldenStored(t *testing.T, s *persistence.Store, c *goldenCase, use goldenUse) (diffs []string) {
	t.Helper()
	user := 7
	if c.Call.Procedure == "uspProcessClaims" {
		user = 8
	}
	ctx := core.WithPrincipal(context.Background(), core.Principal{UserID: user, Admin: true})
	err := s.Tx(ctx, func(x *persistence.Session) error {
		r := goldenWorld(t, c)
		ids, err := goldenInsert(x, r)
		if err != nil {
			return err
		}
		var asked []persistence.UUID
		for _, id := range c.Call.Claims {
			asked = append(asked, ids[id])
		}
		if err := use(x, asked, user == 7); err != nil {
			return err
		}
		back := &ClaimRows{}
		l := &loader{db: x.DB()}
		find(l, &back.Claims, persistence.IsNull(column("tblClaim", "LegacyID")))
		find(l, &back.Items)
		find(l, &back.Services)
		find(l, &back.Bookings)
		if l.err != nil {
			return l.err
		}
		for i := range back.Bookings {
			known := false
			for _, old := range r.Bookings {
				known = known || old.ExpenditureID == back.Bookings[i].ExpenditureID
			}
			if !known {
				back.Bookings[i].ExpenditureID = 0
			}
		}
		diffs = append(goldenClaimDiff(t, c, back), goldenBookings(t, c, back.Bookings)...)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		diffs = append(diffs, fmt.Sprint("failed: ", err))
	}
	return diffs
}

// goldenPlaces inserts what every case assumes.
func goldenPlaces(t *testing.T, s *persistence.Store) {
	t.Helper()
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		for i, typ := range []string{"R", "D", "W", "V"} {
			row := persistence.Location{LocationID: 101 + i, LocationUUID: persistence.NewUUID(), LocationType: typ, LocationCode: &typ}
			if i > 0 {
				row.ParentLocationID = ptr(100 + i)
			}
			if err := x.DB().Create(&row).Error; err != nil {
				return err
			}
		}
		for _, row := range []any{
			&persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"},
			&persistence.Diagnosis{ICDID: 1, ICDCode: "A01", ICDName: "Typhoid"},
			&persistence.Gender{Code: "M"}, &persistence.Gender{Code: "F"}, &persistence.Gender{Code: "O"},
			&persistence.CeilingInterpretation{CeilingIntCode: "H"}, &persistence.CeilingInterpretation{CeilingIntCode: "I"},
		} {
			if err := x.DB().Create(row).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The cases bring keys of their own. Keys a sequence has given are not taken back by
	// the rollback, so history rows get others; where a key is the largest and one, the
	// first row that has no parent ends the loop.
	for _, row := range []func() any{
		func() any { return &persistence.Claim{ClaimUUID: persistence.NewUUID()} },
		func() any { return &persistence.ClaimItem{} },
		func() any { return &persistence.ClaimService{} },
	} {
		_ = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			for range 100 {
				if err := x.DB().Omit(clause.Associations).Create(row()).Error; err != nil {
					return err
				}
			}
			return errUndo
		})
	}
}

// goldenInsert writes the rows of a case with their keys; it gives the UUIDs of the claims.
func goldenInsert(x *persistence.Session, r *ClaimRows) (map[int]persistence.UUID, error) {
	world := reflect.ValueOf(r).Elem()
	for _, name := range []string{"RegisterItems", "RegisterServices", "ItemLists", "ServiceLists", "ItemPrices", "ServicePrices", "Facilities", "Products",
		"ProductItems", "ProductServices", "Families", "Insurees", "Policies", "InsureePolicies", "Claims", "Items", "Services", "Bookings"} {
		rows := world.FieldByName(name)
		if rows.Len() == 0 {
			continue
		}
		for i := range rows.Len() {
			for f := range rows.Index(i).NumField() {
				if field := rows.Index(i).Field(f); field.Type() == reflect.TypeFor[persistence.UUID]() {
					field.SetString(string(persistence.NewUUID()))
				}
			}
		}
		if err := x.DB().Omit(clause.Associations).Create(rows.Addr().Interface()).Error; err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	ids := map[int]persistence.UUID{}
	for i := range r.Claims {
		ids[r.Claims[i].ClaimID] = r.Claims[i].ClaimUUID
	}
	return ids, nil
}
