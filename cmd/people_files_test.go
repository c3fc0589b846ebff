package cmd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A table of people as it was handed out is taken in without a change; what is changed in it
// arrives, who is new is enrolled with his family, and what is at fault is told.
func TestPeopleAsTables(t *testing.T) {
	const path = "/api/im_export/imports/insurees"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		send := func(user, file string, fields ...string) (int, uploadAnswer) {
			t.Helper()
			return upload(t, s, user, path, file, fields...)
		}
		for _, format := range []string{"csv", "xlsx", "json"} {
			w := call{target: "/api/im_export/exports/insurees?file_format=" + format, user: "Admin:admin123"}.on(s)
			if code, out := send("Admin:admin123", w.Body.String(), "strategy", "INSERT_UPDATE", "dry_run", "false"); w.Code != 200 || code != 200 || !out.Success || out.Data.Sent == 0 || out.Data.Updated+out.Data.Created != 0 {
				t.Errorf("%s: %d %+v %+v", format, code, out, out.Data)
			}
		}
		if w := (call{target: "/api/im_export/exports/insurees?file_format=xls", user: "Admin:admin123"}).on(s); w.Code != 400 || !strings.Contains(w.Body.String(), "ask for xlsx") {
			t.Errorf("xls: %d %s", w.Code, w.Body)
		}
		villages := asked(t, s, "Admin:admin123", `{ locations(type: "V", first: 2, orderBy: ["code"]) { edges { node { code } } } }`, nil)
		edges := at(villages, "locations", "edges").([]any)
		home, other := at(edges[0], "node", "code").(string), at(edges[1], "node", "code").(string)
		const header = "insurance_number,last_name,other_names,birth_date,gender,head_insurance_number,village_code,phone\n"
		family := header + "IM-2,Roe,Bo,2010-01-02,M,IM-1,,\nIM-1,Roe,Al,1980-01-02,F,IM-1," + home + ",077\n"

		if code, out := send("Admin:admin123", family, "strategy", "INSERT", "dry_run", "true"); code != 200 || !out.Success || out.Data.Created != 2 || len(numbered(t, store, "IM-")) != 0 {
			t.Fatalf("only tried: %d %+v, wrote %+v", code, out, numbered(t, store, "IM-"))
		}
		if code, out := send("Admin:admin123", family, "strategy", "INSERT"); code != 200 || !out.Success || out.Data.Created != 2 {
			t.Fatalf("%d %+v", code, out)
		}
		people := numbered(t, store, "IM-")
		if len(people) != 2 || !people[0].IsHead || people[1].IsHead || *people[1].FamilyID != people[0].Family.FamilyID || people[0].Family.InsureeID != people[0].InsureeID || *people[0].Phone != "077" {
			t.Fatalf("%+v", people)
		}
		changed := header + "IM-2,Poe,,,,," + other + ",\nIM-1,,,,,," + other + ",\n"
		if code, out := send("Admin:admin123", changed, "strategy", "UPDATE"); code != 200 || !out.Success || out.Data.Updated != 2 || out.Data.Created != 0 {
			t.Fatalf("%d %+v", code, out)
		}
		people = numbered(t, store, "IM-")
		if people[1].LastName != "Poe" || people[1].OtherNames != "Bo" || people[0].LastName != "Roe" || placeOf(t, store, people[0].Family.LocationID) != other || placeOf(t, store, people[1].CurrentVillage) != other {
			t.Errorf("%+v", people)
		}
		if code, out := send("Admin:admin123", header+"IM-3,Roe,Cy,2011-01-02,M,IM-1,,\nIM-2,,,,,IM-2,,\n", "strategy", "INSERT_UPDATE"); code != 200 || !out.Success || out.Data.Created != 1 || out.Data.Updated != 1 {
			t.Fatalf("a member more, another head: %d %+v", code, out)
		}
		if people = numbered(t, store, "IM-"); len(people) != 3 || people[0].IsHead || !people[1].IsHead || people[2].Family.InsureeID != people[1].InsureeID {
			t.Errorf("%+v", people)
		}

		rows := header + "IM-4,Roe,Di,soon,M,,,\nIM-5,Roe,Di,2011-01-02,M,nobody,,\n,Roe,Di,2011-01-02,M,,,\nIM-6,Roe,Di,2011-01-02,M,IM-6,nowhere,\nIM-7,,,2011-01-02,M,,,\nIM-1,X,,,,,,\nIM-8,Roe,Di,2011-01-02,M,,,\nIM-8,Roe,Di,2011-01-02,M,,,\n"
		code, out := send("Admin:admin123", rows, "strategy", "INSERT")
		if code != 200 || out.Success || out.Data.Created != 1 || out.Data.Sent != 8 || len(out.Errors) != 8 {
			t.Errorf("%d %+v", code, out)
		}
		for i, want := range []string{"row 1, IM-4: birth_date: ", "row 2, IM-5: head_insurance_number: ", "row 3, the insurance number is missing", "row 4, IM-6: village_code: ", "row 5, IM-7: lastName: ", "row 5, IM-7: otherNames: ", "row 6, IM-1: it is there already", "row 8, IM-8: the insurance number came in row 7 already"} {
			if i >= len(out.Errors) || !strings.HasPrefix(out.Errors[i], want) {
				t.Errorf("want %q in %q", want, out.Errors)
			}
		}
		if people := numbered(t, store, "IM-"); len(people) != 4 || people[3].FamilyID != nil {
			t.Errorf("%+v", people)
		}
		for name, c := range map[string]struct {
			user, file, strategy string
			code                 int
			want                 string
		}{
			"old spreadsheet":   {"Admin:admin123", "\xd0\xcf\x11\xe0", "INSERT", 400, "XLSX"},
			"another column":    {"Admin:admin123", "number\n1\n", "INSERT", 400, "column"},
			"broken JSON":       {"Admin:admin123", `[{"insurance_number":1}`, "INSERT", 400, "JSON"},
			"no objects":        {"Admin:admin123", `[1]`, "INSERT", 400, "JSON"},
			"too many names":    {"Admin:admin123", "[{" + manyNames(60) + "}]", "INSERT", 400, "50 names"},
			"closing":           {"Admin:admin123", family, "INSERT_UPDATE_DELETE", 400, "none are closed"},
			"too many":          {"Admin:admin123", header + strings.Repeat("IM-9,Roe,Di,2011-01-02,M,,,\n", 2001), "INSERT", 400, "2000"},
			"without the right": {"CA001:claims123", family, "INSERT", 403, ""},
		} {
			if code, out := send(c.user, c.file, "strategy", c.strategy); code != c.code || !strings.Contains(out.Error, c.want) {
				t.Errorf("%s: %d %+v", name, code, out)
			}
		}
	})
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"n%d":1`, i)
	}
	return strings.Join(names, ",")
}

// placeOf gives the code of a location.
func placeOf(t *testing.T, store *persistence.Store, key *int) string {
	t.Helper()
	if key == nil {
		return ""
	}
	return *first[persistence.Location](t, store, persistence.Compare(persistence.Column("", "LocationId"), "=", *key)).LocationCode
}
