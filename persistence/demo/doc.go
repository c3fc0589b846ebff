// Package demo fills an empty database with an invented insurance scheme: places,
// facilities, price lists, products, families, policies, claims, invoices and payments in
// every state they can be in, and a user for each role.
//
// The same seed, size and day give the same rows on every database, keys and UUIDs
// included. Every name of a person or a place is invented. It knows the legacy tables and
// as much of the rules of insurance as makes its rows agree with each other; it must never
// become a second place where claims are decided: that is the scheme's work.
package demo
