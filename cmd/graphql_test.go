package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// ask sends a GraphQL document as a browser does.
func ask(h http.Handler, c call, query string, variables map[string]any) *httptest.ResponseRecorder {
	body, _ := json.Marshal(map[string]any{"query": query, "variables": variables})
	c.method, c.target, c.body = "POST", "/api/graphql", string(body)
	header := map[string]string{"Content-Type": "application/json"}
	for name, value := range c.header {
		header[name] = value
	}
	c.header = header
	return c.on(h)
}

// at walks into decoded JSON by names and, for lists, takes the first entry.
func at(value any, path ...string) any {
	for _, name := range path {
		if list, ok := value.([]any); ok {
			if len(list) == 0 {
				return nil
			}
			value = list[0]
		}
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

func decoded(t *testing.T, w *httptest.ResponseRecorder) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return out
}

func unlimited(p *cmd.Parts) { p.Config.RateLimit = 0 }

// What the log-in page does, from the first visit to the log-out.
func TestBrowserSession(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		steps := []struct {
			name, query, cookie string
			header              map[string]string
			status              int
			contains            string
		}{
			{name: "the settings are open", query: `{ moduleConfigurations { module, config, controls{ field, usage } } }`, status: 200, contains: `"moduleConfigurations":[]`},
			{name: "nothing to renew", query: `mutation { refreshToken { refreshExpiresIn } }`, status: 401, contains: "Token is required"},
			{name: "a field that is not open", query: `{ languages { code } }`, status: 401, contains: "sign in"},
			{name: "a wrong password", query: `mutation { tokenAuth(username: "Admin", password: "x") { refreshExpiresIn } }`, status: 200, contains: "INCORRECT_CREDENTIALS"},
			{name: "an unknown user", query: `mutation { tokenAuth(username: "nobody", password: "x") { refreshExpiresIn } }`, status: 200, contains: "INCORRECT_CREDENTIALS"},
			{name: "a cookie that is no good", query: `{ languages { code } }`, cookie: "x.y.z", status: 401, contains: "sign in"},
			{name: "a scheme that does not count", query: `mutation { getCsrfToken { csrfToken } }`, header: map[string]string{"Authorization": "JWT undefined"}, status: 200, contains: "csrfToken"},
		}
		for _, step := range steps {
			header := map[string]string{"Cookie": "JWT=" + step.cookie}
			for name, value := range step.header {
				header[name] = value
			}
			w := ask(s, call{header: header}, step.query, nil)
			if w.Code != step.status || !strings.Contains(w.Body.String(), step.contains) {
				t.Errorf("%s: %d %s, want %d with %q", step.name, w.Code, w.Body, step.status, step.contains)
			}
		}
		if w := (call{target: "/api/core/users/current_user/"}).on(s); w.Code != 401 || !strings.Contains(w.Body.String(), `"detail"`) {
			t.Errorf("anonymous: %d %s", w.Code, w.Body)
		}

		w := ask(s, call{}, `mutation authenticate($username: String!, $password: String!) { tokenAuth(username: $username, password: $password) { refreshExpiresIn } }`,
			map[string]any{"username": "Admin", "password": "admin123"})
		cookies := w.Result().Cookies()
		if w.Code != 200 || len(cookies) != 1 || cookies[0].Name != "JWT" || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" {
			t.Fatalf("sign-on: %d %s %v", w.Code, w.Body, cookies)
		}
		signedOn := map[string]string{"Cookie": "JWT=" + cookies[0].Value}
		who := decoded(t, (call{target: "/api/core/users/current_user/", header: signedOn}).on(s))
		if at(who, "username") != "Admin" || at(who, "i_user", "language") != "en" || at(who, "i_user", "health_facility_id") != nil || at(who, "t_user") != nil {
			t.Errorf("current user: %v", who)
		}
		if rights, _ := at(who, "i_user", "rights").([]any); len(rights) == 0 || fmt.Sprintf("%T", rights[0]) != "float64" {
			t.Errorf("rights are numbers: %v", rights)
		}
		if w := ask(s, call{header: signedOn}, `mutation { refreshToken { refreshExpiresIn token payload } }`, nil); w.Code != 200 || len(w.Result().Cookies()) != 1 {
			t.Errorf("renewal: %d %s", w.Code, w.Body)
		}
		if w := ask(s, call{header: signedOn}, `{ languages { code } }`, nil); w.Code != 200 {
			t.Errorf("signed on: %d %s", w.Code, w.Body)
		}
		if w := ask(s, call{header: map[string]string{"Cookie": signedOn["Cookie"], "Origin": "https://elsewhere.example"}}, `{ languages { code } }`, nil); w.Code != 403 {
			t.Errorf("another site's page: %d %s", w.Code, w.Body)
		}
		w = ask(s, call{header: signedOn}, `mutation logout { deleteTokenCookie { deleted } deleteRefreshTokenCookie { deleted } }`, nil)
		if cookies := w.Result().Cookies(); w.Code != 200 || len(cookies) != 1 || cookies[0].MaxAge >= 0 || at(decoded(t, w), "data", "deleteTokenCookie", "deleted") != true {
			t.Errorf("log-out: %d %s %v", w.Code, w.Body, cookies)
		}
	})
}

// Documents that would cost too much, or cannot be read, are refused with 400 and never
// with 500.
func TestGraphQLRefuses(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		nested := "{ locations { edges { node " + strings.Repeat("{ parent ", 2000) + "{ id }" + strings.Repeat("}", 2000) + "}}}"
		var aliases strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&aliases, "a%d: languages { code } ", i)
		}
		for name, query := range map[string]string{
			"2000 levels":           nested,
			"10000 aliases":         "{" + aliases.String() + "}",
			"a circle of fragments": `query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }`,
			"a fragment of itself":  `query { ...a } fragment a on Query { ...a }`,
			"fragments that grow":   `query { ...a ...a ...a } fragment a on Query { ...b ...b ...b ...b ...b ...b ...b ...b } fragment b on Query { ...c ...c ...c ...c ...c ...c ...c ...c } fragment c on Query { ...d ...d ...d ...d ...d ...d ...d ...d } fragment d on Query { languages { code name } }`,
			"two operations":        `query a { languages { code } } query b { languages { code } }`,
			"an unknown field":      `{ nonsense }`,
			"a quote too many":      `{ insurees(chfId: "a\\"b") { totalCount } }`,
			"a subscription":        `subscription { languages { code } }`,
			"no brackets":           `}{`,
			"nothing":               ``,
			"a type definition":     `type A { b: Int }`,
			"a page too large":      `{ insurees(first: "many") { totalCount } }`,
		} {
			w := ask(s, call{user: "Admin:admin123"}, query, nil)
			if w.Code != 400 || !strings.Contains(w.Body.String(), `"errors"`) || strings.Contains(w.Body.String(), `"data"`) {
				t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
			}
		}
		for name, query := range map[string]string{
			"a page of more than 100": `{ insurees(first: 101) { totalCount } }`,
			"a page of less than 0":   `{ insurees(first: -1) { totalCount } }`,
			"a cursor of nothing":     `{ insurees(after: "x") { totalCount } }`,
			"an unknown order":        `{ insurees(orderBy: ["nonsense"]) { totalCount } }`,
			"a node of nothing":       `{ node(id: "undefined") { id } }`,
			"a node of no such type":  `{ node(id: "` + graphql.GlobalID("NonsenseGQLType", "1") + `") { id } }`,
			"a variance below 0":      `{ claims(diagnosisVariance: -1) { totalCount } }`,
			"a level too deep":        `{ insurees(parentLocation: "x", parentLocationLevel: 4) { totalCount } }`,
		} {
			w := ask(s, call{user: "Admin:admin123"}, query, nil)
			if out := decoded(t, w); w.Code != 200 || at(out, "errors", "message") == nil || at(out, "data") == nil {
				t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
			}
		}
	})
}

// What the UI sends for what it does not know is no error: the word undefined, null, ids of
// nothing; and numbers may come as their digits.
func TestGraphQLBearsWithTheUI(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		for query, want := range map[string]any{
			`{ claims(first: "3", status: "16", insuree_ChfId: null) { edgeCount } }`:                               3.0,
			`{ insurees(chfId: "undefined") { edgeCount } }`:                                                        0.0,
			`{ insurees(uuid: "undefined") { edgeCount } }`:                                                         0.0,
			`{ insurees(id: "undefined") { edgeCount } }`:                                                           0.0,
			`{ claims(icd_Id: "undefined", admin_Uuid: "undefined", batchRun_Id: "999999999999") { edgeCount } }`:   0.0,
			`{ batchRuns(location_Uuid: "undefined") { edgeCount } }`:                                               0.0,
			`{ claimAttachments(claim_Uuid: "undefined") { edgeCount } }`:                                           0.0,
			`{ node(id: "` + graphql.GlobalID("ClaimGQLType", "999999999999") + `") { id } }`:                       nil,
			`{ node(id: "` + graphql.GlobalID("ClaimGQLType", "undefined") + `") { id } }`:                          nil,
			`{ claim(uuid: null) { edgeCount: code } }`:                                                             nil,
			`{ fspFromClaim(insureeCode: "undefined", dateClaimed: "2024-01-15T00:00:00") { edgeCount: code } }`:    nil,
			`{ claims(first: 3, orderBy: null, after: null, before: "", status: null, items: null) { edgeCount } }`: 3.0,
		} {
			data, _ := asked(t, s, "Admin:admin123", query, nil).(map[string]any)
			for field, value := range data {
				if got := at(value, "edgeCount"); got != want {
					t.Errorf("%s: %s is %v, want %v", query, field, value, want)
				}
			}
		}
	})
}

// Lists are found, sorted and paged as the UI asks in all its spellings.
func TestInsureeList(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		list := func(arguments string) (total float64, names []string, info any) {
			out := decoded(t, ask(s, call{user: "Admin:admin123"}, `{ insurees(`+arguments+`) { totalCount edgeCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id uuid chfId lastName dob gender { code } family { uuid headInsuree { chfId } } } } } }`, nil))
			if at(out, "errors") != nil {
				t.Fatalf("%s: %v", arguments, at(out, "errors"))
			}
			edges, _ := at(out, "data", "insurees", "edges").([]any)
			for _, edge := range edges {
				names = append(names, at(edge, "node", "chfId").(string))
			}
			total, _ = at(out, "data", "insurees", "totalCount").(float64)
			return total, names, at(out, "data", "insurees", "pageInfo")
		}
		all, first, info := list(`first: 10, orderBy: ["chfId"]`)
		if all < 30 || len(first) != 10 || at(info, "hasNextPage") != true || at(info, "hasPreviousPage") != false {
			t.Fatalf("%v of %v, %v", len(first), all, info)
		}
		_, second, info2 := list(fmt.Sprintf(`first: 10, orderBy: "chfId", after: %q`, at(info, "endCursor")))
		if len(second) != 10 || second[0] <= first[9] || at(info2, "hasPreviousPage") != true {
			t.Errorf("the second page: %v behind %v", second, first)
		}
		if _, again, _ := list(fmt.Sprintf(`last: 10, orderBy: "chf_id", before: %q`, at(info2, "startCursor"))); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Errorf("back: %v, want %v", again, first)
		}
		if _, last, _ := list(`last: 1, orderBy: ["-chfId"]`); len(last) != 1 || last[0] != first[0] {
			t.Errorf("the last of all backwards is %v, want %s", last, first[0])
		}
		if total, none, _ := list(`first: 0`); total != all || len(none) != 0 {
			t.Errorf("no rows: %v of %v", none, total)
		}
		number := first[3]
		for _, arguments := range []string{`chfId: "` + number + `"`, `chfId_Istartswith: "` + number + `"`, `chfId_Icontains: "` + number[1:] + `", marital: null`} {
			if total, found, _ := list(arguments); total != 1 || found[0] != number {
				t.Errorf("%s: %v %v", arguments, total, found)
			}
		}
		men, _, _ := list(`gender_Code: "M"`)
		women, _, _ := list(`gender_Code: "F"`)
		young, _, _ := list(`dob_Gte: "2000-01-01"`)
		old, _, _ := list(`dob_Lte: "1999-12-31", orderBy: ["gender__code", "family__headInsuree__lastName"]`)
		if men == 0 || women == 0 || men+women > all || young == 0 || young+old != all {
			t.Errorf("%v men and %v women, %v young and %v old of %v", men, women, young, old, all)
		}
		if past, _, _ := list(`showHistory: true`); past < all {
			t.Errorf("%v with history, %v without", past, all)
		}
		region := at(decoded(t, ask(s, call{user: "Admin:admin123"}, `{ locations(type: "R") { edges { node { uuid } } } }`, nil)), "data", "locations", "edges", "node", "uuid")
		if there, _, _ := list(fmt.Sprintf(`parentLocation: %q, parentLocationLevel: 0`, region)); there == 0 || there > all {
			t.Errorf("%v of %v live in the first region", there, all)
		}
	})
}

// How many statements a list takes does not depend on its rows.
func TestInsureeListStatements(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RateLimit, p.Config.Audit = 0, "off" })
		query := `query($first: Int) { insurees(first: $first) { edges { node { chfId family { uuid location { name parent { name parent { name parent { name } } } } headInsuree { chfId } } currentVillage { name } } } } }`
		who := decoded(t, (call{method: "POST", target: "/fhir/login", body: `{"username":"Admin","password":"admin123"}`}).on(s))
		token := at(who, "token").(string)
		ask(s, call{bearer: token}, query, map[string]any{"first": 1}) // registers and identity are remembered from here on
		for _, rows := range []int{2, 100} {
			body, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"first": rows}})
			r := httptest.NewRequest("POST", "/api/graphql", strings.NewReader(string(body)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+token)
			ctx, statements := persistence.CountStatements(r.Context())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r.WithContext(ctx))
			if edges, _ := at(decoded(t, w), "data", "insurees", "edges").([]any); len(edges) != rows || statements.Count() > 4 {
				t.Errorf("%d rows took %d statements; got %d", rows, statements.Count(), len(edges))
			}
		}
	})
}

// A user sees the people of his districts, finds one by the exact number anywhere, and
// reads what he lacks a right for as null with a message.
func TestGraphQLScopeAndRights(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		count := func(user, arguments string) any {
			return at(decoded(t, ask(s, call{user: user}, `{ insurees(`+arguments+`) { totalCount } }`, nil)), "data", "insurees", "totalCount")
		}
		all, some := count("Admin:admin123", "first: 1"), count("CA001:claims123", "first: 1")
		if some == nil || some.(float64) >= all.(float64) || some.(float64) == 0 {
			t.Fatalf("the claim administrator sees %v of %v", some, all)
		}
		if wide := count("CA001:claims123", `first: 1, ignoreLocation: true`); wide != some {
			t.Errorf("a list without a number leaves the districts: %v, want %v", wide, some)
		}
		out := decoded(t, ask(s, call{user: "Admin:admin123"}, `{ insurees(first: 100) { edges { node { chfId id } } } }`, nil))
		for _, edge := range at(out, "data", "insurees", "edges").([]any) {
			number := at(edge, "node", "chfId").(string)
			if count("CA001:claims123", fmt.Sprintf(`chfId: %q`, number)) != 0.0 {
				continue
			}
			if found := count("CA001:claims123", fmt.Sprintf(`chfId: %q, ignoreLocation: true`, number)); found != 1.0 {
				t.Errorf("%s from another district: %v", number, found)
			}
			known := decoded(t, ask(s, call{user: "CA001:claims123"}, fmt.Sprintf(`{ insurees(chfId: %q, ignoreLocation: true) { edges { node {
				lastName dob gender { code } phone currentAddress family { uuid } currentVillage { code } insureePolicies { edges { node { id } } } } } } }`, number), nil))
			of := func(field string) any { return at(known, "data", "insurees", "edges", "node", field) }
			if of("lastName") == nil || of("dob") == nil || of("gender") == nil {
				t.Errorf("who is it? %v", known)
			}
			if of("phone") != nil || of("currentAddress") != nil || of("family") != nil || of("currentVillage") != nil || strings.Contains(fmt.Sprint(known), "InsureePolicy") {
				t.Errorf("of another district too much is shown: %v", known)
			}
			var told int64
			if err := store.Read(persistencetest.System(t)).DB().Model(&persistence.Outbox{}).Where("name = ?", "insuree.enquired").Count(&told).Error; err != nil || told != 2 {
				t.Errorf("the enquiry is recorded %d times, %v", told, err)
			}
			node := decoded(t, ask(s, call{user: "CA001:claims123"}, fmt.Sprintf(`{ node(id: %q) { id } }`, at(edge, "node", "id")), nil))
			if at(node, "data", "node") != nil {
				t.Errorf("the node of another district: %v", node)
			}
			break
		}
		out = decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ families(first: 1) { totalCount } languages { code } }`, nil))
		if at(out, "data", "families") != nil || at(out, "errors", "message") == nil || at(out, "data", "languages") == nil {
			t.Errorf("without the right: %v", out)
		}
	})
}
