package scheme

import "github.com/openimis/openimis-go/persistence"

// Rejection reasons of a claim line. The numbers are stored.
const (
	ReasonByHand       = -1
	ReasonNone         = 0
	ReasonRegister     = 1
	ReasonPriceList    = 2
	ReasonNoCover      = 3
	ReasonPatient      = 4
	ReasonFrequency    = 5
	ReasonFamily       = 7
	ReasonTargetDate   = 9
	ReasonCareType     = 10
	ReasonMaxAdmission = 11
	ReasonMaxVisit     = 12
	ReasonMaxConsult   = 13
	ReasonMaxSurgery   = 14
	ReasonMaxDelivery  = 15
	ReasonMaxProvision = 16
	ReasonWaiting      = 17
	ReasonMaxAntenatal = 19
	ageOfMajority      = 18
	patientMale        = 1
	patientFemale      = 2
	patientAdult       = 4
	patientChild       = 8
	careInpatient      = "I"
	careOutpatient     = "O"
	careBoth           = "B"
	linePassed         = 1
	lineRejected       = 2
)

// checkFamily is check 7: the insuree and the family must be in force.
func checkFamily(f *ClaimFile) int {
	if f.Insuree == nil || f.Insuree.ValidityTo != nil || !f.FamilyLive {
		return ReasonFamily
	}
	return ReasonNone
}

// checkTargetDate is check 9: the claim must say when care was given.
func checkTargetDate(f *ClaimFile) int {
	if f.Claim.DateTo == nil && f.Claim.DateFrom.IsZero() {
		return ReasonTargetDate
	}
	return ReasonNone
}

// registerAt gives the state of an item or service on a day: of the rows that had begun
// by then the newest, unless that one is deleted. It is nil when there was none.
func registerAt(f *ClaimFile, w Ware, day persistence.Date) *Register {
	var found *Register
	rows := f.Registers[w]
	for i := range rows {
		if rows[i].From.Date().After(day.Time) {
			continue
		}
		if found == nil || rows[i].From.After(found.From.Time) {
			found = &rows[i]
		}
	}
	if found == nil || found.Deleted {
		return nil
	}
	return found
}

// checkRegister is check 1: the item or service was in the register on the target date.
func checkRegister(f *ClaimFile, l *Line) int {
	if registerAt(f, l.Ware, f.Target()) == nil {
		return ReasonRegister
	}
	return ReasonNone
}

// checkPriceList is check 2: the facility's list held the item or service on the target
// date.
func checkPriceList(f *ClaimFile, l *Line) int {
	for _, p := range f.Prices[l.Ware] {
		if p.Covers(f.Target(), f.Now) {
			return ReasonNone
		}
	}
	return ReasonPriceList
}

// checkCareType is check 10: the line's care type agrees with the facility, and in the
// legacy book also with the length of the stay.
func checkCareType(f *ClaimFile, r *Register, book RuleBook) int {
	facility := careBoth
	if f.Facility != nil && f.Facility.HFCareType != "" {
		facility = f.Facility.HFCareType
	}
	stay, byStay := f.Stay(), book.Legacy(CareTypeByStay)
	wrong := r.CareType == careInpatient && (facility == careOutpatient || byStay && !stay) ||
		r.CareType == careOutpatient && (facility == careInpatient || byStay && stay) ||
		!byStay && facility == careOutpatient && stay
	if wrong {
		return ReasonCareType
	}
	return ReasonNone
}

// adult tells whether the insuree counts as an adult on the target date (rule 2.4).
func adult(f *ClaimFile, book RuleBook) bool {
	if f.Insuree == nil {
		return false
	}
	return ofAge(f.Insuree.DOB, f.Target(), book)
}

// ofAge tells whether somebody born then counts as an adult on the day.
func ofAge(born, day persistence.Date, book RuleBook) bool {
	years := day.Year() - born.Year()
	if !book.Legacy(AdultByCalendarYear) && born.AddDate(years, 0, 0).After(day.Time) {
		years--
	}
	return years >= ageOfMajority
}

// patientMask gives the bits an item or service must allow for this insuree.
func patientMask(f *ClaimFile, book RuleBook) int {
	mask := patientFemale
	if f.Insuree != nil {
		if g := text(f.Insuree.Gender); g == "M" || g == "O" {
			mask = patientMale
		}
	}
	if adult(f, book) {
		return mask | patientAdult
	}
	return mask | patientChild
}

// checkPatient is check 4: the item or service is meant for patients of this sex and age.
func checkPatient(f *ClaimFile, r *Register, book RuleBook) int {
	if mask := patientMask(f, book); r.Patients&mask != mask {
		return ReasonPatient
	}
	return ReasonNone
}

// checkFrequency is check 5: the same item or service was not given within fewer days
// than its frequency, before or after.
func checkFrequency(f *ClaimFile, l *Line, r *Register, book RuleBook) int {
	if r.Frequency <= 0 {
		return ReasonNone
	}
	for _, c := range others(f, book) {
		if days := int(c.Target.Sub(f.Target().Time).Hours() / 24); max(days, -days) >= r.Frequency {
			continue
		}
		for _, e := range c.Lines {
			if e.Ware == l.Ware && e.Status == linePassed && e.Reason != nil && *e.Reason == 0 {
				return ReasonFrequency
			}
		}
	}
	return ReasonNone
}

// others gives the claims that count as earlier usage.
func others(f *ClaimFile, book RuleBook) []EarlierClaim {
	if book.Legacy(OwnClaimCounts) {
		return f.Earlier
	}
	var out []EarlierClaim
	for _, c := range f.Earlier {
		if c.ID != f.Claim.ClaimID {
			out = append(out, c)
		}
	}
	return out
}
