// Puts the React modules of one line together: node build.mjs [newest|1.4]
//
// The packages of the line are in lines/LINE/node_modules; what comes out is in dist, or
// dist-LINE for another line than the newest: index.html, and what it loads under names that
// change with their contents. Everything large lies there compressed as well.
import { build } from "esbuild";
import { readFile, readdir, rm, mkdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";

const here = import.meta.dirname;
const line = process.argv[2] ?? "newest";
const packages = path.join(here, "lines", line);
const out = path.join(here, line === "newest" ? "dist" : `dist-${line}`);
const base = "/front"; // fe-core looks for the current menu entry under this name

const { dependencies } = JSON.parse(await readFile(path.join(packages, "package.json")));
const names = Object.keys(dependencies).filter((name) => name.startsWith("@openimis/fe-")).map((name) => name.slice("@openimis/".length));
names.sort((a, b) => (b === "fe-core") - (a === "fe-core")); // what others replace comes first

// The function a package exports: fe-claim_batch has ClaimBatchModule.
function maker(name) {
  const irregular = { "fe-medical_pricelist": "MedicalPriceListModule", "fe-policyholder": "PolicyHolderModule" };
  const words = name.slice("fe-".length).split("_").map((word) => word[0].toUpperCase() + word.slice(1));
  return irregular[name] ?? `${words.join("")}Module`;
}

// The import "openimis:modules" of the host: every package of the line.
const modules = {
  name: "modules",
  setup(builder) {
    builder.onResolve({ filter: /^openimis:modules$/ }, ({ path }) => ({ path, namespace: "openimis" }));
    builder.onLoad({ filter: /.*/, namespace: "openimis" }, () => ({
      resolveDir: packages,
      contents: [
        ...names.map((name) => `import { ${maker(name)} } from "@openimis/${name}";`),
        `export const modules = { ${names.map((name) => `"${name}": ${maker(name)}`).join(", ")} };`,
        `export const versions = ${JSON.stringify(names.map((name) => `${name} ${dependencies[`@openimis/${name}`]}`))};`,
        `export const line = ${JSON.stringify(line)};`,
      ].join("\n"),
    }));
  },
};

// Some packages find the global object by compiling a text, which the page's security policy
// refuses, as it should.
const global = {
  name: "global",
  setup(builder) {
    builder.onLoad({ filter: /node_modules.*\.m?js$/ }, async ({ path }) => ({
      loader: "jsx",
      contents: (await readFile(path, "utf8")).replaceAll(/Function\((["'])return this\1\)\(\)/g, "globalThis"),
    }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, "assets"), { recursive: true });
const { metafile } = await build({
  entryPoints: { openimis: path.join(here, "host/main.jsx") },
  outdir: path.join(out, "assets"),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: `${base}/assets`,
  nodePaths: [path.join(packages, "node_modules")],
  inject: [path.join(here, "host/free.js")],
  plugins: [modules, global],
  bundle: true,
  minify: true,
  platform: "browser",
  format: "iife",
  target: "es2022",
  mainFields: ["browser", "module", "main"],
  loader: { ".js": "jsx", ".svg": "file", ".png": "file", ".woff2": "file" },
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.PUBLIC_URL": JSON.stringify(base),
    "process.env.REACT_APP_API_URL": '"api"',
    "process.env": "{}",
    global: "window",
  },
  banner: { js: 'var module={id:"host"};' }, // fe-core reads what webpack leaves lying about
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
});

// The page in which reports are laid out, which the server shows in a frame of the UI.
const designer = await build({
  entryPoints: { designer: path.join(here, "designer/main.js") },
  outdir: path.join(out, "assets"),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: `${base}/assets`,
  bundle: true,
  minify: true,
  platform: "browser",
  format: "iife",
  target: "es2022",
  loader: Object.fromEntries([".gif", ".png", ".svg", ".ttf", ".woff", ".woff2"].map((ending) => [ending, "file"])),
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
});

const made = [metafile, designer.metafile].flatMap(({ outputs }) => Object.keys(outputs).map((file) => path.basename(file)));
const named = (start, end) => `${base}/assets/${made.find((file) => file.startsWith(start) && file.endsWith(end))}`;
const page = await readFile(path.join(here, "host/index.html"), "utf8");
await writeFile(path.join(out, "index.html"), page.replace("SCRIPT", named("openimis-", ".js")).replace("LOGO", named("logo-", ".svg")));
const drawing = await readFile(path.join(here, "designer/index.html"), "utf8");
await writeFile(path.join(out, "designer.html"), drawing.replace("SCRIPT", named("designer-", ".js")).replace("STYLE", named("designer-", ".css")));

for (const file of await readdir(path.join(out, "assets"))) {
  const whole = await readFile(path.join(out, "assets", file));
  const small = gzipSync(whole, { level: 9 });
  if (small.length < 0.9 * whole.length) await writeFile(path.join(out, "assets", `${file}.gz`), small);
  console.log(`${file.padEnd(32)} ${(whole.length / 1e6).toFixed(2)} MB, ${(small.length / 1e6).toFixed(2)} MB compressed`);
}
