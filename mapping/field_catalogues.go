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
