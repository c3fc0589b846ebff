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
	ClosedBookingsCount
	DoubleListRowsCount
	CategoryCutForgotten
	LastProductBooked
	ExtraBookingKept
	EmptyCycleCounts
	AdultTodayByCalendarYear
	ExtrasChargedTwice
	ValueWithoutDecimals
	ClosedPromptBlocks
	NoPromptWithoutOfficer
	MinorPhotoInDays
	RandomCountsIdle
	RandomDrawsSettled
	PromptsByOthers
	ReviewReservesAssigned
	PeriodEndsAtMidnight
	YearlyIndexEachMonth
	IndexTypeOfGeneralPeriod
	UnreadyPeriodPaysOne
	ShareByMonthNumber
	ContributionDaysUneven
	NoContributionNoIndex
	ClosedByRunNotClaimed
	MissingInterpretationDiffers
	SublevelMissingExcluded
	ClosedWithoutIndex
	CheckedClaimsClosed
	ClosedClaimsTakenAgain
	LastProductRemunerated
	UndoResetsAll
	PercentagesMultiply
	CapitationOwnPlaceOnly
	RejectedLinesCapitated
	DeductibleBelowZero
	CeilingNeedsThreshold
	CapWithoutExtras
	OneKindForBoth
	ZeroIsDefined
	OtherPolicyHides
	OtherUsageCounts
	NothingUsedUnlimited
	OtherClaimsHideCover
	LinesCountAsClaims
	UnknownIsEligible
	WaitingUnknown
	OverStillCovers
	TotalsOfFirstProduct
	EffectiveOnPayDate
	FundEndsLate
	RenewalNamesPhoto
	IdleRenewalEffective
	PaidSumOverall
	ActivationLosesExpiry
	MatchedNewStaysIdle
	MovedToAnyLevel
	UploadedPolicyBelieved
	UploadedPaidLate

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
	EmptyCycleCounts: {"empty-cycle-counts", "9.4",
		"a cycle column that holds an empty text, or one behind an empty first one, makes the last date for payment that of a product with cycles",
		"only the cycles that set the period of the policy count"},
	AdultTodayByCalendarYear: {"adult-today-by-calendar-year", "9.2",
		"a member is priced as an adult when the calendar year of today minus the year of birth is 18 or more",
		"adult from the 18th birthday, on the day of enrolment"},
	ExtrasChargedTwice: {"extras-charged-twice", "9.2",
		"without a lump sum, members beyond the threshold pay their premium twice",
		"without a lump sum each member pays once; the threshold is one of the lump sum"},
	ValueWithoutDecimals: {"value-without-decimals", "9.3",
		"the recomputed value of a policy loses its decimals before it is compared with the stored one and with what was paid",
		"values are compared to the cent"},
	ClosedPromptBlocks: {"closed-prompt-blocks", "9.8",
		"a closed renewal prompt for the head of the family prevents a new one",
		"only an open prompt of the policy prevents a new one"},
	NoPromptWithoutOfficer: {"no-prompt-without-officer", "9.8",
		"a policy without officer, or of a family that lives in no village, is never prompted",
		"it is prompted, without officer and with warning 2 where there is none"},
	MinorPhotoInDays: {"minor-photo-in-days", "9.8",
		"the yearly photograph of minors is asked of who is less than 18 days old",
		"it is asked of who is less than 18 years old"},
	RandomCountsIdle: {"random-counts-idle", "5.1",
		"of a random draw only the claims that were idle count as submitted, so not selected may be below 0",
		"all claims of the list count"},
	RandomDrawsSettled: {"random-draws-settled", "5.1",
		"a random draw also picks claims whose review or feedback is delivered or bypassed, which are then open again",
		"what is settled is not drawn"},
	PromptsByOthers: {"prompts-by-others", "5.3",
		"selecting for feedback prompts nobody: a service of its own does",
		"an officer of the patient's village is prompted; a claim for which there is none is not selected"},
	ReviewReservesAssigned: {"review-reserves-assigned", "4.8, 5.2",
		"a delivered review reserves amounts only for lines that have product and policy already, which checked claims lack",
		"product and policy are chosen for the reservation"},
	PeriodEndsAtMidnight: {"period-ends-at-midnight", "7.1a, 7.2",
		"a period reaches to midnight after its last day: a claim of that minute counts, and contributions count for a day more",
		"a period ends with its last day"},
	YearlyIndexEachMonth: {"yearly-index-each-month", "7.1a, 8.1",
		"a yearly index and capitation are drawn in every month, from January on",
		"they are drawn in December"},
	IndexTypeOfGeneralPeriod: {"index-type-of-general-period", "7.1b",
		"indexes of in- and out-patients are looked up and kept under the type of the general period, monthly without one",
		"each is kept under the type of its own period"},
	UnreadyPeriodPaysOne: {"unready-period-pays-one", "7.1b",
		"when the period of in- or of out-patients does not end with the month and the other does, the lines of the one are paid at 1.0 as those of the other",
		"they wait for the end of their own period"},
	ShareByMonthNumber: {"share-by-month-number", "7.2",
		"the share of a quarter or year is looked up by the number of the month",
		"it is looked up by the number of the quarter, or 1 for the year"},
	ContributionDaysUneven: {"contribution-days-uneven", "7.2, 8.1",
		"days a contribution pays for are counted with the last one, the days it is spread over without; what is paid on the last day is left out of an index and counts whole as capitation",
		"both are counted with the last one"},
	NoContributionNoIndex: {"no-contribution-no-index", "7.2",
		"a product without contributions has no index at all",
		"its index is 0"},
	ClosedByRunNotClaimed: {"closed-by-run-not-claimed", "7.2",
		"a claim that an earlier product of the same run closed does not count for the index of a later one",
		"it counts as it was before the run"},
	MissingInterpretationDiffers: {"missing-interpretation-differs", "7.1c, 7.2",
		"without a ceiling interpretation hospital care is told by the facility's level for the index and by the stay for the payment",
		"by the stay for both"},
	SublevelMissingExcluded: {"sublevel-missing-excluded", "7.1c",
		"a facility without sub-level counts as paid by capitation at any listed level of its own",
		"only when the listed level names no sub-level"},
	ClosedWithoutIndex: {"closed-without-index", "7.1d",
		"claims are closed with nothing paid when their product has no index",
		"they wait, and the run says what is missing"},
	CheckedClaimsClosed: {"checked-claims-closed", "7.1d",
		"claims of any status with a process stamp in the period are closed",
		"only processed and valuated ones"},
	ClosedClaimsTakenAgain: {"closed-claims-taken-again", "7.1d",
		"a later run of a wider period takes claims of an earlier run again",
		"claims of a run are left alone"},
	LastProductRemunerated: {"last-product-remunerated", "7.1d",
		"a claim with lines of several products keeps the sum of the last one",
		"it has the sum of all its lines, and stays processed while some wait for another run"},
	UndoResetsAll: {"undo-resets-all", "7.3",
		"undoing a run passes rejected lines, forgets amounts the run did not set and makes every claim processed",
		"only lines with relative prices of the products of the run lose their amount, and only their claims become processed"},
	PercentagesMultiply: {"percentages-multiply", "8.1",
		"a facility that serves villages at several percentages has its figures multiplied by their number, once for insured persons and once for families",
		"each village counts once"},
	CapitationOwnPlaceOnly: {"capitation-own-place-only", "8.1",
		"contributions are found only when the place asked for is the product's own or the one right above; no region is not the nation",
		"contributions are those of the product; no region is the nation"},
	RejectedLinesCapitated: {"rejected-lines-capitated", "8.1",
		"rejected lines count for the claims and amounts of a facility",
		"only passed lines count"},
	DeductibleBelowZero: {"deductible-below-zero", "9.11",
		"an enquiry shows a deductible that is used up by more than itself below 0",
		"it shows 0, as for ceilings"},
	CeilingNeedsThreshold: {"ceiling-needs-threshold", "9.11",
		"an enquiry does not show the ceiling of a policy when the product has no threshold",
		"no threshold counts as 0"},
	CapWithoutExtras: {"cap-without-extras", "9.11",
		"an enquiry cuts the ceiling of a policy to the cap even where no member is above the threshold",
		"the cap limits what members above the threshold add, as when a claim is valued"},
	OneKindForBoth: {"one-kind-for-both", "9.11",
		"an enquiry has one kind, general or by hospital, for deductible and ceiling: the ceiling's wins, and without any the one of the policy before stays",
		"each has its own kind"},
	ZeroIsDefined: {"zero-is-defined", "9.11",
		"for an enquiry a deductible or ceiling of 0 is defined and hides the others",
		"0 is not defined, as when a claim is valued"},
	OtherPolicyHides: {"other-policy-hides", "9.11",
		"once something is booked under one policy, an enquiry shows no insuree's amounts and no policy's deductible under policies without bookings",
		"they are shown in full"},
	OtherUsageCounts: {"other-usage-counts", "9.12",
		"whatever the person used, of any item or service and at any time, counts against the number asked about",
		"only what was used of the same item or service within the person's cover counts"},
	NothingUsedUnlimited: {"nothing-used-unlimited", "9.12",
		"a limit of which nothing was used yet is answered as no limit",
		"the whole limit is left"},
	OtherClaimsHideCover: {"other-claims-hide-cover", "9.12",
		"a cover is not seen for a person whose claims are all entered, rejected or deleted, or have rejected lines only",
		"such claims use nothing up"},
	LinesCountAsClaims: {"lines-count-as-claims", "9.12",
		"of visits and stays the service lines count, stays once more for each policy of the person, and claims count only once a service has its product",
		"claims that were submitted count by their category within the person's cover"},
	UnknownIsEligible: {"unknown-is-eligible", "9.12",
		"an exceeded limit, no active policy, an unknown number and an unknown code are all answered as eligible",
		"none of them is"},
	WaitingUnknown: {"waiting-unknown", "9.12",
		"without a waiting period there is no first day",
		"without a waiting period the first day is that of the cover"},
	OverStillCovers: {"over-still-covers", "9.12",
		"an active policy counts after its last day, and totals are answered for policies of any state",
		"only active covers that are not over count"},
	TotalsOfFirstProduct: {"totals-of-first-product", "9.12",
		"the totals are those of the product found first",
		"they are those of the cover that ends last"},
	EffectiveOnPayDate: {"effective-on-pay-date", "9.6",
		"a policy covers from the day it is paid on, even before its first day",
		"a policy that is paid early covers from its first day"},
	FundEndsLate: {"fund-ends-late", "9.6",
		"a policy paid by a fund ends on the day its period is over, a day after that of a family",
		"it ends on the last day of its period"},
	RenewalNamesPhoto: {"renewal-names-photo", "9.9",
		"the message about a renewal names the person whose photograph is due first in place of the head of the family, and nobody when none is due",
		"it names the head of the family"},
	IdleRenewalEffective: {"idle-renewal-effective", "9.10",
		"a policy a phone renews is effective from its first day even while it is not paid in full",
		"only once it is paid in full"},
	PaidSumOverall: {"paid-sum-overall", "12.4",
		"matching an electronic payment takes all contributions there are for what was paid for the policy before",
		"only contributions to the policy count"},
	ActivationLosesExpiry: {"activation-loses-expiry", "12.4",
		"an idle policy that a matched payment activates loses its last day",
		"it keeps its last day"},
	MatchedNewStaysIdle: {"matched-new-stays-idle", "12.4",
		"a matched payment activates renewals no officer collected for, and policies that are ready where activation is a step of its own; others that are paid in full stay as they are",
		"it activates what is paid in full"},
	MovedToAnyLevel: {"moved-to-any-level", "11",
		"a district, ward or village may be moved below a location of any level",
		"it is moved below one of the level above only"},
	UploadedPolicyBelieved: {"uploaded-policy-believed", "10.7",
		"the period of an uploaded policy is that of the file; when its value is the one worked out here, so are its state, first day of cover and covers, whatever was paid",
		"period, state and covers follow from the product and the contributions, as for any policy"},
	UploadedPaidLate: {"uploaded-paid-late", "10.7",
		"an uploaded policy is active once its value is paid, however late and in however many instalments",
		"only when it is paid as its product asks"},
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
