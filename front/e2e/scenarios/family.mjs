// A family comes to the office: it is entered with a member, buys a policy and pays.
import { List } from "../pages/list.mjs";

export const head = { number: "999000111", family: "Dayson", given: "Ada" };

export default async function family(ui) {
  const list = new List(ui, "insuree/families", /\/familyOverview\/[\w-]+$/);
  const overview = async () => {
    await list.find({ "Head Ins. No.": head.number }, head.family);
    await list.openRow(head.family);
  };
  const person = async (number, given, gender, year) => {
    await ui.fill("Insurance No.", number);
    await ui.fill("Last Name", head.family);
    await ui.fill("Given Names", given);
    await ui.date("Birth Date", year);
    await ui.choose("Gender", gender);
  };
  await ui.step("family: is entered with its head", async () => {
    await list.open();
    await ui.add();
    await ui.at("insuree/family");
    await ui.choose("Region", /Northmark/);
    await ui.choose("District", /Amberfield/);
    await ui.choose("Municipality", /Brammead/);
    await ui.choose("Village", /Ashbridge/);
    await person(head.number, head.given, /Female/, 1990);
    await ui.save();
  });
  await ui.step("family: a member is added", async () => {
    await overview();
    await ui.press("Add new", "Create new insuree in family");
    await ui.at(/\/insurees?\/insuree\//);
    await person("999000222", "Ben", /^Male/, 2015);
    await ui.choose("Relationship", /Son/);
    await ui.save();
    await overview();
    await ui.sees("999000222");
  });
  await ui.step("family: buys a policy", async () => {
    await overview();
    await ui.press("Add policy", "Create new policy");
    await ui.at(/\/policy\/policy\//);
    await ui.date("Enrolment Date");
    await ui.choose("Product", /HB01/);
    await ui.choose("Officer");
    await ui.until("the policy has a value", async () => Number((await ui.field("Value").inputValue()).replaceAll(",", "")) > 0);
    await ui.save();
    if (ui.newest) {
      await ui.sees("Your policy has been registered with this expiry date");
      await ui.confirm("Close");
    }
    await overview();
    await ui.sees("HB01");
  });
  await ui.step("family: pays its contribution", async () => {
    await overview();
    await ui.page.locator("table tbody tr", { hasText: "HB01" }).locator("td").first().click();
    await ui.press("New contribution", "Add new contribution");
    await ui.at(/\/contribution\/new\//);
    await ui.date("Payment Date");
    await ui.fill("Amount", "10000");
    await ui.fill("Receipt No.", "DAY-1");
    await ui.choose("Payment Type", /Cash/);
    await ui.save();
    await ui.confirm();
    await ui.done();
    await overview();
    await ui.sees("DAY-1");
  });
}
