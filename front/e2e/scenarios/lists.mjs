// Registers are searched, turned over and opened.
import { List } from "../pages/list.mjs";

const lists = [
  { name: "families", route: "insuree/families", form: /\/familyOverview\/[\w-]+$/, pages: true },
  { name: "insurees", route: "insuree/insurees", form: /\/insuree\/[\w-]{36}/, pages: true },
  { name: "policies", route: "policy/policies", form: /\/policy\/policy\/[\w-]+/, pages: true },
  { name: "contributions", route: "contribution/contributions", form: /\/contribution\/overview\/[\w-]+/, pages: true },
  { name: "payments", route: "payment/payments", form: /\/payment\/overview\/[\w-]+/ },
  { name: "payers", route: "payer/payers", form: /\/payers\/overview\/[\w-]+/ },
  { name: "claims", route: "claim/healthFacilities", form: /\/claim\/[\w-]{36}/ },
  { name: "claims to review", route: "claim/reviews", form: /\/review\/[\w-]{36}/ },
  { name: "facilities", route: "location/healthFacilities", form: /\/healthFacility\/[\w-]+/ },
  { name: "services", route: "medical/medicalServices", form: /\/medicalServices\/overview\/[\w-]+/, pages: true },
  { name: "items", route: "medical/medicalItems", form: /\/medicalItems\/overview\/[\w-]+/, pages: true },
  { name: "price lists of services", route: "medical/pricelists/services", form: /\/pricelists\/services\/[\w-]+/ },
  { name: "price lists of items", route: "medical/pricelists/items", form: /\/pricelists\/items\/[\w-]+/ },
  { name: "products", route: "admin/products", form: /\/products\/[\w-]+/ },
  { name: "users", route: "admin/users", form: /\/users\/overview\/[\w-]+/, pages: true },
  { name: "roles", route: "roles", form: /\/roles\/role\/[\w-]+/, pages: true },
];

const newest = [
  { name: "policy holders", route: "policyHolders", form: /\/policyHolder\/[\w-]+/ },
  { name: "contribution plans", route: "contributionPlans", form: /\/contributionPlan\/[\w-]+/ },
  { name: "contribution plan bundles", route: "contributionPlanBundles", form: /\/contributionPlanBundle\/[\w-]+/ },
  { name: "payment plans", route: "paymentPlans", form: /\/paymentPlan\/[\w-]+/ },
  { name: "contracts", route: "contracts", form: /\/contract\/[\w-]+/ },
  { name: "invoices", route: "invoices", form: /\/invoice\/[\w-]+/ },
  { name: "bills", route: "bills", form: /\/bill\/[\w-]+/ },
];

export default async function registers(ui) {
  for (const { name, route, form, pages } of ui.newest ? [...lists, ...newest] : lists) {
    const list = new List(ui, route, form);
    await ui.step(`list of ${name}: is searched`, async () => {
      await list.open();
      await list.search();
      await list.hasRows();
    });
    if (pages) await ui.step(`list of ${name}: is turned over`, () => list.next());
    await ui.step(`list of ${name}: a row opens`, async () => {
      await list.open();
      await list.openRow();
    });
  }
}
