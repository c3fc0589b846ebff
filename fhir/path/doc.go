// Package path evaluates FHIRPath on resources and elements held as trees.
//
// It follows http://hl7.org/fhirpath/N1/ with the rules and functions of
// https://hl7.org/fhir/R4/fhirpath.html. What next versions add and newer profiles use is
// there too: sort, coalesce, split, join, trim, matchesFull, encode, escape, boundaries.
//
// Compile reads an expression once; the Expression may be evaluated many times and by many
// at once. CompileFor also refuses names that can never exist on a type. Evaluate gives a
// Collection of Items. An Item knows its Value, its Type from the table of definitions, and
// the place in the tree it was found at, so that a patch can change it. An Env holds what
// an expression may ask of its surroundings: the clock, the resource around an element,
// variables, the resolver of references, terminology and profiles.
//
//	e, err := path.Compile("name.where(use = 'official').given")
//	values, err := e.Evaluate(nil, patient)
//
// Where we go beyond the letter:
//
//   - A choice is also found by its name in JSON (valueQuantity), as test scripts have it;
//     CompileFor refuses it.
//   - A date of a resource compared with text is compared as text: birthDate = '1974-12-25'.
//   - as and ofType want the very type of a primitive, so that ofType(string) does not take
//     a valueCode; is takes what is derived from it as well.
//   - Arithmetic with decimals is exact; a quotient has sixteen digits after the point. exp,
//     ln, log, sqrt and power with a broken exponent are those of a double.
//   - Units are converted by the table in unit.go; quantities in others can be compared with
//     their like only.
//   - Regular expressions are Go's, which cannot hang and have no look-around.
//
// The length and depth of an expression and the work of an evaluation are bounded. Errors
// are core.Invalid. The package knows the standard only: no HTTP, no database.
package path
