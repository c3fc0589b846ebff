package mapping

// Insurer is the organisation that runs the scheme, as configured: it has no table.
type Insurer struct {
	ID           string // resource id
	Code         string
	Name         string
	Email        string
	Phone        string
	Fax          string
	Contact      string // name of the person to ask
	Line         string
	City         string
	District     string
	State        string
	Municipality string
}
