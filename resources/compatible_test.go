package resources

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// phone is a client of the compatible base.
type phone struct {
	t       *testing.T
	handler http.Handler
}

func newPhone(t *testing.T, w *schemeWorld) *phone {
	t.Helper()
	e := w.habitual
	habits := CompatibleHabits
	habits.CreateAnswers = nil // no claims here
	server, err := rest.NewServer(rest.Base{
		Path: "/api/api_fhir_r4", Habits: habits, Count: CompatibleCount,
		Types: []rest.Type{Patient(e), Location(e), Organization(e), Coverage(e), InsurancePlan(e), Medication(e), ActivityDefinition(e), Practitioner(e), PractitionerRole(e)},
	})
	if err != nil {
		t.Fatal(err)
	}
	door := echo.New()
	server.Mount(door)
	return &phone{t, door}
}

// get asks for a path under the base and gives the status and the body.
func (p *phone) get(path string) (int, map[string]any) {
	p.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://site/api/api_fhir_r4/"+path, nil)
	r = r.WithContext(core.WithPrincipal(r.Context(), core.SystemPrincipal))
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		p.t.Errorf("%s: %s", path, got)
	}
	body := map[string]any{}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		p.t.Fatalf("%s: %v: %s", path, err, w.Body)
	}
	return w.Code, body
}

func hasNext(bundle map[string]any) bool {
	for _, link := range bundle["link"].([]any) {
		if link.(map[string]any)["relation"] == "next" {
			return true
		}
	}
	return false
}

// TestPhoneDownloads pages as the claims app does: it goes on while there is a next link.
func TestPhoneDownloads(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		p := newPhone(t, w)
		for path, want := range map[string]int{
			"Practitioner/?resourceType=ca": 7, "Practitioner/?": 15, "Medication/?": 23, "ActivityDefinition/?": 6, "PractitionerRole?resourceType=eo": 8,
			"Coverage/?": 8, "InsurancePlan/?_count=abc": 3, "Medication/?_count=0&format=json&unheard=of": 23,
		} {
			seen := map[string]bool{}
			for number := 1; ; number++ {
				status, bundle := p.get(fmt.Sprintf("%s&page-offset=%d", path, number))
				if status != http.StatusOK || int(bundle["total"].(float64)) != want {
					t.Fatalf("%s: %d, total %v", path, status, bundle["total"])
				}
				entries := bundle["entry"].([]any)
				if len(entries) > CompatibleCount {
					t.Errorf("%s: a page of %d", path, len(entries))
				}
				for _, entry := range entries {
					seen[entry.(map[string]any)["resource"].(map[string]any)["id"].(string)] = true
				}
				if !hasNext(bundle) {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("%s: %d of %d", path, len(seen), want)
			}
		}
	})
}

func TestCompatibleAnswers(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		p := newPhone(t, w)
		policy := string(w.policies["active"].PolicyUUID)
		for _, c := range []struct{ path, kind, id string }{
			{"Medication/?identifier=0004", "Medication", ""},
			{"Medication/0004/", "Medication", ""},
			{"InsurancePlan?identifier=BC1", "InsurancePlan", string(w.product.ProdUUID)},
			{"InsurancePlan/BC1", "InsurancePlan", string(w.product.ProdUUID)},
			{"Practitioner/?code=EO1", "Practitioner", ""},
			{"Practitioner/EO1/", "Practitioner", ""},
			{"PractitionerRole/?code=CA1", "PractitionerRole", ""},
			{"PractitionerRole/CA1", "PractitionerRole", ""},
			{"Organization/?code=RAHF01", "Organization", string(w.facility.HFUUID)},
			{"Organization/RAHF01/", "Organization", string(w.facility.HFUUID)},
			{"Coverage/" + policy, "Coverage", policy},
			{"Coverage/?identifier=" + policy, "Coverage", policy},
			{"Patient/070707070", "Patient", string(w.head.InsureeUUID)},
			{"Location/R1D1/", "Location", string(w.district.LocationUUID)},
			{"Location/?physicalType=si&identifier=RAHF01", "Location", string(w.facility.HFUUID)},
			{"Location/" + string(w.facility.HFUUID), "Location", string(w.facility.HFUUID)},
		} {
			status, body := p.get(c.path)
			if status != http.StatusOK || body["resourceType"] != c.kind || c.id != "" && body["id"] != c.id {
				t.Errorf("%s: %d %v", c.path, status, body)
			}
		}
		for path, want := range map[string]int{"Medication/nope": 404, "Coverage/nope": 404, "Practitioner/x": 404, "Coverage?refDate=x": 400, "Practitioner?resourceType=x": 400} {
			status, body := p.get(path)
			if status != want || body["resourceType"] != "OperationOutcome" {
				t.Errorf("%s: %d %v", path, status, body)
				continue
			}
			if text := body["issue"].([]any)[0].(map[string]any)["details"].(map[string]any)["text"]; text == "" || text == nil {
				t.Errorf("%s: says nothing", path)
			}
		}
	})
}

// TestCompatiblePeople asks for people and places by the parameters R4 does not have.
func TestCompatiblePeople(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			i := inserter{t: t, x: x}
			diagnosis := persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid"}
			put(&i, &diagnosis)
			put(&i, &persistence.Claim{ClaimCode: "C1", InsureeID: w.boy.InsureeID, DateFrom: persistence.At(date("2024-06-01").Time), DateClaimed: date("2024-06-10"),
				ICDID: diagnosis.ICDID, HFID: w.facility.HFID})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		patients, places := Patient(w.habitual), Location(w.habitual)
		for _, c := range []struct {
			typ   rest.Type
			query string
			want  string
		}{
			{patients, "claimDateFrom=2024-06-10", "070707092"},
			{patients, "claimDateFrom=2024-06-11", ""},
			{patients, "refDate=2024-06-15", "070707070 070707081 070707092 080808081"},
			{patients, "refDate=2024-06-16", ""},
			{places, "", "R1 R1D1"},
			{places, "physicalType=D", "R1D1"},
			{places, "physicalType=si&name=rapta", string(w.facility.HFUUID)},
			{places, "physicalType=si&partof=" + string(w.district.LocationUUID), string(w.facility.HFUUID)},
			{places, "physicalType=si&partof=" + string(w.region.LocationUUID), ""},
		} {
			if got := strings.Join(found(t, c.typ, c.query), " "); got != c.want {
				t.Errorf("%s?%s: %q, not %q", c.typ.Definition().Name, c.query, got, c.want)
			}
		}
	})
}
