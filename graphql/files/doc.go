// Package files hands out and takes in what the React UI fetches and sends beside GraphQL:
// photographs, the documents attached to claims, registers as XML or tables, reports, and
// claims on paper.
//
// It knows HTTP, the forms of the files and which right each of them needs. It must never
// know a rule: what an upload may do is decided in scheme.
package files
