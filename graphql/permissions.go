package graphql

import "strings"

// permissions are the rights a role can be given, by module: the names the form of roles
// translates, with the numbers tblRoleRight holds.
var permissions = []struct{ module, rights string }{
	{"claim", `query_claims 111001, mutation_create_claims 111002, mutation_delete_claims 111004, mutation_load_claims 111005, query_claim_print 111006,
		mutation_submit_claims 111007, mutation_deliver_claim_review 111008, mutation_deliver_claim_feedback 111009, mutation_update_claims 111010,
		mutation_process_claims 111011, mutation_restore_claims 111012`},
	{"claim_batch", "mutation_process_batch 111101, query_batch_runs 111102, query_batch_preview 111103"},
	{"contribution", "query_premiums 101301, mutation_create_premiums 101302, mutation_update_premiums 101303, mutation_delete_premiums 101304"},
	{"core", `query_users 121701, mutation_create_users 121702, mutation_update_users 121703, mutation_delete_users 121704,
		query_roles 122001, mutation_create_roles 122002, mutation_update_roles 122003, mutation_delete_roles 122004, mutation_duplicate_roles 122005,
		query_enrolment_officers 121501, mutation_create_enrolment_officers 121502, mutation_update_enrolment_officers 121503, mutation_delete_enrolment_officers 121504,
		query_claim_administrator 121601, mutation_create_claim_administrator 121602, mutation_update_claim_administrator 121603, mutation_delete_claim_administrator 121604`},
	{"insuree", `query_families 101001, mutation_create_families 101002, mutation_update_families 101003, mutation_delete_families 101004,
		query_insurees 101101, mutation_create_insurees 101102, mutation_update_insurees 101103, mutation_delete_insurees 101104, query_insuree_enquiry 101105`},
	{"invoice", `invoice_search 155101, invoice_create 155102, invoice_update 155103, invoice_delete 155104,
		invoice_payment_search 155201, invoice_payment_create 155202, invoice_payment_update 155203, invoice_payment_delete 155204,
		invoice_event_search 155301, invoice_event_create_message 155306, bill_event_search 156301, bill_event_create_message 156306,
		bill_search 156101, bill_create 156102, bill_update 156103, bill_delete 156104,
		bill_payment_search 156201, bill_payment_create 156202, bill_payment_update 156203, bill_payment_delete 156204`},
	{"location", `query_health_facilities 121101, mutation_create_health_facilities 121102, mutation_edit_health_facilities 121103, mutation_delete_health_facilities 121104,
		query_locations 121901, mutation_create_locations 121902, mutation_edit_locations 121903, mutation_delete_locations 121904, mutation_move_location 121905,
		mutation_create_region_locations 121906`},
	{"medical", `query_medical_services 121401, mutation_medical_services_add 121402, mutation_medical_services_update 121403, mutation_medical_services_delete 121404,
		query_medical_items 122101, mutation_medical_items_add 122102, mutation_medical_items_update 122103, mutation_medical_items_delete 122104`},
	{"medical_pricelist", `query_pricelists_medical_services 121201, mutation_pricelists_medical_services_add 121202, mutation_pricelists_medical_services_update 121203,
		mutation_pricelists_medical_services_delete 121204, mutation_pricelists_medical_services_duplicate 121205,
		query_pricelists_medical_items 121301, mutation_pricelists_medical_items_add 121302, mutation_pricelists_medical_items_update 121303,
		mutation_pricelists_medical_items_delete 121304, mutation_pricelists_medical_items_duplicate 121305`},
	{"payer", "query_payers 121801, mutation_payer_add 121802, mutation_payer_update 121803, mutation_payer_delete 121804"},
	{"payment", "query_payments 101401, mutation_create_payments 101402, mutation_update_payments 101403, mutation_delete_payments 101404"},
	{"policy", `query_policies 101201, mutation_create_policies 101202, mutation_edit_policies 101203, mutation_delete_policies 101204, mutation_renew_policies 101205`},
	{"policyholder", "query_policyholder 150101, mutation_create_policyholder 150102, mutation_update_policyholder 150103, mutation_delete_policyholder 150104"},
	{"product", "query_products 121001, mutation_products_add 121002, mutation_products_edit 121003, mutation_products_delete 121004, mutation_products_duplicate 121005"},
	{"report", `query_report 131200, mutation_report_edit 131225, reports_primary_operational_indicator_policies 131201, reports_primary_operational_indicators_claims 131202,
		reports_derived_operational_indicators 131203, reports_contribution_collection 131204, reports_product_sales 131205, reports_contribution_distribution 131206,
		reports_user_activity 131207, reports_enrolment_performance_indicators 131208, reports_status_of_register 131209, reports_insuree_without_photos 131210,
		reports_payment_category_overview 131211, reports_matching_funds 131212, reports_claim_overview_report 131213, reports_percentage_referrals 131214,
		reports_families_insurees_overview 131215, reports_pending_insurees 131216, reports_renewals 131217, reports_capitation_payment 131218, reports_rejected_photo 131219,
		reports_contribution_payment 131220, reports_control_number_assignment 131221, reports_overview_of_commissions 131222, reports_claim_history_report 131223`},
	{"tools", `registers_diagnoses_upload 131001, registers_diagnoses_download 131002, registers_health_facilities_upload 131003, registers_health_facilities_download 131004,
		registers_locations_upload 131005, registers_locations_download 131006, extracts_master_data_download 131101, extracts_phone_extract_create 131102,
		extracts_offline_extract_create 131103, extracts_claims_upload 131104, extracts_enrolments_upload 131105, extracts_feedback_upload 131106, extracts_renewals_upload 131107,
		email_settings 131304, funding 131401`},
}

// permissionTypes are what modulesPermissions answers: maps.
var permissionTypes = []Object{
	{Name: "PermissionOpenImisGQLType", Fields: []Field{In("permsName: String"), In("permsValue: Int")}},
	{Name: "ModulePermissionGQLType", Fields: []Field{In("moduleName: String"), In("permissions: [PermissionOpenImisGQLType]")}},
	{Name: "ModulePermissionsListGQLType", Fields: []Field{In("modulePermsList: [ModulePermissionGQLType]")}},
}

// modulesPermissions lists the rights by module.
func modulesPermissions(*Call) (any, error) {
	var modules []any
	for _, p := range permissions {
		var rights []any
		for one := range strings.SplitSeq(p.rights, ",") {
			name, number, _ := strings.Cut(strings.TrimSpace(one), " ")
			rights = append(rights, map[string]any{"permsName": "gql_" + name + "_perms", "permsValue": intIn(1, 999_999)(number)})
		}
		modules = append(modules, map[string]any{"moduleName": p.module, "permissions": rights})
	}
	return map[string]any{"modulePermsList": modules}, nil
}
