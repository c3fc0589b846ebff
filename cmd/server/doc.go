// Package server puts the doors of one process behind one address: it mounts their
// routes, signs callers on, applies the limits, and stops without dropping what it
// accepted.
//
// It knows HTTP and which door needs whom. It must never know a resource, a table or a
// rule of the scheme.
package server
