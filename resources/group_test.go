package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// aGroup is a family in a place with what its members say; more is put before the closing
// brace.
func aGroup(place persistence.Location, more string, members ...string) string {
	entities := make([]string, len(members))
	for i, member := range members {
		entities[i] = `{"entity":` + member + `}`
	}
	list := ""
	if len(members) > 0 {
		list = `,"member":[` + strings.Join(entities, ",") + `]`
	}
	return `{"resourceType":"Group","type":"person","actual":true` + extended(homeOf(place)) + list + more + `}`
}

func homeOf(place persistence.Location) string {
	return extension("group-address", fmt.Sprintf(`"valueAddress":{"use":"home","type":"physical","line":["9 Lake Road"],"extension":[%s]}`,
		extension("address-location-reference", fmt.Sprintf(`"valueReference":{"reference":"Location/%s"}`, place.LocationUUID))))
}

func byID(id persistence.UUID) string { return fmt.Sprintf(`{"reference":"Patient/%s"}`, id) }

func byNumber(number string) string {
	return fmt.Sprintf(`{"type":"Patient","identifier":{"type":{"coding":[{"system":"%sCodeSystem/openimis-identifiers","code":"Code"}]},"value":%q}}`, guide, number)
}

// alone enrols a person of no family who lives in the village of a side.
func (w *world) alone(t testing.TB, side int, number string) persistence.UUID {
	t.Helper()
	entry, err := resources.Patient(w.Environment).(rest.Creator).Create(system(t), decode(t, aPatient(identifiedBy(number)+livingIn("temp", w.sides[side].village))))
	if err != nil {
		t.Fatal(err)
	}
	return persistence.UUID(entry.ID)
}

// members lists the literal references a Group shows.
func members(t testing.TB, entry *fhir.Entry) string {
	t.Helper()
	var references []string
	list, _ := show(t, entry)["member"].([]any)
	for _, one := range list {
		references = append(references, fmt.Sprint(one.(map[string]any)["entity"].(map[string]any)["reference"]))
	}
	return strings.Join(references, " ")
}

// inXML gives a resource as it comes in from XML.
func inXML(t testing.TB, in *fhir.Resource) *fhir.Resource {
	t.Helper()
	text, err := (&fhir.Entry{Type: in.Tree.String("resourceType"), Resource: in}).AppendXML(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := fhir.DecodeXML(text, fhir.DecodeOptions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

func TestGroupFromCreateToDelete(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		groups, ctx := resources.Group(w.Environment), w.as(t, 0)
		formats := map[string]func(testing.TB, *fhir.Resource) *fhir.Resource{"json": func(_ testing.TB, in *fhir.Resource) *fhir.Resource { return in }, "xml": inXML}
		for format, as := range formats {
			first, second := w.alone(t, 0, format+"1"), w.alone(t, 0, format+"2")
			body := aGroup(o.village, identifiedBy(format+"2")+`,"name":"The `+format+`s","quantity":7,"active":true`, byID(first), byNumber(format+"2"))
			entry, err := groups.(rest.Creator).Create(ctx, as(t, decode(t, body)))
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			again, err := groups.(rest.Reader).Read(ctx, entry.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(show(t, entry), show(t, again)); diff != "" {
				t.Errorf("%s: the answer is not what is read afterwards: %s", format, diff)
			}
			got := show(t, again)
			if got["quantity"] != 2.0 || got["active"] != false || got["name"] != "The "+format+"s" || members(t, again) != fmt.Sprintf("Patient/%s Patient/%s", first, second) {
				t.Errorf("%s: %s", format, encode(t, got))
			}
			row, err := persistence.One[persistence.Family](w.Store.Read(system(t)), persistence.UUID(entry.ID), "Head")
			if err != nil || row.Head.InsureeUUID != second || !row.Head.IsHead || text(row.FamilyAddress) != "9 Lake Road" || *row.LocationID != o.village.LocationID || row.AuditUserID != o.user.UserID {
				t.Errorf("%s: family %+v, %v", format, row, err)
			}
			if ids := find(t, ctx, groups, "identifier", "", value(format+"2")); len(ids) != 1 || ids[0] != entry.ID {
				t.Errorf("%s: found %v", format, ids)
			}

			third := w.alone(t, 0, format+"3")
			changed := strings.Replace(aGroup(o.village, identifiedBy(format+"2"), byID(second), byID(third)), "9 Lake", "1 Sea", 1)
			if _, err := groups.(rest.Updater).Update(ctx, entry.ID, as(t, decode(t, changed)), "0.00000000"); core.CodeOf(err) != core.PreconditionFailed {
				t.Errorf("%s: a wrong version: %v", format, err)
			}
			updated, err := groups.(rest.Updater).Update(ctx, entry.ID, as(t, decode(t, changed)), rest.Match(entry.VersionID))
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if text := members(t, updated); text != fmt.Sprintf("Patient/%s Patient/%s", second, third) || updated.VersionID == entry.VersionID {
				t.Errorf("%s: members %s", format, text)
			}
			if p, err := persistence.One[persistence.Insuree](w.Store.Read(system(t)), first); err != nil || p.FamilyID != nil || p.IsHead {
				t.Errorf("%s: who left %+v, %v", format, p, err)
			}

			remove := groups.(rest.Deleter)
			if err := remove.Delete(ctx, entry.ID, rest.Match(entry.VersionID)); core.CodeOf(err) != core.PreconditionFailed {
				t.Errorf("%s: deleted at an old version: %v", format, err)
			}
			for range 2 { // deleting what is deleted
				if err := remove.Delete(ctx, entry.ID, ""); err != nil {
					t.Fatalf("%s: %v", format, err)
				}
			}
			if _, err := groups.(rest.Reader).Read(ctx, entry.ID); core.CodeOf(err) != core.Gone {
				t.Errorf("%s: reading what is deleted: %v", format, err)
			}
			patient, err := resources.Patient(w.Environment).(rest.Reader).Read(ctx, string(second))
			if err != nil || strings.Contains(string(jsonOf(t, patient)), "patient-group-reference") {
				t.Errorf("%s: a member afterwards: %v", format, err)
			}
			page, err := groups.(rest.Historian).History(ctx, entry.ID, rest.HistoryQuery{Count: 10})
			if err != nil || len(page.Entries) != 3 || !page.Entries[0].Deleted || !page.Entries[2].Created {
				t.Errorf("%s: history %+v, %v", format, page, err)
			}
		}
		fails(t, groups.(rest.Deleter).Delete(ctx, string(o.family.FamilyUUID), ""), core.Conflict, "policies")
		if err := groups.(rest.Deleter).Delete(w.as(t, 1), string(o.family.FamilyUUID), ""); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district deletes: %v", err)
		}
	})
}

func TestGroupIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := &w.sides[0], &w.sides[1]
		mine, theirs := w.alone(t, 0, "101"), w.alone(t, 1, "202")
		nowhere := persistence.NewUUID()
		good := aGroup(one.village, "", byID(mine))
		swap := func(old, new string) string {
			if !strings.Contains(good, old) {
				t.Fatalf("%s is not in %s", old, good)
			}
			return strings.Replace(good, old, new, 1)
		}
		unknown := func(id, value string) string { return swap(`"extension":[`, `"extension":[`+extension(id, value)+",") }
		groups := resources.Group(w.Environment).(rest.Creator)
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"animals", swap(`"person"`, `"animal"`), core.Unprocessable, "Group.type"},
			{"a description", swap(`"actual":true`, `"actual":false`), core.Unprocessable, "Group.actual"},
			{"no member", aGroup(one.village, ""), core.Unprocessable, "Group.member"},
			{"a member twice", aGroup(one.village, "", byID(mine), byNumber("101")), core.Unprocessable, "Group.member[1].entity"},
			{"a member who left", aGroup(one.village, "", byID(mine)+`,"inactive":true`), core.Unprocessable, "Group.member[0].inactive"},
			{"a facility as member", aGroup(one.village, "", `{"reference":"Organization/`+string(one.facility.HFUUID)+`"}`), core.Unprocessable, "Group.member[0].entity.reference"},
			{"an empty reference", aGroup(one.village, "", byID(mine), `{"display":"somebody"}`), core.Unprocessable, "Group.member[1].entity"},
			{"nobody by UUID", aGroup(one.village, "", byID(mine), byID(nowhere)), core.Unprocessable, "Group.member[1].entity"},
			{"nobody by number", aGroup(one.village, "", byNumber("nobody")), core.Unprocessable, "Group.member[0].entity"},
			{"a member of another district", aGroup(one.village, "", byID(mine), byID(theirs)), core.Unprocessable, "Group.member[1].entity: there is no Patient " + string(theirs)},
			{"the same by number", aGroup(one.village, "", byNumber("202")), core.Unprocessable, `Group.member[0].entity: there is no Patient with the code "202"`},
			{"the head of another family", aGroup(one.village, "", byID(mine), byID(one.head.InsureeUUID)), core.Conflict, "Group.member[1].entity"},
			{"a head who heads already", aGroup(one.village, identifiedBy("070707071"), byID(one.head.InsureeUUID)), core.Conflict, "Group.member[0].entity"},
			{"a head who is no member", aGroup(one.village, identifiedBy("080808081"), byID(mine)), core.Unprocessable, "Group.identifier[0].value"},
			{"two heads", strings.Replace(aGroup(one.village, identifiedBy("101"), byID(mine)), `"identifier":[`, strings.TrimSuffix(strings.TrimPrefix(identifiedBy("202"), ","), "]")+",", 1), core.Unprocessable, "Group.identifier[1].value"},
			{"no address", strings.Replace(good, extended(homeOf(one.village)), "", 1), core.Unprocessable, "group-address"},
			{"an address without location", swap("address-location-reference", "address-something-else"), core.Unprocessable, "Group.extension[0].value: the extension " + guide + "StructureDefinition/group-address"},
			{"an unknown location", swap(string(one.village.LocationUUID), string(nowhere)), core.Unprocessable, "Group.extension[0].value"},
			{"a location of another district", swap(string(one.village.LocationUUID), string(two.village.LocationUUID)), core.Unprocessable, "Group.extension[0].value"},
			{"a ward", swap(string(one.village.LocationUUID), string(one.ward.LocationUUID)), core.Unprocessable, "Group.extension[0].value"},
			{"too long an address", swap("9 Lake Road", strings.Repeat("x", 201)), core.Unprocessable, "Group.extension[0].value.line"},
			{"an unknown kind of family", unknown("group-type", `"valueCodeableConcept":{"coding":[{"system":"`+guide+`CodeSystem/group-type","code":"XX"}]}`), core.Unprocessable, "Group.extension[0].value"},
			{"an unknown confirmation", unknown("group-confirmation", `"extension":[{"url":"number","valueString":"1"},{"url":"type","valueCodeableConcept":{"coding":[{"system":"`+guide+`CodeSystem/group-confirmation-type","code":"X"}]}}]`), core.Unprocessable, "Group.extension[0].extension[1].value"},
			{"too long a confirmation", unknown("group-confirmation", `"extension":[{"url":"number","valueString":"1234567890123"}]`), core.Unprocessable, "Group.extension[0].extension[0].value"},
			{"much too much", aGroup(one.village, `,"managingEntity":{"display":"`+strings.Repeat("x", 70_000)+`"}`, byID(mine)), core.Unprocessable, "Group"},
		} {
			t.Run(c.name, func(t *testing.T) {
				families, people := count[persistence.Family](t, w), count[persistence.Insuree](t, w)
				_, err := groups.Create(w.as(t, 0), decode(t, c.body))
				fails(t, err, c.code, c.path)
				if count[persistence.Family](t, w) != families || count[persistence.Insuree](t, w) != people {
					t.Error("rows were written all the same")
				}
			})
		}
	})
}

// On /fhir the body says who is in a family; on the compatible base only who is too.
func TestWhoStaysInAGroup(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		compatible := *w.Environment
		compatible.Compatible = true
		o := &w.sides[0]
		strict, lenient := resources.Group(w.Environment), resources.Group(&compatible)
		id, newcomer := string(o.family.FamilyUUID), w.alone(t, 0, "303")
		head, member := byID(o.head.InsureeUUID), byID(o.member.InsureeUUID)
		shown := func(typ rest.Type) string {
			t.Helper()
			entry, err := typ.(rest.Reader).Read(w.as(t, 0), id)
			if err != nil {
				t.Fatal(err)
			}
			return strings.NewReplacer("Patient/", "", string(o.head.InsureeUUID), "head", string(o.member.InsureeUUID), "member", string(newcomer), "newcomer").Replace(members(t, entry))
		}
		for _, step := range []struct {
			name string
			typ  rest.Type
			body string
			want string
			code core.Code
			path string
		}{
			{"all stay who are not named", lenient, aGroup(o.village, ""), "head member", "", ""},
			{"one comes, the others stay", lenient, aGroup(o.village, identifiedBy("070707071"), byID(newcomer)), "newcomer head member", "", ""},
			{"the order is the sender's", strict, aGroup(o.village, "", member, head, byID(newcomer)), "member head newcomer", "", ""},
			{"one leaves", strict, aGroup(o.village, "", head, byID(newcomer)), "head newcomer", "", ""},
			{"the head cannot", strict, aGroup(o.village, "", byID(newcomer)), "head newcomer", core.Conflict, "Group.member"},
			{"nor everybody", strict, aGroup(o.village, ""), "head newcomer", core.Unprocessable, "Group.member"},
			{"another head", strict, aGroup(o.village, identifiedBy("303"), head, byID(newcomer)), "head newcomer", "", ""},
			{"then he can", strict, aGroup(o.village, identifiedBy("303"), byID(newcomer)), "newcomer", "", ""},
			{"the older words for type", lenient, strings.Replace(aGroup(o.village, "", byNumber("303")), `,"actual":true`, "", 1), "newcomer", "", ""},
		} {
			in, err := fhir.DecodeJSON([]byte(step.body), fhir.DecodeOptions{Lenient: true})
			if err != nil {
				t.Fatal(err)
			}
			entry, err := step.typ.(rest.Updater).Update(w.as(t, 0), id, in, "")
			if step.code != "" {
				fails(t, err, step.code, step.path)
			} else if err != nil {
				t.Fatalf("%s: %v", step.name, err)
			} else if got := show(t, entry)["quantity"]; int(got.(float64)) != len(strings.Fields(step.want)) {
				t.Errorf("%s: quantity %v", step.name, got)
			}
			if got := shown(strict); got != step.want {
				t.Errorf("%s: %s, expected %s", step.name, got, step.want)
			}
		}
		if p, err := persistence.One[persistence.Insuree](w.Store.Read(system(t)), newcomer); err != nil || !p.IsHead {
			t.Errorf("the new head %+v, %v", p, err)
		}
		var cover persistence.InsureePolicy
		if err := w.Store.Read(system(t)).DB().First(&cover, o.cover.InsureePolicyID).Error; err != nil || cover.ValidityTo == nil {
			t.Errorf("who left is covered still: %+v %v", cover, err)
		}
	})
}

// A member who leaves by another door is shown no longer, and one who comes is, whatever
// was sent of the family before.
func TestGroupFollowsItsMembers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		groups, patients := resources.Group(w.Environment), resources.Patient(w.Environment)
		first, second := w.alone(t, 0, "11"), w.alone(t, 0, "12")
		body := aGroup(w.sides[0].village, `,"active":true,"quantity":2`, byNumber("11"), byID(second)+`,"period":{"start":"2020-01-01"}`)
		entry, err := groups.(rest.Creator).Create(w.as(t, 0), decode(t, body))
		if err != nil {
			t.Fatal(err)
		}
		joining := extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+entry.ID+`"}`))
		third, err := patients.(rest.Creator).Create(w.as(t, 0), decode(t, aPatient(identifiedBy("13")+joining)))
		if err != nil {
			t.Fatal(err)
		}
		if err := patients.(rest.Deleter).Delete(w.as(t, 0), string(second), ""); err != nil {
			t.Fatal(err)
		}
		if entry, err = groups.(rest.Reader).Read(w.as(t, 0), entry.ID); err != nil {
			t.Fatal(err)
		}
		if got, want := members(t, entry), fmt.Sprintf("Patient/%s Patient/%s", first, third.ID); got != want {
			t.Errorf("members %s, expected %s", got, want)
		}
		if text := string(jsonOf(t, entry)); strings.Contains(text, "2020-01-01") {
			t.Errorf("what was said of who left is shown: %s", text)
		}
	})
}

// A new member is covered by the policies of the family that still take members, whichever
// door he comes through.
func TestNewMembersAreCovered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		covers := func(id persistence.UUID) int {
			row, err := persistence.One[persistence.Insuree](w.Store.Read(system(t)), id)
			if err != nil {
				t.Fatal(err)
			}
			var rows []persistence.InsureePolicy
			if err := w.Store.Read(system(t)).DB().Where(persistence.Compare(persistence.Column("", "InsureeID"), "=", row.InsureeID)).Find(&rows).Error; err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		entry, err := resources.Patient(w.Environment).(rest.Creator).Create(w.as(t, 0), decode(t, aPatient(identifiedBy("21")+
			extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(o.family.FamilyUUID)+`"}`)))))
		if err != nil {
			t.Fatal(err)
		}
		if n := covers(persistence.UUID(entry.ID)); n != 1 {
			t.Errorf("%d covers of a new Patient", n)
		}
		other := w.alone(t, 0, "22")
		_, err = resources.Group(w.Environment).(rest.Updater).Update(w.as(t, 0), string(o.family.FamilyUUID),
			decode(t, aGroup(o.village, "", byID(o.head.InsureeUUID), byID(o.member.InsureeUUID), byNumber("21"), byID(other))), "")
		if err != nil {
			t.Fatal(err)
		}
		if n := covers(other); n != 1 {
			t.Errorf("%d covers of a new member of the Group", n)
		}
	})
}

// Locations that are their own ancestors, as old data may have them, stop nobody.
func TestGroupInALoopOfLocations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		w.seed(t, func(x *persistence.Session) {
			row, err := persistence.One[persistence.Location](x, o.ward.LocationUUID)
			if err != nil {
				t.Fatal(err)
			}
			row.ParentLocationID = &o.village.LocationID
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		entry, err := resources.Group(w.Environment).(rest.Creator).Create(system(t), decode(t, aGroup(o.village, "", byID(w.alone(t, 0, "31")))))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(jsonOf(t, entry)); !strings.Contains(text, string(o.village.LocationUUID)) {
			t.Errorf("the village is not shown: %s", text)
		}
	})
}
