// The languages of the UI: English, which every module brings, and what the packs
// (@openimis/fe-language_*) bring, each under the code users have for it.
import moment from "moment";
import "moment/locale/fr";
import english from "./messages.js";
import french from "./messages_fr.js";

// What the host says in each language; what a module says itself goes before it.
export const words = { translations: [{ key: "en", messages: english }, { key: "fr", messages: french }] };

// Says which texts a language has, as fe-core asks.
export class Languages {
  #codes;

  constructor(modules) {
    this.#codes = new Set(modules.getContribs("translations").map(({ key }) => key));
  }

  // The language of the texts for the language of a user or of a browser, such as fr-CM.
  getFileNameByLang(language) {
    const [code] = (language ?? "en").toLowerCase().split("-");
    return this.#codes.has(code) ? code : "en";
  }

  // The locale for dates and numbers; what is shown of dates from then on follows it.
  getLocale(language) {
    return moment.locale(this.getFileNameByLang(language));
  }
}

// All English texts, for what a language has no words for.
export function fallback(modules) {
  return Object.assign({}, ...modules.getContribs("translations").filter(({ key }) => key === "en").map(({ messages }) => messages));
}
