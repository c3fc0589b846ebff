// The UI as the scenarios see it: named steps, ways to move about, and the parts every page
// is made of.
import path from "node:path";
import { Watch } from "./watch.mjs";

export class Ui {
  steps = [];
  signedOn = false;
  #out;
  #pending;
  #only;
  #guests = []; // who else is at work in this step
  #broken = true; // the page may be anywhere: load it anew before the next step

  constructor(page, site, { out, pending, only, line, mails }) {
    Object.assign(this, { page, site, line, newest: line === "newest", mails, watch: new Watch(page, site) });
    this.#out = out;
    this.#pending = pending;
    this.#only = new RegExp(only);
  }

  // step runs do and says what became of it: true when it passed. What it returns is dropped.
  async step(name, do_) {
    if (!this.#only.test(name) && !name.startsWith("sign on")) return false;
    if (this.steps.some((step) => step.name === name)) throw new Error(`two steps are called "${name}"`);
    const begin = Date.now();
    const expected = !this.#pending.has(name);
    this.patience = expected ? 20_000 : 4_000; // a machine that builds at the same time is slow
    this.page.setDefaultTimeout(this.patience);
    let failure = [];
    try {
      await do_();
      await this.watch.settled();
    } catch (error) {
      failure = [{ text: error.message.replaceAll(colours, "").split("\n").slice(0, 4).join(" ") }];
    }
    const faults = [...(await this.watch.take()), ...failure];
    for (const guest of this.#guests.splice(0)) {
      faults.push(...(await guest.watch.take()));
      await guest.page.context().close();
    }
    const picture = path.join(this.#out, `${String(this.steps.length + 1).padStart(3, "0")} ${name.replaceAll(/[^\w ]+/g, "-")}.png`);
    await this.page.screenshot({ path: picture });
    const passed = faults.length === 0;
    const state = passed ? (expected ? "passed" : "unexpected") : expected ? "failed" : "pending";
    this.steps.push({ name, state, faults, picture, seconds: (Date.now() - begin) / 1000 });
    this.#broken = failure.length > 0 || faults.some(({ text }) => text.startsWith("the page"));
    console.log(`${state.padEnd(10)} ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
    if (state === "failed") tell(faults, path.relative(process.cwd(), picture));
    return passed;
  }

  // beside gives a second person at a computer of his own, who leaves when the step ends.
  async beside() {
    const context = await this.page.context().browser().newContext({ viewport: this.page.viewportSize(), locale: "en-GB" });
    const guest = new Ui(await context.newPage(), this.site, { line: this.line });
    guest.page.setDefaultTimeout(this.patience);
    guest.patience = this.patience;
    this.#guests.push(guest);
    return guest;
  }

  // open goes to a page of the UI as a link of its own would, or loads it when the page
  // before it broke.
  async open(route) {
    if (this.#broken) {
      await this.page.goto(`${this.site}/front/${route}`, { waitUntil: "commit" });
      this.watch.forget(); // what came late belongs to the page that broke
      this.#broken = false;
      await this.page.waitForLoadState();
    } else {
      await this.page.evaluate((to) => {
        history.pushState({}, "", to);
        dispatchEvent(new PopStateEvent("popstate", { state: {} }));
      }, `/front/${route}`);
    }
    await this.watch.settled();
    if (await this.page.locator("[role=dialog]").first().isVisible()) throw new Error("a dialog covers the page");
  }

  // at waits until the browser is at a page of the UI.
  async at(route) {
    const here = () => new URL(this.page.url()).pathname;
    await this.until(`the browser is at ${route}`, () => (route instanceof RegExp ? route.test(here()) : here() === `/front/${route}`));
    await this.watch.settled();
  }

  // until waits for something to become true; what names it when it does not.
  async until(what, true_) {
    for (const end = Date.now() + this.patience; !(await true_()); await this.page.waitForTimeout(50)) {
      if (Date.now() > end) throw new Error(`in vain waited until ${what}`);
    }
  }

  // sees fails unless the text is on the page; the closed journal has it too.
  async sees(text) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  // field is the input with a label. Labels carry a star where a value has to be given.
  field(label, within = this.page) {
    const box = within.locator(".MuiFormControl-root, .MuiTextField-root").filter({ has: this.page.locator("label", { hasText: exactly(label) }) });
    return box.locator("input, textarea").first();
  }

  async fill(label, value, within) {
    await this.field(label, within).fill(String(value));
  }

  // type fills a field whose form takes what is typed only after a pause.
  async type(label, value, within) {
    await this.fill(label, value, within);
    await this.page.waitForTimeout(700);
    await this.watch.settled();
  }

  // choose takes the entry of a list of choices that opens below a field: a plain select, or
  // one that looks for what is typed.
  async choose(label, entry, { within = this.page, type } = {}) {
    const box = within.locator(".MuiFormControl-root, .MuiTextField-root").filter({ has: this.page.locator("label", { hasText: exactly(label) }) }).first();
    const select = box.locator("[role=button][aria-haspopup=listbox], .MuiSelect-root");
    if (await select.count()) await select.first().click();
    else {
      await box.locator("input").first().click();
      if (type) await box.locator("input").first().fill(type);
      await this.watch.settled();
    }
    const choices = this.page.locator("[role=listbox] [role=option], [role=listbox] li, .react-autosuggest__suggestion");
    await (entry === undefined ? choices.first() : choices.filter({ hasText: entry }).first()).click();
    await this.watch.settled();
  }

  // date opens the calendar of a field and takes today, or the same day of another year.
  async date(label, year, within) {
    await this.field(label, within).click();
    const calendar = this.page.locator("[role=dialog]").last();
    if (year) {
      await calendar.locator(".MuiPickersToolbarButton-toolbarBtn").first().click();
      await calendar.locator(".MuiPickersYear-root", { hasText: String(year) }).click();
    }
    await calendar.getByRole("button", { name: "OK" }).click();
    await calendar.waitFor({ state: "detached" });
  }

  // add presses the round button with the plus.
  async add() {
    await this.page.locator('button.MuiFab-root:has(path[d^="M19 13h-6v6"])').click();
    await this.watch.settled();
  }

  // saveButton is the round button of a form: a disk, or an arrow into a tray.
  get saveButton() {
    return this.page.locator('button.MuiFab-root:has(path[d^="M17 3H5"], path[d^="M19 12v7H5"])');
  }

  // save presses it and waits until the change is done.
  async save() {
    await this.saveButton.click();
    await this.done();
  }

  // done waits until the journal has no change under way; one that failed is a fault.
  async done() {
    await this.watch.settled();
    await this.page.locator(".MuiDrawer-root .MuiCircularProgress-root").first().waitFor({ state: "detached", timeout: 20_000 });
    await this.watch.settled();
  }

  // told waits until the journal says of the last change that it failed, with these words.
  async told(words) {
    await this.until("a change is refused", () => this.watch.met());
    await this.page.locator(".MuiDrawer-root .MuiListItemIcon-root").first().click();
    const journal = this.page.locator(".MuiPopover-root");
    await journal.waitFor();
    const row = journal.locator(".MuiAccordionSummary-root"); // of many rows each has its own words
    if (await row.count()) await row.first().click();
    await this.sees(words);
    await journal.click({ position: { x: 5, y: 5 } }); // beside it
    await journal.waitFor({ state: "detached" });
  }

  // press presses a button that has a name on the newest line; on the older one it is an
  // icon that says what it does when one points at it.
  async press(name, older) {
    const icon = this.page.locator(`button[title="${older}"]`);
    await (this.newest ? this.page.getByRole("button", { name }) : icon).first().click();
    await this.watch.settled();
  }

  // confirm presses a button of the dialog that is open.
  async confirm(button = /^(ok|yes|confirm|delete|save|submit)/i) {
    await this.page.locator("[role=dialog]").getByRole("button", { name: button }).first().click();
    await this.watch.settled();
  }
}

// tell prints the faults of a step, each with what was asked and answered; steps.json has
// them whole.
function tell(faults, picture) {
  const line = (text) => console.log(`           ${text}`);
  for (const { text, asked, answered } of faults) {
    line(text);
    if (asked) line(`  asked    ${asked.slice(0, 1500)}`);
    if (answered) line(`  answered ${answered.slice(0, 500)}`);
  }
  line(`picture: ${picture}`);
}

const colours = /\u001b\[\d+m/g;

// exactly is the text with the star of a required field.
const exactly = (text) => (text instanceof RegExp ? text : new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*\\*?\\s*$`, "i"));
