// Package search holds the search grammar of FHIR R4: parameters, their typed values and
// the query a request asks. It reads the parameters of a URL or form and knows neither
// HTTP nor a database; what a predicate means on a column is decided far above.
//
// Specification: https://hl7.org/fhir/R4/search.html. The rules followed:
//
//   - A parameter given twice has to hold twice (AND); commas separate alternatives (OR).
//     \, \| \$ and \\ stand for the characters themselves.
//   - Nothing is ignored: an unknown parameter, modifier, prefix, chain or a value that
//     cannot be read is an error that names the parameter. With handling=lenient it
//     becomes a warning and the parameter is left out of the query.
//   - Token: code, system|code, |code (no system) and system| (any code), with :not, :in,
//     :not-in and :below; of identifiers also :of-type=system|code|value.
//   - String: starts-with by default, with :exact and :contains.
//   - Date: eq ne gt lt ge le sa eb ap; a date of less precision covers its whole span.
//     A time without zone is in the zone of the server; a date without time is a day.
//   - Number and quantity: the same prefixes, and the range the written digits imply:
//     100 is 99.5 up to 100.5, 1.00 is 0.995 up to 1.005, 1e2 is 95 up to 105.
//   - Quantity: number, number|system|code, number||code.
//   - Reference: id, Type/id, absolute URL, and patient:Patient=id. An absolute URL under
//     a base of this server is the same as Type/id.
//   - URI: the whole value, character by character.
//   - Every type takes :missing=true|false.
//   - _id, _lastUpdated, _count (0 asks the total alone), _sort, _summary, _elements,
//     _total, _include, _revinclude. _format and _pretty are left to the caller.
//   - Chains, :identifier and _has through four references; _filter.
//
// Not supported, hence refused: _query, _text, _content, composite parameters, and the
// modifiers :text and :above.
package search
