package scheme

import (
	"errors"
	"fmt"
	"iter"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Enrolments are the use cases of enrolments that come as a file, from a phone or from an
// office without a connection (rule 10.7). Each runs inside the transaction of the session
// it is given. What is done is done by the use cases of Insurees, Families and Policies,
// with their checks and events.
type Enrolments struct {
	Rules   RuleBook
	Numbers NumberRule // which insurance numbers are good
	Whole   bool       // the first fault ends the upload and nothing is stored, as phones want it; otherwise families at fault are left out
}

// EnrolledFamily is a family of a file, with who is in it and what was sold to it. Keys and
// dates stand in the rows; a key of 0 says that the thing is new.
type EnrolledFamily struct {
	Family   persistence.Family     // LocationID is its village; nil leaves the one of a stored family
	Wishes   *persistence.FamilySMS // about text messages; nil leaves them as they are
	Members  []EnrolledMember       // all of them: who is stored and not here is closed
	Policies []EnrolledPolicy
}

// EnrolledMember is a member of it. The row says with IsHead who heads the family, and
// with CurrentVillage where he lives himself.
type EnrolledMember struct {
	Insuree persistence.Insuree
	Picture *Picture // nil leaves the photograph as it is
}

// EnrolledPolicy is a policy sold to it. Value, state, first day of cover and Covers are
// what the phone made of it.
type EnrolledPolicy struct {
	Policy   persistence.Policy
	Covers   []EnrolledCover
	Premiums []ContributionDraft // in the order they are booked
}

// EnrolledCover says since when a policy covers a member; nil for not yet.
type EnrolledCover struct {
	Member    int // his place among the members
	Effective *persistence.Date
}

// EnrolmentCode is what a sender is answered. The numbers are those of
// uspConsumeEnrollments.
type EnrolmentCode int

// The answers.
const (
	EnrolmentStored        EnrolmentCode = 0
	EnrolmentNoHead        EnrolmentCode = -1
	EnrolmentHeadExists    EnrolmentCode = -2 // the number of the head of a new family is somebody's
	EnrolmentNumberExists  EnrolmentCode = -3 // that of another member is, or comes twice in the family
	EnrolmentReceiptExists EnrolmentCode = -4
	EnrolmentTwoHeads      EnrolmentCode = -5
	EnrolmentFailed        EnrolmentCode = -400 // anything else
)

// EnrolmentAnswer gives the answer to what Upload came to.
func EnrolmentAnswer(err error) EnrolmentCode {
	var fault *enrolmentFault
	switch {
	case err == nil:
		return EnrolmentStored
	case errors.As(err, &fault):
		return fault.code
	}
	return EnrolmentFailed
}

// enrolmentFault is the cause of an error that has an answer of its own, or that is one of
// the file and not of a family in it.
type enrolmentFault struct {
	code EnrolmentCode
	file bool
}

// Error is for the log.
func (f *enrolmentFault) Error() string { return fmt.Sprintf("answer %d", f.code) }

// refuseEnrolment makes an error that has an answer of its own.
func refuseEnrolment(code EnrolmentCode, kind core.Code, path, format string, args ...any) *core.Error {
	e := core.ErrorAt(kind, path, format, args...)
	e.Cause = &enrolmentFault{code: code}
	return e
}

// refuseFile makes an error of the whole file.
func refuseFile(path, format string, args ...any) *core.Error {
	e := core.ErrorAt(core.Unprocessable, path, format, args...)
	e.Cause = &enrolmentFault{EnrolmentFailed, true}
	return e
}

// EnrolmentOutcome is what an upload did.
type EnrolmentOutcome struct {
	Families, Members, Policies, Premiums EnrolmentCount

	Stored  []StoredFamily // the families that were taken, in the order of the file
	Refused []RefusedEnrolment
}

// EnrolmentCount counts the records of one kind. What is neither of these was there as the
// file says already.
type EnrolmentCount struct{ Sent, Inserted, Updated, Deleted, Refused int }

// StoredFamily tells what the records of a family have become: their rows, in the order of
// the file. A premium that was refused has none.
type StoredFamily struct {
	Place    int // in the file, from 0
	Family   RowID
	Members  []RowID
	Policies []StoredPolicy
}

// StoredPolicy tells it of a policy.
type StoredPolicy struct {
	RowID
	Premiums []RowID // a zero one for a premium that was refused
}

// RowID names a row.
type RowID struct {
	Key  int
	UUID persistence.UUID
}

// RefusedEnrolment is a family, or a single premium, that was left out.
type RefusedEnrolment struct {
	Family  int    // its place in the file, from 0
	Path    string // what is at fault, as families[0].members[1].number
	Code    EnrolmentCode
	Message string
}

// Upload stores the families of a file with their members, policies and contributions
// (rule 10.7). They are taken one by one and not kept, and may be asked for once more, when
// the transaction loses a race. A file sent again changes nothing: its families are refused
// by their numbers, or found to be as they are stored. Paths of errors begin with
// "families[0]". Errors: those of the families; core.Unprocessable for a file that
// contradicts itself, which nothing is stored of; with Whole, the first fault of a family,
// for which EnrolmentAnswer knows the answer.
func (c Enrolments) Upload(x *persistence.Session, families iter.Seq2[*EnrolledFamily, error], origin Origin) (*EnrolmentOutcome, error) {
	u := &enrolling{Enrolments: c, x: x, origin: origin, out: &EnrolmentOutcome{}}
	var err error
	if u.registers, err = registersOf(x, nil); err != nil {
		return nil, err
	}
	if u.separate, err = separatelyActivated(x); err != nil {
		return nil, err
	}
	for family, err := range families {
		if err == nil {
			err = u.take(family)
		}
		if err != nil {
			return nil, err
		}
	}
	out := u.out
	return out, announce(x, "enrolment.uploaded", "Enrolment/upload", map[string]any{
		"families": out.Families.Inserted + out.Families.Updated, "policies": out.Policies.Inserted, "refused": len(out.Refused),
	})
}

// enrolling is an upload under way.
type enrolling struct {
	Enrolments
	x         *persistence.Session
	origin    Origin
	registers *persistence.Registers
	separate  bool // activation of policies is a step of its own
	out       *EnrolmentOutcome
}

// take stores one family, or leaves it out.
func (u *enrolling) take(f *EnrolledFamily) error {
	place := u.out.Families.Sent
	count(u.out, f, func(c *EnrolmentCount, n int) { c.Sent += n })
	path := fmt.Sprintf("families[%d]", place)
	if u.Whole {
		return under(path, u.store(place, f))
	}
	before := *u.out
	fault, err := persistence.Part(u.x, func() error { return u.store(place, f) })
	var own *enrolmentFault
	switch {
	case err != nil:
		return err
	case fault == nil:
		return nil
	case errors.As(fault, &own) && own.file:
		return under(path, fault)
	}
	*u.out = before
	count(u.out, f, func(c *EnrolmentCount, n int) { c.Refused += n })
	u.refuse(place, fault)
	return nil
}

// count adds the records of a family to the counts.
func count(out *EnrolmentOutcome, f *EnrolledFamily, add func(c *EnrolmentCount, n int)) {
	add(&out.Families, 1)
	add(&out.Members, len(f.Members))
	add(&out.Policies, len(f.Policies))
	for i := range f.Policies {
		add(&out.Premiums, len(f.Policies[i].Premiums))
	}
}

// refuse notes what is wrong with a family, or a premium of it.
func (u *enrolling) refuse(place int, fault *core.Error) {
	path := fmt.Sprintf("families[%d]", place)
	for _, f := range fault.All() {
		u.out.Refused = append(u.out.Refused, RefusedEnrolment{place, below(path, f.Path), EnrolmentAnswer(f), f.Message})
	}
}

// store checks a family and writes it.
func (u *enrolling) store(place int, f *EnrolledFamily) error {
	p := &enrolmentPlan{enrolling: u, place: place, sent: f}
	if err := p.check(); err != nil {
		return err
	}
	if err := p.people(); err != nil {
		return err
	}
	stored := StoredFamily{Place: place, Family: RowID{p.family.FamilyID, p.family.FamilyUUID}}
	for _, m := range p.members {
		stored.Members = append(stored.Members, RowID{m.InsureeID, m.InsureeUUID})
	}
	for i := range f.Policies {
		sold, err := p.policy(i)
		if err != nil {
			return under(fmt.Sprintf("policies[%d]", i), err)
		}
		stored.Policies = append(stored.Policies, *sold)
	}
	u.out.Stored = append(u.out.Stored, stored)
	return nil
}

// separatelyActivated tells whether paid policies wait for a step of their own.
func separatelyActivated(x *persistence.Session) (bool, error) {
	var settings []persistence.IMISDefaults
	l := &loader{db: x.DB()}
	find(l, &settings)
	return len(settings) > 0 && settings[0].ActivationOption == separateActivation, l.err
}

// below gives the path of something within the thing at the path.
func below(path, name string) string {
	if name == "" {
		return path
	}
	return path + "." + name
}

// under puts the paths of an error below that of the thing it is about.
func under(path string, err error) error {
	var e *core.Error
	if !errors.As(err, &e) {
		return err
	}
	var faults []*core.Error
	for _, f := range e.All() {
		named := *f
		named.Path, named.More = below(path, f.Path), nil
		faults = append(faults, &named)
	}
	return core.Join(faults...)
}
