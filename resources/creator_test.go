package resources_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// underIDs checks that two resources are made under the ids a client chose, one sent in
// JSON and one in XML, and that nothing is made under an id that is taken or is no UUID.
func underIDs(t *testing.T, ctx context.Context, typ rest.Type, first, second string) {
	t.Helper()
	at, makes := typ.Definition().Name+".id", typ.(rest.IDCreator).CreateAs
	_, err := makes(ctx, "abc", decode(t, first))
	fails(t, err, core.Unprocessable, at)
	for _, in := range []*fhir.Resource{decode(t, first), asXML(t, second)} {
		id := string(persistence.NewUUID())
		made, err := makes(ctx, strings.ToUpper(id), in)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		read, err := typ.(rest.Reader).Read(ctx, id)
		if err != nil || made.ID != id || read.VersionID != made.VersionID {
			t.Errorf("made %s/%s, read %+v, %v", made.ID, made.VersionID, read, err)
		}
		_, err = makes(ctx, id, decode(t, first))
		fails(t, err, core.Conflict, at)
	}
}

func TestRowsUnderIDsOfClients(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		here, there := &w.sides[0], &w.sides[1]
		legal := extended(coded("organization-hf-legal-form", "C"), coded("organization-hf-level", "D"), coded("organization-hf-care-type", "O"))
		for _, c := range []struct {
			typ           func(*resources.Environment) rest.Type
			first, second string
			taken         persistence.UUID // the id of a row the user does not see, or of another table
		}{
			{resources.Patient, aPatient(identifiedBy("P1")), aPatient(identifiedBy("P2")), there.member.InsureeUUID},
			{resources.Group, aGroup(here.village, "", byID(w.alone(t, 0, "G1"))), aGroup(here.village, "", byID(w.alone(t, 0, "G2"))), there.family.FamilyUUID},
			{resources.Location, aLocation("V", "V1", here.ward.LocationUUID), aLocation("V", "V2", here.ward.LocationUUID), there.village.LocationUUID},
			{resources.Location, aLocation("V", "V3", here.ward.LocationUUID), aLocation("V", "V4", here.ward.LocationUUID), here.facility.HFUUID},
			{resources.Organization, aFacility("F1", here.district.LocationUUID, legal), aFacility("F2", here.district.LocationUUID, legal), there.facility.HFUUID},
			{resources.Medication, anItem("I1"), anItem("I2"), ""},
			{resources.ActivityDefinition, aService("S1"), aService("S2"), ""},
			{resources.InsurancePlan, aPlan("Q1", here.district.LocationUUID), aPlan("Q2", here.district.LocationUUID), ""},
			{resources.Practitioner, aPractitioner("CA", "A1", ""), aPractitioner("EO", "O1", ""), there.admin.ClaimAdminUUID},
			{resources.Practitioner, aPractitioner("CA", "A2", ""), aPractitioner("EO", "O2", ""), w.hired(t, "EO", "TAKEN")},
		} {
			typ := c.typ(w.Environment)
			underIDs(t, w.system(t), typ, c.first, c.second)
			if c.taken == "" {
				continue
			}
			_, err := typ.(rest.IDCreator).CreateAs(w.may(t, 121502, 121602), string(c.taken), decode(t, strings.ReplaceAll(c.first, "1", "7")))
			fails(t, err, core.Conflict, typ.Definition().Name+".id")
		}
		if _, ok := resources.PractitionerRole(w.Environment).(rest.IDCreator); ok {
			t.Error("a role has the id of its practitioner and no other")
		}
	})
}

func TestClaimsUnderIDsOfClients(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		underIDs(t, w.claimant(t), w.claims(), w.draft(), strings.Replace(w.draft(), "CODE1", "CODE2", 1))
		_, err := w.claims().(rest.IDCreator).CreateAs(w.claimant(t), string(persistence.NewUUID()), decode(t, w.draft()))
		fails(t, err, core.Conflict, "Claim.id")
	})
}

func TestContractsUnderIDsOfClients(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		underIDs(t, w.clerk(t), w.typ(), w.text(contract{}), w.text(contract{product: fmt.Sprint("InsurancePlan/", w.fixed.ProdUUID)}))
	})
}
