// The texts the modules expect of their host.
const months = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

const texts = {
  appName: "openIMIS",
  currency: "$",

  close: "Close",
  ok: "OK",
  cancel: "Cancel",
  empty: "None",
  "picker.close": "Close",
  "picker.select": "Choose",
  "autosuggest.more": "There are more; type a few more letters",

  "FatalError.title": "Fatal error",
  "FatalError.message": "This page cannot go on. What was saved is safe.",

  "search.title": "Search",
  "search.apply": "Search",
  "search.dialog.title": "Search for",
  noRecord: "Nothing found",
  rowsPerPage: "Rows on a page",
  ofPages: "of",
  selectAll: "Select all",
  clearSelected: "Select none",
  "row.actions": "Actions",
  "row.delete": "Delete",

  addTooltip: "Add",
  saveTooltip: "Save",
  resetFilterTooltip: "Reset",
  refreshFilterTooltip: "Search",

  year: "Year",
  "year.null": "Any year",
  month: "Month",
  "month.null": "Any month",

  "validation.minValue": "The least is {min}",
  "validation.maxValue": "The most is {max}",
};

months.forEach((name, i) => (texts[`month.${i + 1}`] = name));

// Rights that the modules have no words for, as the form of roles asks for them.
const rights = {
  claim: { query_claim_print: "Print claims" },
  claim_batch: { query_batch_preview: "Preview of accounts" },
  insuree: { query_insuree_enquiry: "Enquiry by insurance number" },
  tools: {
    registers_diagnoses_upload: "Upload diagnoses",
    registers_diagnoses_download: "Download diagnoses",
    registers_health_facilities_upload: "Upload health facilities",
    registers_health_facilities_download: "Download health facilities",
    registers_locations_upload: "Upload locations",
    registers_locations_download: "Download locations",
    extracts_master_data_download: "Download master data",
    extracts_phone_extract_create: "Extracts for phones",
    extracts_offline_extract_create: "Extracts for offline facilities",
    extracts_claims_upload: "Upload claims",
    extracts_enrolments_upload: "Upload enrolments",
    extracts_feedback_upload: "Upload feedback",
    extracts_renewals_upload: "Upload renewals",
    email_settings: "Settings of mail",
    funding: "Fundings",
  },
};
const modules = { claim: "Claim", claim_batch: "Claim Batch", insuree: "Insuree", tools: "Tools" };
for (const [module, words] of Object.entries(rights)) {
  for (const [right, text] of Object.entries(words)) texts[`${module}.gql_${right}_perms`] = `${modules[module]} | ${text}`;
}

texts["policy.policies.status.16"] = "Ready"; // the list of a family's policies knows the others only
texts["root.appName"] = texts.appName; // some ask for it so

export default texts;
