package persistence

// Registers is a snapshot of the registers that fit in memory.
type Registers struct {
	Locations Register[Location]
	Items     Register[Item]
	Services  Register[Service]
	Diagnoses Register[Diagnosis]

	Genders             map[string]string // code → label
	Relations           map[int]string    // key → label
	Professions         map[int]string
	Educations          map[int]string
	IdentificationTypes map[string]string
	FamilyTypes         map[string]string
	ConfirmationTypes   map[string]string
	LegalForms          map[string]string
}

// Register is one register by key, UUID and code. By key it also knows deleted rows,
// since old claims point to them; by UUID and code only live ones.
type Register[R any] struct {
	byID   map[int]*R
	byUUID map[UUID]*R
	byCode map[string]*R
	all    []*R
}

// ByID gives the row with the key, nil when there is none.
func (r *Register[R]) ByID(id int) *R { return r.byID[id] }

// ByUUID gives the live row with the UUID, nil when there is none.
func (r *Register[R]) ByUUID(id UUID) *R { return r.byUUID[id] }

// ByCode gives the live row with the business code, nil when there is none.
func (r *Register[R]) ByCode(code string) *R { return r.byCode[code] }

// All gives the live rows, ordered by code.
func (r *Register[R]) All() []*R { return r.all }

// LocationPath gives the locations from the region down to the one with the key; empty
// for an unknown key.
func (r *Registers) LocationPath(id int) []*Location {
	var path []*Location
	for range 8 { // deeper than the tree can be; a cycle in the data ends here
		node := r.Locations.ByID(id)
		if node == nil {
			break
		}
		path = append([]*Location{node}, path...)
		if node.ParentLocationID == nil {
			break
		}
		id = *node.ParentLocationID
	}
	return path
}
