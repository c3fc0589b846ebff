package scheme

// Category gives the category a claim counts under (rule 1): from the present register
// rows of its services, surgery before delivery before antenatal care; then a stay longer
// than a day is a hospitalisation; then consultation; anything else is a visit.
func Category(f *ClaimFile) string {
	has := map[string]bool{}
	for _, l := range f.Lines {
		if l.Kind != ServiceKind {
			continue
		}
		for _, r := range f.Registers[l.Ware] {
			if r.To == nil {
				has[r.Category] = true
			}
		}
	}
	switch {
	case has["S"]:
		return "S"
	case has["D"]:
		return "D"
	case has["A"]:
		return "A"
	case f.Stay():
		return "H"
	case has["C"]:
		return "C"
	}
	return "V"
}
