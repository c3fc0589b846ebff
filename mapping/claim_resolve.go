package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// ResolveClaim turns the references of a claim into rows and keys: facility and
// administrator within the caller's scope, the patient whatever his district, since people
// seek care elsewhere; he is found by exact insurance number or UUID only. All faults are
// reported together. Errors: core.Unprocessable naming the elements.
func ResolveClaim(x *persistence.Session, parts *ClaimParts) error {
	var faults []*core.Error
	keep := func(err error) error {
		if known, ok := err.(*core.Error); ok && known.Code == core.Unprocessable {
			faults = append(faults, known)
			return nil
		}
		return err
	}
	patient, err := FindPerson(x, "Claim.patient", parts.Patient)
	if keep(err) != nil {
		return err
	}
	hf, err := Find[persistence.HealthFacility](x, Organization, "Claim.provider", parts.HF)
	if keep(err) != nil {
		return err
	}
	if parts.Admin != nil {
		admin, err := Find[persistence.ClaimAdmin](x, ClaimAdminPractitioners, "Claim.enterer", *parts.Admin)
		if keep(err) != nil {
			return err
		}
		if admin != nil {
			parts.Claim.ClaimAdminID, parts.Claim.ClaimAdmin = &admin.ClaimAdminID, admin
		}
	}
	if patient != nil {
		parts.Claim.InsureeID, parts.Claim.Insuree = patient.InsureeID, patient
		if err := claimCover(x, parts, patient); keep(err) != nil {
			return err
		}
	}
	if hf != nil {
		parts.Claim.HFID, parts.Claim.HF = hf.HFID, hf
	}
	return core.Join(faults...)
}

// FindPerson looks one person up by exact insurance number or UUID outside the scope of
// districts, for claims and enquiries: who may ask so has to be asked before. The row
// carries its Family. Errors: core.Unprocessable at path.
func FindPerson(x *persistence.Session, path string, t Target) (*persistence.Insuree, error) {
	column := persistence.Column("tblInsuree", "CHFID")
	which := persistence.Text(column, persistence.Same, t.Code)
	if t.UUID != "" {
		which = persistence.In(persistence.Column("tblInsuree", "InsureeUUID"), []persistence.UUID{t.UUID})
	}
	if t.Code == persistence.FundingNumber { // the pseudo family of donations is nobody's patient
		which = persistence.Nothing()
	}
	rows, err := persistence.Beside[persistence.Insuree](x, persistence.Query{Where: []clause.Expression{which}, Join: []string{"Family"}, Limit: 2})
	if err != nil {
		return nil, err
	}
	if len(rows) > 1 {
		return nil, core.ErrorAt(core.Unprocessable, path, "more than one person has the insurance number %q", t.Code)
	}
	if len(rows) == 0 || plain(rows[0].CHFID) == persistence.FundingNumber {
		return nil, core.ErrorAt(core.Unprocessable, path, "there is no Patient %s", name(&t))
	}
	return &rows[0], nil
}

// claimCover makes sure that the Coverage the claim names is one of the patient's.
func claimCover(x *persistence.Session, parts *ClaimParts, patient *persistence.Insuree) error {
	if parts.Cover == nil {
		return nil
	}
	policy, insuree := parts.Cover.UUID, patient.InsureeID
	if policy == "" {
		var ok bool
		if policy, insuree, ok = ParseCoverageID(parts.Cover.Code); !ok || insuree != patient.InsureeID {
			return core.ErrorAt(core.Unprocessable, parts.Paths["cover"], "%q is no Coverage of the patient", parts.Cover.Code)
		}
	}
	covers, err := persistence.Beside[persistence.InsureePolicy](x, persistence.Query{Where: []clause.Expression{
		persistence.Compare(persistence.Column("", "InsureeID"), "=", insuree),
		persistence.Exists("tblPolicy", "PolicyID", persistence.Column("tblInsureePolicy", "PolicyId"),
			persistence.In(persistence.Column("tblPolicy", "PolicyUUID"), []persistence.UUID{policy})),
	}, Limit: 1})
	if err == nil && len(covers) == 0 {
		return core.ErrorAt(core.Unprocessable, parts.Paths["cover"], "there is no Coverage/%s of the patient", CoverageID(policy, insuree))
	}
	return err
}
