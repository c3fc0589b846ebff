// What fe-core and the other modules ask about each other. The names of the methods are the
// ones they call.
import { modules, versions, line } from "openimis:modules";
import { words } from "./languages.js";

// Controls of a field: the lowest bit of its usage hides it.
const HIDDEN = 1;

// Where a package cannot do with a setting of its own. fe-policy of the 1.4 line compares the
// number of a state with texts, and finds no policy active.
const settings = { "fe-policy": { activePolicyStatus: '["2", "A", 2]' } };

export default class Modules {
  #settings = new Map(); // module -> its settings
  #controls = new Map(); // module -> field -> usage
  #bricks;
  #contributions = new Map();

  // lines are those of the query moduleConfigurations.
  constructor(lines) {
    for (const { module, config, controls } of lines) {
      this.#settings.set(module, JSON.parse(config || "{}"));
      this.#controls.set(module, new Map((controls ?? []).map((c) => [c.field, c.usage])));
    }
    this.#bricks = [words, ...Object.entries(modules).map(([name, make]) => make(this.#settings.get(name) ?? {}))];
  }

  // What all modules contribute under a key, in the order of the modules.
  getContribs(key) {
    if (!this.#contributions.has(key)) this.#contributions.set(key, this.#bricks.flatMap((b) => b[key] ?? []));
    return this.#contributions.get(key);
  }

  // A setting of a module.
  getConf(module, key, fallback) {
    return this.#settings.get(module)?.[key] ?? settings[module]?.[key] ?? fallback;
  }

  // A component, route or number a module publishes. The last one wins, so that a module may
  // replace one of an earlier module.
  getRef(key) {
    return this.getContribs("refs").findLast((r) => r.key === key)?.ref;
  }

  // The fields of a published list, as a GraphQL selection.
  getProjection(key) {
    const fields = this.getRef(key);
    return Array.isArray(fields) ? `{${fields.join(", ")}}` : "";
  }

  getReport(name) {
    return this.getContribs("reports").find((r) => r.key === name);
  }

  hideField(module, field) {
    return Boolean(this.#controls.get(module)?.get(field) & HIDDEN);
  }

  // The entries of all menus, for a site that arranges menus by configuration.
  getMenuEntries() {
    const menus = new Set(this.#bricks.flatMap((b) => Object.keys(b).filter((key) => key.endsWith(".MainMenu"))));
    return [...menus].flatMap((key) => this.getContribs(key)).filter((entry) => entry.route);
  }

  getOpenIMISVersion() {
    return line;
  }

  getModulesVersions() {
    return versions;
  }
}
