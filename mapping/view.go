package mapping

import (
	"time"

	"github.com/openimis/openimis-go/persistence"
)

// View is what a converter knows beside the row: the registers, the settings that show in
// resources, and which base is being served.
type View struct {
	Registers  *persistence.Registers
	Today      persistence.Date
	Currency   string // ISO 4217 code, or on the compatible base the configured sign
	Compatible bool   // the base with today's clients' habits
	PhotoURL   string // URL prefix photographs are served under; "" for none
	Insurer    Insurer

	Instant func(persistence.DateTime) time.Time // the instant a moment of the rows is
}
