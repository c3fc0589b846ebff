// The page one signs on at, and the way out.
export class Login {
  constructor(ui) {
    this.ui = ui;
  }

  async as(name, password) {
    const { page, watch } = this.ui;
    await page.goto(`${this.ui.site}/front/login`);
    await page.locator("input[type=text]").first().fill(name);
    await page.locator("input[type=password]").first().fill(password);
    await page.getByRole("button", { name: /log in/i }).click();
    await watch.settled();
  }

  async out() {
    await this.ui.page.locator('button:has(path[d^="M10.09 15.59"])').first().click(); // the door with the arrow
    await this.ui.watch.settled();
  }
}
