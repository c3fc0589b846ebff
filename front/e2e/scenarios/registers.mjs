// The registers are kept: a facility, price lists and a product are entered, found again and
// changed, and diagnoses come from a file.
import { List } from "../pages/list.mjs";

export default async function registers(ui) {
  await facility(ui);
  await pricelist(ui, "service", ["S0001", "S0002"], "650");
  await pricelist(ui, "item", ["M0001", "M0015"], "905");
  await product(ui);
  await upload(ui);
}

async function facility(ui) {
  const list = new List(ui, "location/healthFacilities", /\/healthFacility\/[\w-]+/);
  await ui.step("facility: is entered", async () => {
    await list.open();
    await ui.add();
    await ui.at("location/healthFacility");
    await ui.choose("Region", /Northmark/);
    await ui.choose("District", /Amberfield/);
    await ui.choose("Health Facility Legal Form", /Private/);
    await ui.choose("Health Facility Level", /Dispensary/);
    await ui.choose(ui.newest ? "careType" : "Care Type", /Out/);
    await ui.fill("Code", "A1D099");
    if (!ui.newest) await ui.fill("Accounting Code", "A1D099");
    await ui.fill("Name", "Day Dispensary");
    await ui.save();
  });
  await ui.step("facility: is changed and given price lists", async () => {
    await list.find({ Code: "A1D099" }, "Day Dispensary");
    await list.openRow("Day Dispensary");
    await ui.fill("Email", "day@example.org");
    await ui.choose("Services Pricelist", /Dispensary/);
    await ui.choose("Items Pricelist", /Dispensary/);
    await ui.save();
    await list.find({ Code: "A1D099" }, "day@example.org");
  });
}

// pricelist enters a list of two services or items, and gives the second a price of its own.
async function pricelist(ui, kind, [first, second], price) {
  const route = `medical/pricelists/${kind}s`;
  const name = `Day ${kind}s`;
  const list = new List(ui, route, /\/pricelists\/\w+\/[\w-]+/);
  const row = (code) => ui.page.locator("table tbody tr", { hasText: code });
  await ui.step(`price list of ${kind}s: is entered`, async () => {
    await list.open();
    await ui.add();
    await ui.at(`${route}/new`);
    await ui.fill("Name", name);
    await ui.date("Date");
    await row(first).locator("input[type=checkbox]").check();
    await row(second).locator("input[type=checkbox]").check();
    await ui.save();
  });
  await ui.step(`price list of ${kind}s: one gets a price of its own`, async () => {
    await list.find({ Name: name }, name);
    await list.openRow(name);
    await row(second).getByRole("button", { name: "Edit" }).click();
    await ui.fill("Price", price, ui.page.locator("[role=dialog]"));
    await ui.confirm("Save");
    await ui.save();
    await list.find({ Name: name }, name);
    await list.openRow(name);
    await row(second).getByText(price).waitFor();
  });
}

// Diagnoses come in a file, as the ministry gives it out.
async function upload(ui) {
  const send = async (strategy, name, outcome) => {
    const rows = ["X98", "X99"].map((code) => `<Diagnosis><DiagnosisCode>${code}</DiagnosisCode><DiagnosisName>${name} ${code}</DiagnosisName></Diagnosis>`);
    await ui.open("tools/registers");
    const form = ui.page.locator("form", { has: ui.page.locator("input[type=file]") }).first();
    await form.locator("input[type=file]").setInputFiles({ name: "diagnoses.xml", mimeType: "text/xml", buffer: Buffer.from(`<Diagnoses>${rows.join("")}</Diagnoses>`) });
    await ui.choose("Strategy", strategy, { within: form });
    await form.getByRole("button", { name: "Upload" }).click();
    if (ui.newest) await ui.confirm("Upload");
    await ui.page.locator("[role=dialog]", { hasText: outcome }).waitFor();
    await ui.confirm("Ok");
  };
  await ui.step("register: new diagnoses are uploaded", () => send(/^Insert$/, "Day", /Created:\s*2/));
  await ui.step("register: known diagnoses get other names", () => send(/^Update$/, "Night", /Updated:\s*2/));
  await ui.step("register: what is there already is not entered again", () => send(/^Insert$/, "Day", /X98/));
}

async function product(ui) {
  const list = new List(ui, "admin/products", /\/products\/[\w-]+/);
  const code = "HB01";
  await ui.step("product: its price is changed", async () => {
    await list.open();
    await list.openRow(code);
    await ui.fill("Max members", "9");
    if (ui.newest) {
      await ui.fill("Minimum Age", "18");
      await ui.fill("Maximum Age", "99");
    }
    await ui.save();
    await list.open();
    await list.openRow(code);
    const holds = async (label, value) => (await ui.field(label).inputValue()) === value;
    await ui.until("the form shows what was saved", async () => (await holds("Max members", "9")) && (!ui.newest || (await holds("Maximum Age", "99"))));
  });
}
