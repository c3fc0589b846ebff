// Package scheme holds what an insurance scheme may do: enrol, renew, check eligibility,
// submit, check, price, adjudicate, review, pay.
//
// A rule is a pure function on rows already loaded. A use case opens one transaction,
// loads, calls rules, writes rows with their history and publishes one event. It knows
// tables and rules; it must never know FHIR, GraphQL or HTTP.
package scheme
