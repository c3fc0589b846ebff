package mapping_test

import (
	"maps"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func ptr[T any](v T) *T { return &v }

func amount(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func dayOf(s string) persistence.Date {
	d, err := persistence.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func midnight(s string) persistence.DateTime { return persistence.At(dayOf(s).Time) }

const (
	regionUUID   = "00000000-0000-4000-8000-0000000000a1"
	districtUUID = "00000000-0000-4000-8000-0000000000a2"
)

// views gives the view of each base on a site with one region (key 1), one district (key
// 2), one ward in it (key 3) and one village (key 4), on 15 June 2024.
func views(t *testing.T) (strict, compatible *mapping.View) {
	t.Helper()
	s := persistencetest.SQLite(t)
	ctx := persistencetest.System(t)
	err := s.Tx(ctx, func(x *persistence.Session) error {
		region := persistence.Location{LocationUUID: regionUUID, LocationCode: ptr("R1"), LocationName: ptr("Ultha"), LocationType: "R"}
		if err := persistence.Insert(x, &region); err != nil {
			return err
		}
		for parent, place := range []persistence.Location{
			{LocationUUID: districtUUID, LocationCode: ptr("R1D1"), LocationName: ptr("Rapta"), LocationType: "D"},
			{LocationUUID: "00000000-0000-4000-8000-0000000000a3", LocationCode: ptr("R1D1M1"), LocationName: ptr("Jamu"), LocationType: "W"},
			{LocationUUID: "00000000-0000-4000-8000-0000000000a4", LocationCode: ptr("R1D1M1V1"), LocationName: ptr("Rachla"), LocationType: "V"},
		} {
			place.ParentLocationID = ptr(parent + 1)
			if err := persistence.Insert(x, &place); err != nil {
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
	strict = &mapping.View{Registers: registers, Today: dayOf("2024-06-15"), Currency: "EUR", Instant: s.Instant}
	compatible = &mapping.View{Registers: registers, Today: dayOf("2024-06-15"), Currency: "$", Instant: s.Instant, Compatible: true}
	return strict, compatible
}

// A family of a head and a wife under one paid policy.
var (
	head = &persistence.Insuree{InsureeID: 11, InsureeUUID: "00000000-0000-4000-8000-0000000000b1", CHFID: ptr("070707070"), LastName: "Macintyre", OtherNames: "James", IsHead: true}
	wife = &persistence.Insuree{InsureeID: 12, InsureeUUID: "00000000-0000-4000-8000-0000000000b2", CHFID: ptr("070707081"), LastName: "Macintyre", OtherNames: "Mary"}

	product = &persistence.Product{
		ProdID: 5, ProdUUID: "00000000-0000-4000-8000-0000000000c1", ProductCode: "BCUL0001", ProductName: "Basic Cover Ultha",
		LocationID: ptr(1), InsurancePeriod: 12, DateFrom: midnight("2017-01-01"), DateTo: midnight("2030-12-31"),
		LumpSum: amount("10000"), Threshold: ptr(4), MemberCount: 6, PremiumAdult: ptr(amount("4000")), PremiumChild: ptr(amount("0")),
		RegistrationFee: ptr(amount("100.5")), MaxInstallments: ptr(3), StartCycle1: ptr("01-06"), StartCycle2: ptr(""), StartCycle3: ptr("01-11"),
		AdministrationPeriod: ptr(1), WaitingPeriod: ptr(2), GracePeriodRenewal: ptr(3), GracePeriod: 4,
		RenewalDiscountPerc: ptr(10), RenewalDiscountPeriod: ptr(2), EnrolmentDiscountPerc: ptr(5), EnrolmentDiscountPeriod: ptr(1),
		Conversion: &persistence.Product{ProdUUID: "00000000-0000-4000-8000-0000000000c2", ProductCode: "FCUL0001"},
	}

	policy = &persistence.Policy{
		PolicyID: 21, PolicyUUID: "00000000-0000-4000-8000-0000000000d1", EnrollDate: dayOf("2023-12-20"), StartDate: dayOf("2024-01-01"),
		EffectiveDate: ptr(dayOf("2024-01-05")), ExpiryDate: ptr(dayOf("2024-12-31")), PolicyStatus: ptr(2), Product: product,
		Family: &persistence.Family{FamilyID: 1, InsureeID: 11, Head: head},
	}
	covered = &persistence.InsureePolicy{
		InsureePolicyID: 31, InsureeID: 12, PolicyID: 21, EnrollmentDate: ptr(dayOf("2024-03-01")), StartDate: ptr(dayOf("2024-01-01")),
		EffectiveDate: ptr(dayOf("2024-03-02")), ExpiryDate: ptr(dayOf("2024-12-31")), Policy: policy, Insuree: wife,
	}
)

// idle is a policy nobody paid for yet, of a family without head.
func idle() *persistence.Policy {
	p := *policy
	p.PolicyUUID, p.EffectiveDate, p.PolicyStatus = "00000000-0000-4000-8000-0000000000d2", nil, ptr(1)
	p.Family = &persistence.Family{FamilyID: 2}
	return &p
}

func idleCover() *persistence.InsureePolicy {
	return &persistence.InsureePolicy{InsureePolicyID: 32, InsureeID: 12, Policy: idle(), Insuree: wife}
}

var (
	aspirin = &persistence.Item{
		ItemUUID: "00000000-0000-4000-8000-0000000000e1", ItemCode: "0001", ItemName: "ACETYLSALICYLIC ACID (ASPIRIN)  TABS 300MG", ItemType: "D",
		ItemPackage: ptr("1000 TABLETS"), ItemPrice: amount("10"), ItemCareType: "B", ItemFrequency: ptr(7), ItemPatCat: 15,
	}
	// oddItem holds what legacy rows may hold and the guide does not foresee.
	oddItem = &persistence.Item{
		ItemUUID: "00000000-0000-4000-8000-0000000000e2", ItemCode: "9999", ItemName: "Something", ItemType: "X",
		ItemPackage: ptr("box of 10 x 2ml"), ItemPrice: amount("12.5"), ItemCareType: " ", ItemFrequency: ptr(0), ItemPatCat: 0,
	}
	surgery = &persistence.Service{
		ServiceUUID: "00000000-0000-4000-8000-0000000000f1", ServCode: "M1", ServName: "OBG Cervical Cerclage - Shrodikar", ServType: "C", ServLevel: "D",
		ServPrice: amount("21000"), ServCareType: "I", ServFrequency: ptr(30), ServPatCat: ptr14, ServCategory: ptr("S"), ValidityFrom: ptr(midnight("2017-01-01")),
	}
	stay = &persistence.Service{
		ServiceUUID: "00000000-0000-4000-8000-0000000000f2", ServCode: "H1", ServName: "A night in hospital", ServType: "C", ServLevel: "D",
		ServPrice: amount("300"), ServCareType: "O", ServPatCat: 15, ServCategory: ptr("H"), ValidityFrom: ptr(midnight("2017-01-01")),
	}
	blankCategory = &persistence.Service{
		ServiceUUID: "00000000-0000-4000-8000-0000000000f3", ServCode: "A1", ServName: "General Consultation", ServType: "P", ServLevel: "S",
		ServPrice: amount("40"), ServCareType: "B", ServFrequency: ptr(0), ServCategory: ptr(" "), ValidityFrom: ptr(midnight("2017-01-01")),
	}

	facility = &persistence.HealthFacility{HFID: 7, HFUUID: "00000000-0000-4000-8000-0000000000a7", HFCode: "JMDP001", HFName: "Jamu Dispensary"}
	admin    = &persistence.ClaimAdmin{
		ClaimAdminUUID: "00000000-0000-4000-8000-000000000101", ClaimAdminCode: ptr("JMDP0011"), LastName: ptr("Rushila"), OtherNames: ptr("Dani"),
		DOB: ptr(dayOf("1979-10-09")), Phone: ptr("+220 1234"), EmailID: ptr("dani@example.org"), HFID: ptr(7), HF: facility,
	}
	// bareAdmin is what a legacy row may be at the least.
	bareAdmin = &persistence.ClaimAdmin{ClaimAdminUUID: "00000000-0000-4000-8000-000000000102", ClaimAdminCode: ptr("X1"), Phone: ptr("")}
	officer   = &persistence.Officer{
		OfficerUUID: "00000000-0000-4000-8000-000000000111", Code: "E00001", LastName: "Roberts", OtherNames: "Jeb", DOB: ptr(dayOf("1980-01-15")),
		Phone: ptr("555"), LocationID: ptr(2), WorksTo: ptr(midnight("2025-12-31")), Permanentaddress: ptr("1 Main Street"),
		Substitute: &persistence.Officer{OfficerUUID: "00000000-0000-4000-8000-000000000112", Code: "E00002", LastName: "Doe", OtherNames: "Ann"},
	}
	bareOfficer = &persistence.Officer{OfficerUUID: "00000000-0000-4000-8000-000000000113", Code: "E00003", LastName: "Demo", OtherNames: "Officer", LocationID: ptr(1)}
)

const ptr14 = 14 // a mask: women, adults and children

// rendered gives every resource of the golden files, by name.
func rendered(t *testing.T) map[string]any {
	strict, compatible := views(t)
	expired := *covered
	expired.ExpiryDate = ptr(dayOf("2024-06-14"))
	national := *product
	national.LocationID, national.Threshold, national.MaxInstallments, national.Conversion = nil, nil, nil, nil
	all := renderedBilling(strict, compatible)
	maps.Copy(all, map[string]any{
		"Coverage-member":                 mapping.CoverageOf(strict, covered),
		"Coverage-member-expired":         mapping.CoverageOf(strict, &expired),
		"Coverage-member-idle":            mapping.CoverageOf(strict, idleCover()),
		"Coverage-policy-compatible":      mapping.PolicyCoverageOf(compatible, policy),
		"Coverage-policy-idle-compatible": mapping.PolicyCoverageOf(compatible, idle()),
		"InsurancePlan":                   mapping.InsurancePlanOf(strict, product),
		"InsurancePlan-national":          mapping.InsurancePlanOf(strict, &national),
		"InsurancePlan-compatible":        mapping.InsurancePlanOf(compatible, product),
		"Medication":                      mapping.MedicationOf(strict, aspirin),
		"Medication-compatible":           mapping.MedicationOf(compatible, aspirin),
		"Medication-odd":                  mapping.MedicationOf(strict, oddItem),
		"ActivityDefinition":              mapping.ActivityDefinitionOf(strict, surgery),
		"ActivityDefinition-stay":         mapping.ActivityDefinitionOf(strict, stay),
		"ActivityDefinition-blank":        mapping.ActivityDefinitionOf(strict, blankCategory),
		"Practitioner-admin":              mapping.ClaimAdminPractitioner(strict, admin),
		"Practitioner-admin-compatible":   mapping.ClaimAdminPractitioner(compatible, admin),
		"Practitioner-bare-admin":         mapping.ClaimAdminPractitioner(strict, bareAdmin),
		"Practitioner-bare-admin-phone":   mapping.ClaimAdminPractitioner(compatible, bareAdmin),
		"Practitioner-officer":            mapping.OfficerPractitioner(strict, officer),
		"Practitioner-bare-officer":       mapping.OfficerPractitioner(strict, bareOfficer),
		"PractitionerRole-admin":          mapping.ClaimAdminRole(strict, admin),
		"PractitionerRole-bare-admin":     mapping.ClaimAdminRole(strict, bareAdmin),
		"PractitionerRole-officer":        mapping.OfficerRole(strict, officer),
		"PractitionerRole-bare-officer":   mapping.OfficerRole(strict, bareOfficer),
	})
	return all
}
