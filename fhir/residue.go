package fhir

// Residue is what a sender wrote beyond what the columns hold: a patch that turns the
// resource rendered from the columns back into the one sent.
type Residue struct {
	Patch *Object
}

// Apply joins the residue to what the columns render.
func (r *Residue) Apply(rendered *Object) *Object { return rendered }
