// The registers are kept: a facility, a price list and a product are entered, found again and
// changed.
import { List } from "../pages/list.mjs";

export default async function registers(ui) {
  await facility(ui);
  await pricelist(ui);
  await product(ui);
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

async function pricelist(ui) {
  const list = new List(ui, "medical/pricelists/services", /\/pricelists\/services\/[\w-]+/);
  const row = (code) => ui.page.locator("table tbody tr", { hasText: code });
  await ui.step("price list: is entered", async () => {
    await list.open();
    await ui.add();
    await ui.at("medical/pricelists/services/new");
    await ui.fill("Name", "Day Services");
    await ui.date("Date");
    await row("S0001").locator("input[type=checkbox]").check();
    await row("S0002").locator("input[type=checkbox]").check();
    await ui.save();
  });
  await ui.step("price list: a service gets a price of its own", async () => {
    await list.find({ Name: "Day Services" }, "Day Services");
    await list.openRow("Day Services");
    await row("S0002").getByRole("button", { name: "Edit" }).click();
    await ui.fill("Price", "650", ui.page.locator("[role=dialog]"));
    await ui.confirm("Save");
    await ui.save();
    await list.find({ Name: "Day Services" }, "Day Services");
    await list.openRow("Day Services");
    await row("S0002").getByText("650").waitFor();
  });
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
