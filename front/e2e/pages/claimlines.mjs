// The services and the items in the form of a claim, each kind a table. Lines count from 0.
export class ClaimLines {
  // kind is "Service" or "Item".
  constructor(ui, kind) {
    Object.assign(this, { ui, kind });
  }

  get panel() {
    return this.ui.page.locator(".MuiPaper-root", { has: this.ui.page.getByText(`${this.kind}s`, { exact: true }) }).last();
  }

  line(line) {
    return this.panel.locator("tr:has(input)").nth(line);
  }

  #cell(line, column) {
    return this.line(line).locator("input").nth(column);
  }

  quantity(line) {
    return this.#cell(line, 1);
  }

  approved(line) {
    return this.#cell(line, 4);
  }

  // valuated is only on the newest line.
  valuated(line) {
    return this.#cell(line, 6);
  }

  justification(line) {
    return this.#cell(line, this.ui.newest ? 7 : 6);
  }

  // status is the list that opens; one that is shown only does not.
  status(line) {
    return this.line(line).locator("[role=button][aria-haspopup=listbox]");
  }

  // pick takes one of the register in the last line and gives the quantity.
  async pick(code, quantity) {
    const { page } = this.ui;
    const box = page.getByPlaceholder(`Search ${this.kind}…`);
    const before = await box.count();
    await box.last().click();
    await box.last().fill(code);
    await page.locator("[role=listbox] [role=option]", { hasText: code }).click();
    await this.ui.until("the next line is empty", async () => (await box.count()) === before + 1);
    await this.quantity(before - 1).fill(String(quantity));
  }

  async decide(line, status) {
    await this.status(line).click({ position: { x: 8, y: 8 } }); // a cross lies over the end
    await this.ui.page.locator("[role=listbox] [role=option], [role=listbox] li", { hasText: status }).click();
  }
}
