package scheme

import (
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The stages of a policy. The letters are stored.
const (
	StageNew     = "N"
	StageRenewal = "R"
)

// Period is the time a policy covers.
type Period struct {
	Start  persistence.Date // first day
	Expiry persistence.Date // last day
	Cycle  bool             // the start is one of the fixed days of the product
}

// PolicyPeriod gives the time a policy of the product covers when the family enrols on
// the day (rule 9.1). A new policy waits for the administration period first. A product
// with cycles starts on the first one whose enrolment is still open on that day: a cycle
// is closed when its grace period is over. Renewals take the grace period of enrolment
// too, as the procedure does. Errors: core.Unprocessable for a cycle that is no day.
func PolicyPeriod(p *persistence.Product, enrolled persistence.Date, stage string) (Period, error) {
	day := enrolled.Time
	if stage == StageNew {
		day = addMonths(day, number(p.AdministrationPeriod))
	}
	cycles := productCycles(p)
	if len(cycles) == 0 {
		return periodFrom(p, day, false), nil
	}
	for _, cycle := range cycles {
		start, err := cycleIn(p, cycle, day.Year())
		if err != nil {
			return Period{}, err
		}
		if day.Before(addMonths(start, p.GracePeriod)) {
			return periodFrom(p, start, true), nil
		}
	}
	start, err := cycleIn(p, cycles[0], day.Year()+1)
	return periodFrom(p, start, true), err
}

func periodFrom(p *persistence.Product, start time.Time, cycle bool) Period {
	return Period{Start: persistence.Day(start), Expiry: persistence.Day(addMonths(start, p.InsurancePeriod).AddDate(0, 0, -1)), Cycle: cycle}
}

// productCycles gives the fixed days a product starts on, as day-month, in the order of
// the columns. There are none without a first one.
func productCycles(p *persistence.Product) []string {
	if cycleText(p.StartCycle1) == "" {
		return nil
	}
	var cycles []string
	for _, column := range []*string{p.StartCycle1, p.StartCycle2, p.StartCycle3, p.StartCycle4} {
		if text := cycleText(column); text != "" {
			cycles = append(cycles, text)
		}
	}
	return cycles
}

func cycleText(column *string) string {
	if column == nil {
		return ""
	}
	return strings.TrimSpace(*column)
}

// cycleIn gives the day a cycle starts on in the year. The 29th of February is the 28th
// in a year without one.
func cycleIn(p *persistence.Product, cycle string, year int) (time.Time, error) {
	day, err := time.Parse("02-01-2006", cycle+"-2000") // a leap year knows every day
	if err != nil {
		return time.Time{}, core.Errorf(core.Unprocessable, "product %s: %q is no start of a cycle; day-month is needed, such as 01-06", p.ProductCode, cycle)
	}
	return addMonths(day, 12*(year-2000)), nil
}

// LastDateForPayment gives the last day on which the contributions of a policy may be
// completed (rule 9.4): with cycles the end of the grace period, otherwise the end of the
// waiting period, which begins with the enrolment or, for a renewal, after the expiry of
// the policy itself. It is nil when the period or the expiry is not set: then no day is
// the last one, and nothing may be taken as paid in time.
func LastDateForPayment(p *persistence.Policy, product *persistence.Product, book RuleBook) *persistence.Date {
	from, months := p.EnrollDate.Time, product.WaitingPeriod
	renewal := policyStage(p) != StageNew
	switch {
	case hasCycle(product, book):
		from, months = p.StartDate.Time, &product.GracePeriod
		if renewal {
			months = product.GracePeriodRenewal
		}
	case renewal && p.ExpiryDate == nil:
		return nil
	case renewal:
		from = p.ExpiryDate.AddDate(0, 0, 1)
	}
	if months == nil {
		return nil
	}
	return ptr(persistence.Day(addMonths(from, *months).AddDate(0, 0, -1)))
}

// hasCycle tells whether contributions follow the cycles of the product.
func hasCycle(p *persistence.Product, book RuleBook) bool {
	if !book.Legacy(EmptyCycleCounts) {
		return len(productCycles(p)) > 0
	}
	return p.StartCycle1 != nil || p.StartCycle2 != nil || p.StartCycle3 != nil || p.StartCycle4 != nil
}

// policyStage gives the stage of a policy; one that says nothing is a new one.
func policyStage(p *persistence.Policy) string {
	if p.PolicyStage == nil {
		return StageNew
	}
	return *p.PolicyStage
}
