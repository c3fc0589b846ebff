package graphql

import (
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/openimis/openimis-go/persistence"
)

// A generic key is the kind of a row and its key as a text: the number of a legacy row, or
// a UUID.

// kindNames are the kinds as the Django application names them to people, where that is
// not the name of the model; the UI knows them by these names.
var kindNames = map[string]string{persistence.KindPolicyHolder: "policy holder", persistence.KindFacility: "health facility", persistence.KindBatchRun: "batch run"}

// kindBy gives the kind with a key, "" for none. There are so few that each is fetched when
// it is first met.
func kindBy(c *Call, key *int) (string, error) {
	id := plain(key)
	want[persistence.ContentType](c, "id", id)
	found, err := rowsBy[persistence.ContentType](c, "id", id)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].Model, nil
}

// kindOf makes a field that is the kind of row a generic key points to.
func kindOf[R any](sdl string, key func(r *R) *int) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		kind, err := kindBy(c, key(c.Source.(*R)))
		if err != nil || kind == "" {
			return nil, err
		}
		if name := kindNames[kind]; name != "" {
			return name, nil
		}
		return kind, nil
	}}
}

// partyOf makes a field that is what a generic key points to, as its picker in the UI shows
// it: a JSON document within a JSON text. It is null for kinds that have no picker.
func partyOf[R any](sdl string, key func(r *R) (kind *int, id *string)) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		kindKey, id := key(c.Source.(*R))
		kind, err := kindBy(c, kindKey)
		party, known := parties[kind]
		if err != nil || !known || id == nil {
			return nil, err
		}
		var value any
		if number, err := strconv.Atoi(*id); err == nil {
			value = number
		} else if uuid, ok := persistence.ParseUUID(*id); ok {
			value = uuid
		}
		return Later(func() (any, error) {
			shown, err := party.show(c, value)
			if err != nil || shown == nil {
				return nil, err
			}
			inner, err := json.Marshal(shown)
			if err != nil {
				return nil, err
			}
			outer, err := json.Marshal(string(inner))
			return string(outer), err
		}, func() { party.want(c, value) }), nil
	}}
}

// party is a kind of row that a generic key points to.
type party struct {
	want func(c *Call, key any)
	show func(c *Call, key any) (map[string]any, error)
}

// partyRow makes a party of the rows of a table with a number and a UUID for keys, either of
// which it may lack. also says what is fetched with each row; nil for nothing.
func partyRow[R any](number, uuid string, also func(c *Call, r *R), show func(c *Call, r *R) (map[string]any, error)) party {
	column := func(key any) string {
		switch key.(type) {
		case int:
			return number
		case persistence.UUID:
			return uuid
		}
		return ""
	}
	return party{
		want: func(c *Call, key any) {
			if at := column(key); at != "" {
				want[R](c, at, key)
			}
		},
		show: func(c *Call, key any) (map[string]any, error) {
			at := column(key)
			if at == "" {
				return nil, nil
			}
			rows, err := rowsBy[R](c, at, key)
			if err != nil || len(rows) == 0 {
				return nil, err
			}
			if also != nil {
				for _, found := range c.loader(reflect.TypeFor[R](), at).found {
					for _, row := range found {
						also(c, row.(*R))
					}
				}
			}
			return show(c, rows[0])
		},
	}
}

var parties = map[string]party{
	persistence.KindInsuree: partyRow("InsureeID", "InsureeUUID", nil, func(_ *Call, r *persistence.Insuree) (map[string]any, error) { return shownPerson(r), nil }),
	persistence.KindFamily: partyRow("FamilyID", "FamilyUUID",
		func(c *Call, r *persistence.Family) { want[persistence.Insuree](c, "InsureeID", r.InsureeID) },
		func(c *Call, r *persistence.Family) (map[string]any, error) {
			out := map[string]any{"id": r.FamilyID, "uuid": r.FamilyUUID}
			heads, err := rowsBy[persistence.Insuree](c, "InsureeID", r.InsureeID)
			if len(heads) > 0 {
				out["headInsuree"] = shownPerson(heads[0])
			}
			return out, err
		}),
	persistence.KindFacility: partyRow("HfID", "HfUUID", nil, func(c *Call, r *persistence.HealthFacility) (map[string]any, error) {
		place, err := shownPlace(c, &r.LocationID, 1)
		return map[string]any{"id": r.HFID, "uuid": r.HFUUID, "code": r.HFCode, "name": r.HFName, "level": r.HFLevel, "location": place}, err
	}),
	persistence.KindPolicyHolder: partyRow("", "UUID", nil, func(_ *Call, r *persistence.PolicyHolder) (map[string]any, error) {
		return map[string]any{"id": r.UUID, "code": r.Code, "tradeName": r.TradeName}, nil
	}),
	persistence.KindBatchRun: partyRow("RunID", "", nil, func(c *Call, r *persistence.BatchRun) (map[string]any, error) {
		place, err := shownPlace(c, r.LocationID, 0)
		return map[string]any{"id": r.RunID, "runDate": written(r.RunDate), "runYear": r.RunYear, "runMonth": r.RunMonth, "location": place}, err
	}),
}

func shownPerson(r *persistence.Insuree) map[string]any {
	return map[string]any{"id": r.InsureeID, "uuid": r.InsureeUUID, "chfId": r.CHFID, "lastName": r.LastName, "otherNames": r.OtherNames, "dob": written(r.DOB)}
}

// shownPlace gives a location with so many of those it lies in, nil for none.
func shownPlace(c *Call, key *int, above int) (map[string]any, error) {
	registers, err := c.Registers()
	if err != nil || key == nil {
		return nil, err
	}
	place := registers.Locations.ByID(*key)
	if place == nil {
		return nil, nil
	}
	out := map[string]any{"id": place.LocationID, "uuid": place.LocationUUID, "code": plain(place.LocationCode), "name": plain(place.LocationName)}
	if above > 0 {
		out["parent"], err = shownPlace(c, place.ParentLocationID, above-1)
	}
	return out, err
}
