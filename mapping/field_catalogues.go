package mapping

// MutationLog is the catalogue of the log of mutations. No FHIR resource shows it.
var MutationLog = &Catalogue{
	Table: "core_Mutation_Log", Changed: "request_date_time",
	Attributes: []Attribute{
		{Name: "clientMutationId", Column: "client_mutation_id"},
		{Name: "clientMutationLabel", Column: "client_mutation_label"},
		{Name: "requestDateTime", Column: "request_date_time"},
		{Name: "status", Column: "status"},
	},
}

// StatusReasons is the catalogue of why somebody is inactive or has died.
var StatusReasons = &Catalogue{
	Table: "tblInsureeStatusReason",
	Attributes: []Attribute{
		{Name: "code", Column: "Code"},
		{Name: "insureeStatusReason", Column: "StatusReason"},
		{Name: "statusType", Column: "status_type"},
	},
}

// Products is the catalogue of products as openIMIS names their fields; FHIR has
// InsurancePlanCatalogue.
var Products = &Catalogue{
	Table: "tblProduct", UUID: "ProdUUID",
	Links: []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
	Attributes: []Attribute{
		{Name: "code", Column: "ProductCode"},
		{Name: "name", Column: "ProductName"},
		{Name: "dateFrom", Column: "DateFrom"},
		{Name: "dateTo", Column: "DateTo"},
		{Name: "maxMembers", Column: "MemberCount"},
	},
}

// Claims is the catalogue of claims as openIMIS names their fields; FHIR has ClaimCatalogue
// and ClaimResponseCatalogue.
var Claims = &Catalogue{
	Table: "tblClaim", UUID: "ClaimUUID",
	Links: []Link{
		{Name: "insuree", Column: "InsureeID", Table: "tblInsuree", Pick: "InsureeID", Relation: "Insuree"},
		{Name: "healthFacility", Column: "HFID", Table: "tblHF", Pick: "HfID", Relation: "HF"},
		{Name: "admin", Column: "ClaimAdminId", Table: "tblClaimAdmin", Pick: "ClaimAdminId", Relation: "ClaimAdmin"},
		{Name: "icd", Column: "ICDID", Table: "tblICDCodes", Pick: "ICDID"},
		{Name: "items", Column: "ClaimID", Table: "tblClaimItems", Pick: "ClaimID"},
		{Name: "services", Column: "ClaimID", Table: "tblClaimServices", Pick: "ClaimID"},
		{Name: "attachments", Column: "ClaimID", Table: "claim_ClaimAttachment", Pick: "claim_id"},
		{Name: "batchRun", Column: "RunID"},
	},
	Attributes: []Attribute{
		{Name: "code", Column: "ClaimCode"},
		{Name: "status", Column: "ClaimStatus"},
		{Name: "dateClaimed", Column: "DateClaimed"},
		{Name: "dateFrom", Column: "DateFrom"},
		{Name: "dateTo", Column: "DateTo"},
		{Name: "dateProcessed", Column: "DateProcessed"},
		{Name: "feedbackStatus", Column: "FeedbackStatus"},
		{Name: "reviewStatus", Column: "ReviewStatus"},
		{Name: "claimed", Column: "Claimed"},
		{Name: "approved", Column: "Approved"},
		{Name: "visitType", Column: "VisitType"},
		{Name: "careType", Column: "CareType"},
		{Name: "preAuthorization", Column: "pre_authorization"},
		{Name: "restore", Column: "RestoredClaim"},
	},
}

// The catalogues of what is on a claim, of the batch, and of who enters claims and who sells policies.
var (
	claimItems = &Catalogue{
		Table: "tblClaimItems", Links: []Link{{Name: "item", Column: "ItemID", Table: "tblItems", Pick: "ItemID"}},
	}
	claimServices = &Catalogue{
		Table: "tblClaimServices", Links: []Link{{Name: "service", Column: "ServiceID", Table: "tblServices", Pick: "ServiceID"}},
	}
	ClaimAttachments = &Catalogue{
		Table:      "claim_ClaimAttachment",
		Links:      []Link{{Name: "claim", Column: "claim_id", Table: "tblClaim", Pick: "ClaimID"}},
		Attributes: []Attribute{{Name: "title", Column: "title"}, {Name: "date", Column: "date"}},
	}
	BatchRuns = &Catalogue{
		Table:      "tblBatchRun",
		Links:      []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
		Attributes: []Attribute{{Name: "runDate", Column: "RunDate"}, {Name: "runYear", Column: "RunYear"}, {Name: "runMonth", Column: "RunMonth"}},
	}
	RelativeIndexes = &Catalogue{
		Table: "tblRelIndex",
		Links: []Link{
			{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"},
			{Name: "product", Column: "ProdID", Table: "tblProduct", Pick: "ProdID"},
		},
		Attributes: []Attribute{
			{Name: "type", Column: "RelType"}, {Name: "year", Column: "RelYear"}, {Name: "month", Column: "RelPeriod"},
			{Name: "careType", Column: "RelCareType"}, {Name: "calcDate", Column: "CalcDate"},
		},
	}
	ClaimAdmins = &Catalogue{
		Table: "tblClaimAdmin", UUID: "ClaimAdminUUID",
		Links:      []Link{{Name: "healthFacility", Column: "HFId", Table: "tblHF", Pick: "HfID", Relation: "HF"}},
		Attributes: []Attribute{{Name: "code", Column: "ClaimAdminCode"}, {Name: "lastName", Column: "LastName"}, {Name: "otherNames", Column: "OtherNames"}, {Name: "dob", Column: "DOB"}},
	}
	Officers = &Catalogue{
		Table: "tblOfficer", UUID: "OfficerUUID",
		Links: []Link{
			{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"},
			{Name: "officerVillages", Column: "OfficerID", Table: "tblOfficerVillages", Pick: "OfficerId"},
		},
		Attributes: []Attribute{{Name: "code", Column: "Code"}, {Name: "lastName", Column: "LastName"}, {Name: "otherNames", Column: "OtherNames"}, {Name: "dob", Column: "DOB"}},
	}
	officerVillages = &Catalogue{
		Table: "tblOfficerVillages", Links: []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
	}
)
