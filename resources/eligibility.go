package resources

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Either right lets its holder ask about one person of another district by exact number:
// enquiry by number, and entering claims, since patients seek care elsewhere.
const (
	rightEnquireByNumber = 101105
	rightEnterClaim      = 111002
)

const aboutEligibility = "The question what a person is entitled to today: in all, and of one item and one service of the registers, named by their codes. " +
	"It is not kept: create and `$submit` answer the CoverageEligibilityResponse at once, and Location says where it can be read again. " +
	"A person of another district can be asked about by exact insurance number with the right to enquire so or to enter claims; such questions are recorded."

const aboutEligibilityAnswers = "What a person is entitled to: for each active policy the number of claims and amounts left, and for the item and service asked about " +
	"the quantity left, the first day they are paid, and whether they are excluded today. It is not kept: its id says who and what was asked about, and reading it works it out anew."

// eligibility answers what a person is entitled to.
type eligibility struct {
	env *Environment
}

// eligibilityRequests takes questions.
type eligibilityRequests struct{ eligibility }

// eligibilityResponses reads answers again.
type eligibilityResponses struct{ eligibility }

var (
	_ rest.Creator  = eligibilityRequests{}
	_ rest.Operator = eligibilityRequests{}
	_ rest.Reader   = eligibilityResponses{}
)

// CoverageEligibilityRequest serves questions what a person is entitled to: create and $submit.
// https://hl7.org/fhir/R4/coverageeligibilityrequest.html
func CoverageEligibilityRequest(e *Environment) rest.Type {
	return eligibilityRequests{eligibility{e}}
}

// CoverageEligibilityResponse serves the answers: read.
// https://hl7.org/fhir/R4/coverageeligibilityresponse.html
func CoverageEligibilityResponse(e *Environment) rest.Type {
	return eligibilityResponses{eligibility{e}}
}

// Definition describes the questions.
func (e eligibilityRequests) Definition() *rest.Definition {
	return &rest.Definition{Name: "CoverageEligibilityRequest", Documentation: aboutEligibility, ServerAssigns: []string{"id", "meta"}}
}

// Definition describes the answers.
func (e eligibilityResponses) Definition() *rest.Definition {
	return &rest.Definition{Name: "CoverageEligibilityResponse", Documentation: aboutEligibilityAnswers}
}

// Operations are $submit.
func (e eligibilityRequests) Operations() []rest.Operation {
	return []rest.Operation{{
		Name: "submit", Definition: "http://hl7.org/fhir/OperationDefinition/CoverageEligibilityRequest-submit", OnType: true, AffectsState: true, Run: e.submit,
		Parameters: []rest.OperationParameter{
			rest.Takes("resource", "Resource", "The CoverageEligibilityRequest.").Needed(), rest.Gives("return", "Resource", "The CoverageEligibilityResponse.").Needed(),
		},
		Documentation: "Answers the CoverageEligibilityResponse to a CoverageEligibilityRequest: the body itself, or the parameter resource.",
	}}
}

// submit answers a question. Errors: as Create, and core.Invalid.
func (e eligibilityRequests) submit(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	sent, err := posted(in, "CoverageEligibilityRequest", e.env.Compatible)
	if err != nil {
		return nil, err
	}
	return e.Create(ctx, sent)
}

// posted gives the resource an operation was sent: the body, or the parameter resource.
// Errors: core.Invalid, core.Unprocessable.
func posted(in *rest.Invocation, typ string, lenient bool) (*fhir.Resource, error) {
	if err := in.Only("resource"); err != nil {
		return nil, err
	}
	inside, err := in.Get("resource")
	switch {
	case err != nil:
		return nil, err
	case in.Resource != nil && inside != nil:
		return nil, core.ErrorAt(core.Invalid, "resource", "the resource is there twice")
	case in.Resource != nil && in.Resource.Tree.String("resourceType") != typ:
		return nil, core.ErrorAt(core.Invalid, "resourceType", "a %s is needed", typ)
	case in.Resource != nil:
		return in.Resource, nil
	case inside == nil || inside.Resource == nil:
		return nil, core.ErrorAt(core.Invalid, "resource", "a %s is needed: as the body, or as the parameter resource", typ)
	}
	return fhir.DecodeJSON(inside.Resource.AppendJSON(nil), fhir.DecodeOptions{Type: typ, Lenient: lenient})
}

// Create answers a question. Errors: core.Unprocessable naming the element.
func (e eligibilityRequests) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.CoverageEligibilityRequest)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a CoverageEligibilityRequest is needed")
	}
	ctx, err := e.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	x := e.env.Store.Read(ctx)
	v, err := e.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	q, err := mapping.EligibilityInto(v, typed)
	if err != nil {
		return nil, err
	}
	return e.ask(ctx, x, v, q)
}

// Read works an answer out anew. Errors: core.NotFound.
func (e eligibilityResponses) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	absent := core.Errorf(core.NotFound, "there is no CoverageEligibilityResponse with id %q", id)
	person, item, service, ok := parseEligibilityID(id)
	if !ok {
		return nil, absent
	}
	ctx, err := e.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	x := e.env.Store.Read(ctx)
	v, err := e.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	q := &mapping.EligibilityQuestion{Patient: mapping.Target{Type: "Patient", UUID: person}}
	if item != 0 {
		row := v.Registers.Items.ByID(item)
		if row == nil {
			return nil, absent
		}
		q.Item = row.ItemCode
	}
	if service != 0 {
		row := v.Registers.Services.ByID(service)
		if row == nil {
			return nil, absent
		}
		q.Service = row.ServCode
	}
	entry, err := e.ask(ctx, x, v, q)
	if core.CodeOf(err) == core.Unprocessable { // who or what it was about is not there any more
		return nil, absent
	}
	return entry, err
}

const patientOfQuestion = "CoverageEligibilityRequest.patient"

// ask finds the person and answers.
func (e eligibility) ask(ctx context.Context, x *persistence.Session, v *mapping.View, q *mapping.EligibilityQuestion) (*fhir.Entry, error) {
	service, item, err := e.asked(v, q)
	if err != nil {
		return nil, err
	}
	person, err := mapping.Find[persistence.Insuree](x, mapping.Patient, patientOfQuestion, q.Patient)
	switch {
	case err == nil:
		if person.Family == nil && person.FamilyID != nil {
			rows := []persistence.Insuree{*person}
			if err := attach(x, rows, func(i *persistence.Insuree) *int { return i.FamilyID }, func(i *persistence.Insuree, f *persistence.Family) { i.Family = f }); err != nil {
				return nil, err
			}
			person = &rows[0]
		}
		return e.answer(x, v, q, person, service, item)
	case core.CodeOf(err) != core.Unprocessable:
		return nil, err
	}
	var entry *fhir.Entry
	if x.Principal().May(rightEnquireByNumber, rightEnterClaim) {
		switch found, fault := e.elsewhere(ctx, v, q, service, item, &entry); {
		case fault == nil:
			return entry, nil
		case found || core.CodeOf(fault) != core.Unprocessable:
			return nil, fault
		}
	}
	if !v.Compatible {
		return nil, err
	}
	return e.answer(x, v, q, nil, service, item)
}

// elsewhere answers about a person outside the caller's scope and records who asked; found
// tells whether there is such a person.
func (e eligibility) elsewhere(ctx context.Context, v *mapping.View, q *mapping.EligibilityQuestion, service, item *scheme.Asked, entry **fhir.Entry) (found bool, err error) {
	err = e.env.Store.Tx(ctx, func(x *persistence.Session) error {
		person, err := mapping.FindPerson(x, patientOfQuestion, q.Patient)
		if err != nil {
			return err
		}
		found = true
		if *entry, err = e.answer(x, v, q, person, service, item); err != nil {
			return err
		}
		return scheme.NoteEnquiry(x, person, "CoverageEligibilityRequest")
	})
	return found, err
}

// asked looks the codes up. On the compatible base an unknown code is answered like one no
// policy pays. Errors: core.Unprocessable.
func (e eligibility) asked(v *mapping.View, q *mapping.EligibilityQuestion) (service, item *scheme.Asked, err error) {
	var faults []*core.Error
	unknown := func(kind, code string) {
		if !v.Compatible {
			faults = append(faults, core.ErrorAt(core.Unprocessable, q.Paths[kind], "there is no %s with the code %q", kind, code))
		}
	}
	if q.Service != "" {
		if service = scheme.AskedService(v.Registers.Services.ByCode(q.Service)); !service.Known {
			unknown("service", q.Service)
		}
	}
	if q.Item != "" {
		if item = scheme.AskedItem(v.Registers.Items.ByCode(q.Item)); !item.Known {
			unknown("item", q.Item)
		}
	}
	return service, item, core.Join(faults...)
}

// answer works out what the person is entitled to; nil is nobody.
func (e eligibility) answer(x *persistence.Session, v *mapping.View, q *mapping.EligibilityQuestion, person *persistence.Insuree, service, item *scheme.Asked) (*fhir.Entry, error) {
	a := &mapping.EligibilityAnswer{Person: person, Asked: *q}
	if person != nil {
		a.ID = eligibilityID(person.InsureeUUID, item, service)
		f, err := scheme.LoadEligibility(x, person, service, item)
		if err != nil {
			return nil, err
		}
		a.Covers = e.covers(f, q)
		if err := allAnswered(a); err != nil {
			return nil, err
		}
	}
	return &fhir.Entry{Type: "CoverageEligibilityResponse", ID: a.ID, Resource: &fhir.Resource{Typed: mapping.EligibilityResponseOf(v, a)}}, nil
}

// allAnswered refuses a question about a policy the person is not actively on.
func allAnswered(a *mapping.EligibilityAnswer) error {
	for i, wanted := range a.Asked.Covers {
		found := false
		for _, c := range a.Covers {
			found = found || c.Policy.PolicyUUID == wanted
		}
		if !found {
			return core.ErrorAt(core.Unprocessable, fmt.Sprintf("CoverageEligibilityRequest.insurance[%d].coverage", i), "the patient has no active cover by this policy")
		}
	}
	return nil
}

// covers answers for each active policy the person is on, by its key.
func (e eligibility) covers(f *scheme.EligibilityFile, q *mapping.EligibilityQuestion) []mapping.EligibilityCover {
	standings := map[int]scheme.Standing{}
	for _, s := range scheme.Standings(&f.CoverFile, e.env.Rules) {
		if s.Policy != nil {
			standings[s.Policy.PolicyID] = s
		}
	}
	var list []mapping.EligibilityCover
	done := map[int]bool{}
	for i := range f.Members {
		m := &f.Members[i]
		policy := f.Policy(m.PolicyID)
		if policy == nil || done[m.PolicyID] || policy.PolicyStatus == nil || *policy.PolicyStatus != mapping.PolicyActive || f.Products[policy.ProdID] == nil {
			continue
		}
		if len(q.Covers) > 0 && !oneOf(q.Covers, policy.PolicyUUID) {
			continue
		}
		done[m.PolicyID] = true
		c := mapping.EligibilityCover{Policy: policy, Product: f.Products[policy.ProdID], Member: m, InForce: scheme.InForce(policy, m, f.Now.Date())}
		under := f.Under(policy.PolicyID)
		found := scheme.CheckEligibility(under, e.env.Rules)
		fillTotals(&c, found.Totals)
		if s, ok := standings[policy.PolicyID]; ok {
			c.Deductible, c.Ceiling = remainders(s.Deductible), remainders(s.Ceiling)
		}
		if f.Service != nil {
			c.Service = wareAnswer(q.Service, found.Service)
		}
		if f.Item != nil {
			c.Item = wareAnswer(q.Item, found.Item)
		}
		list = append(list, c)
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].Policy.PolicyID < list[b].Policy.PolicyID })
	return list
}

func oneOf(list []persistence.UUID, id persistence.UUID) bool {
	for _, one := range list {
		if one == id {
			return true
		}
	}
	return false
}

// eligibilityID makes the id of an answer: the person, and the keys of what was asked about.
func eligibilityID(person persistence.UUID, item, service *scheme.Asked) string {
	id := string(person)
	if item != nil && item.Known {
		id += ".i" + strconv.Itoa(item.ID)
	}
	if service != nil && service.Known {
		id += ".s" + strconv.Itoa(service.ID)
	}
	return id
}

// parseEligibilityID takes an id made by eligibilityID apart; 0 is not asked about.
func parseEligibilityID(id string) (person persistence.UUID, item, service int, ok bool) {
	parts := strings.Split(id, ".")
	if person, ok = persistence.ParseUUID(parts[0]); !ok {
		return "", 0, 0, false
	}
	for _, part := range parts[1:] {
		if len(part) < 2 {
			return "", 0, 0, false
		}
		key, err := strconv.ParseInt(part[1:], 10, 32)
		switch {
		case err != nil || key <= 0 || part[1] == '+' || part[1] == '0':
			return "", 0, 0, false
		case part[0] == 'i' && item == 0 && service == 0:
			item = int(key)
		case part[0] == 's' && service == 0:
			service = int(key)
		default:
			return "", 0, 0, false
		}
	}
	return person, item, service, true
}
