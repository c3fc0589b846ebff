package resources_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/resources"
)

// form is how one writable type is drawn: a resource that has all the row needs, and what
// of a random one is left out because the form fills it.
type form struct {
	typ   func(*resources.Environment) rest.Type
	table string
	skip  []string
	fill  func(w *world, d *drawing, o *fhir.Object, n int)
}

func object(t interface{ Fatalf(string, ...any) }, text string) *fhir.Object {
	o, err := fhir.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return o
}

// with puts members of a JSON object into the tree; lists are put before what was drawn.
func with(t *rapid.T, o *fhir.Object, text string) {
	for _, m := range object(t, text).Members {
		if first, ok := m.Value.([]any); ok {
			m.Value = append(first, o.List(m.Name)...)
		}
		o.Set(m.Name, m.Value)
	}
}

var forms = map[string]form{
	"Patient": {
		typ: resources.Patient, table: "tblInsuree",
		skip: []string{"Patient.birthDate", "Patient.photo.hash"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			side, use := &w.sides[0], []string{"home", "temp"}[n%2] // a home is a head's to have
			with(d.t, o, `{"resourceType":"Patient","birthDate":"1990-02-28","name":[{"use":"official","family":"Mensah","given":["Ama"]}]`+
				identifiedBy(fmt.Sprint("P", n))+livingIn(use, side.village)+
				extended(
					extension("patient-is-head", fmt.Sprintf(`"valueBoolean":%t`, use == "home" || n%3 == 0)),
					coded("patient-education-level", "4"), coded("patient-profession", "2"),
					extension("patient-card-issued", `"valueBoolean":true`),
					extension("patient-vulnerability-status", `"valueBoolean":true`),
					fmt.Sprintf(`{"url":"%sStructureDefinition/patient-identification","extension":[{"url":"number","valueString":"A1"},%s]}`, guide,
						strings.Replace(coded("patient-identification-type", "N"), guide+"StructureDefinition/patient-identification-type", "type", 1)),
				)+fmt.Sprintf(`,"generalPractitioner":[{"reference":"Organization/%s"}]`, side.facility.HFUUID)+`}`)
		},
	},
	"Group": {
		typ: resources.Group, table: "tblFamilies",
		skip: []string{"Group.type", "Group.actual", "Group.active", "Group.quantity", "Group.member"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			head, other := fmt.Sprint("G", n), fmt.Sprint("M", n)
			with(d.t, o, strings.Replace(aGroup(w.sides[0].village, identifiedBy(head), byID(w.person(d.t, other)), byID(w.person(d.t, head))),
				`"extension":[`, `"extension":[`+extension("group-poverty-status", `"valueBoolean":true`)+","+coded("group-type", "H")+","+
					fmt.Sprintf(`{"url":"%sStructureDefinition/group-confirmation","extension":[{"url":"number","valueString":"R%d"},%s]},`, guide, n,
						strings.Replace(coded("group-confirmation-type", "B"), guide+"StructureDefinition/group-confirmation-type", "type", 1)), 1))
		},
	},
	"Location": {
		typ: resources.Location, table: "tblLocations",
		skip: []string{"Location.name", "Location.physicalType", "Location.partOf"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aLocation("V", fmt.Sprint("L", n), w.sides[0].ward.LocationUUID))
		},
	},
	"Organization": {
		typ: resources.Organization, table: "tblHF",
		skip: []string{"Organization.name", "Organization.type"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aFacility(fmt.Sprint("H", n), w.sides[0].district.LocationUUID,
				extended(coded("organization-hf-legal-form", "C"), coded("organization-hf-level", "D"), coded("organization-hf-care-type", "O"))))
		},
	},
	"Medication": {
		typ: resources.Medication, table: "tblItems",
		skip: []string{"Medication.code", "Medication.form"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) { with(d.t, o, anItem(fmt.Sprint("I", n%99999))) },
	},
	"InsurancePlan": {
		typ: resources.InsurancePlan, table: "tblProduct",
		skip: []string{"InsurancePlan.status", "InsurancePlan.name", "InsurancePlan.period", "InsurancePlan.coverageArea"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aPlan(fmt.Sprint("Q", n), w.sides[0].district.LocationUUID, converting("InsurancePlan/"+string(w.product.ProdUUID))))
		},
	},
	"Practitioner of a facility": {
		typ: resources.Practitioner, table: "tblClaimAdmin",
		skip: []string{"Practitioner.name", "Practitioner.birthDate", "Practitioner.qualification"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aPractitioner("CA", fmt.Sprint("A", n), ""))
		},
	},
	"Practitioner of a district": {
		typ: resources.Practitioner, table: "tblOfficer",
		skip: []string{"Practitioner.name", "Practitioner.birthDate", "Practitioner.qualification", "Practitioner.address"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aPractitioner("EO", fmt.Sprint("O", n), workingIn(w.sides[0].district.LocationUUID)))
		},
	},
	"PractitionerRole of a facility": {
		typ: resources.PractitionerRole, table: "tblClaimAdmin",
		skip: []string{"PractitionerRole.identifier", "PractitionerRole.practitioner", "PractitionerRole.organization", "PractitionerRole.code", "PractitionerRole.period"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aRole("CA", w.hired(d.t, "CA", fmt.Sprint("R", n)), atFacility(w.sides[0].facility.HFUUID)+identifiedBy(fmt.Sprint("R", n))))
		},
	},
	"PractitionerRole of a district": {
		typ: resources.PractitionerRole, table: "tblOfficer",
		skip: []string{"PractitionerRole.identifier", "PractitionerRole.practitioner", "PractitionerRole.organization", "PractitionerRole.code", "PractitionerRole.location", "PractitionerRole.period"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) {
			with(d.t, o, aRole("EO", w.hired(d.t, "EO", fmt.Sprint("R", n)), inDistrict(w.sides[0].district.LocationUUID)+`,"period":{"end":"2027-12-31"}`+identifiedBy(fmt.Sprint("R", n))+
				extended(substitute(w.hired(d.t, "EO", "STANDIN")))))
		},
	},
	"ActivityDefinition": {
		typ: resources.ActivityDefinition, table: "tblServices",
		skip: []string{"ActivityDefinition.name", "ActivityDefinition.title", "ActivityDefinition.date", "ActivityDefinition.timing", "ActivityDefinition.useContext"},
		fill: func(w *world, d *drawing, o *fhir.Object, n int) { with(d.t, o, aService(fmt.Sprint("S", n%99999))) },
	},
}

// Any valid resource comes back as it was sent, in JSON and in XML, but for what the
// server assigns: id, meta and the identifier of the type UUID.
func TestAnyResourceComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := 0
		for name, f := range forms {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) {
					n++
					in := f.draw(rt, w, n)
					entry, err := f.typ(w.Environment).(rest.Creator).Create(system(t), in)
					if err != nil {
						rt.Fatalf("%v\n%s", err, in.Tree.AppendJSON(nil))
					}
					entry, err = f.typ(w.Environment).(rest.Reader).Read(system(t), entry.ID)
					if err != nil {
						rt.Fatal(err)
					}
					sent := comparable(rt, in.Tree.AppendJSON(nil))
					if diff := cmp.Diff(sent, comparable(rt, jsonOf(rt, entry))); diff != "" {
						rt.Fatalf("JSON -sent +read\n%s", diff)
					}
					inXML, err := entry.AppendXML(nil, fhir.EncodeOptions{})
					if err != nil {
						rt.Fatal(err)
					}
					fromXML, err := fhir.DecodeXML(inXML, fhir.DecodeOptions{})
					if err != nil {
						rt.Fatalf("%v\n%s", err, inXML)
					}
					if diff := cmp.Diff(sent, comparable(rt, fromXML.Tree.AppendJSON(nil))); diff != "" {
						rt.Fatalf("XML -sent +read\n%s", diff)
					}
				})
			})
		}
	})
}

// What replaces a resource comes back as it was sent, whatever was there before.
func TestAnyReplacementComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := 200_000
		for name, f := range forms {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) {
					n++
					typ := f.typ(w.Environment)
					entry, err := typ.(rest.Creator).Create(system(t), f.draw(rt, w, n))
					if err != nil {
						rt.Fatal(err)
					}
					in := f.draw(rt, w, n)
					entry, err = typ.(rest.Updater).Update(system(t), entry.ID, in, rest.Match(entry.VersionID))
					if err != nil {
						rt.Fatalf("%v\n%s", err, in.Tree.AppendJSON(nil))
					}
					again, err := typ.(rest.Reader).Read(system(t), entry.ID)
					if err != nil {
						rt.Fatal(err)
					}
					if again.VersionID != entry.VersionID {
						rt.Fatalf("answered version %s, read %s", entry.VersionID, again.VersionID)
					}
					if diff := cmp.Diff(comparable(rt, in.Tree.AppendJSON(nil)), comparable(rt, jsonOf(rt, again))); diff != "" {
						rt.Fatalf("-sent +read\n%s", diff)
					}
				})
			})
		}
	})
}

// What the legacy application writes into a column shows, whatever was sent before.
func TestColumnsWin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment)
		entry, err := patients.(rest.Creator).Create(system(t), decode(t, aPatient(identifiedBy("777")+`,"telecom":[{"system":"phone","value":"1","use":"mobile"},{"system":"phone","value":"2","use":"work"}]`)))
		if err != nil {
			t.Fatal(err)
		}
		w.seed(t, func(x *persistence.Session) {
			row, err := persistence.One[persistence.Insuree](x, persistence.UUID(entry.ID))
			if err != nil {
				t.Fatal(err)
			}
			row.OtherNames, row.Phone, row.Gender = "Renamed", ptr("3"), ptr("F")
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		if entry, err = patients.(rest.Reader).Read(system(t), entry.ID); err != nil {
			t.Fatal(err)
		}
		got := show(t, entry)
		if name := fmt.Sprint(got["name"]); !strings.Contains(name, "Renamed") || strings.Contains(name, "Ama") {
			t.Errorf("name %s", name)
		}
		if telecom := fmt.Sprint(got["telecom"]); !strings.Contains(telecom, "value:3") || strings.Contains(telecom, "value:1") || !strings.Contains(telecom, "value:2") {
			t.Errorf("telecom %s", telecom)
		}
		if got["gender"] != "female" {
			t.Errorf("gender %v", got["gender"])
		}
	})
}

// With the residue deleted, what the columns hold is still as it was sent.
func TestColumnsHoldWhatIsMapped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := 100_000
		for name, f := range forms {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) {
					n++
					in := f.draw(rt, w, n)
					entry, err := f.typ(w.Environment).(rest.Creator).Create(system(t), in)
					if err != nil {
						rt.Fatal(err)
					}
					err = w.Store.Tx(system(t), func(x *persistence.Session) error {
						return x.DB().Session(&gorm.Session{AllowGlobalUpdate: true}).Table(f.table).UpdateColumn("JsonExt", nil).Error
					})
					if err != nil {
						rt.Fatal(err)
					}
					entry, err = f.typ(w.Environment).(rest.Reader).Read(system(t), entry.ID)
					if err != nil {
						rt.Fatal(err)
					}
					form := &fhir.Object{}
					f.fill(w, &drawing{t: rt}, form, n)
					read := comparable(rt, jsonOf(rt, entry))
					for _, missing := range lacks(comparable(rt, form.AppendJSON(nil)), read, name) {
						rt.Errorf("%s is lost\n%s", missing, encode(t, read))
					}
				})
			})
		}
	})
}

// person gives the UUID of the person with the insurance number, who is enrolled first when
// there is none.
func (w *world) person(t failing, number string) persistence.UUID {
	var rows []persistence.Insuree
	ctx := core.WithPrincipal(context.Background(), core.SystemPrincipal)
	err := w.Store.Tx(ctx, func(x *persistence.Session) error {
		err := x.DB().Where(persistence.Text(persistence.Column("", "CHFID"), persistence.Same, number)).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Find(&rows).Error
		if err != nil || len(rows) > 0 {
			return err
		}
		rows = []persistence.Insuree{{CHFID: &number, LastName: "Mensah", OtherNames: "Kofi", DOB: persistence.DateOf(1990, 2, 28), Gender: ptr("M")}}
		return persistence.InsertMany(x, rows)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows[0].InsureeUUID
}

func system(t testing.TB) context.Context { return persistencetest.System(t) }

func (f form) draw(t *rapid.T, w *world, n int) *fhir.Resource {
	d := &drawing{t: t, skip: map[string]bool{}}
	for _, path := range f.skip {
		d.skip[path] = true
	}
	name := f.typ(w.Environment).Definition().Name
	o := &fhir.Object{Members: []fhir.Member{{Name: "resourceType", Value: name}}}
	if drawn := d.object(fhir.TypeOf(name), name, 0); drawn != nil {
		o.Members = append(o.Members, drawn.Members...)
	}
	f.fill(w, d, o, n)
	in, err := fhir.DecodeJSON(o.AppendJSON(nil), fhir.DecodeOptions{Type: name})
	if err != nil {
		t.Fatalf("%v\n%s", err, o.AppendJSON(nil))
	}
	return in
}

// failing is a test or a property of one.
type failing interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func jsonOf(t failing, entry *fhir.Entry) []byte {
	text, err := entry.AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// comparable reads JSON with its numbers as written and without what the server assigns.
func comparable(t failing, text []byte) map[string]any {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	tree := map[string]any{}
	if err := decoder.Decode(&tree); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	delete(tree, "id")
	delete(tree, "meta")
	if tree["resourceType"] == "ActivityDefinition" {
		delete(tree, "date") // when the service got its present form
	}
	if tree["resourceType"] == "Group" { // what only the server says
		delete(tree, "active")
		delete(tree, "quantity")
	}
	var kept []any
	list, _ := tree["identifier"].([]any)
	for _, one := range list {
		if !strings.Contains(fmt.Sprint(one), "code:UUID") {
			kept = append(kept, one)
		}
	}
	tree["identifier"] = kept
	return tree
}

// lacks lists what of the wanted value is not in the value there is. An entry of a list may
// be anywhere in the other.
func lacks(want, have any, path string) []string {
	switch want := want.(type) {
	case map[string]any:
		other, _ := have.(map[string]any)
		var list []string
		for name, value := range want {
			list = append(list, lacks(value, other[name], path+"."+name)...)
		}
		return list
	case []any:
		other, _ := have.([]any)
		var list []string
		for i, value := range want {
			var best []string
			for j, candidate := range other {
				if missing := lacks(value, candidate, fmt.Sprintf("%s[%d]", path, i)); j == 0 || len(missing) < len(best) {
					best = missing
				}
			}
			if len(other) == 0 {
				best = []string{fmt.Sprintf("%s[%d]", path, i)}
			}
			list = append(list, best...)
		}
		return list
	}
	if want != have {
		return []string{fmt.Sprintf("%s: %v for %v", path, have, want)}
	}
	return nil
}
