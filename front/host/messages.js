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

texts["policy.policies.status.16"] = "Ready"; // the list of a family's policies knows the others only
texts["root.appName"] = texts.appName; // some ask for it so

export default texts;
