package resources_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// searchFor runs the query string of a URL, as the engine parses it.
func searchFor(t *testing.T, w *world, typ rest.Type, text string) (*rest.Page, error) {
	t.Helper()
	q, err := parse(typ, text)
	if err != nil {
		return nil, err
	}
	return typ.(rest.Searcher).Search(w.system(t), q)
}

func TestSearchByEveryParameter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := &w.sides[0], &w.sides[1]
		w.seed(t, func(x *persistence.Session) {
			row, err := persistence.One[persistence.Insuree](x, one.member.InsureeUUID)
			if err != nil {
				t.Fatal(err)
			}
			row.Phone, row.Email, row.Status = ptr("555-1"), ptr("John@example.org"), ptr("DE")
			row.DOB = persistence.DateOf(2001, 3, 2)
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		names := map[string]string{
			string(one.head.InsureeUUID): "head1", string(one.member.InsureeUUID): "member1",
			string(two.head.InsureeUUID): "head2", string(two.member.InsureeUUID): "member2",
			string(one.family.FamilyUUID): "family1", string(two.family.FamilyUUID): "family2",
			string(w.region.LocationUUID):     "region",
			string(one.district.LocationUUID): "district1", string(two.district.LocationUUID): "district2",
			string(one.ward.LocationUUID): "ward1", string(two.ward.LocationUUID): "ward2",
			string(one.village.LocationUUID): "village1", string(two.village.LocationUUID): "village2",
		}
		uuid := func(id persistence.UUID) string { return string(id) }
		for _, c := range []struct {
			typ         func(*resources.Environment) rest.Type
			query, want string
		}{
			{resources.Patient, "", "head1 head2 member1 member2"},
			{resources.Patient, "_id=" + uuid(one.head.InsureeUUID), "head1"},
			{resources.Patient, "_id=" + uuid(one.head.InsureeUUID) + "," + uuid(two.head.InsureeUUID), "head1 head2"},
			{resources.Patient, "_id=nonsense", ""},
			{resources.Patient, "identifier=070707071", "head1"},
			{resources.Patient, "identifier=|070707071", "head1"},
			{resources.Patient, "identifier=" + strings.ToUpper(uuid(one.head.InsureeUUID)), "head1"},
			{resources.Patient, "identifier:not=070707071", "head2 member1 member2"},
			{resources.Patient, "identifier=070707071,070707072", "head1 head2"},
			{resources.Patient, "family=do", "head1 head2 member1 member2"},
			{resources.Patient, "family:exact=doe", ""},
			{resources.Patient, "given:contains=AN", "head1 head2"},
			{resources.Patient, "name=john", "member1 member2"},
			{resources.Patient, "name=doe&given=jane", "head1 head2"},
			{resources.Patient, "birthdate=1980-05-04", "head1 head2 member2"},
			{resources.Patient, "birthdate=1980-05", "head1 head2 member2"},
			{resources.Patient, "birthdate=1980", "head1 head2 member2"},
			{resources.Patient, "birthdate=ne1980", "member1"},
			{resources.Patient, "birthdate=gt1980", "member1"},
			{resources.Patient, "birthdate=ge1980-05-04", "head1 head2 member1 member2"},
			{resources.Patient, "birthdate=gt1980-05-04", "member1"},
			{resources.Patient, "birthdate=lt1980-05-04", ""},
			{resources.Patient, "birthdate=le1980-05-04", "head1 head2 member2"},
			{resources.Patient, "birthdate=sa1980-12", "member1"},
			{resources.Patient, "birthdate=eb2001", "head1 head2 member2"},
			{resources.Patient, "birthdate=ap2001-04", "member1"},
			{resources.Patient, "birthdate=ge2001-03-02T00:00:00Z", "member1"},
			{resources.Patient, "gender=female", "head1 head2"},
			{resources.Patient, "gender=http://hl7.org/fhir/administrative-gender|male", "member1 member2"},
			{resources.Patient, "gender=http://example.org|male", ""},
			{resources.Patient, "gender:not=female", "member1 member2"},
			{resources.Patient, "gender=unknown", ""},
			{resources.Patient, "gender=nonsense", ""},
			{resources.Patient, "phone=555-1", "member1"},
			{resources.Patient, "telecom=555-1", "member1"},
			{resources.Patient, "email=John@example.org", "member1"},
			{resources.Patient, "phone:missing=true", "head1 head2 member2"},
			{resources.Patient, "phone:missing=false", "member1"},
			{resources.Patient, "active=true", "head1 head2"},
			{resources.Patient, "active=false", "member1"},
			{resources.Patient, "deceased=true", "member1"},
			{resources.Patient, "deceased=false", "head1 head2 member2"},
			{resources.Patient, "general-practitioner=Organization/" + uuid(one.facility.HFUUID), "member1"},
			{resources.Patient, "general-practitioner=" + uuid(one.facility.HFUUID), "member1"},
			{resources.Patient, "general-practitioner:missing=true", "head1 head2"},
			{resources.Patient, "address-city=jamula 2", "head2 member2"},
			{resources.Patient, "address=5 tsoka", "head1 head2 member1 member2"},
			{resources.Patient, "address:contains=MULA 1", "head1 member1"},
			{resources.Patient, "group=Group/" + uuid(one.family.FamilyUUID), "head1 member1"},
			{resources.Patient, "is-head=true", "head1 head2"},
			{resources.Patient, "_lastUpdated=lt2020-01-01", ""},
			{resources.Patient, "_lastUpdated=ge2026-11-20", "head1 head2 member1 member2"},
			{resources.Patient, "_lastUpdated=gt2026-11-20T09:30:00.000Z", "member1"},
			{resources.Patient, "_lastUpdated=gt2026-11-20T09:30:00Z", ""},
			{resources.Group, "identifier=070707071", "family1"},
			{resources.Group, "identifier=" + uuid(two.family.FamilyUUID), "family2"},
			{resources.Group, "name=doe", "family1 family2"},
			{resources.Group, "type=person", "family1 family2"},
			{resources.Group, "type=animal", ""},
			{resources.Group, "actual=true", "family1 family2"},
			{resources.Group, "member=Patient/" + uuid(one.member.InsureeUUID), "family1"},
			{resources.Group, "poverty=false", "family1 family2"},
			{resources.Group, "family-type=CodeSystem/group-type|H", "family1 family2"},
			{resources.Group, "family-type=" + guide + "/CodeSystem/group-type|H", "family1 family2"},
			{resources.Group, "family-type=" + guide + "CodeSystem/group-type|", "family1 family2"},
			{resources.Group, "family-type=|H", ""},
			{resources.Location, "name=rapta 1", "district1"},
			{resources.Location, "identifier=T1D1W1", "ward1"},
			{resources.Location, "physicaltype=D", "district1 district2"},
			{resources.Location, "physicaltype:not=D", "region village1 village2 ward1 ward2"},
			{resources.Location, "partof=Location/" + uuid(one.district.LocationUUID), "ward1"},
			{resources.Location, "partof:missing=true", "region"},
			{resources.Location, "status=active&physicaltype=R", "region"},
			{resources.Location, "status=inactive", ""},
		} {
			page, err := searchFor(t, w, c.typ(w.Environment), c.query)
			if err != nil {
				t.Errorf("%s: %v", c.query, err)
				continue
			}
			var got []string
			for _, entry := range page.Entries {
				got = append(got, names[entry.ID])
			}
			slices.Sort(got)
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s?%s: %v, not %s", c.typ(w.Environment).Definition().Name, c.query, got, c.want)
			}
		}
		for _, query := range []string{"phone=http://example.org|1", "group=Patient/1", "gender:contains=m", "family:not=x", "birthdate:exact=1980", "birthdate=13", "nonsense=1", "_sort=phone", "address-city:missing=true:x"} {
			if _, err := searchFor(t, w, resources.Patient(w.Environment), query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
		for query, want := range map[string]string{
			"_sort=family,-identifier": "member2 member1 head2 head1", "_sort=-birthdate,identifier": "member1 head1 head2 member2", "_sort=_lastUpdated,identifier": "head1 head2 member2 member1",
		} {
			page, err := searchFor(t, w, resources.Patient(w.Environment), query)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, entry := range page.Entries {
				got = append(got, names[entry.ID])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, not %s", query, got, want)
			}
		}
	})
}

// The statements of a request do not depend on how many rows it reads.
func TestStatements(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		b.seed(t, func(x *persistence.Session) { b.pay(t, x) })
		o, system := b.sides[0], b.system(t)
		for _, c := range []struct {
			typ          rest.Type
			ctx          context.Context
			id           persistence.UUID
			only         string // a search parameter that keeps to rows of one kind
			value        search.Value
			read, search int
		}{
			{resources.Patient(b.Environment), system, o.member.InsureeUUID, "", search.Value{}, 1, 1},
			{resources.Group(b.Environment), system, o.family.FamilyUUID, "", search.Value{}, 3, 3},
			{resources.Location(b.Environment), system, b.region.LocationUUID, "", search.Value{}, 1, 1},
			{resources.Organization(b.Environment), b.may(t, 0), o.facility.HFUUID, "type", search.Value{Text: "prov"}, 2, 2},
			{resources.Organization(b.Environment), b.may(t, 0, 150101), b.holders[0].UUID, "type", search.Value{Text: "bus"}, 3, 2},
			{resources.Contract(b.Environment), system, o.policy.PolicyUUID, "", search.Value{}, 3, 3},
			{resources.Coverage(b.Environment), system, persistence.UUID(mapping.CoverageID(o.policy.PolicyUUID, o.member.InsureeID)), "", search.Value{}, 1, 1},
			{resources.Invoice(b.Environment), b.may(t, 0, 155101), b.invoices[0].UUID, "type", search.Value{Text: "contribution"}, 3, 3},
			{resources.Invoice(b.Environment), b.may(t, 0, 156101), b.bills[0].UUID, "", search.Value{}, 3, 3},
			{resources.PaymentNotice(b.Environment), b.may(t, 0), b.notices[0], "", search.Value{}, 3, 3},
			{resources.PaymentReconciliation(b.Environment), b.may(t, 0), b.electronic[0], "", search.Value{}, 6, 6},
		} {
			name := c.typ.Definition().Name
			if _, err := b.Store.Registers(system); err != nil {
				t.Fatal(err)
			}
			ctx, statements := persistence.CountStatements(c.ctx)
			if _, err := c.typ.(rest.Reader).Read(ctx, string(c.id)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if statements.Count() != c.read {
				t.Errorf("reading one %s takes %d statements, not %d", name, statements.Count(), c.read)
			}
			for _, size := range []int{1, 4} {
				statements.Reset()
				q := query(t, c.typ, "", "")
				if c.only != "" {
					q = query(t, c.typ, c.only, "", c.value)
				}
				q.Count = size
				if _, err := c.typ.(rest.Searcher).Search(ctx, q); err != nil {
					t.Fatal(err)
				}
				if statements.Count() != c.search {
					t.Errorf("a page of %d %s takes %d statements, not %d", size, name, statements.Count(), c.search)
				}
			}
		}
	})
}

func TestSearchParametersAreDescribed(t *testing.T) {
	for _, typ := range []rest.Type{
		resources.Patient(&resources.Environment{}), resources.Group(&resources.Environment{}),
		resources.Location(&resources.Environment{}), resources.Organization(&resources.Environment{}),
	} {
		for _, p := range typ.Definition().Params {
			at := fmt.Sprintf("%s.%s", typ.Definition().Name, p.Name)
			if p.Documentation == "" || p.Path == "" || p.Type == "" {
				t.Errorf("%s says too little of itself: %+v", at, p)
			}
			if p.Type == search.Reference && len(p.Targets) == 0 {
				t.Errorf("%s points nowhere", at)
			}
		}
	}
}

// parse reads the query string as the engine does, with the parameters every type has.
func parse(typ rest.Type, text string) (*search.Query, error) {
	values, err := url.ParseQuery(strings.ReplaceAll(text, "|", "%7C"))
	if err != nil {
		return nil, err
	}
	q, _, err := search.Parse(typ.Definition().Name, typ.Definition().Params, values, search.Options{})
	return q, err
}
