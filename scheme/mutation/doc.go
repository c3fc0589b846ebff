// Command mutation asks how much the tests of scheme would notice: it turns one
// comparison of the rules at a time into its neighbour, == into !=, < into <=, && into ||,
// and counts how many of these mutants make a test fail.
//
//	make mutation                             all files of scheme
//	make mutation FILES="claim_price.go"      some of them
//	make mutation FILES="-sample 500"         about 500 mutants, of each file in proportion
//
// The tree is not touched and the tests are built once: an overlay of the sources has
// every comparison as a choice that an environment variable makes, so a mutant is a run
// of the same binary. A first run of each test notes the comparisons it reaches; a mutant
// is then tried with these tests only, quick ones first, until one fails. One that does
// not end is caught too. Databases are SQLite. Recorded results that are not part of this
// repository are left out unless -skip says otherwise, so that everybody gets the same
// figures.
//
// equivalent.txt lists the mutants no test can tell from the original, each with its
// reason. They are counted apart. One of them that a test does catch is a fault of the
// list and reported.
//
// It knows the Go of this module and how to run its tests; it must never know a rule.
package main
