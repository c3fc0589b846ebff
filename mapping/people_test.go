package mapping_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// country gives the views of both bases on a site with one branch of locations, keys 1
// (region) to 4 (village), and the registers people need.
func country(t *testing.T) (strict, compatible *mapping.View) {
	t.Helper()
	s := persistencetest.SQLite(t)
	ctx := persistencetest.System(t)
	err := s.Tx(ctx, func(x *persistence.Session) error {
		for i, place := range []persistence.Location{
			{LocationUUID: regionUUID, LocationCode: ptr("R1"), LocationName: ptr("Ultha"), LocationType: "R"},
			{LocationUUID: districtUUID, LocationCode: ptr("R1D1"), LocationName: ptr("Rapta"), LocationType: "D", ParentLocationID: ptr(1)},
			{LocationUUID: "00000000-0000-4000-8000-0000000000a3", LocationCode: ptr("R1D1M1"), LocationName: ptr("Jamu"), LocationType: "W", ParentLocationID: ptr(2)},
			{LocationUUID: "00000000-0000-4000-8000-0000000000a4", LocationCode: ptr("R1D1M1V1"), LocationName: ptr("Jamula"), LocationType: "V", ParentLocationID: ptr(3)},
		} {
			if err := persistence.Insert(x, &place); err != nil || place.LocationID != i+1 {
				t.Fatalf("location %d: %v", place.LocationID, err)
			}
		}
		for _, err := range []error{
			persistence.Insert(x, &persistence.Relation{RelationID: 8, Relation: "Spouse"}),
			persistence.Insert(x, &persistence.Education{EducationID: 4, Education: "University"}),
			persistence.Insert(x, &persistence.Profession{ProfessionID: 2, Profession: "Employee"}),
			persistence.Insert(x, &persistence.IdentificationType{IdentificationCode: "N", IdentificationTypes: "National ID"}),
			persistence.Insert(x, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"}),
			persistence.Insert(x, &persistence.FamilyType{FamilyTypeCode: "H", FamilyType: "Household"}),
			persistence.Insert(x, &persistence.ConfirmationType{ConfirmationTypeCode: "B", ConfirmationType: "Municipality"}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	registers, err := s.Registers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	strict = &mapping.View{Registers: registers, Today: dayOf("2024-06-15"), PhotoURL: "https://example.org/photo", Instant: s.Instant}
	habitual := *strict
	habitual.Compatible = true
	return strict, &habitual
}

// people gives what is rendered of people, families, places and facilities, by the name
// of the golden file.
func people(t *testing.T) map[string]any {
	strict, compatible := country(t)
	leader := &persistence.Insuree{
		InsureeID: 11, InsureeUUID: "00000000-0000-4000-8000-0000000000b1", CHFID: ptr("070707070"), LastName: "Macintyre", OtherNames: "James",
		DOB: dayOf("1975-01-31"), Gender: ptr("M"), Marital: ptr("M"), IsHead: true, CardIssued: true, Status: ptr("AC"), CurrentAddress: ptr(""),
	}
	family := &persistence.Family{
		FamilyID: 1, FamilyUUID: "00000000-0000-4000-8000-0000000000e1", InsureeID: 11, LocationID: ptr(4), FamilyAddress: ptr("5 Tsoka"), Poverty: ptr(true),
		FamilyType: ptr("H"), ConfirmationNo: ptr("Reg123456"), ConfirmationType: ptr("B"), Head: leader,
	}
	leader.Family = family
	spouse := &persistence.Insuree{
		InsureeID: 12, InsureeUUID: "00000000-0000-4000-8000-0000000000b2", CHFID: ptr("070707081"), LastName: "Macintyre", OtherNames: "Mary Ann",
		DOB: dayOf("1980-02-29"), Gender: ptr("F"), Marital: ptr("N"), Phone: ptr(" 555-1 "), Email: ptr("mary@example.org"), Passport: ptr("A12"), TypeOfID: ptr("N"),
		Relationship: ptr(8), Education: ptr(4), Profession: ptr(2), Vulnerability: ptr(true), CurrentVillage: ptr(4), CurrentAddress: ptr("5 Tsoka"), Family: family,
		HF: &persistence.HealthFacility{HFUUID: "00000000-0000-4000-8000-0000000000f1", HFCode: "RAHOS001"},
		Photo: &persistence.Photo{
			PhotoFileName: ptr("mary.png"), PhotoDate: dayOf("2020-05-01"), Photo: ptr("aGVsbG8="),
		},
	}
	// Legal in the legacy tables: no number, no gender, no family, blanks, codes nobody
	// registered, a place above village level, a photograph kept as a file of no known type.
	bare := &persistence.Insuree{
		InsureeID: 13, InsureeUUID: "00000000-0000-4000-8000-0000000000b3", LastName: " ", OtherNames: "Mononym", Gender: ptr(" "), Marital: ptr("X"),
		Education: ptr(99), Profession: ptr(99), Relationship: ptr(99), Passport: ptr("P9"), Status: ptr("??"), CurrentVillage: ptr(2),
		Photo: &persistence.Photo{PhotoFolder: `Images\Updated\`, PhotoFileName: ptr("13_E1.xyz")},
	}
	dead := &persistence.Insuree{
		InsureeID: 14, InsureeUUID: "00000000-0000-4000-8000-0000000000b4", CHFID: ptr("070707092"), LastName: "Macintyre", OtherNames: "Old",
		DOB: dayOf("1930-02-28"), Gender: ptr("O"), Status: ptr("DE"), StatusDate: ptr(dayOf("2024-01-02")), Family: family, CurrentVillage: ptr(999),
		Photo: &persistence.Photo{PhotoFolder: "", PhotoFileName: ptr("")},
	}
	family.Members = []persistence.Insuree{*leader, *spouse}
	facility := &persistence.HealthFacility{
		HFUUID: "00000000-0000-4000-8000-0000000000f1", HFCode: "RAHOS001", HFName: "Rapta District Hospital", LegalForm: "G", HFLevel: "H", HFCareType: "B",
		HFAddress: ptr("1 High Street"), LocationID: 2, Phone: ptr("1"), Fax: ptr("2"), EMail: ptr("h@example.org"),
		ClaimAdmins: []persistence.ClaimAdmin{{LastName: ptr("Rushila"), OtherNames: ptr("Dani"), Phone: ptr("3")}, {ClaimAdminCode: ptr("NONAME")}},
	}
	return map[string]any{
		"Patient-head":           mapping.PatientOf(strict, leader),
		"Patient-spouse":         mapping.PatientOf(strict, spouse),
		"Patient-spouse-habits":  mapping.PatientOf(compatible, spouse),
		"Patient-bare":           mapping.PatientOf(strict, bare),
		"Patient-bare-habits":    mapping.PatientOf(compatible, bare),
		"Patient-deceased":       mapping.PatientOf(strict, dead),
		"Patient-empty":          mapping.PatientOf(strict, &persistence.Insuree{InsureeUUID: "00000000-0000-4000-8000-0000000000b5"}),
		"Group":                  mapping.GroupOf(strict, family, true),
		"Group-empty":            mapping.GroupOf(strict, &persistence.Family{FamilyUUID: "00000000-0000-4000-8000-0000000000e2"}, false),
		"Location-village":       mapping.LocationOf(strict, strict.Registers.Locations.ByID(4)),
		"Location-region":        mapping.LocationOf(strict, strict.Registers.Locations.ByID(1)),
		"Location-odd":           mapping.LocationOf(strict, &persistence.Location{LocationUUID: regionUUID, LocationType: "Z", ParentLocationID: ptr(77)}),
		"Organization":           mapping.OrganizationOf(strict, facility),
		"Organization-blank":     mapping.OrganizationOf(strict, &persistence.HealthFacility{HFUUID: "00000000-0000-4000-8000-0000000000f2", HFCode: "X", LegalForm: " ", HFLevel: " ", HFCareType: " ", LocationID: 99, Status: ptr("DE")}),
		"Organization-insurance": mapping.InsurerOf(&mapping.Insurer{ID: "insurer", Code: "openIMIS", Name: "openIMIS Implementation", Email: "a@example.org", Contact: "Manuel D. Medina", Line: "1 Pasay", City: "Jamula", District: "Rapta", State: "Ultha", Municipality: "Jamu"}),
	}
}

// TestPeopleAsRendered compares what legacy rows are rendered as with files checked by
// hand, and checks that each is R4 by reading it back strictly.
func TestPeopleAsRendered(t *testing.T) {
	for name, resource := range people(t) {
		t.Run(name, func(t *testing.T) {
			got := encode(t, resource)
			file := filepath.Join("testdata", "people", name+".json")
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; rendered now:\n%s", err, got)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; rendered now:\n%s", file, got)
			}
			if _, err := fhir.DecodeJSON(got, fhir.DecodeOptions{}); err != nil {
				t.Errorf("is no R4: %v", err)
			}
		})
	}
}

// TestPeopleClaimTheirProfileTruly checks the renderings of the strict base against the
// files of the guide.
func TestPeopleClaimTheirProfileTruly(t *testing.T) {
	if _, err := os.Stat(profiles); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("the profiles are not there: %v", err)
	}
	for name, typed := range people(t) {
		if strings.HasSuffix(name, "habits") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			kind, variant, _ := strings.Cut(name, "-")
			id := "openimis-" + strings.ToLower(kind)
			if kind == "Organization" {
				id = "openimis-health-facility-organization"
				if variant == "insurance" {
					id = "openimis-insurance-organization"
				}
			}
			resource := map[string]any{}
			if err := json.Unmarshal(encode(t, typed), &resource); err != nil {
				t.Fatal(err)
			}
			url := mapping.Guide + "StructureDefinition/" + id
			claimed := strings.Contains(string(encode(t, typed)), url+`"`)
			faults := loadProfile(t, url).run(resource)
			unknownCode := name == "Patient-spouse" // UNK of v3-NullFlavor, which the guide's value set has not
			switch {
			case claimed && (len(faults) > 0 || unknownCode):
				t.Errorf("claims %s and breaks it: %s", url, strings.Join(faults, "; "))
			case !claimed && len(faults) == 0 && !unknownCode:
				t.Errorf("conforms to %s and does not say so", url)
			}
		})
	}
}
