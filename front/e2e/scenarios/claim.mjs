// Two claims at the hospital: entered, submitted, reviewed, asked about, processed. The person
// is insured with Household Plus (HP01) and has claimed nothing yet. By hand:
//
//   line                          claimed  approved       paid
//   M0015 Ceftriaxone    2 x 950    1 900     1 900       (1 900 - deductible 200) x 80 % = 1 360
//   S0002 Consultation   1 x 600      600       600       in full                             600
//   S0038 Chest X-ray    1 x 2200   2 200     2 200       at most 2 000                     2 000
//   M0001 Paracetamol   10 x 10       100     6 x 10      60 x 80 %                            48
//
// The paracetamol is a claim of its own, and only there a quantity is changed: the form of
// reviews of fe-claim 1.10.0 cannot be saved when a claim has services, only delivered.
import { List } from "../pages/list.mjs";
import { Login } from "../pages/login.mjs";

const insuree = { number: "100011926", name: "Galindor" };
const [whole, items] = ["DAY-CL1", "DAY-CL2"];

export default async function claims(ui) {
  const login = new Login(ui);
  const signOn = async (name, password) => {
    await login.out();
    await login.as(name, password);
    await ui.at("home");
  };
  await ui.step("claim: the claim administrator signs on", () => signOn("CA001", "claims123"));
  await atTheHospital(ui);
  await ui.step("claim: the medical officer signs on", () => signOn("doctor", "doctor123"));
  await atTheOffice(ui);
  await ui.step("claim: the administrator signs on again", () => signOn("Admin", "admin123"));
}

async function atTheHospital(ui) {
  const list = new List(ui, "claim/healthFacilities", /\/healthFacilities\/claim\/[\w-]+/);
  const enter = async (code, claimed, ...lines) => {
    await list.open();
    if (!ui.newest) await ui.choose("Claim Administrator", /CA001/); // without one nothing can be added there
    await ui.add();
    await ui.at(ui.newest ? "claim/healthFacilities/claim" : "claim/claim");
    await ui.type("Insurance No.", insuree.number);
    await ui.until("the person is found", async () => (await ui.field("Name").inputValue()).includes(insuree.name));
    await ui.choose("Main Diagnosis");
    await ui.type("Claim No.", code);
    for (const line of lines) await pick(ui, ...line);
    await shows(ui.field("Claimed"), claimed);
    await ui.save();
  };
  await ui.step("claim: is entered with services and items", () => enter(whole, 4700, ["Service", "S0002", 1], ["Service", "S0038", 1], ["Item", "M0015", 2]));
  await ui.step("claim: another one is entered with an item", () => enter(items, 100, ["Item", "M0001", 10]));
  for (const code of [whole, items]) {
    await ui.step(`claim: ${code} is submitted`, async () => {
      await list.find({ "Claim No.": code }, code);
      await list.act(code, "Submit Selected");
      await list.search();
      await ui.sees("0 Claims Found"); // of those that are entered
    });
  }
}

async function atTheOffice(ui) {
  const list = new List(ui, "claim/reviews", /\/review\/[\w-]+/);
  const find = async (code, state = /Checked/) => {
    await list.open();
    await ui.choose("Claim Status", state); // the page remembers the last one
    await list.find({ "Claim No.": code }, code);
  };
  const act = async (code, ...actions) => {
    for (const action of actions) {
      await find(code);
      await list.act(code, action);
    }
  };
  const open = async (code) => {
    await find(code);
    await list.openRow(code);
  };
  const deliver = async () => {
    await ui.page.locator('button.MuiFab-root:has(path[d^="M9 16.17"])').click();
    await ui.done();
    await ui.at("claim/reviews");
  };
  const paid = async (code, claimed, approved) => {
    await find(code, /Valuated/);
    const row = list.rows.filter({ hasText: code });
    for (const text of [claimed, approved, "Valuated"]) await row.getByText(ui.newest ? text : text.replace(",", "")).first().waitFor();
    await list.openRow(code);
  };
  await ui.step("claim: is chosen for review and feedback", () => act(whole, "Select For Review", "Select For Feedback"));
  await ui.step("claim: its review is delivered", async () => {
    await open(whole);
    await deliver();
  });
  await ui.step("claim: gets its feedback", async () => {
    await find(whole);
    await list.rows.filter({ hasText: whole }).getByRole("button", { name: "Feedback" }).click();
    await ui.at(/\/claim\/feedback\/[\w-]+/);
    await ui.date("Feedback Date");
    await ui.choose("Enrolment Officer");
    for (const thumb of await ui.page.locator(".MuiSlider-thumb").all()) {
      await thumb.focus();
      for (const _ of "yes") await thumb.press("ArrowRight"); // the answer is yes, the mark is 2
    }
    await ui.save();
  });
  await ui.step("claim: is processed", () => act(whole, "Process Selected"));
  await ui.step("claim: shows what is paid", async () => {
    await paid(whole, "4,700.00", "4,700.00");
    if (!ui.newest) return shows(ui.field("Adjusted"), 3960); // its lines say nothing of it
    await shows(valuated(ui, "Service", 0), 600);
    await shows(valuated(ui, "Service", 1), 2000);
    await shows(valuated(ui, "Item", 0), 1360);
  });
  await ui.step("claim: a quantity is changed in review", async () => {
    await act(items, "Select For Review");
    await open(items);
    await approved(ui, "Item", 0).fill("6");
    await ui.fill("Adjustment", "six are enough");
    await shows(ui.field("Approved"), 60);
    await ui.save();
    await open(items); // what was saved is locked until then
    await shows(approved(ui, "Item", 0), 6);
    await deliver();
  });
  await ui.step("claim: what the review left is paid", async () => {
    await act(items, "Process Selected");
    await paid(items, "100.00", "60.00");
    await ui.until("the form shows the words of the review", async () => (await ui.field("Adjustment").inputValue()) === "six are enough");
    await shows(approved(ui, "Item", 0), 6);
    await shows(ui.newest ? valuated(ui, "Item", 0) : ui.field("Adjusted"), 48);
  });
}

// pick takes an item or a service in the last row of its table and gives the quantity.
async function pick(ui, kind, code, quantity) {
  const box = ui.page.getByPlaceholder(`Search ${kind}…`);
  const before = await box.count();
  await box.last().click();
  await box.last().fill(code);
  await ui.page.locator("[role=listbox] [role=option]", { hasText: code }).click();
  await ui.until("the next line is empty", async () => (await box.count()) === before + 1);
  await cell(ui, kind, before - 1, 1).fill(String(quantity));
}

// panel is the table of items or of services; cell an input of a line, both from 0.
const panel = (ui, kind) => ui.page.locator(".MuiPaper-root", { has: ui.page.getByText(`${kind}s`, { exact: true }) }).last();
const cell = (ui, kind, line, column) => panel(ui, kind).locator("tr:has(input)").nth(line).locator("input").nth(column);
const approved = (ui, kind, line) => cell(ui, kind, line, 4);
const valuated = (ui, kind, line) => cell(ui, kind, line, 6);

// shows waits until a field shows the amount, however it is written.
async function shows(field, amount) {
  const read = async () => Number((await field.inputValue()).replaceAll(/[^\d.]/g, ""));
  for (const end = Date.now() + 10_000; (await read()) !== amount; await field.page().waitForTimeout(50)) {
    if (Date.now() > end) throw new Error(`the field shows ${await read()}, not ${amount}`);
  }
}
