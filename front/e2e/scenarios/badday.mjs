// Days on which things go wrong: somebody lacks a right, two change one row, a session ends
// in the middle of work. Each time a sentence says so, and nothing is half written.
import { List } from "../pages/list.mjs";
import { Login } from "../pages/login.mjs";
import { clerk } from "./administration.mjs";

export default async function badDays(ui) {
  const payers = (who) => new List(who, "payer/payers", /\/payers\/overview\/[\w-]+/);
  const facilities = (who) => new List(who, "location/healthFacilities", /\/healthFacility\/[\w-]+/);
  const facility = async (who) => {
    await facilities(who).find({ Code: "A1D004" }, "A1D004");
    await facilities(who).openRow("A1D004");
    await who.until("the form is filled", async () => (await who.field("Code").inputValue()) === "A1D004");
  };
  const holds = (label, value) => ui.until(`${label} holds "${value}"`, async () => (await ui.field(label).inputValue()) === value);

  await ui.step("bad day: who lacks the right is told so", async () => {
    const guest = await ui.beside();
    await new Login(guest).as(clerk.name, clerk.password);
    await guest.at("home");
    if (await guest.page.getByRole("button", { name: "Claims" }).count()) throw new Error("the menu offers claims");
    const list = payers(guest);
    await list.open();
    await list.search();
    await list.openRow();
    await guest.type("Phone", "+999 58 7777777");

    const roles = new List(ui, "roles", /\/roles\/role\/[\w-]+$/); // meanwhile his right to change is taken
    await roles.find({ "Role Name": clerk.role }, clerk.role);
    await roles.openRow(clerk.role);
    await ui.page.locator("li", { hasText: /payer\s*\|\s*(mutation\s+)?payer\s+update/i }).locator("button").click();
    await ui.save();
    await ui.confirm();
    await ui.done();

    guest.watch.expect(/do not have the right/);
    await guest.save();
    await guest.told("You do not have the right to do this");
    await payers(ui).open();
    await payers(ui).search();
    await payers(ui).hasRows();
    if (await ui.page.getByText("7777777").count()) throw new Error("the change was written");
  });
  await ui.step("bad day: of two who change one row the last wins, whole", async () => {
    const guest = await ui.beside();
    await new Login(guest).as("scheme", "scheme123");
    await guest.at("home");
    await facility(guest);
    await facility(ui);
    const telephone = await ui.field("Phone").inputValue();
    await guest.fill("Phone", "+999 58 1111111");
    await guest.fill("Fax", "+999 58 1111112");
    await guest.save();
    await ui.fill("Email", "last@example.org");
    await ui.save();
    await facility(ui);
    await holds("Email", "last@example.org");
    await holds("Phone", telephone);
    await holds("Fax", "");
  });
  await ui.step("bad day: a session ends, and nothing is half written", async () => {
    await facility(ui);
    await ui.fill("Name", "Half Written");
    await ui.page.context().clearCookies();
    ui.watch.expect(/401/);
    await ui.saveButton.click();
    await ui.at("login");
  });
  await ui.step("bad day: the work goes on after signing on again", async () => {
    await new Login(ui).as("Admin", "admin123");
    await ui.at("home");
    await facility(ui);
    await holds("Name", "Ferndale Dispensary");
  });
}
