package demo

// Invented names without a country: syllables that mean nothing put together.
var (
	familyNames = []string{
		"Adoran", "Belisa", "Cormano", "Dalveri", "Estoma", "Fenaru", "Galindor", "Hesteva", "Ibaren", "Jolandi",
		"Karuveni", "Lomasi", "Marteno", "Nevolai", "Oristan", "Paluma", "Quendori", "Rasmeni", "Selvano", "Tormali",
		"Ulveno", "Varantes", "Wesiloma", "Xandoro", "Yelvani", "Zamorei", "Alteran", "Brenavi", "Cadoveri", "Demasu",
		"Elvoran", "Fasimeno", "Gorvani", "Hamodeli", "Irasumo", "Jerevan-Lo", "Keldari", "Lisoveno", "Modaveri", "Nasturel",
	}
	maleNames = []string{
		"Aron", "Belo", "Cadmar", "Dorin", "Elio", "Faro", "Gamil", "Horen", "Ivano", "Jasko",
		"Kelem", "Loris", "Mando", "Nerio", "Orlin", "Pavo", "Ramil", "Sandor", "Tomar", "Velin",
	}
	femaleNames = []string{
		"Alira", "Belna", "Carima", "Doreta", "Elvana", "Farisa", "Galia", "Helmira", "Irena-Lo", "Jolisa",
		"Karena", "Lumia", "Marisol-Te", "Nerisa", "Odala", "Pelina", "Rosira", "Selima", "Tavira", "Velna",
	}
	regionNames   = []string{"Northmark", "Southvale"}
	districtNames = []string{"Amberfield", "Birchwater", "Cedarholm", "Dunmere", "Elmgate"}
	placeFirst    = []string{"Ash", "Bram", "Clay", "Dove", "Ever", "Fern", "Glen", "Haw", "Iron", "Jun", "Kings", "Lark", "Moss", "Nor", "Oak", "Pine", "Quarry", "Rush", "Stone", "Thorn"}
	placeLast     = []string{"bridge", "brook", "dale", "field", "ford", "grove", "hill", "mead", "mill", "pool", "ridge", "side", "stead", "ton", "well", "wick", "wood"}
	streetNames   = []string{"Market Street", "Mill Lane", "Old Road", "River Walk", "School Street", "Station Road", "Temple Row", "Well Lane"}
)

// placeName makes the n-th name of a small place; names repeat after 340 and then carry a
// number.
func placeName(n int) string {
	count := len(placeFirst) * len(placeLast)
	// Steps that share no factor with the counts walk through all pairs before one repeats.
	name := placeFirst[n%len(placeFirst)] + placeLast[(n*7+n/len(placeFirst))%len(placeLast)]
	if round := n / count; round > 0 {
		return name + " " + romanNumerals[(round-1)%len(romanNumerals)]
	}
	return name
}

var romanNumerals = []string{"II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
