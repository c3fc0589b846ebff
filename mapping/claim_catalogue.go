package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// ClaimJoin lists what every claim is read with.
var ClaimJoin = []string{"Insuree", "HF", "ClaimAdmin"}

// ClaimCatalogue is the catalogue of claims.
var ClaimCatalogue = &Catalogue{
	Resource: "Claim", Table: "tblClaim", UUID: "ClaimUUID", Holder: "tblClaim", HolderKey: "ClaimID", Profile: structure(claimProfile), Join: ClaimJoin,
	Attributes: append(claimAttributes(),
		Attribute{Name: "healthFacility", Table: "HF", Column: "HfUUID", Element: "provider", Search: "provider", Kind: search.Reference, Targets: []string{"Organization"}, Writable: true, Required: true,
			Documentation: "The facility that claims."},
		Attribute{Name: "admin", Table: "ClaimAdmin", Column: "ClaimAdminUUID", Element: "enterer", Search: "enterer", Kind: search.Reference, Targets: []string{"Practitioner"}, Writable: true,
			Documentation: "The claim administrator who entered the claim."},
		Attribute{Name: "status", Column: "ClaimStatus", Element: "status", Search: "status", Kind: search.Token, System: "http://hl7.org/fhir/fm-status", Writable: true,
			Codes:         Codes{"draft": {2}, "active": {1, 4, 8, 16}},
			Documentation: "draft while the claim is only entered, active once it was submitted."},
		Attribute{Name: "dateClaimed", Column: "DateClaimed", Element: "created", Search: "created", Kind: search.Date, Sortable: true, Writable: true, Required: true,
			Documentation: "The day the claim was made."},
		Attribute{Name: "use", Element: "use", Search: "use", Kind: search.Token, Match: alwaysClaim, Documentation: "Every claim is one: claim."},
		Attribute{Name: "priority", Element: "priority", Search: "priority", Kind: search.Token, Match: alwaysNormal, Documentation: "Every claim has the priority normal."},
		Attribute{Name: "dateFrom", Column: "DateFrom", Element: "billablePeriod.start", Search: "billable-start", Kind: search.Date, Sortable: true, Writable: true, Required: true,
			Definition: searchParameter("claim-billable-start"), Documentation: "The first day of care."},
		Attribute{Name: "dateTo", Column: "DateTo", Element: "billablePeriod.end", Writable: true},
		Attribute{Name: "claimed", Column: "Claimed", Element: "total", Search: "total", Kind: search.Quantity, Sortable: true,
			Definition: searchParameter("claim-total"), Documentation: "The amount claimed."},
		Attribute{Name: "explanation", Column: "Explanation", Element: "supportingInfo", Writable: true},
		Attribute{Name: "guaranteeId", Column: "GuaranteeId", Element: "supportingInfo", Search: "guarantee", Kind: search.Token, Writable: true,
			Definition: searchParameter("claim-guarantee"), Documentation: "The number of the guarantee letter."},
		Attribute{Name: "items", Element: "item", Writable: true},
		Attribute{Name: "services", Element: "item", Writable: true},
	),
}

// ClaimResponseCatalogue is the catalogue of answers to claims: the same rows.
var ClaimResponseCatalogue = &Catalogue{
	Resource: "ClaimResponse", Table: "tblClaim", UUID: "ClaimUUID", Profile: structure(claimAnswerProfile), Join: ClaimJoin,
	Attributes: append(claimAttributes(),
		Attribute{Name: "request", Column: "ClaimUUID", Element: "request", Search: "request", Kind: search.Reference, Targets: []string{"Claim"},
			Documentation: "The claim this answers."},
		Attribute{Name: "admin", Table: "ClaimAdmin", Column: "ClaimAdminUUID", Element: "requestor", Search: "requestor", Kind: search.Reference, Targets: []string{"Practitioner"},
			Documentation: "The claim administrator who entered the claim."},
		Attribute{Name: "status", Column: "ClaimStatus", Element: "outcome", Search: "outcome", Kind: search.Token, System: "http://hl7.org/fhir/remittance-outcome",
			Codes:         Codes{"queued": {2}, "partial": {4, 8}, "complete": {1, 16}},
			Documentation: "queued while entered, partial while checked or processed, complete once rejected or valuated."},
		Attribute{Name: "stage", Column: "ClaimStatus", Element: "item.adjudication.category", Search: "stage", Kind: search.Token, System: systemClaimStatus,
			Definition: searchParameter("claim-response-stage"), Documentation: "The state of the claim: 1 rejected, 2 entered, 4 checked, 8 processed, 16 valuated."},
		Attribute{Name: "active", Element: "status", Search: "status", Kind: search.Token, Match: alwaysActiveAnswer, Documentation: "Every answer is active."},
		Attribute{Name: "use", Element: "use", Search: "use", Kind: search.Token, Match: alwaysClaim, Documentation: "Every answer is to a claim."},
		Attribute{Name: "created", Element: "created", Search: "created", Kind: search.Date, Match: answeredOn, Documentation: "The day the answer was last changed."},
	),
}

// claimAttributes are what claims and their answers have in common.
func claimAttributes() []Attribute {
	return []Attribute{
		{Name: "code", Column: "ClaimCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The number the facility gave the claim, or the UUID of the claim."},
		{Name: "uuid", Column: "ClaimUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "insuree", Table: "Insuree", Column: "InsureeUUID", Element: "patient", Search: "patient", Kind: search.Reference, Targets: []string{"Patient"}, Writable: true, Required: true,
			Documentation: "The insured person who was given care."},
		{Name: "visitType", Column: "VisitType", Element: "type", Search: "visit-type", Kind: search.Token, System: systemVisitType, Writable: true, Required: true,
			Codes:      Codes{"E": {"E"}, "R": {"R"}, "O": {"O", nil}},
			Definition: searchParameter("claim-visit-type"), Documentation: "The kind of visit: E emergency, R referral, O other."},
	}
}

// InsurerAttribute searches answers by the insurer, who is the same for all: the one with
// the id.
func InsurerAttribute(id string) Attribute {
	return Attribute{
		Name: "insurer", Element: "insurer", Search: "insurer", Kind: search.Reference, Targets: []string{"Organization"},
		Match: func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
			if modifier != search.NoModifier {
				return nil, refused(modifier)
			}
			if v.URL == "" && v.Text == id && (v.Type == "" || v.Type == "Organization") {
				return Not(persistence.Nothing()), nil
			}
			return persistence.Nothing(), nil
		},
		Documentation: "The organisation that runs the scheme.",
	}
}

func alwaysClaim(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("use", "http://hl7.org/fhir/claim-use", "claim", modifier, v)
}

func alwaysNormal(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("priority", systemPriority, "normal", modifier, v)
}

func alwaysActiveAnswer(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("status", "http://hl7.org/fhir/fm-status", "active", modifier, v)
}

// answeredOn compares the day an answer was last changed, as ClaimResponseOf shows it.
func answeredOn(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	column := func(name string) clause.Column { return persistence.Column("tblClaim", name) }
	on := func(attribute *Attribute, holds content) (clause.Expression, error) {
		s := searched{Attribute: attribute, column: column(attribute.Column), holds: holds}
		value := v
		value.DateOnly = true // the day is the site's own
		return s.date(new(Catalogue).now(), value)
	}
	processed, err := on(&Attribute{Column: "ProcessStamp", Search: "created"}, holdsDateTime)
	if err != nil {
		return nil, err
	}
	day, err := on(&Attribute{Column: "DateProcessed", Search: "created"}, holdsDate)
	if err != nil {
		return nil, err
	}
	submitted, err := on(&Attribute{Column: "SubmitStamp", Search: "created"}, holdsDateTime)
	if err != nil {
		return nil, err
	}
	claimed, err := on(&Attribute{Column: "DateClaimed", Search: "created"}, holdsDate)
	if err != nil {
		return nil, err
	}
	empty := func(names ...string) allOf {
		var all allOf
		for _, name := range names {
			all = append(all, persistence.IsNull(column(name)))
		}
		return all
	}
	return anyOf{
		allOf{not{persistence.IsNull(column("ProcessStamp"))}, processed},
		append(empty("ProcessStamp"), not{persistence.IsNull(column("DateProcessed"))}, day),
		append(empty("ProcessStamp", "DateProcessed"), not{persistence.IsNull(column("SubmitStamp"))}, submitted),
		append(empty("ProcessStamp", "DateProcessed", "SubmitStamp"), claimed),
	}, nil
}
