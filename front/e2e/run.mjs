// Drives the UI in a real browser against the real server:
// node run.mjs [--line 1.4] [--only PATTERN] [--update]
//
// It runs the scenarios one after the other, step by step. A step fails when it cannot be
// done, and when the page meets anything no user should meet (watch.mjs). Steps named in
// pending.txt are not served yet and have to fail: one that passes fails the run until
// --update takes it off the list. A screenshot of the end of every step is kept in out/.
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { start } from "./server.mjs";
import { Ui } from "./ui.mjs";

const here = import.meta.dirname;
const { values: options } = parseArgs({ options: { line: { type: "string", default: "newest" }, only: { type: "string", default: "" }, update: { type: "boolean", default: false } } });
const front = path.join(here, "..", options.line === "newest" ? "dist" : `dist-${options.line}`);
const binary = path.join(here, "..", "..", "openimis");
const list = path.join(here, options.line === "newest" ? "pending.txt" : `pending-${options.line}.txt`);
const out = path.join(here, "out", options.line);

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];

async function first(files) {
  for (const file of files) if (await access(file).then(() => true, () => false)) return file;
  throw new Error("there is no Chromium. Install it with: sudo apt-get install chromium");
}

// Each scenario is a file of scenarios/ that gives one function; they follow each other as a
// day at the office does.
const scenarios = ["signon", "routes", "lists", "family", "registers", "administration", "password", "reports", "claim", "badday", "language", "signoff"];

const pendingLines = (await readFile(list, "utf8").catch(() => "")).split("\n");
const pending = new Set(pendingLines.filter((line) => line && !line.startsWith("#")));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const server = await start(binary, front);
const browser = await chromium.launch({ executablePath: await first(browsers), args: flags });
const begin = Date.now();
let ui;
try {
  const page = await browser.newPage({ viewport: { width: 1500, height: 950 }, locale: "en-GB" });
  page.setDefaultNavigationTimeout(60_000);
  ui = new Ui(page, server.url, { out, pending, only: options.only, line: options.line, mails: server.mails });
  for (const name of scenarios) {
    const { default: scenario } = await import(`./scenarios/${name}.mjs`);
    await scenario(ui);
    if (!ui.signedOn) break; // nothing else can be said
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = report(ui.steps, Date.now() - begin) ? 0 : 1;
await writeFile(path.join(out, "server.log"), server.log.join(""));
await writeFile(path.join(out, "steps.json"), JSON.stringify(ui.steps, null, 1));
if (options.update) {
  const passed = new Set(ui.steps.filter((step) => step.state === "unexpected").map((step) => step.name));
  await writeFile(list, pendingLines.filter((line) => !passed.has(line)).join("\n"));
}

// report tells what failed and why, and whether the run is good.
function report(steps, took) {
  const of = (state) => steps.filter((step) => step.state === state);
  const named = new Set(steps.map((step) => step.name));
  const unknown = options.only || !ui.signedOn ? [] : [...pending].filter((name) => !named.has(name));
  const file = path.basename(list);
  for (const step of of("unexpected")) console.log(`\n${options.update ? "NOTE  " : "FAILED"}  ${step.name}\n        passes now: ${options.update ? "taken" : "take it"} out of ${file}${options.update ? "" : " (--update does)"}`);
  for (const name of unknown) console.log(`\nFAILED  ${name}\n        is in ${file}, but no step is called so`);
  const wanting = new Map();
  for (const step of steps) {
    for (const { text } of step.faults) {
      for (const [what] of text.matchAll(/(Cannot query field "\w+" on type "\w+"|Unknown (type|argument) "\w+"[^.;]*)/g)) {
        wanting.set(what, (wanting.get(what) ?? 0) + 1);
      }
    }
  }
  if (wanting.size > 0) console.log("\nWhat the schema lacks, by the number of steps that ask for it:");
  for (const [what, count] of [...wanting].sort((a, b) => b[1] - a[1])) console.log(`  ${String(count).padStart(3)}  ${what}`);
  const bad = of("failed").length + unknown.length + (options.update ? 0 : of("unexpected").length);
  console.log(`\n${of("passed").length} passed, ${bad} failed, ${of("pending").length} pending in ${Math.round(took / 1000)} s; pictures in ${path.relative(process.cwd(), out)}`);
  return bad === 0;
}
