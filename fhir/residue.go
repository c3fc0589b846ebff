package fhir

// Residue is what a sender wrote beyond what the columns hold: a patch that turns the
// resource rendered from the columns back into the one sent.
type Residue struct {
	Patch *Object
}
