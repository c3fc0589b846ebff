// A report is laid out otherwise: its editor opens, the title is changed and looked at, and
// the report says so. What the server cannot draw stays in the editor.
import { inflateSync } from "node:zlib";

const report = "Status of registers";
const title = "Registers of Amberland";

export default async function reports(ui) {
  const frame = ui.page.frameLocator("[role=dialog] iframe");
  const drawn = (text) => frame.getByText(text, { exact: true }).filter({ visible: true }).first();
  const change = async (from, to) => {
    await drawn(from).dblclick();
    const content = frame.locator("#rbro_doc_element_content");
    await content.fill(to);
    await content.blur();
  };
  const edit = async () => {
    await ui.open("tools/reports");
    await ui.page.locator("tr", { hasText: report }).getByRole("button", { name: "Edit" }).click();
    await drawn("${title}, ${made}").waitFor();
  };
  const save = async () => {
    await frame.locator("#rbro_menu_save").click();
    await ui.page.getByRole("dialog").waitFor({ state: "detached" });
    await ui.done();
  };
  await ui.step("report: its title is changed in the editor", async () => {
    await edit();
    await change("${title}", title);
    await frame.locator("#rbro_menu_preview").click();
    await frame.locator("object[type='application/pdf']").waitFor();
    await save();
    if (!(await printed(ui)).includes(title)) throw new Error("the report does not have the new title");
  });
  await ui.step("report: what the server cannot draw is not saved", async () => {
    await edit();
    await change(title, "${nobody}");
    await frame.locator("#rbro_menu_save").click();
    await frame.getByRole("alert").filter({ hasText: 'there is no parameter "nobody"' }).waitFor();
    await ui.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  });
}

// printed gives what the report says as PDF: the texts of its pages, two bytes a sign.
async function printed(ui) {
  const file = Buffer.from(await ui.page.evaluate(async () => {
    const answer = await fetch("/api/report/registers_status/pdf/");
    return [...new Uint8Array(await answer.arrayBuffer())];
  }));
  let texts = "";
  for (let at = file.indexOf("stream\n"); at >= 0; at = file.indexOf("stream\n", at + 1)) {
    try {
      texts += inflateSync(file.subarray(at + 7)).toString("latin1").replaceAll("\0", "");
    } catch {
      continue; // it is no packed part
    }
  }
  return texts;
}
