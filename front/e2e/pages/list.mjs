// A page that searches a register: filters above, a table of what was found below.
export class List {
  // route is the page; form a pattern for the address of what a row opens.
  constructor(ui, route, form) {
    Object.assign(this, { ui, route, form });
  }

  get rows() {
    return this.ui.page.locator("table tbody tr.MuiTableRow-root");
  }

  async open() {
    await this.ui.open(this.route);
    await this.searchButton.waitFor();
  }

  get searchButton() {
    return this.ui.page.locator('main button:has-text("Search"), main button:has(path[d^="M15.5 14h"])').first();
  }

  async search() {
    await this.searchButton.click();
    await this.ui.watch.settled();
  }

  // find opens the page, types into its filters and searches until a row shows the text.
  async find(filters, text) {
    await this.open();
    for (const [label, value] of Object.entries(filters)) await this.ui.fill(label, value);
    await this.ui.page.waitForTimeout(700); // the page takes what is typed after a pause
    await this.search();
    await this.rows.filter({ hasText: text }).first().waitFor();
  }

  // hasRows fails when the table stays empty.
  async hasRows(least = 1) {
    await this.rows.nth(least - 1).waitFor();
  }

  // next turns the page and makes sure that other rows came.
  async next() {
    await this.hasRows();
    const before = await this.rows.first().innerText();
    await this.ui.page.getByRole("button", { name: /next page/i }).click();
    await this.ui.until("the next page shows other rows", async () => (await this.rows.count()) > 0 && (await this.rows.first().innerText()) !== before);
  }

  // openRow opens the form of a row, by default of the first. A field in a cell takes no
  // double click, and a table drawn anew between its two clicks takes none either: then it
  // clicks again, as a person would.
  async openRow(text) {
    await this.hasRows();
    const row = text === undefined ? this.rows.first() : this.rows.filter({ hasText: text }).first();
    const before = this.ui.page.url();
    await row.locator("td:not(:has(input))").first().dblclick();
    await this.ui.page.waitForTimeout(1000);
    await this.ui.watch.settled();
    if (this.ui.page.url() === before) await row.locator("td:not(:has(input))").first().dblclick();
    await this.ui.at(this.form);
  }

  // act marks the row with the text and does something with what is marked.
  async act(text, action) {
    await this.ui.page.waitForTimeout(700); // a list that comes late forgets what is marked
    await this.ui.watch.settled();
    await this.rows.filter({ hasText: text }).first().locator("td").first().click();
    const { page } = this.ui;
    const button = page.locator("main").getByRole("button", { name: action });
    const dots = page.locator('main button:has(path[d^="M6 10c-1.1"])'); // where there are many actions
    await button.or(dots).first().click();
    if (!(await button.count())) await page.getByRole("menuitem", { name: action }).click();
    await this.ui.done();
  }
}
