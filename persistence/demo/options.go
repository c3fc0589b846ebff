package demo

import (
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Sizes by name: insured persons.
const (
	Small  = 200
	Medium = 5000
	Most   = 1_000_000
)

// Options say what to make.
type Options struct {
	Size     int              // insured persons; 0 for Small. Everything else scales along
	Seed     uint64           // other seeds give other people; 0 is a seed like any other
	Today    persistence.Date // the day the data is made for; policies run around it. Zero for the day of the store's clock
	Progress func(doing string, done, total int64)
}

// ParseSize reads small, medium or a number of insured persons up to a million.
func ParseSize(text string) (int, error) {
	switch strings.ToLower(text) {
	case "", "small":
		return Small, nil
	case "medium":
		return Medium, nil
	}
	n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	if err != nil || n < 1 || n > Most {
		return 0, core.ErrorAt(core.Invalid, "demo-size", "%q is neither small, medium nor a number of insured persons from 1 to %d", text, Most)
	}
	return n, nil
}

// Report says what was made.
type Report struct {
	Insurees int
	Families int
	Claims   int
	Rows     int64 // in all tables
}
