// A name some modules read without importing it.
export { default as _ } from "lodash";
