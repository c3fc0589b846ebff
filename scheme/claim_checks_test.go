package scheme

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

func on(text string) persistence.DateTime {
	day, err := persistence.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return persistence.At(day.Time)
}

func dayOf(text string) *persistence.Date { return ptr(on(text).Date()) }

var (
	tablet  = Ware{ItemKind, 1}
	surgery = Ware{ServiceKind, 1}
)

// sound gives a claim of one item and one service, on 10 June 2023, with which nothing is
// wrong: a woman born on 1 May 1990 at a facility of both care types, under a policy of
// the year 2023 that pays everything.
func sound() *ClaimFile {
	old := Span{From: on("2010-01-01")}
	benefit := func(w Ware) []Benefit {
		full := Limit{"C", ptr(hundred), ptr(hundred)}
		return []Benefit{{Ware: w, ID: 1, ProdID: 1, Origin: "P", Limits: map[string]Limit{"O": full, "E": full, "R": full}, Span: old}}
	}
	return &ClaimFile{
		Claim: persistence.Claim{ClaimID: 1, InsureeID: 1, DateFrom: on("2023-06-10"), DateTo: ptr(on("2023-06-10")), ClaimStatus: StatusEntered},
		Lines: []*Line{
			{Ware: tablet, ID: 1, Status: linePassed, Reason: ptr(0), Provided: decimal.NewFromInt(2), Asked: decimal.NewFromInt(10)},
			{Ware: surgery, ID: 1, Status: linePassed, Reason: ptr(0), Provided: decimal.NewFromInt(1), Asked: decimal.NewFromInt(400)},
		},
		Now:     persistence.At(time.Date(2023, 7, 1, 9, 0, 0, 0, time.UTC)),
		Insuree: &persistence.Insuree{InsureeID: 1, DOB: on("1990-05-01").Date(), Gender: ptr("F")}, FamilyLive: true,
		Facility: &persistence.HealthFacility{HFID: 1, HFCareType: "B", HFLevel: "H"},
		Registers: map[Ware][]Register{
			tablet:  {{Ware: tablet, Price: decimal.NewFromInt(10), CareType: "B", Patients: 15, Span: old}},
			surgery: {{Ware: surgery, Price: decimal.NewFromInt(400), CareType: "B", Patients: 15, Span: old}},
		},
		Prices:   map[Ware][]Price{tablet: {{ID: 1, Span: old}}, surgery: {{ID: 1, Span: old}}},
		ListLive: map[Kind]bool{ItemKind: true, ServiceKind: true},
		Policies: []persistence.Policy{{PolicyID: 1, ProdID: 1, PolicyStatus: ptr(2), PolicyStage: ptr("N"), EffectiveDate: dayOf("2023-01-01"), ExpiryDate: dayOf("2023-12-31")}},
		Products: map[int]*persistence.Product{1: {ProdID: 1}},
		Benefits: map[Ware][]Benefit{tablet: benefit(tablet), surgery: benefit(surgery)},
		Members:  []persistence.InsureePolicy{{InsureeID: 1, PolicyID: 1, EffectiveDate: dayOf("2023-01-01"), ExpiryDate: dayOf("2023-12-31")}},
	}
}

// before adds an earlier claim in a state, of a category, with one line.
func before(id, status int, category, day string, w Ware, quantity int64, reason *int) EarlierClaim {
	return EarlierClaim{ID: id, Status: status, Category: category, Target: on(day).Date(),
		Lines: []*Line{{Ware: w, Status: linePassed, Reason: reason, Provided: decimal.NewFromInt(quantity)}}}
}

// offered is what one of several policies offers for tablet and surgery: months of waiting,
// -1 for none; whether it renews another; whether the number allowed is 0; whether it allows
// one visit, which was made.
type offered struct {
	waiting               int
	renewed, none, visits bool
}

// offers gives the family policies 1, 2 and so on, of products 1, 2 and so on.
func (f *ClaimFile) offers(list ...offered) {
	policy, member := f.Policies[0], f.Members[0]
	f.Policies, f.Members, f.Products = nil, nil, map[int]*persistence.Product{}
	f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", Ware{ServiceKind, 9}, 1, ptr(0))}
	benefits := map[Ware][]Benefit{}
	for i, o := range list {
		key := i + 1
		f.Products[key] = &persistence.Product{ProdID: key}
		if o.visits {
			f.Products[key].MaxNoVisits = ptr(1)
		}
		policy.PolicyID, policy.ProdID, policy.PolicyStage, member.PolicyID = key, key, ptr("N"), key
		if o.renewed {
			policy.PolicyStage = ptr("R")
		}
		f.Policies, f.Members = append(f.Policies, policy), append(f.Members, member)
		for _, w := range []Ware{tablet, surgery} {
			b := f.Benefits[w][0]
			b.ID, b.ProdID = key, key
			if o.waiting >= 0 {
				b.WaitingAdult = ptr(o.waiting)
			}
			if o.none {
				b.CountAdult = ptr(0)
			}
			benefits[w] = append(benefits[w], b)
		}
	}
	f.Benefits = benefits
}

// tooMany makes the claim one of a category of which one is allowed and was made.
func (f *ClaimFile) tooMany(category string, allow func(p *persistence.Product)) {
	f.Registers[surgery][0].Category = category
	allow(f.Products[1])
	f.Earlier = []EarlierClaim{before(2, 4, category, "2023-02-01", surgery, 1, ptr(0))}
}

// TestChecksOfSubmission gives for each fault the reasons of the item and the service
// under both books. Numbers in brackets are rules of the legacy specification, d.
func TestChecksOfSubmission(t *testing.T) {
	cases := []struct {
		name                string
		change              func(f *ClaimFile)
		item, service       int // legacy book
		itemNew, serviceNew int // corrected book
	}{
		{"[2.10] nothing is wrong", func(f *ClaimFile) {}, 0, 0, 0, 0},
		{"[2.2] insuree closed", func(f *ClaimFile) { f.Insuree.ValidityTo = ptr(on("2023-06-01")) }, 7, 7, 7, 7},
		{"[2.2] family closed", func(f *ClaimFile) { f.FamilyLive = false }, 7, 7, 7, 7},
		{"[2.2] a rejection by hand before it", func(f *ClaimFile) { f.FamilyLive = false; f.Lines[0].Reason = ptr(-1) }, 7, 7, -1, 7},
		{"[2.3] no date at all", func(f *ClaimFile) { f.Claim.DateTo, f.Claim.DateFrom = nil, persistence.DateTime{} }, 9, 9, 9, 9},
		{"[2.5] service registered a day late", func(f *ClaimFile) { f.Registers[surgery][0].From = on("2023-06-11") }, 0, 1, 0, 1},
		{"[2.5] item deleted", func(f *ClaimFile) {
			f.Registers[tablet][0].Deleted, f.Registers[tablet][0].To = true, ptr(on("2023-06-01"))
		}, 1, 0, 1, 0},
		{"[2.5] service registered on the day", func(f *ClaimFile) { f.Registers[surgery][0].From = on("2023-06-10") }, 0, 0, 0, 0},
		{"[2.5] of two states before the day the newer, deleted", func(f *ClaimFile) {
			deleted := f.Registers[tablet][0]
			deleted.From, deleted.To, deleted.Deleted = on("2023-03-01"), ptr(on("2023-06-01")), true
			f.Registers[tablet] = append(f.Registers[tablet], deleted)
		}, 1, 0, 1, 0},
		{"[2.5] the older of them may stand behind", func(f *ClaimFile) {
			deleted := f.Registers[tablet][0]
			deleted.From, deleted.To, deleted.Deleted = on("2023-03-01"), ptr(on("2023-06-01")), true
			f.Registers[tablet] = []Register{deleted, f.Registers[tablet][0]}
		}, 1, 0, 1, 0},
		{"[2.6] item not in the list", func(f *ClaimFile) { delete(f.Prices, tablet) }, 2, 0, 2, 0},
		{"[2.6] listed until the day before", func(f *ClaimFile) { f.Prices[tablet][0].To = ptr(on("2023-06-09")) }, 2, 0, 2, 0},
		{"[2.6] listed from the day itself", func(f *ClaimFile) { f.Prices[tablet][0].From = on("2023-06-10") }, 0, 0, 0, 0},
		{"[2.6] listed from the day after", func(f *ClaimFile) { f.Prices[tablet][0].From = on("2023-06-11") }, 2, 0, 2, 0},
		{"[2.6] listed until the day itself", func(f *ClaimFile) { f.Prices[tablet][0].To = ptr(on("2023-06-10")) }, 0, 0, 0, 0},
		{"[2.6] the day is in the future", func(f *ClaimFile) { f.Now = on("2023-06-09") }, 2, 2, 2, 2},
		{"[2.6] in neither register nor list", func(f *ClaimFile) { delete(f.Prices, tablet); delete(f.Registers, tablet) }, 2, 0, 2, 0},
		{"[2.7a] in-patient item on one day", func(f *ClaimFile) { f.Registers[tablet][0].CareType = "I" }, 10, 0, 0, 0},
		{"[2.7a] out-patient service in a stay", func(f *ClaimFile) { f.Registers[surgery][0].CareType = "O"; f.Claim.DateTo = ptr(on("2023-06-11")) }, 0, 10, 0, 0},
		{"[2.7a] in-patient item at an out-patient facility", func(f *ClaimFile) { f.Registers[tablet][0].CareType = "I"; f.Facility.HFCareType = "O" }, 10, 0, 10, 0},
		{"[2.7a] stay at an out-patient facility", func(f *ClaimFile) { f.Facility.HFCareType = "O"; f.Claim.DateTo = ptr(on("2023-06-11")) }, 0, 0, 10, 10},
		{"[2.7a] a facility nobody knows is of both care types", func(f *ClaimFile) {
			f.Registers[tablet][0].CareType, f.Facility, f.Claim.DateTo = "I", nil, ptr(on("2023-06-11"))
		}, 0, 0, 0, 0},
		{"[2.7a] out-patient item at an in-patient facility", func(f *ClaimFile) { f.Registers[tablet][0].CareType = "O"; f.Facility.HFCareType = "I" }, 10, 0, 10, 0},
		{"[2.7b] for men only, given to a man", func(f *ClaimFile) { f.Registers[surgery][0].Patients = 1 + 4 + 8; f.Insuree.Gender = ptr("M") }, 0, 0, 0, 0},
		{"[2.4] another sex counts as male", func(f *ClaimFile) { f.Registers[surgery][0].Patients = 1 + 4 + 8; f.Insuree.Gender = ptr("O") }, 0, 0, 0, 0},
		{"[2.4] no sex counts as female", func(f *ClaimFile) { f.Registers[surgery][0].Patients = 1 + 4 + 8; f.Insuree.Gender = nil }, 0, 4, 0, 4},
		{"[2.7b] for men only", func(f *ClaimFile) { f.Registers[surgery][0].Patients = 1 + 4 + 8 }, 0, 4, 0, 4},
		{"[2.7b] for children only", func(f *ClaimFile) { f.Registers[surgery][0].Patients = 1 + 2 + 8 }, 0, 4, 0, 4},
		{"[2.4] 17 years old, 18 this year", func(f *ClaimFile) {
			f.Insuree.DOB = on("2005-07-01").Date()
			f.Registers[tablet][0].Patients = 1 + 2 + 4
		}, 0, 0, 4, 0},
		{"[2.4] 18 on this day", func(f *ClaimFile) {
			f.Insuree.DOB = on("2005-06-10").Date()
			f.Registers[tablet][0].Patients = 1 + 2 + 4
		}, 0, 0, 0, 0},
		{"[2.7c] policy suspended", func(f *ClaimFile) { f.Policies[0].PolicyStatus = ptr(4) }, 3, 3, 3, 3},
		{"[2.7c] policy expired since", func(f *ClaimFile) { f.Policies[0].PolicyStatus = ptr(8) }, 0, 0, 0, 0},
		{"[2.7c] last day of the policy", func(f *ClaimFile) { f.Policies[0].ExpiryDate = dayOf("2023-06-10") }, 0, 0, 0, 0},
		{"[2.7c] day after the policy", func(f *ClaimFile) { f.Policies[0].ExpiryDate = dayOf("2023-06-09") }, 3, 3, 3, 3},
		{"[2.7c] first day of policy and member", func(f *ClaimFile) {
			f.Policies[0].EffectiveDate, f.Members[0].EffectiveDate = dayOf("2023-06-10"), dayOf("2023-06-10")
		}, 0, 0, 0, 0},
		{"[2.7c] the policy never began", func(f *ClaimFile) { f.Policies[0].EffectiveDate = nil }, 3, 3, 3, 3},
		{"[2.7c] the member has no last day", func(f *ClaimFile) { f.Members[0].ExpiryDate = nil }, 3, 3, 3, 3},
		{"[2.7c] on another policy", func(f *ClaimFile) { f.Members[0].PolicyID = 9 }, 3, 3, 3, 3},
		{"[2.7c] somebody else on it", func(f *ClaimFile) { f.Members[0].InsureeID = 2 }, 3, 3, 3, 3},
		{"[2.7c] struck off it", func(f *ClaimFile) { f.Members[0].ValidityTo = ptr(on("2023-06-20")) }, 3, 3, 3, 3},
		{"[2.7c] the product was closed", func(f *ClaimFile) { f.Products[1].ValidityTo = ptr(on("2023-06-20")) }, 3, 3, 3, 3},
		{"[2.7c] the product is unknown", func(f *ClaimFile) { delete(f.Products, 1) }, 3, 3, 3, 3},
		{"[2.7c] the item is of another product", func(f *ClaimFile) { f.Benefits[tablet][0].ProdID = 2 }, 3, 0, 3, 0},
		{"[2.7c] paid from the day after", func(f *ClaimFile) { f.Benefits[tablet][0].From = on("2023-06-11") }, 3, 0, 3, 0},
		{"[2.7c] insuree not on it", func(f *ClaimFile) { f.Members = nil }, 3, 3, 3, 3},
		{"[2.7c] only the service is paid", func(f *ClaimFile) { delete(f.Benefits, tablet) }, 3, 0, 3, 0},
		{"[2.7d-17] waits until the day after", func(f *ClaimFile) { f.Benefits[tablet][0].WaitingAdult = ptr(6) }, 17, 0, 17, 0},
		{"[2.7d-17] wait ends that day", func(f *ClaimFile) {
			f.Benefits[tablet][0].WaitingAdult = ptr(5)
			f.Members[0].EffectiveDate = dayOf("2023-01-10")
		}, 0, 0, 0, 0},
		{"[2.7d-17] a renewal does not wait", func(f *ClaimFile) { f.Benefits[tablet][0].WaitingAdult = ptr(6); f.Policies[0].PolicyStage = ptr("R") }, 0, 0, 0, 0},
		{"[2.7d-17] a member who joined later does", func(f *ClaimFile) {
			f.Benefits[tablet][0].WaitingAdult, f.Policies[0].PolicyStage = ptr(6), ptr("R")
			f.Members[0].EffectiveDate = dayOf("2023-02-01")
		}, 17, 0, 17, 0},
		{"[2.7d-16] two of two were given", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", tablet, 2, ptr(0))}
		}, 16, 0, 16, 0},
		{"[2.7d-16] one of two was given", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", tablet, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-16] what was given last year does not count", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2022-12-31", tablet, 2, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-16] of two policies the second pays", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(0)
			second := f.Benefits[tablet][0]
			second.ID, second.ProdID, second.CountAdult = 2, 2, nil
			f.Benefits[tablet] = append(f.Benefits[tablet], second)
			f.Products[2] = &persistence.Product{ProdID: 2}
			p, m := f.Policies[0], f.Members[0]
			p.PolicyID, p.ProdID, m.PolicyID = 2, 2, 2
			f.Policies, f.Members = append(f.Policies, p), append(f.Members, m)
		}, 0, 0, 0, 0},
		// two policies: of the faults of both the one of the policy that waits less is kept
		{"[2.7e] no waiting before 6 months: the number before the waiting", func(f *ClaimFile) { f.offers(offered{waiting: 6}, offered{waiting: -1, none: true}) }, 16, 16, 16, 16},
		{"[2.7e] the same, the other way round", func(f *ClaimFile) { f.offers(offered{waiting: -1, none: true}, offered{waiting: 6}) }, 16, 16, 16, 16},
		{"[2.7e] 3 months before 6: the number before the waiting", func(f *ClaimFile) { f.offers(offered{waiting: 6}, offered{waiting: 3, none: true}) }, 16, 16, 16, 16},
		{"[2.7e] 3 months before 6, the other way round", func(f *ClaimFile) { f.offers(offered{waiting: 3, none: true}, offered{waiting: 6}) }, 16, 16, 16, 16},
		{"[2.7e] 6 months before 8, which a renewal does not wait for", func(f *ClaimFile) { f.offers(offered{waiting: 8, renewed: true, none: true}, offered{waiting: 6}) }, 17, 17, 17, 17},
		{"[2.7e] of equal months the first policy", func(f *ClaimFile) { f.offers(offered{waiting: 6, renewed: true, none: true}, offered{waiting: 6}) }, 16, 16, 16, 16},
		{"[2.7e] of two without waiting the first policy, with a visit too many", func(f *ClaimFile) { f.offers(offered{waiting: -1, visits: true}, offered{waiting: -1}) }, 12, 12, 12, 12},
		{"[2.7e] of two without waiting the first policy, which allows it", func(f *ClaimFile) { f.offers(offered{waiting: -1}, offered{waiting: -1, visits: true}) }, 0, 0, 0, 0},
		{"[2.7d-16] of the two given one was rejected", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", tablet, 1, ptr(0)), before(3, 4, "V", "2023-02-02", tablet, 1, ptr(4))}
		}, 0, 0, 0, 0},
		{"[2.7d-16] of the two given one has no reason", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", tablet, 1, ptr(0)), before(3, 4, "V", "2023-02-02", tablet, 1, nil)}
		}, 0, 0, 0, 0},
		{"[2.7d-16] the two given were of something else", func(f *ClaimFile) {
			f.Benefits[tablet][0].CountAdult = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", surgery, 2, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-16] two are the limit of a child, one of an adult", func(f *ClaimFile) {
			f.Insuree.DOB = on("2015-06-10").Date()
			f.Benefits[tablet][0].CountAdult, f.Benefits[tablet][0].CountChild = ptr(1), ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", tablet, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-17] an adult waits 3 months, a child 6", func(f *ClaimFile) {
			f.Benefits[tablet][0].WaitingAdult, f.Benefits[tablet][0].WaitingChild = ptr(3), ptr(6)
		}, 0, 0, 0, 0},
		{"[2.7d-12] one visit is allowed, and a surgery was made", func(f *ClaimFile) {
			f.Products[1].MaxNoVisits = ptr(1)
			f.Earlier = []EarlierClaim{before(2, 4, "S", "2023-02-01", surgery, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-12] one visit is allowed, and one was made under the policy before", func(f *ClaimFile) {
			f.Products[1].MaxNoVisits = ptr(1)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2022-12-31", surgery, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.8] items do not ask for visits", func(f *ClaimFile) {
			f.Products[1].MaxNoVisits = ptr(1)
			delete(f.Prices, surgery)
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-02-01", surgery, 1, ptr(0))}
		}, 0, 2, 0, 2},
		{"[2.7d-13] a consultation too many", func(f *ClaimFile) { f.tooMany("C", func(p *persistence.Product) { p.MaxNoConsultation = ptr(1) }) }, 13, 13, 13, 13},
		{"[2.7d-15] a delivery too many", func(f *ClaimFile) { f.tooMany("D", func(p *persistence.Product) { p.MaxNoDelivery = ptr(1) }) }, 15, 15, 15, 15},
		{"[2.7d-19] antenatal care too much", func(f *ClaimFile) { f.tooMany("A", func(p *persistence.Product) { p.MaxNoAntenatal = ptr(1) }) }, 19, 19, 19, 19},
		{"[2.7d-11] a stay too many", func(f *ClaimFile) {
			f.tooMany("H", func(p *persistence.Product) { p.MaxNoHospitalizaion = ptr(1) })
			f.Claim.DateTo = ptr(on("2023-06-11"))
		}, 11, 11, 11, 11},
		{"[2.7d-14] one surgery is allowed and was made", func(f *ClaimFile) {
			f.Registers[surgery][0].Category = "S"
			f.Products[1].MaxNoSurgery = ptr(1)
			f.Earlier = []EarlierClaim{before(2, 4, "S", "2023-02-01", surgery, 1, ptr(0))}
		}, 14, 14, 14, 14},
		{"[2.7d-14] a second surgery is allowed", func(f *ClaimFile) {
			f.Registers[surgery][0].Category = "S"
			f.Products[1].MaxNoSurgery = ptr(2)
			f.Earlier = []EarlierClaim{before(2, 4, "S", "2023-02-01", surgery, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.7d-12] no category counts as a visit", func(f *ClaimFile) {
			f.Products[1].MaxNoVisits = ptr(1)
			f.Earlier = []EarlierClaim{before(2, 4, "", "2023-02-01", surgery, 1, ptr(0))}
		}, 12, 12, 12, 12},
		{"[2.9] given nine days ago, every ten days", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-06-01", tablet, 1, ptr(0))}
		}, 5, 0, 5, 0},
		{"[2.9] given ten days ago", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-05-31", tablet, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.9] given nine days later", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-06-19", tablet, 1, ptr(0))}
		}, 5, 0, 5, 0},
		{"[2.9] something else was given", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-06-09", surgery, 1, ptr(0))}
		}, 0, 0, 0, 0},
		{"[2.9] given, but rejected: by its state, its reason, or without a reason", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(2, 4, "V", "2023-06-09", tablet, 1, ptr(0)), before(3, 4, "V", "2023-06-09", tablet, 1, ptr(4)), before(4, 4, "V", "2023-06-09", tablet, 1, nil)}
			f.Earlier[0].Lines[0].Status = lineRejected
		}, 0, 0, 0, 0},
		{"[2.9] the claim itself, checked before", func(f *ClaimFile) {
			f.Registers[tablet][0].Frequency = 10
			f.Earlier = []EarlierClaim{before(1, 4, "V", "2023-06-10", tablet, 1, ptr(0))}
		}, 5, 0, 0, 0},
		{"[2.7] a reason of NULL", func(f *ClaimFile) { f.Lines[0].Reason = nil; f.Policies = nil }, 0, 3, 3, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
				f := sound()
				c.change(f)
				item, service := c.item, c.service
				if book.Name() == "corrected" {
					item, service = c.itemNew, c.serviceNew
				}
				CheckClaim(f, book, 7)
				if got := [2]int{f.Lines[0].reason(), f.Lines[1].reason()}; got != [2]int{item, service} {
					t.Errorf("%s: reasons of item and service are %v, want [%d %d]", book.Name(), got, item, service)
				}
				status := StatusRejected
				if item == 0 || service == 0 {
					status = StatusChecked
				}
				if f.Claim.ClaimStatus != status {
					t.Errorf("%s: the claim is %s", book.Name(), StatusName(f.Claim.ClaimStatus))
				}
			}
		})
	}
}

// TestCategory follows rule 1.
func TestCategory(t *testing.T) {
	for _, c := range []struct {
		service string
		to      string
		want    string
	}{
		{"S", "2023-06-10", "S"}, {"D", "2023-06-12", "D"}, {"A", "2023-06-12", "A"}, {"C", "2023-06-12", "H"},
		{"C", "2023-06-10", "C"}, {"", "2023-06-10", "V"}, {"H", "2023-06-10", "V"}, {"O", "2023-06-10", "V"},
	} {
		f := sound()
		f.Registers[surgery][0].Category, f.Claim.DateTo = c.service, ptr(on(c.to))
		if got := Category(f); got != c.want {
			t.Errorf("a service %q until %s makes %s, want %s", c.service, c.to, got, c.want)
		}
	}
}
