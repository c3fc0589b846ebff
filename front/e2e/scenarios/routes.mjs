// Every page of the UI that needs no row to show opens, new forms included. Pages of a row are
// opened from their lists (lists.mjs). Pages of the tools that only frame pages of the old web
// application are left out.
const pages = [
  "home",
  "insuree/families", "insuree/family", "insuree/insurees",
  "policy/policies", "policy/policy", "contribution/contributions", "payment/payments",
  "payer/payers", "payer/payers/new",
  "claim/healthFacilities", "claim/reviews", "claim_batch",
  "location/locations", "location/healthFacilities", "location/healthFacility",
  "medical/medicalServices", "medical/medicalServices/new", "medical/medicalItems", "medical/medicalItems/new",
  "medical/pricelists/services", "medical/pricelists/services/new", "medical/pricelists/items", "medical/pricelists/items/new",
  "admin/products", "admin/products/new", "admin/users", "admin/users/new", "roles", "roles/role",
  "tools/registers", "tools/reports", "profile/changePassword",
];

const newest = [
  "insuree/insurees/insuree", "payment/paymentsInvoice", "claim/healthFacilities/claim", "tools/extracts", "profile/myProfile",
  "policyHolders", "policyHolders/policyHolder", "policyHolderUsers",
  "contributionPlans", "contributionPlans/contributionPlan", "contributionPlanBundles", "contributionPlanBundles/contributionPlanBundle",
  "paymentPlans", "paymentPlans/paymentPlan", "contracts", "contracts/contract",
  "invoices", "invoices/invoice", "bills", "bills/bill",
];

const older = ["insuree/insuree", "claim/claim"];

export default async function routes(ui) {
  for (const page of [...pages, ...(ui.newest ? newest : older)]) {
    await ui.step(`page ${page}: opens`, async () => {
      await ui.open(page);
      if ((await ui.page.locator("main").innerText()).trim() === "") throw new Error("the page is empty");
    });
  }
}
