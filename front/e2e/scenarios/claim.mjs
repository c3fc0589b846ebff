// Three claims at the hospital: entered, submitted, reviewed, asked about, processed. The
// person is insured with Household Plus (HP01) and has claimed nothing yet. By hand:
//
//   claim  line                          claimed  approved       paid
//   whole  M0015 Ceftriaxone    2 x 950    1 900     1 900       (1 900 - deductible 200) x 80 % = 1 360
//          S0002 Consultation   1 x 600      600       600       in full                             600
//          S0038 Chest X-ray    1 x 2200   2 200     2 200       at most 2 000                     2 000
//   items  M0001 Paracetamol   10 x 10       100     6 x 10      60 x 80 %                            48
//   part   M0015 Ceftriaxone    1 x 950      950  rejected
//          M0001 Paracetamol   10 x 10       100       100       100 x 80 %                           80
//
// What a review changes stands in claims of items: the form of reviews of fe-claim 1.10.0 can
// only be delivered, not saved, when a claim has services: it looks for one that is not whole.
// Its buttons that approve or reject all lines are never drawn.
import { ClaimLines } from "../pages/claimlines.mjs";
import { List } from "../pages/list.mjs";
import { Login } from "../pages/login.mjs";
import { Reviews } from "../pages/reviews.mjs";

const insuree = { number: "100011926", name: "Galindor", product: "HP01" };
const [whole, items, part] = ["DAY-CL1", "DAY-CL2", "DAY-CL3"];

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
  await twoOfficers(ui);
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
    await ui.sees(`Claim ${code}`); // the form has taken it, and forgets no line over it
    for (const [kind, ware, quantity] of lines) await new ClaimLines(ui, kind).pick(ware, quantity);
    await shows(ui.field("Claimed"), claimed);
    await ui.save();
  };
  await ui.step("claim: is entered with services and items", () => enter(whole, 4700, ["Service", "S0002", 1], ["Service", "S0038", 1], ["Item", "M0015", 2]));
  await ui.step("claim: two are entered with items", async () => {
    await enter(items, 100, ["Item", "M0001", 10]);
    await enter(part, 1050, ["Item", "M0015", 1], ["Item", "M0001", 10]);
  });
  for (const code of [whole, items, part]) {
    await ui.step(`claim: ${code} is submitted`, async () => {
      await list.find({ "Claim No.": code }, code);
      await list.act(code, "Submit Selected");
      await list.search();
      await ui.sees("0 Claims Found"); // of those that are entered
    });
  }
}

// paid shows what a claim says once it is processed; the form stays open. The lines of 1.4
// say nothing of it.
async function paid(ui, code, claimed, approved, adjusted) {
  const reviews = new Reviews(ui);
  await reviews.find(code, /Valuated/);
  for (const text of [claimed, approved, "Valuated"]) await reviews.row(code).getByText(ui.newest ? text : text.replace(",", "")).first().waitFor();
  await reviews.list.openRow(code);
  if (!ui.newest) await shows(ui.field("Adjusted"), adjusted);
}

async function atTheOffice(ui) {
  const reviews = new Reviews(ui);
  const [service, item] = [new ClaimLines(ui, "Service"), new ClaimLines(ui, "Item")];
  await ui.step("claim: is chosen for review and feedback", () => reviews.act(whole, "Select For Review", "Select For Feedback"));
  await ui.step("claim: its review is delivered", async () => {
    await reviews.open(whole);
    await ui.page.locator(`input[value="${insuree.product}"]`).first().waitFor(); // the policy in force
    await reviews.deliver();
  });
  await ui.step("claim: gets its feedback", async () => {
    await reviews.find(whole);
    await reviews.row(whole).getByRole("button", { name: "Feedback" }).click();
    await ui.at(/\/claim\/feedback\/[\w-]+/);
    await ui.date("Feedback Date");
    await ui.choose("Enrolment Officer");
    for (const thumb of await ui.page.locator(".MuiSlider-thumb").all()) {
      await thumb.focus();
      for (const _ of "yes") await thumb.press("ArrowRight"); // the answer is yes, the mark is 2
    }
    await ui.save();
  });
  await ui.step("claim: is processed", () => reviews.act(whole, "Process Selected"));
  await ui.step("claim: shows what is paid", async () => {
    await paid(ui, whole, "4,700.00", "4,700.00", 3960);
    if (!ui.newest) return;
    await shows(service.valuated(0), 600);
    await shows(service.valuated(1), 2000);
    await shows(item.valuated(0), 1360);
  });
  await ui.step("claim: a quantity is changed in review", async () => {
    await reviews.act(items, "Select For Review");
    await reviews.open(items);
    await item.approved(0).fill("6");
    await ui.fill("Adjustment", "six are enough");
    await shows(ui.field("Approved"), 60);
    await ui.save();
    await reviews.open(items); // what was saved is locked until then
    await shows(item.approved(0), 6);
  });
  await ui.step("claim: a line is rejected in review", async () => {
    await reviews.act(part, "Select For Review");
    await reviews.open(part);
    await item.decide(0, "Rejected");
    await item.justification(0).fill("the tablets do");
    await shows(ui.field("Approved"), 100);
    await ui.save();
    await reviews.open(part);
    await item.status(0).getByText("Rejected").waitFor(); // and can be taken back
    await ui.until("the form shows why", async () => (await item.justification(0).inputValue()) === "the tablets do");
    await shows(ui.field("Approved"), 100);
  });
}

// Two officers have the same review open.
async function twoOfficers(ui) {
  const reviews = new Reviews(ui);
  const item = new ClaimLines(ui, "Item");
  const beside = async (code) => {
    const guest = await ui.beside();
    await new Login(guest).as("Admin", "admin123");
    await guest.at("home");
    await new Reviews(guest).open(code);
    return guest;
  };
  await ui.step("bad day: of two officers who deliver one review the second is told so", async () => {
    const guest = await beside(items);
    await reviews.open(items);
    await new Reviews(guest).deliver();
    ui.watch.expect(/the review is delivered/);
    await reviews.deliver();
    await ui.told(/the review is delivered/);
  });
  await ui.step("bad day: who saves a review another officer delivered changes nothing", async () => {
    const guest = await beside(part);
    await new ClaimLines(guest, "Item").approved(1).fill("3");
    await guest.fill("Adjustment", "three are enough");
    await reviews.open(part);
    await reviews.deliver();
    guest.watch.expect(/the review is delivered/);
    await guest.save();
    await guest.told(/the review is delivered/);
  });
  await ui.step("claim: what the review left is paid", async () => {
    await reviews.act(items, "Process Selected");
    await paid(ui, items, "100.00", "60.00", 48);
    await ui.until("the form shows the words of the review", async () => (await ui.field("Adjustment").inputValue()) === "six are enough");
    await shows(item.approved(0), 6);
    if (ui.newest) await shows(item.valuated(0), 48);
  });
  await ui.step("claim: the rejected line is not paid", async () => {
    await reviews.act(part, "Process Selected");
    await paid(ui, part, "1,050.00", "100.00", 80);
    await ui.until("the words of the one who was late are not there", async () => (await ui.field("Adjustment").inputValue()) === "");
    await shows(item.approved(1), 0);
    if (ui.newest) await shows(item.valuated(1), 80);
  });
}

// shows waits until a field shows the amount, however it is written; an empty one shows 0.
async function shows(field, amount) {
  const read = async () => Number((await field.inputValue()).replaceAll(/[^\d.]/g, ""));
  for (const end = Date.now() + 10_000; (await read()) !== amount; await field.page().waitForTimeout(50)) {
    if (Date.now() > end) throw new Error(`the field shows ${await read()}, not ${amount}`);
  }
}
