package cmd_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
)

// decodedKey gives the key in a global id, as the web interface decodes it.
func decodedKey(t *testing.T, id any) string {
	t.Helper()
	text, _ := id.(string)
	plain, _ := base64.StdEncoding.DecodeString(text)
	_, key, found := strings.Cut(string(plain), ":")
	if !found {
		t.Fatalf("%v is no global id", id)
	}
	return key
}

// number gives the key in a global id that is a number.
func number(t *testing.T, id any) int {
	t.Helper()
	n, err := strconv.Atoi(decodedKey(t, id))
	if err != nil {
		t.Fatalf("%v is no global id of a number", id)
	}
	return n
}

// The form of a claim of the 1.4 line asks which claim its person had before it, how many
// have its code, and which facilities a district has.
func TestClaimsButOne(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		claim := at(asked(t, s, "Admin:admin123", `{ claims(first: 1) { edges { node { code insuree { chfId } } } } }`, nil), "claims", "edges", "node")
		out := asked(t, s, "Admin:admin123", `query ($person: String, $code: String) { all: claims(insuree_ChfId: $person) { totalCount }
			others: claims(insuree_ChfId: $person, codeIsNot: $code, orderBy: "-dateFrom") { totalCount edges { node { code } } }
			same: claims(code: $code) { totalCount } }`,
			map[string]any{"person": at(claim, "insuree", "chfId"), "code": at(claim, "code")})
		others, _ := at(out, "others", "edges").([]any)
		if at(out, "others", "totalCount") != at(out, "all", "totalCount").(float64)-1 {
			t.Errorf("but for %v: %v", at(claim, "code"), out)
		}
		for _, other := range others {
			if at(other, "node", "code") == at(claim, "code") {
				t.Errorf("%v is among %v", at(claim, "code"), others)
			}
		}
		if at(out, "same", "totalCount") != 1.0 {
			t.Errorf("of the code %v: %v", at(claim, "code"), out)
		}
		home := at(asked(t, s, "Admin:admin123", `{ healthFacilitiesStr(first: 1) { edges { node { location { uuid } } } } }`, nil), "healthFacilitiesStr", "edges", "node", "location", "uuid")
		near, _ := at(asked(t, s, "Admin:admin123", `query ($district: String) { healthFacilitiesStr(districtUuid: $district) { edges { node { location { uuid } } } } }`,
			map[string]any{"district": home}), "healthFacilitiesStr", "edges").([]any)
		if len(near) == 0 {
			t.Errorf("no facility in %v", home)
		}
		for _, one := range near {
			if at(one, "node", "location", "uuid") != home {
				t.Errorf("%v is not in %v", one, home)
			}
		}
	})
}

// A claim is entered by the form, found in the list, changed, submitted, chosen for review,
// reviewed, processed, and gets its feedback; each step shows in the list, and what its
// state does not allow is refused.
func TestClaimForm(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		model := at(asked(t, s, admin, `{ claims(status: 16, first: 1) { edges { node { insuree { id chfId lastName } healthFacility { id code location { code } } admin { id code } icd { id code }
			items { id item { id code } product { code } } services { id service { id code } } feedback { asessment } attachmentsCount restore { uuid } } } } }`, nil), "claims", "edges", "node")
		if model == nil {
			t.Fatal("the demo has no valuated claim")
		}
		day := time.Now().Format("2006-01-02")
		form := func() map[string]any {
			input := map[string]any{
				"code": "ZC-1", "insureeId": number(t, at(model, "insuree", "id")), "healthFacilityId": number(t, at(model, "healthFacility", "id")), "adminId": number(t, at(model, "admin", "id")),
				"icdId": number(t, at(model, "icd", "id")), "dateFrom": day, "dateTo": day, "dateClaimed": day, "visitType": "O", "guaranteeId": "undefined", "explanation": "undefined",
				"jsonExt": "{}", "feedbackStatus": 1, "reviewStatus": 1,
				"attachments": []any{map[string]any{"type": "scan", "title": "form", "date": day, "mime": "text/plain", "generalType": "FILE", "filename": "a.txt", "document": "aGVsbG8="}},
			}
			for list, ware := range map[string]string{"items": "item", "services": "service"} {
				if id := at(model, list, ware, "id"); id != nil {
					input[list] = []any{map[string]any{ware + "Id": number(t, id), "priceAsked": "10.50", "qtyProvided": "2.00", "status": 1}}
				}
			}
			return input
		}
		done, refused := forms(t, s, admin)
		const shown = `{ claims(code_Icontains: "zc-1") { totalCount edges { node { uuid code status reviewStatus feedbackStatus claimed approved attachmentsCount explanation guaranteeId
			items { id qtyProvided priceAsked } services { id qtyProvided priceAsked } feedback { asessment } } } } }`
		show := func() any {
			t.Helper()
			return at(asked(t, s, admin, shown, nil), "claims", "edges", "node")
		}
		free := func() any {
			return at(asked(t, s, admin, `{ validateClaimCode(claimCode: "ZC-1") }`, nil), "validateClaimCode")
		}
		if free() != true {
			t.Error("the number is free at first")
		}
		done("createClaim", form())
		row := show()
		if at(row, "status") != 2.0 || at(row, "attachmentsCount") != 1.0 || at(row, "explanation") != nil || at(row, "guaranteeId") != nil || free() != false {
			t.Errorf("entered: %v", row)
		}
		uuids := func() map[string]any { return map[string]any{"uuids": []any{at(row, "uuid")}} }
		refused(admin, "processClaims", uuids(), `"title":"ZC-1"`)
		changed := form()
		delete(changed, "attachments")
		changed["uuid"], changed["explanation"] = at(row, "uuid"), "came at night"
		done("updateClaim", changed)
		if row = show(); at(row, "explanation") != "came at night" || at(row, "status") != 2.0 {
			t.Errorf("changed: %v", row)
		}
		done("submitClaims", uuids())
		row = show()
		state := at(row, "status")
		if state != 4.0 && state != 1.0 {
			t.Fatalf("submitted: %v", row)
		}
		refused(admin, "submitClaims", uuids(), `"title":"ZC-1"`)
		if state != 4.0 {
			t.Fatalf("the claim of the demo's own wares was rejected: %v", row)
		}
		done("selectClaimsForReview", uuids())
		review := map[string]any{"claimUuid": at(row, "uuid"), "adjustment": "seen"}
		for list, ware := range map[string]string{"items": "item", "services": "service"} {
			if id, _ := at(row, list, "id").(string); id != "" {
				key, _ := strconv.Atoi(id)
				review[list] = []any{map[string]any{"id": key, ware + "Id": number(t, at(model, list, ware, "id")), "qtyApproved": "1.00", "priceApproved": "10.00", "justification": "half", "status": 1, "rejectionReason": 0, "serviceServiceSet": []any{}, "serviceItemSet": []any{}}}
			}
		}
		parts := `query ($id: UUID) { claim(uuid: $id) { code services { services { qtyDisplayed } items { qtyDisplayed } } } }`
		if got := at(asked(t, s, "doctor:doctor123", parts, map[string]any{"id": at(row, "uuid")}), "claim", "code"); got != "ZC-1" {
			t.Errorf("the medical officer opens %v", got)
		}
		worth := `query ($id: UUID) { claim(uuid: $id) { valuated items { product { code } priceValuated } services { product { code } priceValuated } } }`
		paid := func() (got any, products int, sum float64) {
			t.Helper()
			got = at(asked(t, s, admin, worth, map[string]any{"id": at(row, "uuid")}), "claim")
			for _, list := range []string{"items", "services"} {
				lines, _ := at(got, list).([]any)
				for _, line := range lines {
					if at(line, "product", "code") != nil {
						products++
					}
					if text, _ := at(line, "priceValuated").(string); text != "" {
						amount, _ := strconv.ParseFloat(text, 64)
						sum += amount
					}
				}
			}
			return got, products, sum
		}
		if got, products, _ := paid(); products == 0 || at(got, "valuated") != nil {
			t.Errorf("before it is processed: %v", got)
		}
		done("saveClaimReview", review)
		done("deliverClaimsReview", uuids())
		if row = show(); at(row, "reviewStatus") != 8.0 {
			t.Errorf("reviewed: %v", row)
		}
		done("bypassClaimsFeedback", uuids())
		done("processClaims", uuids())
		if row = show(); at(row, "status") != 16.0 && at(row, "status") != 8.0 {
			t.Errorf("processed: %v", row)
		}
		if got, products, sum := paid(); products == 0 || sum == 0 || at(row, "status") == 16.0 && at(got, "valuated") != strconv.FormatFloat(sum, 'f', 2, 64) {
			t.Errorf("worth: %v, the lines %v", got, sum)
		}
		refused(admin, "deleteClaims", uuids(), "")
		lists := asked(t, s, admin, `{ byFacility: claims(healthFacility_Location_Uuid: "x", attachmentStatus: 1) { totalCount } with: claims(attachmentStatus: 1) { totalCount }
			without: claims(attachmentStatus: 2) { totalCount } all: claims { totalCount } admins: claimAdmins(search: "a") { totalCount } types: claimAttachmentType { totalCount } restored: claims(showRestored: true) { totalCount } }`, nil)
		variance := func(percent int) float64 {
			return at(asked(t, s, admin, `query ($v: Int) { claims(diagnosisVariance: $v) { totalCount } }`, map[string]any{"v": percent}), "claims", "totalCount").(float64)
		}
		if above, doubled, far := variance(0), variance(100), variance(100_000); above == 0 || above >= at(lists, "all", "totalCount").(float64) || doubled > above || far != 0 {
			t.Errorf("%v claims above the average, %v at twice as much, %v far above", above, doubled, far)
		}
		with, without, all := at(lists, "with", "totalCount").(float64), at(lists, "without", "totalCount").(float64), at(lists, "all", "totalCount").(float64)
		if with < 1 || with+without != all || at(lists, "byFacility", "totalCount") != 0.0 {
			t.Errorf("%v with documents, %v without, %v in all; %v", with, without, all, lists)
		}
		entered := form()
		entered["code"] = "ZC-2"
		done("createClaim", entered)
		second := at(asked(t, s, admin, `{ claims(code_Icontains: "zc-2") { edges { node { uuid } } } }`, nil), "claims", "edges", "node", "uuid")
		if status, _ := mutate(t, s, "reception:reception123", "processClaims", map[string]any{"uuids": []any{second}}); status != 1 {
			t.Error("processed without the right")
		}
		done("deleteClaims", map[string]any{"uuids": []any{second}})
		if gone := at(asked(t, s, admin, `query ($id: UUID) { claim(uuid: $id) { code } }`, map[string]any{"id": second}), "claim"); gone != nil {
			t.Errorf("a deleted claim is shown: %v", gone)
		}
	})
}

// What would pay the lines of checked claims takes as many statements for a page of claims as
// for one.
func TestCoverOfCheckedClaims(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RateLimit, p.Config.Audit = 0, "off" })
		query := `query($first: Int) { claims(status: 4, first: $first) { edges { node { items { status product { code } } services { status product { code } } } } } }`
		token := at(decoded(t, (call{method: "POST", target: "/fhir/login", body: `{"username":"Admin","password":"admin123"}`}).on(s)), "token").(string)
		ask(s, call{bearer: token}, query, map[string]any{"first": 1}) // registers and identity are remembered from here on
		took := map[int]int{}
		for _, rows := range []int{2, 10} {
			body, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"first": rows}})
			r := httptest.NewRequest("POST", "/api/graphql", strings.NewReader(string(body)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+token)
			ctx, statements := persistence.CountStatements(r.Context())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r.WithContext(ctx))
			edges, _ := at(decoded(t, w), "data", "claims", "edges").([]any)
			if len(edges) != rows {
				t.Fatalf("%d claims, want %d: %s", len(edges), rows, w.Body)
			}
			covered := strings.Count(w.Body.String(), `"product":{"code":`)
			if took[rows] = statements.Count(); covered < rows {
				t.Errorf("of %d claims %d lines are covered: %s", rows, covered, w.Body)
			}
		}
		if took[10] > took[2] {
			t.Errorf("statements for so many claims: %v", took)
		}
	})
}
