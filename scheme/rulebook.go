package scheme

import (
	"sort"

	"github.com/openimis/openimis-go/core"
)

// Entry names one known fault or quarrel of the legacy procedures. A rule that has two
// behaviours asks the RuleBook about its entry and nothing else.
type Entry int

// The entries. What each means stands in Entries.
const (
	OwnClaimCounts Entry = iota
	NullReasonEscapes
	LaterReasonReplaces
	AdultByCalendarYear
	CareTypeByStay
	CoverWithoutMember
	ZeroPriceUnknown
	MissingShareAsymmetric
	FixedZeroWorthless
	MembersByDateTo
	OutpatientDeductibleReadsInpatient
	UsedSumsInherited
	ClosedBookingsCount
	DoubleListRowsCount
	CategoryCutForgotten
	LastProductBooked
	ExtraBookingKept

	entryCount
)

// EntryDoc documents an Entry: its name in the configuration, the rule of the legacy
// specification it belongs to, and what each of the two books does.
type EntryDoc struct {
	Name      string
	Rule      string
	Legacy    string
	Corrected string
}

// Entries documents every Entry, indexed by it.
var Entries = [entryCount]EntryDoc{
	OwnClaimCounts: {"own-claim-counts", "2.7d, 2.9",
		"a claim that is submitted again counts its own lines and itself as earlier usage",
		"only other claims count"},
	NullReasonEscapes: {"null-reason-escapes", "2.7, 3.1",
		"a line whose reason is NULL skips the checks of care type, patient, cover, limits and frequency, and is processed without product or price",
		"NULL means not rejected, as 0 does"},
	LaterReasonReplaces: {"later-reason-replaces", "2.2, 2.5, 2.6",
		"the family, register and price list checks of submission replace a reason given before, even a rejection by hand",
		"a reason given before stays"},
	AdultByCalendarYear: {"adult-by-calendar-year", "2.4",
		"adult when calendar year of the target date minus year of birth is 18 or more",
		"adult from the 18th birthday"},
	CareTypeByStay: {"care-type-by-stay", "2.7a",
		"in-patient lines need a stay longer than a day and out-patient lines a single day, whatever the facility",
		"only the facility's care type limits the line; an out-patient facility has no stays"},
	CoverWithoutMember: {"cover-without-member", "3.3",
		"any policy of the family covers, even one the insuree is not a member of",
		"the insuree must be on the policy at the target date"},
	ZeroPriceUnknown: {"zero-price-unknown", "3.5, 3.6",
		"an asked price of 0 with nothing approved is unknown: co-insurance wins against a fixed limit above 0",
		"the price is 0"},
	MissingShareAsymmetric: {"missing-share-asymmetric", "3.3, 3.7",
		"a missing co-insurance percentage sorts lowest and then means 0 % for items and 100 % for services",
		"it means 100 % everywhere"},
	FixedZeroWorthless: {"fixed-zero-worthless", "4.5d",
		"a fixed limit of 0 is chosen as unlimited and then makes the line worth 0",
		"a fixed limit of 0 is no limit"},
	MembersByDateTo: {"members-by-date-to", "4.2",
		"members of a policy are counted at DateTo: a claim without one has none",
		"members are counted at the target date"},
	OutpatientDeductibleReadsInpatient: {"outpatient-deductible-reads-inpatient", "4.3",
		"whether an out-patient deductible per insuree or policy exists is read from the in-patient columns",
		"it is read from its own columns"},
	UsedSumsInherited: {"used-sums-inherited", "4.4",
		"what was used before of one product carries over to the next that has no sum of its own",
		"each product starts from its own sum"},
	ClosedBookingsCount: {"closed-bookings-count", "4.3, 4.4",
		"bookings that were closed still count as used",
		"only open bookings count"},
	DoubleListRowsCount: {"double-list-rows-count", "4.5",
		"a line is valued once for each open price list row of its item or service; the last result stays, deductible and ceiling are used each time",
		"one row, the first by key, is used"},
	CategoryCutForgotten: {"category-cut-forgotten", "4.5g",
		"what the maximum of a category cuts is not written to the line",
		"it is written to ExceedCeilingAmountCategory"},
	LastProductBooked: {"last-product-booked", "4.6",
		"one booking row, under the last product and policy, replaces the old ones",
		"one booking row a policy; old ones are closed"},
	ExtraBookingKept: {"extra-booking-kept", "4.8",
		"reserving amounts after a review leaves the claim's older booking beside the new one",
		"the new booking replaces the old one"},
}

// RuleBook says for each entry which behaviour the rules follow. The zero RuleBook is the
// corrected one.
type RuleBook struct {
	name   string
	legacy [entryCount]bool
}

// LegacyRules does as the stored procedures do: the choice beside a running legacy
// application. CorrectedRules has the known faults gone.
var (
	LegacyRules    = mustRuleBook("legacy")
	CorrectedRules = mustRuleBook("corrected")
)

// NewRuleBook makes the book with the name, "legacy" or "corrected"; single entries, by
// their configuration names, may follow the other book. Errors: core.Invalid for a name
// that is not known, listing those that are.
func NewRuleBook(name string, single map[string]string) (RuleBook, error) {
	legacy, err := isLegacy(name)
	if err != nil {
		return RuleBook{}, err
	}
	book := RuleBook{name: name}
	for i := range book.legacy {
		book.legacy[i] = legacy
	}
	for entry, side := range single {
		at := entryNamed(entry)
		if at < 0 {
			return RuleBook{}, core.ErrorAt(core.Invalid, "rules."+entry, "no such rule; known are %v", entryNames())
		}
		if book.legacy[at], err = isLegacy(side); err != nil {
			return RuleBook{}, err
		}
	}
	return book, nil
}

// Name gives the name the book was made with, "corrected" for the zero book.
func (b RuleBook) Name() string {
	if b.name == "" {
		return "corrected"
	}
	return b.name
}

// Legacy tells whether the entry follows the stored procedures.
func (b RuleBook) Legacy(e Entry) bool { return b.legacy[e] }

func isLegacy(name string) (bool, error) {
	switch name {
	case "legacy":
		return true, nil
	case "corrected", "":
		return false, nil
	}
	return false, core.ErrorAt(core.Invalid, "rules", "%q is neither legacy nor corrected", name)
}

func entryNamed(name string) int {
	for i, e := range Entries {
		if e.Name == name {
			return i
		}
	}
	return -1
}

func entryNames() []string {
	var names []string
	for _, e := range Entries {
		names = append(names, e.Name)
	}
	sort.Strings(names)
	return names
}

func mustRuleBook(name string) RuleBook {
	book, err := NewRuleBook(name, nil)
	if err != nil {
		panic(err)
	}
	return book
}
