package demo

import (
	"context"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// chunk is how many families are made before they are brought into the database.
const chunk = 200

// Generate fills the database in one transaction. Memory does not grow with the size.
// Errors: core.Conflict when the database has users, places or people already; whatever
// the database says.
func Generate(ctx context.Context, store *persistence.Store, o Options) (*Report, error) {
	if o.Size == 0 {
		o.Size = Small
	}
	if o.Today.IsZero() {
		o.Today = store.Read(ctx).Now().Date()
	}
	var report *Report
	err := store.Tx(ctx, func(x *persistence.Session) error {
		empty, err := Empty(x)
		if err != nil {
			return err
		}
		if !empty {
			return core.Errorf(core.Conflict, "demo data goes into an empty database only, and this one has rows")
		}
		report, err = generate(x, o)
		return err
	})
	return report, err
}

// Empty tells whether a database has neither users nor places nor people, so that demo
// data may go into it.
func Empty(x *persistence.Session) (bool, error) {
	for _, model := range []interface{ TableName() string }{persistence.User{}, persistence.Role{}, persistence.Location{}, persistence.Insuree{}} {
		n, err := persistence.CountRows(x, model.TableName())
		if n > 0 || err != nil {
			return false, err
		}
	}
	return true, nil
}

// world is what has been made so far, as far as later rows need it.
type world struct {
	o     Options
	today persistence.Date
	draw  *draw
	w     *writer

	districts  []*district
	items      []*article
	services   []*article
	diagnoses  int
	facilities []*facility
	products   []*product
	officers   []officer
	bills      []*bill          // for the families since the last settle
	bundle     persistence.UUID // of contribution plans
	keys       keys
	report     Report
}

// keys counts the keys given out in the tables that grow with the size.
type keys struct {
	family, insuree, photo, policy, cover, premium  int
	claim, claimItem, claimService, booking         int
	feedback, prompt, renewal, renewalDetail, batch int
	invoice, bill, paidBill, notice, payment        int
	employed                                        int
}

func generate(x *persistence.Session, o Options) (*Report, error) {
	g := &world{o: o, today: o.Today, draw: newDraw(o.Seed), w: newWriter(x)}
	g.lookups()
	g.places()
	g.registers()
	g.makeFacilities()
	g.makeProducts()
	g.makeOfficers()
	g.makeUsers()
	g.contentTypes()
	g.policyHolders()
	g.plans()
	if err := g.w.settle(); err != nil {
		return nil, err
	}
	for g.report.Insurees < o.Size {
		g.household()
		if g.report.Families%chunk == 0 {
			if err := g.settle(x.Context()); err != nil {
				return nil, err
			}
		}
	}
	g.contracts()
	if err := g.settle(x.Context()); err != nil {
		return nil, err
	}
	rows, err := g.w.finish()
	g.report.Rows = rows
	return &g.report, err
}

func (g *world) settle(ctx context.Context) error {
	if g.o.Progress != nil {
		g.o.Progress("insured persons", int64(g.report.Insurees), int64(g.o.Size))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	g.settleBills()
	return g.w.settle()
}

// day gives the day so many days before the day the data is made for.
func (g *world) day(ago int) persistence.Date { return after(g.today, -ago) }

// opened is when the scheme's registers were set up.
func (g *world) opened() persistence.DateTime { return at(g.day(1500), 8) }

func after(d persistence.Date, days int) persistence.Date {
	return persistence.Day(d.AddDate(0, 0, days))
}

func months(d persistence.Date, n int) persistence.Date { return persistence.Day(d.AddDate(0, n, 0)) }

// at gives an hour of a day.
func at(d persistence.Date, hour int) persistence.DateTime {
	return persistence.DateTime{Time: d.Add(time.Duration(hour) * time.Hour)}
}

// adult says whether somebody counts as grown up on a day: by calendar years, as the
// legacy procedures do.
func adult(born, day persistence.Date) bool { return day.Year()-born.Year() >= 18 }
