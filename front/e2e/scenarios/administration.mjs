// Roles and users are entered and changed. The claim administrator of the demo is given a
// role with the right to review, without which the newest form of claims stays closed to him
// (claim.mjs goes on with him).
import { List } from "../pages/list.mjs";

// clerk is the user who is entered here.
export const clerk = { name: "DAY001", password: "Lantern-Road-21", mail: "day001@example.org", role: "Day Clerk" };

export const reviewer = "Day Reviewer";

export default async function administration(ui) {
  await roles(ui);
  await users(ui);
}

async function roles(ui) {
  const list = new List(ui, "roles", /\/roles\/role\/[\w-]+$/);
  const side = (title) => ui.page.locator(".MuiGrid-grid-xs-6", { has: ui.page.getByRole("heading", { name: title }) }).last();
  const [offered, given] = ["Available permissions", "Chosen permissions"];
  const move = async (right, from) => {
    await ui.fill("Filter", right);
    await side(from).locator("li button").first().click();
  };
  const rights = () => side(given).locator("li div[role=button]").count();
  const enter = async (name, ...wanted) => {
    await list.open();
    await ui.add();
    await ui.at("roles/role");
    await ui.type("Role Name", name);
    for (const right of wanted) await move(right, offered);
    await ui.fill("Filter", "");
    await ui.until(`${wanted.length} rights are chosen`, async () => (await rights()) === wanted.length);
    await ui.save();
  };
  const find = async (name) => {
    await list.find({ "Role Name": name }, name);
    await list.openRow(name);
    await ui.until("the rights are shown", async () => (await rights()) > 0);
  };
  await ui.step("role: is entered with a right", () => enter(reviewer, "claim.gql_mutation_deliver_claim_review"));
  await ui.step("role: is changed", async () => {
    await find(reviewer);
    await ui.fill("Alternative Language", "Contrôleur du jour");
    await move("claim.gql_mutation_load_claims", offered);
    await ui.save();
    await ui.confirm();
    await ui.done();
    await find(reviewer);
    await ui.until("the form shows two rights", async () => (await rights()) === 2);
    await ui.until("the form shows the other name", async () => (await ui.field("Alternative Language").inputValue()) === "Contrôleur du jour");
  });
  await ui.step("role: loses a right", async () => {
    await enter(clerk.role, "payer.gql_query_payers", "payer.gql_mutation_payer_add", "payer.gql_mutation_payer_update");
    await find(clerk.role);
    await move("payer.gql_mutation_payer_add", given);
    await ui.save();
    await ui.confirm();
    await ui.done();
    await find(clerk.role);
    await ui.fill("Filter", "");
    await ui.until("the form shows two rights", async () => (await rights()) === 2);
  });
}

async function users(ui) {
  const list = new List(ui, "admin/users", /\/users\/overview\/[\w-]+/);
  const find = async (name) => {
    await list.find({ "User name": name }, name);
    await list.openRow(name);
  };
  const chips = (label) => ui.page.locator(".MuiFormControl-root", { has: ui.page.locator("label", { hasText: label }) }).first().locator(".MuiChip-root");
  await ui.step("user: is entered", async () => {
    await list.open();
    await ui.add();
    await ui.at("admin/users/new");
    await ui.type("User name", clerk.name);
    await ui.fill("Last name", "Dayson");
    await ui.fill("Given names", "Eve");
    await ui.type("Email", clerk.mail);
    await ui.choose("User role(s)", clerk.role);
    await ui.choose("Districts", /Amberfield/);
    await ui.choose("Interface Language", /English/);
    await ui.fill("New Password", clerk.password);
    await ui.fill("Confirm Password", clerk.password);
    await ui.save();
  });
  await ui.step("user: is changed", async () => {
    await find(clerk.name);
    await ui.fill("Phone", "+999 59 1234567");
    await ui.choose("Districts", /Birchwater/);
    await ui.save();
    await find(clerk.name);
    await ui.until("the form shows the telephone", async () => (await ui.field("Phone").inputValue()) === "+999 59 1234567");
    await ui.until("the form shows two districts", async () => (await chips("Districts").count()) === 2);
  });
  const review = async (name) => {
    await find(name);
    await ui.choose("User role(s)", reviewer);
    await ui.save();
    await find(name);
    await ui.until("the form shows two roles", async () => (await chips("User role").count()) === 2);
  };
  await ui.step("user: the claim administrator may review", () => review("CA001"));
  // Forms of the 1.4 line stay closed to who may not load claims.
  if (!ui.newest) await ui.step("user: the medical officer may load claims", () => review("doctor"));
}
