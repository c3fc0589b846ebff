package cmd_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/persistence"
)

// grounds gives the district of a clerk who may do everything there, and what is not his.
func grounds(t *testing.T, s http.Handler) (near, away *ground) {
	t.Helper()
	done, _ := forms(t, s, admin)
	district := number(t, at(asked(t, s, admin, `{ locationsStr(str: "B1") { edges { node { id } } } }`, nil), "locationsStr", "edges", "node", "id"))
	rights, _ := at(decoded(t, (call{target: "/api/core/users/current_user/", user: admin}).on(s)), "i_user", "rights").([]any)
	enter := func(name string, rights any) int {
		done("createRole", map[string]any{"name": name, "isSystem": false, "isBlocked": false, "rightsId": rights})
		role := number(t, at(asked(t, s, admin, `query ($name: String) { role(name_Icontains: $name) { edges { node { id } } } }`, map[string]any{"name": name}), "role", "edges", "node", "id"))
		done("createUser", map[string]any{"username": name, "userTypes": []any{"INTERACTIVE"}, "lastName": "Doe", "otherNames": "Jo", "password": "Secret123!", "language": "en", "districts": []any{district}, "roles": []any{role}})
		return role
	}
	role := enter("NEAR", rights)
	enter("IDLE", []any{})
	of := func(away bool) *ground {
		return &ground{t: t, s: s, clerk: "NEAR:Secret123!", role: role, away: away, taken: map[string]bool{}, known: map[string][]any{}}
	}
	near, away = of(false), of(true)
	away.count = 5000
	return near, away
}

// logged gives the mutations of the schema that are logged, with the type of their input.
func logged(t *testing.T, s http.Handler) map[string]string {
	t.Helper()
	found := map[string]string{}
	types, _ := at(decoded(t, ask(s, call{}, introspection, nil)), "data", "__schema", "types").([]any)
	for _, typ := range types {
		fields, _ := at(typ, "fields").([]any)
		for _, field := range fields {
			if at(typ, "name") == "Mutation" && at(field, "args") != nil && at(field, "args", "name") == "input" {
				if name := at(field, "name").(string); !strings.HasSuffix(name, "Password") { // these answer for themselves
					found[name] = strings.TrimSuffix(typeText(at(field, "args", "type")), "!")
				}
			}
		}
	}
	return found
}

// foreign matches what somebody reads who names a row of another district: the same as if
// there were none.
var foreign = regexp.MustCompile(`there is no |no such `)

// Every mutation there is writes nothing for who lacks the right and for who names what is of
// another district, is done for who may, and leaves to FHIR what FHIR alone keeps in a row,
// however the form spells the rest of its jsonExt.
func TestEveryMutation(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		near, away := grounds(t, s)
		for _, user := range []string{near.clerk, "IDLE:Secret123!"} { // whose rows of the log's users come with the first
			mutate(t, s, user, "changeUserLanguage", map[string]any{"languageId": "en"})
		}
		all := everyForms()
		for field := range logged(t, s) {
			if !slices.ContainsFunc(all, func(f everyForm) bool { return f.field == field }) {
				t.Errorf("%s has no form here", field)
			}
		}
		for _, f := range all {
			form := f.form(near)
			var other map[string]any
			if !f.open {
				other = f.form(away)
			}
			before := rowCounts(t, store)
			if f.field != "changeUserLanguage" { // which is everybody's
				if status, fault := mutate(t, s, "IDLE:Secret123!", f.field, but(form)); status != 1 || !strings.Contains(fault, "You do not have the right") {
					t.Errorf("%s without the right: %v %s", f.field, status, fault)
				}
			}
			if other != nil {
				if status, fault := mutate(t, s, near.clerk, f.field, other); status != 1 || !foreign.MatchString(fault) {
					t.Errorf("%s in another district: %v %s", f.field, status, fault)
				}
			}
			if after := rowCounts(t, store); !maps.Equal(before, after) {
				t.Errorf("%s was refused and wrote:\n%v\n%v", f.field, before, after)
			}
			kept := keepForFHIR(t, store)
			spellings := []any{form["jsonExt"]}
			if strings.HasPrefix(f.field, "update") && form["jsonExt"] != nil {
				spellings = []any{nil, "null", "{}", `"{}"`, `"\"{}\""`, `"null"`, `"\"undefined\""`, `{"_fhir": null}`, `{"_fhir": {"Patient": 1}, "a": 1}`, form["jsonExt"]}
			}
			for _, spelling := range spellings {
				if form["jsonExt"] = spelling; spelling == nil {
					delete(form, "jsonExt")
				}
				if status, fault := mutate(t, s, near.clerk, f.field, but(form)); status != 2 {
					t.Errorf("%s with jsonExt %v: %v %s", f.field, spelling, status, fault)
				}
				for _, row := range kept.lost(t) {
					t.Errorf("%s with jsonExt %v took from %s what FHIR keeps in it", f.field, spelling, row)
				}
			}
		}
	})
}

// keptRows are rows in which FHIR keeps something, by table.
type keptRows struct {
	store  *persistence.Store
	tables map[string]keptTable
}

type keptTable struct {
	key, document string // columns
	keys          map[string]bool
}

// keepForFHIR puts something of FHIR's into every row that can hold it.
func keepForFHIR(t *testing.T, store *persistence.Store) *keptRows {
	t.Helper()
	kept := &keptRows{store: store, tables: map[string]keptTable{}}
	err := store.Tx(system(), func(x *persistence.Session) error {
		for _, model := range persistence.Tables {
			statement := gorm.Statement{DB: x.DB()}
			if err := statement.Parse(model); err != nil {
				return err
			}
			field := statement.Schema.LookUpField("JSONExt")
			if field == nil {
				continue
			}
			table := keptTable{key: statement.Schema.PrioritizedPrimaryField.DBName, document: field.DBName, keys: map[string]bool{}}
			if err := x.DB().Exec(fmt.Sprintf(`UPDATE "%s" SET "%s" = '{"site": 1, "_fhir": {"Nothing": {"kept": 1}}}' %s`, statement.Schema.Table, table.document, table.without())).Error; err != nil {
				return err
			}
			keys, err := table.rows(x.DB(), statement.Schema.Table, "")
			if err != nil {
				return err
			}
			for _, key := range keys {
				table.keys[key] = true
			}
			kept.tables[statement.Schema.Table] = table
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// without matches rows in which it is not.
func (k keptTable) without() string {
	return fmt.Sprintf(`WHERE "%[1]s" IS NULL OR CAST("%[1]s" AS CHAR(200)) NOT LIKE '%%"kept"%%'`, k.document)
}

func (k keptTable) rows(db *gorm.DB, name, where string) (keys []string, err error) {
	err = db.Raw(fmt.Sprintf(`SELECT CAST("%s" AS CHAR(50)) FROM "%s" %s`, k.key, name, where)).Scan(&keys).Error
	return keys, err
}

// lost gives the rows in which it is no longer.
func (k *keptRows) lost(t *testing.T) (lost []string) {
	t.Helper()
	for name, table := range k.tables {
		keys, err := table.rows(k.store.Read(system()).DB(), name, table.without())
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			if table.keys[key] {
				lost = append(lost, name+" "+key)
			}
		}
	}
	return lost
}
