package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

var (
	extMunicipality = structure("address-municipality")
	extLocation     = structure("address-location-reference")
)

// address renders a place in the location tree and the words written beside it; nil when
// there is neither. A place above village level gives the levels it has.
func (v *View) address(location *int, words *string, use *r4.AddressUse) *r4.Address {
	var path []*persistence.Location
	if location != nil {
		path = v.Registers.LocationPath(*location)
	}
	line := filled(plain(words))
	if len(path) == 0 && line == nil {
		return nil
	}
	a := &r4.Address{Use: use, Type: pointer(r4.AddressTypePhysical)}
	if line != nil && v.Compatible {
		a.Text = line
	} else if line != nil {
		a.Line = []string{*line}
	}
	for _, node := range path {
		name := filled(plain(node.LocationName))
		switch node.LocationType {
		case levelRegion:
			a.State = name
		case levelDistrict:
			a.District = name
		case levelWard:
			if name != nil {
				a.Extension = append(a.Extension, r4.Extension{Url: extMunicipality, ValueString: name})
			}
		case levelVillage:
			a.City = name
		}
	}
	if len(path) > 0 {
		place := path[len(path)-1]
		ref := refer("Location", string(place.LocationUUID), plain(place.LocationCode), "")
		a.Extension = append(a.Extension, r4.Extension{Url: extLocation, ValueReference: ref})
	}
	return a
}

// Place is what an address of a request says of the openIMIS columns.
type Place struct {
	Path  string        // the address element
	Use   r4.AddressUse // home or temp; other uses count as none
	None  bool          // no use was given, or one openIMIS does not know
	Where *r4.Reference // the location, nil when none was named
	Words *string       // line, or else text
}

// At names the element that refers to the location.
func (p *Place) At() string { return p.Path + ".extension.value" }

// placeOf reads an address. Errors: core.Unprocessable when the words are longer than the
// column.
func placeOf(a *r4.Address, path string, longest int) (*Place, error) {
	p := &Place{Path: path, None: true}
	if a.Use != nil && (*a.Use == r4.AddressUseHome || *a.Use == r4.AddressUseTemp) {
		p.Use, p.None = *a.Use, false
	}
	if ext, _ := extensionAt(a.Extension, extLocation); ext != nil {
		p.Where = ext.ValueReference
	}
	words, element := strings.Join(a.Line, ", "), ".line"
	if words == "" {
		words, element = plain(a.Text), ".text"
	}
	p.Words = filled(words)
	return p, fits(path+element, p.Words, longest)
}

// fits checks the length of a text against its column. Errors: core.Unprocessable.
func fits(path string, text *string, longest int) error {
	if text == nil {
		return nil
	}
	if n := len([]rune(*text)); n > longest {
		return core.ErrorAt(core.Unprocessable, path, "%d characters are more than the %d openIMIS can hold", n, longest)
	}
	return nil
}
