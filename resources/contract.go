package resources

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Rights needed beside that of the interaction.
const (
	rightRenewPolicy     = 101205 // to sell a renewal
	rightAddContribution = 101302 // to book what was paid
)

// contracts serves policies.
type contracts struct {
	*table[persistence.Policy]
	creator
	cases scheme.Policies
}

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.Searcher
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
} = contracts{}

const aboutContracts = "Policies (tblPolicy) with the people they cover and the contributions paid for them. " +
	"To create one sells the product to the family, or renews its last policy when legalState is `Renewed`, and books the contributions; period, value and status are what the rules of the scheme make of it. " +
	"To update one books further contributions, changes the officer, suspends (`disputed`) or activates (`executed`) it. What is said otherwise than the rules have it is refused, naming both. " +
	"There is no search by authority, domain, instantiates, signer and url, which no column holds."

// Contract serves policies: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/contract.html
func Contract(e *Environment) rest.Type {
	c := contracts{cases: scheme.Policies{Rules: e.Rules}}
	c.table = newTable(e, mapping.ContractCatalogue(e.today), aboutContracts, renderContracts)
	c.compile = func(q *search.Query) (persistence.Query, error) { return mapping.CompileContract(c.catalogue, q) }
	c.stamp, c.creator = c.stampOf, c.add
	c.definition.Params = append(c.definition.Params, unsorted(search.LastUpdated))
	return c
}

// renderContracts renders policies with what hangs on them.
func renderContracts(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Policy) ([]*fhir.Resource, error) {
	if err := fillPolicies(x, rows); err != nil {
		return nil, err
	}
	err := fill(x, rows, "OfficerID",
		func(p *persistence.Policy) *int { return p.OfficerID },
		func(p *persistence.Policy) **persistence.Officer { return &p.Officer },
		func(o *persistence.Officer) int { return o.OfficerID })
	if err != nil {
		return nil, err
	}
	if err := withContractLines(x, rows); err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.ContractOf(v, &rows[i])}
		if v.Compatible {
			out[i].Residue = withHabit(v, &rows[i])
		}
	}
	return out, nil
}

// withHabit gives the residue of a policy with its status in the word of the older server,
// which no resource of R4 can hold.
func withHabit(v *mapping.View, row *persistence.Policy) *fhir.Residue {
	residue, _ := mapping.ReadResidue(row.JSONExt, "Contract")
	if residue == nil {
		residue = &fhir.Residue{Patch: &fhir.Object{}}
	}
	residue.AddOnly = true
	residue.Patch.Set("status", &fhir.Object{Members: []fhir.Member{{Name: "+", Value: mapping.ContractHabit(mapping.ContractState(row, v.Today))}}})
	return residue
}

// withContractLines loads members and contributions of policies that came without: one
// statement each, whatever the number of policies. Closed ones come along, since their
// closing changed the policy too; copies of older states do not.
func withContractLines(x *persistence.Session, rows []persistence.Policy) error {
	var keys []int
	for i := range rows {
		if rows[i].Members == nil || rows[i].Premiums == nil {
			keys = append(keys, rows[i].PolicyID)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	members, premiums, err := contractLines(x, keys, true)
	if err != nil {
		return err
	}
	at := map[int]*persistence.Policy{}
	for i := range rows {
		if rows[i].Members == nil || rows[i].Premiums == nil {
			at[rows[i].PolicyID] = &rows[i]
			rows[i].Members, rows[i].Premiums = []persistence.InsureePolicy{}, []persistence.Premium{}
		}
	}
	for i := range members {
		p := at[members[i].PolicyID]
		p.Members = append(p.Members, members[i])
	}
	for i := range premiums {
		p := at[premiums[i].PolicyID]
		p.Premiums = append(p.Premiums, premiums[i])
	}
	return nil
}

// contractLines loads what hangs on policies, in the order it was written; with current,
// without the copies of older states.
func contractLines(x *persistence.Session, keys []int, current bool) (members []persistence.InsureePolicy, premiums []persistence.Premium, err error) {
	on := func(key, relation string) persistence.Query {
		q := persistence.Query{Join: []string{relation}, Where: []clause.Expression{persistence.In(persistence.Column("", key), keys)}, Past: true}
		if current {
			q.Where = append(q.Where, persistence.IsNull(persistence.Column("", "LegacyID")))
		}
		return q
	}
	if members, err = persistence.Beside[persistence.InsureePolicy](x, on("PolicyId", "Insuree")); err != nil {
		return nil, nil, err
	}
	premiums, err = persistence.Beside[persistence.Premium](x, on("PolicyID", "Payer"))
	return members, premiums, err
}

// stampOf gives the version of a policy: that of its row and of what hangs on it, as of
// the moment any of them changed last.
func (c contracts) stampOf(row *persistence.Policy) persistence.Version {
	root, lines := *row, make([]any, 0, len(row.Members)+len(row.Premiums))
	since := func(moments ...*persistence.DateTime) {
		for _, m := range moments {
			if m != nil && m.After(root.ValidityFrom.Time) {
				root.ValidityFrom = *m
			}
		}
	}
	for i := range row.Members {
		m := &row.Members[i]
		if since(m.ValidityFrom, m.ValidityTo); m.ValidityTo == nil {
			lines = append(lines, m)
		}
	}
	for i := range row.Premiums {
		p := &row.Premiums[i]
		if since(&p.ValidityFrom, p.ValidityTo); p.ValidityTo == nil {
			lines = append(lines, p)
		}
	}
	return c.env.Store.VersionOf(&root, lines...)
}

// add sells a policy and books what was paid for it. Errors: core.Unprocessable naming
// the elements, core.Conflict, core.Forbidden.
func (c contracts) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return c.change(ctx, in, func(x *persistence.Session, v *mapping.View, parts *mapping.ContractParts, rows *mapping.ContractRows) (persistence.UUID, *persistence.Policy, error) {
		sale, err := saleOf(x, parts, rows)
		if err != nil {
			return "", nil, err
		}
		if sale.UUID, err = c.newUUID(x, id); err != nil {
			return "", nil, err
		}
		p, err := c.cases.Sell(x, sale)
		if err != nil {
			return "", nil, err
		}
		return p.PolicyUUID, nil, nil
	})
}

// saleOf makes of a Contract what the scheme is asked to sell. Errors: core.Unprocessable
// for what is missing, core.Forbidden.
func saleOf(x *persistence.Session, parts *mapping.ContractParts, rows *mapping.ContractRows) (*scheme.PolicySale, error) {
	var faults []*core.Error
	needed := func(name, what string) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, parts.Paths[name], "%s", what))
	}
	sale := &scheme.PolicySale{Renewal: parts.Renewal != nil && *parts.Renewal}
	sale.Paths = parts.Paths
	if rows.Family == nil {
		needed("family", "the Group the policy is sold to is needed")
	} else {
		sale.FamilyID = rows.Family.FamilyID
	}
	if rows.Product == nil {
		needed("product", "the InsurancePlan that is sold is needed")
	} else {
		sale.ProdID = rows.Product.ProdID
	}
	if parts.Enrolled == nil {
		needed("enrolled", "the day of enrolment is needed")
	} else {
		sale.Enrolled = *parts.Enrolled
	}
	if rows.Officer == nil {
		var err error
		if rows.Officer, err = officerSignedOn(x); err != nil {
			return nil, err
		}
	}
	if rows.Officer == nil {
		needed("officer", "the enrolment officer who sold the policy is needed, since you sign on as none")
	} else {
		sale.OfficerID = rows.Officer.OfficerID
	}
	if err := core.Join(faults...); err != nil {
		return nil, err
	}
	if sale.Renewal && !x.Principal().May(rightRenewPolicy) {
		return nil, core.ErrorAt(core.Forbidden, parts.Paths["stage"], "you may sell policies but not renew them: right %d is needed", rightRenewPolicy)
	}
	var err error
	sale.Paid, err = contributions(x, parts.Premiums, rows)
	return sale, err
}

// officerSignedOn gives the enrolment officer whose code is the caller's login, nil when
// he is none.
func officerSignedOn(x *persistence.Session) (*persistence.Officer, error) {
	login := strings.TrimSpace(x.Principal().Login)
	if login == "" {
		return nil, nil
	}
	found, err := mapping.ByCode[persistence.Officer](x, mapping.OfficerPractitioners, login)
	if err != nil || len(found) != 1 {
		return nil, err
	}
	return &found[0], nil
}

// contributions makes drafts of the contributions to book. Errors: core.Forbidden.
func contributions(x *persistence.Session, premiums []mapping.PremiumPart, rows *mapping.ContractRows) ([]scheme.ContributionDraft, error) {
	if len(premiums) > 0 && !x.Principal().May(rightAddContribution) {
		return nil, core.ErrorAt(core.Forbidden, premiums[0].Path, "you may not book contributions: right %d is needed", rightAddContribution)
	}
	drafts := make([]scheme.ContributionDraft, len(premiums))
	for i, p := range premiums {
		drafts[i] = scheme.ContributionDraft{
			Amount: p.Amount, Receipt: p.Receipt, PayDate: p.PayDate, PayType: p.PayType, PhotoFee: p.PhotoFee,
			Paths: map[string]string{"amount": p.Path, "receipt": p.Path, "date": p.Path, "type": p.Path, "payer": p.Path},
		}
		if p.Payer != "" {
			drafts[i].PayerID = ptr(rows.Payers[p.Payer])
		}
	}
	return drafts, nil
}

// Update books what was paid since, and changes officer and status.
// Errors: as add, and core.NotFound, core.Gone, core.PreconditionFailed.
func (c contracts) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return c.change(ctx, in, func(x *persistence.Session, v *mapping.View, parts *mapping.ContractParts, rows *mapping.ContractRows) (persistence.UUID, *persistence.Policy, error) {
		row, err := c.current(x, id, match)
		if err != nil {
			return "", nil, err
		}
		fresh, err := parts.Unbooked(row.Premiums)
		if err != nil {
			return "", nil, err
		}
		drafts, err := contributions(x, fresh, rows)
		if err != nil {
			return "", nil, err
		}
		status := mapping.ContractState(row, v.Today)
		for i := range drafts {
			p, _, err := c.cases.Contribute(x, row.PolicyUUID, &drafts[i])
			if err != nil {
				return "", nil, err
			}
			status = mapping.ContractState(p, v.Today)
		}
		if rows.Officer != nil && (row.OfficerID == nil || *row.OfficerID != rows.Officer.OfficerID) {
			if _, err := c.cases.Reassign(x, row.PolicyUUID, rows.Officer.OfficerID, parts.Paths["officer"]); err != nil {
				return "", nil, err
			}
		}
		return row.PolicyUUID, row, c.move(x, v, parts, row, status)
	})
}

// move puts the policy into the state asked for, where there is a way. What cannot be is
// told when the outcome is compared with what was asked.
func (c contracts) move(x *persistence.Session, v *mapping.View, parts *mapping.ContractParts, before *persistence.Policy, status int) error {
	if parts.Status == nil || *parts.Status == mapping.ContractState(before, v.Today) {
		return nil
	}
	switch {
	case *parts.Status == mapping.PolicySuspended && (status == mapping.PolicyIdle || status == mapping.PolicyReady || status == mapping.PolicyActive):
		_, err := c.cases.Suspend(x, before.PolicyUUID)
		return err
	case *parts.Status == mapping.PolicyActive && status == mapping.PolicyReady:
		day := x.Now().Date()
		if asked := parts.Use.Start; asked != nil && !asked.Equal(before.StartDate.Time) {
			day = *asked
		}
		_, err := c.cases.Activate(x, before.PolicyUUID, day)
		return err
	}
	return nil
}

// Delete closes a policy with its covers and contributions. Deleting what is deleted
// already succeeds. Errors: core.NotFound, core.Conflict, core.PreconditionFailed.
func (c contracts) Delete(ctx context.Context, id string, match rest.Match) error {
	return c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := c.current(x, id, match)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		return c.cases.Delete(x, row.PolicyUUID)
	})
}

// current gives the live policy with what hangs on it and checks the version If-Match
// names. It is held first: between the check and the change nobody else changes it.
func (c contracts) current(x *persistence.Session, id string, match rest.Match) (*persistence.Policy, error) {
	if uuid, ok := persistence.ParseUUID(id); ok {
		if err := persistence.Hold[persistence.Policy](x, uuid); err != nil {
			return nil, err
		}
	}
	row, err := c.one(x, id)
	if err != nil {
		return nil, err
	}
	rows := []persistence.Policy{*row}
	if err := withContractLines(x, rows); err != nil {
		return nil, err
	}
	return &rows[0], c.matches(&rows[0], match)
}

// change runs use cases on one policy in a transaction, holds the outcome against what was
// sent, keeps what no column holds, and renders the policy. run gives the policy and how
// it was before, nil for a new one.
func (c contracts) change(ctx context.Context, in *fhir.Resource, run func(x *persistence.Session, v *mapping.View, parts *mapping.ContractParts, rows *mapping.ContractRows) (persistence.UUID, *persistence.Policy, error)) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.Contract)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Contract is needed")
	}
	ctx, err := c.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	var entry *fhir.Entry
	err = c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		v, err := c.env.view(ctx, x)
		if err != nil {
			return err
		}
		parts, err := mapping.ContractInto(v, typed, in.Tree)
		if err != nil {
			return err
		}
		rows, err := mapping.ResolveContract(x, parts)
		if err != nil {
			return err
		}
		id, before, err := run(x, v, parts, rows)
		if err != nil {
			return err
		}
		after, err := c.settle(x, v, in, parts, rows, id, before)
		if err != nil {
			return err
		}
		entry, err = c.entry(ctx, x, after)
		return err
	})
	return entry, err
}

// settle loads the policy as the use cases left it, refuses what was said otherwise, and
// keeps what was sent beyond the columns.
func (c contracts) settle(x *persistence.Session, v *mapping.View, in *fhir.Resource, parts *mapping.ContractParts, rows *mapping.ContractRows, id persistence.UUID, before *persistence.Policy) (*persistence.Policy, error) {
	after, err := c.current(x, string(id), "")
	if err != nil {
		return nil, err
	}
	family, err := membersOf(x, []int{after.FamilyID})
	if err != nil {
		return nil, err
	}
	if err := parts.Against(v, rows, family[after.FamilyID], before, after); err != nil {
		return nil, err
	}
	if in.Tree == nil {
		return after, nil
	}
	rendered := mapping.ContractOf(v, after)
	tree, err := mapping.AsSettled(in.Tree, rendered)
	if err != nil {
		return nil, err
	}
	residue, conforms, err := mapping.Beyond(rendered, tree)
	if err != nil {
		return nil, err
	}
	ext, err := mapping.WriteResidue(after.JSONExt, "Contract", residue, conforms)
	if err != nil || sameResidue(ext, after.JSONExt, "Contract") {
		return after, err
	}
	after.JSONExt = ext
	if err := persistence.Update(x, after); err != nil {
		return nil, err
	}
	return after, c.announce(x, "written", after)
}

// sameResidue tells whether two JsonExt documents keep the same of a resource type, so that
// nothing is to be written. The order of members does not count: jsonb keeps none.
func sameResidue(a, b *persistence.JSON, resource string) bool {
	sorted := func(ext *persistence.JSON) string {
		residue, conforms := mapping.ReadResidue(ext, resource)
		if residue == nil {
			return ""
		}
		decoder := json.NewDecoder(bytes.NewReader(residue.Patch.AppendJSON(nil)))
		decoder.UseNumber()
		var patch any
		if decoder.Decode(&patch) != nil {
			return ""
		}
		text, _ := json.Marshal([]any{patch, conforms}) // sorts the members; what was decoded marshals
		return string(text)
	}
	return sorted(a) == sorted(b)
}
