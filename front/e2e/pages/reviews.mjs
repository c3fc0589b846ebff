// Claims at the office: those to review and to process, and the form of a review.
import { List } from "./list.mjs";

export class Reviews {
  constructor(ui) {
    this.ui = ui;
    this.list = new List(ui, "claim/reviews", /\/review\/[\w-]+/);
  }

  row(code) {
    return this.list.rows.filter({ hasText: code });
  }

  async find(code, state = /Checked/) {
    await this.list.open();
    await this.ui.choose("Claim Status", state); // the page remembers the last one
    await this.list.find({ "Claim No.": code }, code);
  }

  // act does one thing after the other with a claim.
  async act(code, ...actions) {
    for (const action of actions) {
      await this.find(code);
      await this.list.act(code, action);
    }
  }

  async open(code, state) {
    await this.find(code, state);
    await this.list.openRow(code);
  }

  // deliver presses the hook of the form that is open.
  async deliver() {
    await this.ui.page.locator('button.MuiFab-root:has(path[d^="M9 16.17"])').click();
    await this.ui.done();
    await this.ui.at("claim/reviews");
  }
}
