package cmd_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// first gives one row that meets the conditions.
func first[R any](t *testing.T, store *persistence.Store, conditions ...clause.Expression) *R {
	t.Helper()
	rows, err := persistence.Beside[R](store.Read(persistencetest.System(t)), persistence.Query{Where: conditions, Limit: 1})
	if err != nil || len(rows) == 0 {
		t.Fatalf("no %T: %v", *new(R), err)
	}
	return &rows[0]
}

// extracted gives the rows of an archive an officer takes along.
func extracted(t *testing.T, s *server.Server, target string) []map[string]any {
	t.Helper()
	w := call{target: "/api/tools/extracts/" + target, user: "Admin:admin123"}.on(s)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil || len(archive.File) != 1 {
		t.Fatal(err)
	}
	entry, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer entry.Close()
	var rows []map[string]any
	if err := json.NewDecoder(entry).Decode(&rows); err != nil || rows == nil {
		t.Fatal(err)
	}
	return rows
}

// An officer takes along what waits for him, and what he brings back is stored once and
// answered in sentences.
func TestOfficersTakePromptsAlong(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		claim := first[persistence.Claim](t, store, persistence.Compare(persistence.Column("", "FeedbackStatus"), "=", 4),
			persistence.Exists("tblFeedbackPrompt", "ClaimID", persistence.Column("tblClaim", "ClaimID")))
		prompt := first[persistence.FeedbackPrompt](t, store, persistence.Compare(persistence.Column("", "ClaimID"), "=", claim.ClaimID))
		asked := extracted(t, s, fmt.Sprintf("download_feedbacks?officer_id=%d", *prompt.OfficerID))
		var mine map[string]any
		for _, row := range asked {
			if len(row) != 14 || row["OfficerID"] != float64(*prompt.OfficerID) {
				t.Errorf("%v", row)
			}
			if row["ClaimUUID"] == string(claim.ClaimUUID) {
				mine = row
			}
		}
		if mine == nil || len(mine["FeedbackPromptDate"].(string)) != len("31/12/2026") || mine["CHFID"] == nil {
			t.Fatalf("%v of %d", mine, len(asked))
		}
		answer := fmt.Sprintf(`{"Feedback":{"Officer":%q,"ClaimUUID":%q,"CHFID":%q,"Answers":"11015","Date":"2026-03-03"}}`, mine["OfficerCode"], claim.ClaimUUID, mine["CHFID"])
		for i, want := range []string{"", "register.xml: "} { // the second time it was answered
			code, out := upload(t, s, "Admin:admin123", "extracts/upload_feedbacks", answer)
			if code != 200 || out.Success != (want == "") || want != "" && (len(out.Errors) != 1 || !strings.HasPrefix(out.Errors[0], want)) {
				t.Errorf("answer %d: %d %+v", i, code, out)
			}
		}
		if left := extracted(t, s, fmt.Sprintf("download_feedbacks?officer_id=%d", *prompt.OfficerID)); len(left) != len(asked)-1 {
			t.Errorf("%d wait after one of %d was answered", len(left), len(asked))
		}
		officer := first[persistence.Officer](t, store)
		for _, row := range extracted(t, s, fmt.Sprintf("download_renewals?officer_id=%d", officer.OfficerID)) {
			if len(row) != 15 || row["PolicyStage"] != "R" {
				t.Errorf("%v", row)
			}
		}
		for target, want := range map[string]int{"download_renewals?officer_id=": 400, "download_feedbacks": 400, "download_renewals?officer_id=x": 404, "download_feedbacks?officer_id=999999": 404} {
			if w := (call{target: "/api/tools/extracts/" + target, user: "Admin:admin123"}).on(s); w.Code != want {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
		if w := (call{target: "/api/tools/extracts/download_renewals?officer_id=1", user: "CA001:claims123"}).on(s); w.Code != 403 {
			t.Errorf("without the right: %d", w.Code)
		}
	})
}

// packed makes an archive of documents by their names.
func packed(t *testing.T, documents map[string]string) string {
	t.Helper()
	var body bytes.Buffer
	archive := zip.NewWriter(&body)
	for name, text := range documents {
		entry, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = entry.Write([]byte(text))
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return body.String()
}

// Claims of phones come as files or as an archive of them; one at fault keeps no other out.
func TestClaimsOfPhones(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		claim := func(code, person string) string {
			return `<?xml version="1.0"?><Claim><Details><ClaimDate>03/03/2026</ClaimDate><HFCode>A1H001</HFCode><ClaimAdmin>CA001</ClaimAdmin><ClaimCode>` + code + `</ClaimCode>` +
				`<CHFID>` + person + `</CHFID><StartDate>2026-03-01</StartDate><EndDate>2026-03-02</EndDate><ICDCode>A01</ICDCode><VisitType>O</VisitType></Details>` +
				`<Items><Item><ItemCode>M0001</ItemCode><ItemPrice>10</ItemPrice><ItemQuantity>2</ItemQuantity></Item></Items><Services/></Claim>`
		}
		diagnosis := first[persistence.Diagnosis](t, store).ICDCode
		of := func(code, person string) string { return strings.Replace(claim(code, person), "A01", diagnosis, 1) }
		if code, out := upload(t, s, "Admin:admin123", "extracts/upload_claims", of("PH-1", "100001145")); code != 200 || !out.Success {
			t.Fatalf("%d %+v", code, out)
		}
		stored := first[persistence.Claim](t, store, persistence.Compare(persistence.Column("", "ClaimCode"), "=", "PH-1"))
		if stored.ClaimStatus != 2 || stored.DateClaimed.String() != "2026-03-03" {
			t.Errorf("%+v", stored)
		}
		code, out := upload(t, s, "Admin:admin123", "extracts/upload_claims", packed(t, map[string]string{
			"a.xml": of("PH-2", "100001145"), "b.xml": of("PH-3", "none"), "c.xml": "<Claim>", "d.xml": strings.Replace(of("PH-4", "100001145"), "2026-03-01", "soon", 1), "photo.jpg": "\xff",
			"e.json": strings.Repeat("[", 20) + strings.Repeat("]", 20),
		}))
		if code != 200 || out.Success || len(out.Errors) != 4 {
			t.Fatalf("%d %+v", code, out)
		}
		for i, want := range []string{"b.xml: insuree: ", "c.xml: this is no XML", `d.xml: StartDate: "soon" is no day`, "e.json: the document is nested too deep"} {
			if !strings.HasPrefix(out.Errors[i], want) {
				t.Errorf("%q, want %q", out.Errors[i], want)
			}
		}
		first[persistence.Claim](t, store, persistence.Compare(persistence.Column("", "ClaimCode"), "=", "PH-2"))
		if code, out := upload(t, s, "Admin:admin123", "extracts/upload_claims", ""); code != 400 || !strings.Contains(out.Error, "no file") {
			t.Errorf("nothing: %d %+v", code, out)
		}
		if code, out := upload(t, s, "Admin:admin123", "extracts/upload_renewals", `{"Policy":{"RenewalId":"999999","Officer":"EO001","CHFID":"100001145","ProductCode":"X","Amount":"10","Date":"2026-03-03"}}`); code != 200 || out.Success || len(out.Errors) != 1 {
			t.Errorf("a renewal nobody was asked for: %d %+v", code, out)
		}
		for user, want := range map[string]int{"": 401, "CA001:claims123": 403} {
			if w := (call{method: "POST", target: "/api/tools/extracts/upload_claims", user: user}).on(s); w.Code != want {
				t.Errorf("%q: %d", user, w.Code)
			}
		}
	})
}

// Officers hand in renewals: one that is paid makes a policy, one the family does not want
// closes the prompt, and each prompt is answered once. Phones lock their archives.
func TestRenewalsOfPhones(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		send := func(file string) (int, uploadAnswer) {
			t.Helper()
			return upload(t, s, "scheme:scheme123", "extracts/upload_renewals", file)
		}
		x := store.Read(persistencetest.System(t))
		prompts, err := persistence.Beside[persistence.PolicyRenewal](x, persistence.Query{
			Where: []clause.Expression{clause.Or(persistence.IsNull(persistence.Column("", "ResponseStatus")), persistence.Compare(persistence.Column("", "ResponseStatus"), "=", 0))}, Limit: 2,
			Order: []persistence.Order{{Column: persistence.Column("", "RenewalID")}},
		})
		if err != nil || len(prompts) != 2 {
			t.Fatalf("%d prompts, %v", len(prompts), err)
		}
		document := func(i int, rest string) string {
			t.Helper()
			head := first[persistence.Insuree](t, store, persistence.Compare(persistence.Column("", "InsureeID"), "=", prompts[i].InsureeID))
			product := first[persistence.Product](t, store, persistence.Compare(persistence.Column("", "ProdID"), "=", prompts[i].NewProdID))
			officer := first[persistence.Officer](t, store, persistence.Compare(persistence.Column("", "OfficerID"), "=", *prompts[i].NewOfficerID))
			return fmt.Sprintf(`<Policy><RenewalId>%d</RenewalId><Officer>%s</Officer><CHFID>%s</CHFID><ProductCode>%s</ProductCode><Date>%s</Date><PayerId>0</PayerId>%s</Policy>`,
				prompts[i].RenewalID, officer.Code, *head.CHFID, product.ProductCode, time.Now().Format("2006-01-02"), rest)
		}
		answered := func(i int) int {
			t.Helper()
			return *first[persistence.PolicyRenewal](t, store, persistence.Compare(persistence.Column("", "RenewalID"), "=", prompts[i].RenewalID)).ResponseStatus
		}
		paid := document(0, "<Amount>1000000</Amount><ReceiptNo>PH-R-1</ReceiptNo><Discontinue>false</Discontinue>")
		for want, file := range map[string]string{"Amount: ": strings.Replace(paid, "1000000", "much", 1), "Date: ": strings.Replace(paid, "<Date>", "<Date>x", 1), "product: ": strings.Replace(paid, "<ProductCode>", "<ProductCode>x", 1)} {
			if code, out := send(file); code != 200 || out.Success || len(out.Errors) != 1 || !strings.HasPrefix(out.Errors[0], "register.xml: "+want) {
				t.Errorf("%s: %d %+v", want, code, out)
			}
		}
		if code, out := send(paid); code != 200 || !out.Success || answered(0) != 1 {
			t.Fatalf("%d %+v", code, out)
		}
		premium := first[persistence.Premium](t, store, persistence.Compare(persistence.Column("", "Receipt"), "=", "PH-R-1"))
		policy := first[persistence.Policy](t, store, persistence.Compare(persistence.Column("", "PolicyID"), "=", premium.PolicyID))
		if premium.Amount.String() != "1000000" || *policy.PolicyStage != "R" || *policy.PolicyStatus != 2 || policy.ProdID != prompts[0].NewProdID {
			t.Errorf("%+v, paid %+v", policy, premium)
		}
		if code, out := send(paid); code != 200 || out.Success || !strings.Contains(out.Errors[0], "answered already") {
			t.Errorf("the same again: %d %+v", code, out)
		}
		if code, out := send(document(1, "<Discontinue>true</Discontinue>")); code != 200 || !out.Success || answered(1) != 2 {
			t.Errorf("not wanted: %d %+v", code, out)
		}

		locked, err := os.ReadFile("../graphql/files/testdata/locked.zip")
		if err != nil {
			t.Fatal(err)
		}
		if code, out := send(string(locked)); code != 200 || len(out.Errors) != 1 || !strings.HasPrefix(out.Errors[0], "renewal.json: renewal: there is no such prompt") {
			t.Errorf("locked: %d %+v", code, out)
		}
		s = assemble(t, store, func(p *cmd.Parts) { p.Config.ArchivePassword = "another" })
		if code, out := send(string(locked)); code != 400 || !strings.Contains(out.Error, "another password") {
			t.Errorf("locked with another password: %d %+v", code, out)
		}
	})
}
