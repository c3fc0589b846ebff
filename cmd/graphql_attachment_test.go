package cmd_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Documents are hung on a claim, changed and taken away; what a browser could not show, or
// the scheme does not foresee, is refused.
func TestAttachmentForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		if err := store.Tx(system(), func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.ClaimAttachmentType{ClaimAttachmentTypeID: 7, ClaimAttachmentType: "bill", ClaimGeneralType: "FILE"})
		}); err != nil {
			t.Fatal(err)
		}
		done, refused := forms(t, s, admin)
		claim := at(asked(t, s, admin, `{ claims(first: 1, attachmentStatus: 2) { edges { node { uuid } } } }`, nil), "claims", "edges", "node", "uuid")
		form := func() map[string]any {
			return map[string]any{"claimUuid": claim, "type": "scan", "title": "Bill", "date": "2024-01-15", "mime": "text/plain", "generalType": "FILE", "predefinedType": "bill", "filename": "a.txt", "document": "aGVsbG8="}
		}
		for member, value := range map[string]any{"document": "%%", "generalType": "URL", "predefinedType": "x-ray", "claimUuid": "0a1b2c3d-0000-4000-a000-000000000002"} {
			bad := form()
			bad[member] = value
			refused(admin, "createClaimAttachment", bad, map[string]string{"generalType": "url", "claimUuid": ""}[member])
		}
		refused("reception:reception123", "createClaimAttachment", form(), "right")
		link := form()
		link["generalType"], link["url"], link["document"] = "URL", "javascript:alert(1)", "javascript:alert(1)"
		delete(link, "predefinedType")
		refused(admin, "createClaimAttachment", link, "url")
		done("createClaimAttachment", form())
		shown := func() []any {
			t.Helper()
			edges, _ := at(asked(t, s, admin, `query ($id: String) { claimAttachments(claim_Uuid: $id) { edges { node { id type title date filename url generalType mime document predefinedType { claimAttachmentType } } } } }`,
				map[string]any{"id": claim}), "claimAttachments", "edges").([]any)
			return edges
		}
		list := shown()
		if len(list) != 1 || at(list, "node", "title") != "Bill" || at(list, "node", "date") != "2024-01-15" || at(list, "node", "predefinedType", "claimAttachmentType") != "bill" {
			t.Fatalf("attached: %v", list)
		}
		key := decodedKey(t, at(list, "node", "id"))
		done("updateClaimAttachment", map[string]any{"id": key, "claimUuid": claim, "title": "The bill", "generalType": "FILE"})
		list = shown()
		if len(list) != 1 || at(list, "node", "title") != "The bill" || at(list, "node", "document") != "aGVsbG8=" || at(list, "node", "filename") != "a.txt" {
			t.Errorf("changed: %v", list)
		}
		if w := (call{target: "/api/claim/attach?id=" + key, user: admin}).on(s); w.Code != 200 || w.Body.String() != "hello" {
			t.Errorf("the document: %d %s", w.Code, w.Body)
		}
		refused("CA001:claims123", "deleteClaimAttachment", map[string]any{"id": "3"}, "")
		done("deleteClaimAttachment", map[string]any{"id": key})
		if list = shown(); len(list) != 0 {
			t.Errorf("taken away: %v", list)
		}
		refused(admin, "deleteClaimAttachment", map[string]any{"id": key}, "no document")
		refused(admin, "updateClaimAttachment", map[string]any{"id": "undefined", "claimUuid": claim}, "no document")
	})
}

// All claims a list shows can be submitted at once, and the journal counts them. The first
// facility somebody is to go to is found by the number.
func TestSubmitAllClaims(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		facility := at(asked(t, s, admin, `{ claims(first: 1, status: 2) { edges { node { healthFacility { uuid } } } } }`, nil), "claims", "edges", "node", "healthFacility", "uuid")
		count := func() float64 {
			t.Helper()
			return at(asked(t, s, admin, `query ($id: String) { claims(status: 2, healthFacility_Uuid: $id) { totalCount } }`, map[string]any{"id": facility}), "claims", "totalCount").(float64)
		}
		before := count()
		if before == 0 {
			t.Fatal("the demo has no claim that is entered")
		}
		filters := func(document string) map[string]any { return map[string]any{"additionalFilters": document} }
		for _, document := range []string{`[`, `[]`, `{"nonsense": 1}`, `{"claimed_Gte": {}}`, `{"status": "many"}`, `{"status": 16}`, `{"items": [{}]}`} {
			refused(admin, "submitClaims", filters(document), "additionalFilters")
		}
		refused(admin, "submitClaims", map[string]any{}, "uuids")
		if left := count(); left != before {
			t.Errorf("%v of %v are left by filters that are wrong", left, before)
		}
		done("submitClaims", filters(fmt.Sprintf(`{"status": 2, "healthFacility_Uuid": %q, "services": [], "showRestored": null}`, facility)))
		if left := count(); left != 0 {
			t.Errorf("%v of %v claims are still entered", left, before)
		}
		var report map[string]map[string]any
		text, _ := at(asked(t, s, admin, `{ mutationLogs(orderBy: ["-request_date_time"], first: 1) { edges { node { jsonExt } } } }`, nil), "mutationLogs", "edges", "node", "jsonExt").(string)
		if err := json.Unmarshal([]byte(text), &report); err != nil || report["claim_stats"]["submitted"] != before {
			t.Errorf("the journal says %s: %v", text, err)
		}

		const first = `query ($number: String!, $day: Date!) { fspFromClaim(insureeCode: $number, dateClaimed: $day) { id uuid code name level servicesPricelist { id } location { parent { code } } } }`
		var number, point string
		if err := store.Tx(system(), func(x *persistence.Session) error {
			people, err := persistence.Select[persistence.Insuree](x, persistence.Query{Limit: 1})
			if err != nil {
				return err
			}
			facilities, err := persistence.Select[persistence.HealthFacility](x, persistence.Query{Limit: 2})
			if err != nil {
				return err
			}
			person, at := &people.Rows[0], &facilities.Rows[0]
			if person.HFID != nil && *person.HFID == at.HFID {
				at = &facilities.Rows[1]
			}
			number, point, person.HFID = *person.CHFID, at.HFCode, &at.HFID
			return persistence.Update(x, person)
		}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]bool{"2100-01-01": true, "1990-01-01": false} {
			found := at(asked(t, s, "reception:reception123", first, map[string]any{"number": number, "day": day}), "fspFromClaim")
			if is := at(found, "code") == point; is != want {
				t.Errorf("the first service point on %s is %v", day, found)
			}
		}
		if none := asked(t, s, admin, first, map[string]any{"number": "undefined", "day": "2024-01-01"}); at(none, "fspFromClaim") != nil {
			t.Errorf("nobody's first service point: %v", none)
		}
	})
}
