package scheme

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// prompt asks, for each claim picked for feedback, the officer responsible for the
// patient's village to collect it (rule 5.3): the first by key with a telephone, in the
// village the patient lives in now, else in his family's. A claim for which there is none
// goes back to not selected; unprompted counts those. Under the legacy book a service of
// its own does all this.
func (c Claims) prompt(x *persistence.Session, claims []*persistence.Claim) (unprompted int, err error) {
	if len(claims) == 0 || c.Rules.Legacy(PromptsByOthers) {
		return 0, nil
	}
	officers, err := officersFor(x, claims)
	if err != nil {
		return 0, err
	}
	var prompts []persistence.FeedbackPrompt
	for _, claim := range claims {
		officer := officerOf(claim, officers)
		if officer == nil {
			FeedbackTrack.set(claim, StepNotSelected)
			unprompted++
			continue
		}
		prompts = append(prompts, persistence.FeedbackPrompt{
			FeedbackPromptDate: x.Now().Date(), ClaimID: ptr(claim.ClaimID), OfficerID: ptr(officer.OfficerID),
			PhoneNumber: officer.Phone, SMSStatus: ptr(0),
		})
	}
	return unprompted, persistence.InsertMany(x, prompts)
}

// villagesOf gives where an officer may be responsible for the patient: his own village
// first, then his family's.
func villagesOf(claim *persistence.Claim) (villages []int) {
	if claim.Insuree == nil {
		return nil
	}
	if v := number(claim.Insuree.CurrentVillage); v > 0 {
		villages = append(villages, v)
	}
	if f := claim.Insuree.Family; f != nil && number(f.LocationID) > 0 {
		villages = append(villages, *f.LocationID)
	}
	return villages
}

// officerOf picks the officer to prompt for a claim, nil for none.
func officerOf(claim *persistence.Claim, byVillage map[int][]persistence.Officer) *persistence.Officer {
	for _, village := range villagesOf(claim) {
		if list := byVillage[village]; len(list) > 0 {
			return &list[0]
		}
	}
	return nil
}

// officersFor loads the officers with a telephone who are responsible for the villages of
// the claims, by village and key.
func officersFor(x *persistence.Session, claims []*persistence.Claim) (map[int][]persistence.Officer, error) {
	var villages []int
	for _, claim := range claims {
		villages = append(villages, villagesOf(claim)...)
	}
	slices.Sort(villages)
	byVillage := map[int][]persistence.Officer{}
	for some := range slices.Chunk(slices.Compact(villages), 900) {
		l := &loader{db: x.DB()}
		var duties []persistence.OfficerVillage
		find(l, &duties, persistence.In(column("tblOfficerVillages", "LocationId"), some), persistence.IsNull(column("tblOfficerVillages", "ValidityTo")))
		keys := keysOf(duties, func(d *persistence.OfficerVillage) int { return number(d.OfficerID) })
		var officers []persistence.Officer
		for part := range slices.Chunk(keys, 900) {
			find(l, &officers, persistence.In(column("tblOfficer", "OfficerID"), part), persistence.IsNull(column("tblOfficer", "ValidityTo")))
		}
		if l.err != nil {
			return nil, l.err
		}
		slices.SortFunc(officers, func(a, b persistence.Officer) int { return a.OfficerID - b.OfficerID })
		for _, officer := range officers {
			if text(officer.Phone) == "" {
				continue
			}
			for _, d := range duties {
				if number(d.OfficerID) == officer.OfficerID {
					byVillage[*d.LocationID] = append(byVillage[*d.LocationID], officer)
				}
			}
		}
	}
	return byVillage, nil
}

// closePrompts closes the open prompts of the claims.
func closePrompts(x *persistence.Session, claims []*persistence.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	var open []persistence.FeedbackPrompt
	for some := range slices.Chunk(claims, 900) {
		l := &loader{db: x.DB()}
		var found []persistence.FeedbackPrompt
		if find(l, &found, promptsOf(some)...); l.err != nil {
			return l.err
		}
		open = append(open, found...)
	}
	return persistence.DeleteMany(x, pointers(open))
}

// PromptMessage is what a feedback prompt tells the officer (rule 5.4).
type PromptMessage struct {
	Claim                   string // what the officer has to name in his answer
	Name, Village, Ward     string
	Facility, Date, Insuree string
}

// Text gives the lines of the message, in the order officers' phones know.
func (m PromptMessage) Text() string {
	return strings.Join([]string{"--Feedback--", m.Claim, m.Name, m.Village, m.Ward, m.Facility, m.Date, m.Insuree}, "\n")
}

// FeedbackAnswers is what a patient says of the care a claim is for.
type FeedbackAnswers struct {
	CareRendered, PaymentAsked, DrugPrescribed, DrugReceived bool

	Mark    int                   // 0 to 5
	Officer *int                  // OfficerID of who asked; nil when nobody did
	Insuree string                // insurance number the answers came under; "" when the sender names none
	Date    *persistence.DateTime // when he was asked; nil for now
	UUID    persistence.UUID      // of the new row; "" draws one

	// Keep puts what the sender said beyond the columns into the JsonExt of the claim, which
	// has at most one feedback; nil for nothing. Its error ends the use case.
	Keep func(row *persistence.Feedback) error
}

// Receive stores feedback on a claim (rule 5.5): whether it was asked for or not, but once.
// The claim's feedback becomes delivered, the claim points to the row, and the officer's
// prompt is closed. Errors: core.NotFound, core.Gone; core.Conflict when there is feedback
// already; core.Unprocessable for a mark outside 0 to 5, an officer nobody knows, or an
// insurance number that is not the patient's.
func (c Claims) Receive(x *persistence.Session, id persistence.UUID, a FeedbackAnswers) (*persistence.Feedback, error) {
	claim, err := persistence.One[persistence.Claim](x, id, "Insuree", "HF")
	if err != nil {
		return nil, err
	}
	if err := checkAnswers(x, claim, &a); err != nil {
		return nil, err
	}
	if err := FeedbackTrack.move(claim, ActReceive, StepDelivered); err != nil {
		return nil, err
	}
	if a.Date == nil {
		a.Date = ptr(x.Now())
	}
	row := &persistence.Feedback{
		FeedbackUUID: a.UUID, ClaimID: ptr(claim.ClaimID), CareRendered: &a.CareRendered, PaymentAsked: &a.PaymentAsked,
		DrugPrescribed: &a.DrugPrescribed, DrugReceived: &a.DrugReceived, Asessment: &a.Mark,
		CHFOfficerCode: a.Officer, FeedbackDate: a.Date,
	}
	if err := persistence.Insert(x, row); err != nil {
		return nil, err
	}
	claim.Feedback, claim.FeedbackID = true, &row.FeedbackID
	row.Claim = claim
	if a.Keep != nil {
		if err := a.Keep(row); err != nil {
			return nil, err
		}
	}
	if err := persistence.Update(x, claim); err != nil {
		return nil, err
	}
	if err := closePrompts(x, []*persistence.Claim{claim}); err != nil {
		return nil, err
	}
	return row, publish(x, "claim.feedback", claim)
}

func checkAnswers(x *persistence.Session, claim *persistence.Claim, a *FeedbackAnswers) error {
	if a.Mark < 0 || a.Mark > 5 {
		return core.ErrorAt(core.Unprocessable, "mark", "the mark %d is not from 0 to 5", a.Mark)
	}
	if a.Insuree != "" && (claim.Insuree == nil || text(claim.Insuree.CHFID) != a.Insuree) {
		return core.ErrorAt(core.Unprocessable, "insuree", "%q is not the insurance number of the claim's patient", a.Insuree)
	}
	l := &loader{db: x.DB()}
	var rows []persistence.Feedback
	find(l, &rows, persistence.Compare(column("tblFeedback", "ClaimID"), "=", claim.ClaimID), persistence.IsNull(column("tblFeedback", "ValidityTo")))
	var officers []persistence.Officer
	if a.Officer != nil {
		find(l, &officers, persistence.Compare(column("tblOfficer", "OfficerID"), "=", *a.Officer), persistence.IsNull(column("tblOfficer", "ValidityTo")))
	}
	switch {
	case l.err != nil:
		return l.err
	case len(rows) > 0:
		return core.Errorf(core.Conflict, "the feedback is %s already: there is Communication/%s", FeedbackTrack.name(StepDelivered), rows[0].FeedbackUUID)
	case a.Officer != nil && len(officers) == 0:
		return core.ErrorAt(core.Unprocessable, "officer", "there is no such officer")
	}
	return nil
}
