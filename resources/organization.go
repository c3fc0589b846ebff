package resources

import (
	"context"

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

// organizations serves health facilities and policy holders from their tables and the
// insurer from the configuration.
type organizations struct {
	*table[persistence.HealthFacility]
	creator
	all *pair[persistence.HealthFacility, persistence.PolicyHolder]
}

// rightHolders is the right to read policy holders. Who has it not sees none.
const rightHolders = 150101

var _ interface {
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
} = organizations{}

const aboutOrganizations = "Health facilities (type `prov`, tblHF), and the insurer that runs the scheme (type `ins`, read only, from the configuration), " +
	"which comes first in a search. Policy holders (type `bus`, tblPolicyHolder, read only) come last and are shown to who has the right 150101; " +
	"a search that finds them beside facilities cannot be sorted."

// Organization serves organisations: read, versions, search; health facilities also
// create, update and delete. https://hl7.org/fhir/R4/organization.html
func Organization(e *Environment) rest.Type {
	o := organizations{}
	o.table = newTable(e, mapping.Organization, aboutOrganizations, renderFacilities)
	holders := newTable(e, mapping.PolicyHolders, "", each(mapping.PolicyHolderOf))
	o.all = &pair[persistence.HealthFacility, persistence.PolicyHolder]{key: "HfID", first: o.table, second: holders}
	o.others, o.creator = append(o.others, holders.has), o.add
	o.definition.Supported = append(o.definition.Supported, mapping.InsurerProfile)
	o.definition.Supported = append(o.definition.Supported, holders.definition.Supported...)
	return o
}

// rows chooses the tables the caller may read.
func (o organizations) rows(ctx context.Context) interface {
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.Searcher
} {
	if core.PrincipalOf(ctx).May(rightHolders) {
		return o.all
	}
	return o.table
}

// search finds what has a row. A sorted search is one of the facilities, or of the policy
// holders, alone.
func (o organizations) search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	if len(q.Sort) == 0 || !core.PrincipalOf(ctx).May(rightHolders) {
		return o.rows(ctx).Search(ctx, q)
	}
	holders, err := hits(ctx, o.all.second, q)
	if err != nil {
		return nil, err
	}
	if holders == 0 {
		return o.table.Search(ctx, q)
	}
	facilities, err := hits(ctx, o.table, q)
	switch {
	case err != nil:
		return nil, err
	case facilities > 0:
		return nil, core.ErrorAt(core.Invalid, "_sort", "facilities and policy holders cannot be sorted together: ask for one type, prov or bus")
	}
	return o.all.second.Search(ctx, q)
}

// hits counts what a search finds.
func hits(ctx context.Context, typ rest.Searcher, q *search.Query) (int, error) {
	counted := *q
	counted.Count, counted.Cursor, counted.Offset, counted.Sort = 0, "", 0, nil
	page, err := typ.Search(ctx, &counted)
	if err != nil {
		return 0, err
	}
	return *page.Total, nil
}

// renderFacilities loads the claim administrators of the facilities.
func renderFacilities(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.HealthFacility) ([]*fhir.Resource, error) {
	at := map[int][]int{}
	var keys []int
	for i := range rows {
		if at[rows[i].HFID] == nil {
			keys = append(keys, rows[i].HFID)
		}
		at[rows[i].HFID] = append(at[rows[i].HFID], i)
		rows[i].ClaimAdmins = nil
	}
	admins, err := persistence.Beside[persistence.ClaimAdmin](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", "HFId"), keys)}})
	if err != nil {
		return nil, err
	}
	for _, admin := range admins {
		for _, i := range at[*admin.HFID] {
			rows[i].ClaimAdmins = append(rows[i].ClaimAdmins, admin)
		}
	}
	rendered := make([]*fhir.Resource, len(rows))
	for i := range rows {
		rendered[i] = &fhir.Resource{Typed: mapping.OrganizationOf(v, &rows[i])}
	}
	return rendered, nil
}

// insurer gives the insurer, nil when none is configured. It never changes while the
// program runs, so its version is always the first.
func (o organizations) insurer() *fhir.Entry {
	in := o.env.Insurer
	if in.ID == "" {
		return nil
	}
	return &fhir.Entry{
		Type: "Organization", ID: in.ID, VersionID: "1", Created: true, LastUpdated: started,
		Resource: &fhir.Resource{Typed: mapping.InsurerOf(&in)},
	}
}

func (o organizations) isInsurer(id string) bool { return id != "" && id == o.env.Insurer.ID }

// Read reads an organisation.
func (o organizations) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	if o.isInsurer(id) {
		return o.insurer(), nil
	}
	return o.rows(ctx).Read(ctx, id)
}

// ReadAll reads several organisations.
func (o organizations) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	entries, err := o.rows(ctx).ReadAll(ctx, ids)
	for _, id := range ids {
		if err == nil && o.isInsurer(id) {
			return append(entries, o.insurer()), nil
		}
	}
	return entries, err
}

// ReadVersion reads one version of an organisation.
func (o organizations) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	if !o.isInsurer(id) {
		return o.rows(ctx).ReadVersion(ctx, id, version)
	}
	if entry := o.insurer(); entry.VersionID == version {
		return entry, nil
	}
	return nil, core.Errorf(core.NotFound, "Organization/%s has no version %s", id, version)
}

// History lists the versions of an organisation.
func (o organizations) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	if !o.isInsurer(id) {
		return o.rows(ctx).History(ctx, id, q)
	}
	page := &rest.Page{Total: ptr(1)}
	if entry := o.insurer(); q.Offset == 0 && !entry.LastUpdated.Before(q.Since) {
		page.Entries = []*fhir.Entry{entry}
	}
	return page, nil
}

// afterInsurer is the cursor of the first row, where the insurer fills a page alone.
const afterInsurer = "rows"

// Search finds organisations. The insurer stands before the first row.
func (o organizations) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	if !o.insurerMatches(q) {
		return o.search(ctx, q)
	}
	rows, first := *q, q.Cursor == "" && q.Offset == 0
	switch {
	case q.Cursor == afterInsurer:
		rows.Cursor = ""
	case first && q.Count > 1:
		rows.Count-- // the insurer takes a place on the first page
	case q.Offset > 0:
		rows.Offset-- // and moves every numbered page on by one
	}
	page, err := o.search(ctx, &rows)
	if err != nil {
		return nil, err
	}
	if page.Total != nil {
		*page.Total++
	}
	switch {
	case q.Count == 0:
	case first && q.Count == 1:
		if page.Next = ""; len(page.Entries) > 0 {
			page.Next = afterInsurer
		}
		page.Entries = []*fhir.Entry{o.insurer()}
	case first || q.Cursor != "" && q.Cursor != afterInsurer && page.Prev == "":
		page.Entries = append([]*fhir.Entry{o.insurer()}, page.Entries...)
	}
	return page, nil
}

// insurerMatches tells whether the insurer answers to a search. It has no column, so only
// what is said here can be asked of it; of anything else it has nothing.
func (o organizations) insurerMatches(q *search.Query) bool {
	if o.env.Insurer.ID == "" {
		return false
	}
	for i := range q.Clauses {
		if !mapping.InsurerMatches(&o.env.Insurer, &q.Clauses[i]) {
			return false
		}
	}
	return true
}

// add adds a health facility.
func (o organizations) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return o.change(ctx, func(x *persistence.Session) (*persistence.HealthFacility, error) {
		uuid, err := o.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		row := &persistence.HealthFacility{HFUUID: uuid}
		if err := o.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		d := facilityDraft(row)
		return &d.Facility, scheme.Facilities{}.Create(x, d)
	})
}

// Update changes a health facility. Columns FHIR cannot say stay as they are.
func (o organizations) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	if o.isInsurer(id) {
		return nil, readOnlyInsurer()
	}
	return o.change(ctx, func(x *persistence.Session) (*persistence.HealthFacility, error) {
		row, err := o.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := o.matches(row, match); err != nil {
			return nil, err
		}
		if err := o.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		d := facilityDraft(row)
		return &d.Facility, scheme.Facilities{}.Update(x, d)
	})
}

// facilityDraft names what a facility may be refused for.
func facilityDraft(row *persistence.HealthFacility) *scheme.FacilityDraft {
	return &scheme.FacilityDraft{Facility: *row, Paths: scheme.Paths{
		"HFCode": "Organization.identifier", "HFName": "Organization.name", "LegalForm": "Organization.extension", "HFLevel": "Organization.extension", "LocationId": "Organization.address",
	}}
}

func readOnlyInsurer() error {
	return core.Errorf(core.MethodNotAllowed, "the insurer is configured, not written")
}

// take writes the resource into the row and finds its district.
func (o organizations) take(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *persistence.HealthFacility) error {
	typed, ok := in.Typed.(*r4.Organization)
	if !ok {
		return core.Errorf(core.Invalid, "an Organization is needed")
	}
	v, err := o.env.view(ctx, x)
	if err != nil {
		return err
	}
	place, err := mapping.OrganizationInto(v, typed, row)
	if err != nil {
		return err
	}
	district, err := mapping.Resolve[persistence.Location](x, mapping.Location, place.At(), place.Where)
	if err != nil {
		return err
	}
	if !mapping.IsDistrict(district) {
		return core.ErrorAt(core.Unprocessable, place.At(), "%s is no district; facilities belong to districts", text(district.LocationName))
	}
	row.LocationID = district.LocationID
	return o.keep(ctx, x, row, in)
}

// Delete closes a health facility nothing hangs on.
func (o organizations) Delete(ctx context.Context, id string, match rest.Match) error {
	if o.isInsurer(id) {
		return readOnlyInsurer()
	}
	return o.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := o.one(x, id)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := o.matches(row, match); err != nil {
			return err
		}
		return scheme.Facilities{}.Delete(x, row, "Organization")
	})
}
