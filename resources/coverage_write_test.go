package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// aCoverage is a Coverage of a person, paid by the head of the first family.
func (w *contractWorld) aCoverage(status string, person persistence.UUID, more string) string {
	return fmt.Sprintf(`{"resourceType":"Coverage","status":"%s","beneficiary":{"reference":"Patient/%s"},"payor":[{"reference":"Patient/%s"}]%s}`,
		status, person, w.sides[0].head.InsureeUUID, more)
}

func plan(code, start string) string {
	return `,"class":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/coverage-class","code":"plan"}]},"value":"` + code + `"}],"period":{"start":"` + start + `"}`
}

// A cover is made, ended and deleted, in JSON and in XML.
func TestCoverageWrite(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		typ, side := resources.Coverage(w.Environment), &w.sides[0]
		for _, format := range []func(testing.TB, string) *fhir.Resource{decode, asXML} {
			entry, err := typ.(rest.Creator).Create(w.clerk(t), format(t, w.aCoverage("draft", side.member.InsureeUUID, plan("RX02", "2021-07-29")+`,"network":"N1"`)))
			if err != nil {
				t.Fatal(err)
			}
			tree := show(t, read(t, w.clerk(t), typ, entry.ID))
			if tree["status"] != "draft" || tree["network"] != "N1" || fmt.Sprint(tree["period"]) != "map[end:2022-07-28 start:2021-07-29]" {
				t.Errorf("sold: %s", encode(t, tree))
			}
			policy, _, _ := mapping.ParseCoverageID(entry.ID)
			if got := sold(t, read(t, w.clerk(t), w.typ(), string(policy))); got != "offered 132 2021-07-29/2022-07-28 2021-07-29 2" {
				t.Errorf("the policy: %s", got)
			}
			text := string(jsonOf(t, read(t, w.clerk(t), typ, entry.ID)))
			ended, err := typ.(rest.Updater).Update(w.clerk(t), entry.ID, format(t, strings.Replace(text, "2022-07-28", "2021-12-31", 1)), rest.Match(entry.VersionID))
			if err != nil || fmt.Sprint(show(t, ended)["period"]) != "map[end:2021-12-31 start:2021-07-29]" {
				t.Errorf("ended: %v", err)
			}
			for change, path := range map[[2]string]string{
				{`"draft"`, `"active"`}: "Coverage.status", {"2022-07-28", "2023-01-01"}: "Coverage.period.end", {`"start":"2021-07-29"`, `"start":"2021-07-30"`}: "Coverage.period.start",
				{`"RX02"`, `"RX01"`}: "Coverage.class[0].value",
				{`"beneficiary":{"reference":"Patient/` + string(side.member.InsureeUUID), `"beneficiary":{"reference":"Patient/` + string(side.head.InsureeUUID)}: "Coverage.beneficiary",
			} {
				now := strings.Replace(text, "2022-07-28", "2021-12-31", 1)
				if change[0] == "2022-07-28" {
					now = text
				}
				_, err := typ.(rest.Updater).Update(w.clerk(t), entry.ID, decode(t, strings.Replace(now, change[0], change[1], 1)), "")
				fails(t, err, core.Unprocessable, path)
			}
			if err := typ.(rest.Deleter).Delete(w.clerk(t), entry.ID, ""); err != nil {
				t.Fatal(err)
			}
			if _, err := typ.(rest.Reader).Read(w.clerk(t), entry.ID); core.CodeOf(err) != core.Gone {
				t.Errorf("deleted, but %v", err)
			}
			if got := sold(t, read(t, w.clerk(t), w.typ(), string(policy))); got != "offered 132 2021-07-29/2022-07-28 2021-07-29 1" {
				t.Errorf("the policy covers: %s", got)
			}
			again, err := typ.(rest.Creator).Create(w.clerk(t), format(t, w.aCoverage("draft", side.member.InsureeUUID, `,"contract":[{"reference":"Contract/`+string(policy)+`"}]`)))
			if err != nil || again.ID != entry.ID {
				t.Errorf("covered again: %v", err)
			}
			_, err = typ.(rest.Creator).Create(w.clerk(t), format(t, w.aCoverage("draft", side.member.InsureeUUID, `,"contract":[{"reference":"Contract/`+string(policy)+`"}]`)))
			fails(t, err, core.Conflict, "already")
			if err := w.typ().(rest.Deleter).Delete(w.clerk(t), string(policy), ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// What is wrong with a Coverage is refused by its name.
func TestCoverageRefused(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		typ, side := resources.Coverage(w.Environment), &w.sides[0]
		policy := create(t, w.clerk(t), w.typ(), w.text(contract{})).ID
		by := `,"contract":[{"reference":"Contract/` + policy + `"}]`
		for _, c := range []struct {
			name, text string
			code       core.Code
			path       string
		}{
			{"somebody of another district", w.aCoverage("draft", w.sides[1].head.InsureeUUID, by), core.Unprocessable, "Coverage.beneficiary"},
			{"a policy that is not there", w.aCoverage("draft", side.head.InsureeUUID, `,"contract":[{"reference":"Contract/none"}]`), core.Unprocessable, "Coverage.contract[0]"},
			{"two policies", w.aCoverage("draft", side.head.InsureeUUID, `,"contract":[{"reference":"Contract/`+policy+`"},{"reference":"Contract/x"}]`), core.Unprocessable, "Coverage.contract[1]"},
			{"covered already", w.aCoverage("draft", side.head.InsureeUUID, by), core.Conflict, "Coverage.beneficiary"},
			{"no product", w.aCoverage("draft", side.head.InsureeUUID, `,"period":{"start":"2021-07-29"}`), core.Unprocessable, "Coverage.class"},
			{"a product that is not there", w.aCoverage("draft", side.head.InsureeUUID, plan("NONE", "2021-07-29")), core.Unprocessable, "Coverage.class[0].value"},
			{"a day ahead", w.aCoverage("draft", side.head.InsureeUUID, plan("RX01", "2021-07-30")), core.Unprocessable, "Coverage.period.start"},
			{"half a day", w.aCoverage("draft", side.head.InsureeUUID, plan("RX01", "2021-07")), core.Unprocessable, "Coverage.period.start"},
			{"a status out of reach", w.aCoverage("active", side.head.InsureeUUID, plan("RX01", "2021-07-29")), core.Unprocessable, "Coverage.status"},
			{"the same time", w.aCoverage("draft", side.head.InsureeUUID, plan("RX02", "2021-07-29")), core.Conflict, "Coverage.period"},
		} {
			_, err := typ.(rest.Creator).Create(w.clerk(t), decode(t, c.text))
			if core.CodeOf(err) != c.code || !strings.Contains(err.Error()+fmt.Sprint(pathsOf(err)), c.path) {
				t.Errorf("%s: %v, want %s at %s", c.name, err, c.code, c.path)
			}
		}
		clerk := core.WithPrincipal(t.Context(), core.Principal{UserID: side.user.UserID, Login: "clerk", Rights: map[int]bool{101202: true}})
		_, err := typ.(rest.Creator).Create(clerk, decode(t, w.aCoverage("draft", side.head.InsureeUUID, plan("RX01", "2021-07-29"))))
		fails(t, err, core.Unprocessable, "Coverage.contract")
		id := mapping.CoverageID(side.policy.PolicyUUID, side.member.InsureeID)
		w.seed(t, func(x *persistence.Session) {
			fever := persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid"}
			insert(t, x, &fever)
			claim := persistence.Claim{InsureeID: side.member.InsureeID, ClaimCode: "C1", HFID: side.facility.HFID, ICDID: fever.ICDID, ClaimStatus: 16, DateFrom: persistence.At(saleDay), DateClaimed: persistence.Day(saleDay)}
			insert(t, x, &claim)
			service := persistence.Service{ServCode: "S1", ServName: "S", ServType: "C", ServLevel: "S", ServCareType: "B", ServPatCat: 15}
			insert(t, x, &service)
			insert(t, x, &persistence.ClaimService{ClaimID: claim.ClaimID, ServiceID: service.ServiceID, PolicyID: &side.policy.PolicyID, ClaimServiceStatus: 1})
		})
		fails(t, typ.(rest.Deleter).Delete(w.clerk(t), id, ""), core.Conflict, "claims")
		if _, ok := resources.Coverage(&resources.Environment{Store: w.Store, Compatible: true}).(rest.Creator); ok {
			t.Error("the compatible base lets a Coverage be written")
		}
	})
}
