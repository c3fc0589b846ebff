// The page in which a report is laid out: ReportBro's designer, in a frame of the page of
// reports. The page around it sends {type: "LOAD", payload} once this one has said
// {type: "READY"}, and stores what {type: "SAVE", payload} brings. What the server could not
// draw is not handed over: the designer shows what is wrong with it.
import { ReportBro } from "reportbro-designer/dist/reportbro.js";
import "reportbro-designer/dist/reportbro.css";
import "./page.css";

const preview = "/api/report/reportbro/preview";
const notice = document.getElementById("notice");

const designer = new ReportBro(document.getElementById("designer"), {
  reportServerUrl: preview,
  saveCallback: save,
  showPlusFeatures: false,
  showPlusFeaturesInfo: false,
  fonts: [{ name: "DejaVu Sans Condensed", value: "helvetica" }], // the one the server has
  patternCurrencySymbol: "",
  patternNumberGroupSymbol: ",",
  patternDates: ["yyyy-MM-dd", "dd.MM.yyyy", "dd/MM/yyyy", "yyyy-MM-dd HH:mm", "d MMMM yyyy"].map((name) => ({ name, description: "" })),
  patternNumbers: ["#,##0", "#,##0.00", "0.0", "0.00##", "$ #,##0.00"].map((name) => ({ name, description: "" })),
  locale: { errorMsgOpenimis: "${info}" },
});

let report; // which one it is: the designer does not keep what it does not know

const tell = (type, payload) => window.parent.postMessage(JSON.stringify({ type, payload }), window.location.origin);

function say(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

async function save() {
  const payload = { ...designer.getReport(), report };
  say("");
  designer.clearErrors();
  try {
    const answer = await fetch(preview, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ report: payload, data: designer.getTestData(), isTestData: true }) });
    const text = await answer.text();
    if (!answer.ok) return say(text);
    if (!text.startsWith("key:")) return show(JSON.parse(text).errors);
  } catch {
    return say("The server cannot be reached. Nothing was saved.");
  }
  designer.setModified(false);
  tell("SAVE", payload);
}

// show says what is wrong, beside the element where there is one.
function show(errors) {
  say(errors.map(({ path, info }) => (path ? `${path}: ${info}` : info)).join("\n"));
  const known = errors.filter(({ object_id }) => object_id && document.getElementById(`rbro_menu_item${object_id}`));
  if (known.length > 0) designer.processErrors(known);
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.origin !== window.location.origin) return;
  let message;
  try {
    message = JSON.parse(event.data);
  } catch {
    return; // it is for somebody else
  }
  if (message.type !== "LOAD") return;
  report = message.payload.report;
  designer.load(message.payload);
});

tell("READY");
