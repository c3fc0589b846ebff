package cmd_test

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A district is entered with a ward and a village, moved and deleted; a facility is opened
// in it, changed and closed.
func TestLocationForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		place := func(code string) any {
			t.Helper()
			return at(asked(t, s, admin, `query ($code: String) { locationsStr(str: $code) { edges { node { id uuid code name type families malePopulation parent { code } } } } }`,
				map[string]any{"code": code}), "locationsStr", "edges", "node")
		}
		free := func(code string) any {
			return at(asked(t, s, admin, `query ($code: String!) { isValid: validateLocationCode(locationCode: $code) }`, map[string]any{"code": code}), "isValid")
		}
		if free("ZZR1") != true {
			t.Error("the code should be free at first")
		}
		for _, code := range []string{"ZZR1", "ZZR2"} {
			done("createLocation", map[string]any{"code": code, "name": "Region " + code, "type": "R"})
		}
		if free("ZZR1") != false {
			t.Error("the code should be taken then")
		}
		refused(admin, "createLocation", map[string]any{"code": "ZZR1", "name": "Again", "type": "R"}, "code")
		refused(admin, "createLocation", map[string]any{"code": "ZZD9", "name": "Nowhere", "type": "D"}, "parentUuid")
		refused(admin, "createLocation", map[string]any{"code": "ZZD9", "name": "Nowhere", "type": "D", "parentUuid": "0a1b2c3d-0000-4000-a000-000000000002"}, "parentUuid")
		refused("doctor:doctor123", "createLocation", map[string]any{"code": "ZZR9", "name": "Mine", "type": "R"}, "right")
		district := map[string]any{"code": "ZZD1", "name": "Hills", "type": "D", "parentUuid": at(place("ZZR1"), "uuid"), "families": 5, "malePopulation": 10}
		done("createLocation", district)
		node := place("ZZD1")
		if at(node, "families") != 5.0 || at(node, "malePopulation") != 10.0 || at(node, "parent", "code") != "ZZR1" {
			t.Errorf("entered: %v", node)
		}
		done("updateLocation", map[string]any{"uuid": at(node, "uuid"), "code": "ZZD1", "name": "High hills", "type": "D", "families": 6})
		if node = place("ZZD1"); at(node, "name") != "High hills" || at(node, "families") != 6.0 || at(node, "malePopulation") != nil || at(node, "parent", "code") != "ZZR1" {
			t.Errorf("changed: %v", node)
		}
		done("moveLocation", map[string]any{"uuid": at(node, "uuid"), "newParentUuid": at(place("ZZR2"), "uuid")})
		if at(place("ZZD1"), "parent", "code") != "ZZR2" {
			t.Errorf("moved: %v", place("ZZD1"))
		}
		refused(admin, "moveLocation", map[string]any{"uuid": at(node, "uuid")}, "newParentUuid")
		refused(admin, "moveLocation", map[string]any{"uuid": at(node, "uuid"), "newParentUuid": at(node, "uuid")}, "newParentUuid")
		done("createLocation", map[string]any{"code": "ZZW1", "name": "Ward", "type": "W", "parentUuid": at(node, "uuid")})
		done("createLocation", map[string]any{"code": "ZZV1", "name": "Village", "type": "V", "parentUuid": at(place("ZZW1"), "uuid")})

		facility := func() map[string]any {
			return map[string]any{
				"code": "ZZH1", "name": "Hill clinic", "legalFormId": "G", "level": "C", "subLevelId": "I", "locationId": number(t, at(node, "id")), "careType": "B", "phone": "123",
				"contractStartDate": "2024-01-01", "status": "AC", "catchments": []any{map[string]any{"locationId": number(t, at(place("ZZV1"), "id")), "catchment": 80}},
			}
		}
		const shown = `{ healthFacilities(code: "ZZH1") { edges { node { uuid name level phone status contractStartDate legalForm { code } subLevel { code } location { code } catchments { id catchment location { code } } } } } }`
		clinic := func() any {
			t.Helper()
			return at(asked(t, s, admin, shown, nil), "healthFacilities", "edges", "node")
		}
		done("createHealthFacility", facility())
		got := clinic()
		if at(got, "legalForm", "code") != "G" || at(got, "subLevel", "code") != "I" || at(got, "location", "code") != "ZZD1" || at(got, "contractStartDate") != "2024-01-01" ||
			at(got, "catchments", "catchment") != 80.0 || at(got, "catchments", "location", "code") != "ZZV1" {
			t.Errorf("opened: %v", got)
		}
		if at(asked(t, s, admin, `{ validateHealthFacilityCode(healthFacilityCode: "ZZH1") }`, nil), "validateHealthFacilityCode") != false {
			t.Error("the code should be taken")
		}
		refused(admin, "createHealthFacility", facility(), "code")
		wrong := facility()
		wrong["code"], wrong["catchments"] = "ZZH2", []any{map[string]any{"locationId": number(t, at(place("ZZV1"), "id")), "catchment": 101}}
		refused(admin, "createHealthFacility", wrong, "catchments[0].catchment")
		changed := facility()
		delete(changed, "phone")
		changed["uuid"], changed["name"], changed["catchments"] = at(got, "uuid"), "Hill hospital", []any{}
		refused("doctor:doctor123", "updateHealthFacility", changed, "right")
		done("updateHealthFacility", changed)
		if got = clinic(); at(got, "name") != "Hill hospital" || at(got, "phone") != nil || at(got, "catchments", "id") != nil {
			t.Errorf("changed: %v", got)
		}
		refused(admin, "deleteLocation", map[string]any{"uuid": at(node, "uuid"), "code": "ZZD1"}, "locations below it")
		done("deleteHealthFacility", map[string]any{"uuid": at(got, "uuid"), "code": "ZZH1"})
		if clinic() != nil {
			t.Errorf("closed: %v", clinic())
		}
		done("createLocation", map[string]any{"code": "ZZD2", "name": "Valley", "type": "D", "parentUuid": at(place("ZZR2"), "uuid")})
		done("deleteLocation", map[string]any{"uuid": at(node, "uuid"), "code": "ZZD1", "newParentUuid": at(place("ZZD2"), "uuid")})
		if at(place("ZZW1"), "parent", "code") != "ZZD2" || free("ZZD1") != true {
			t.Errorf("inherited: %v", place("ZZW1"))
		}
	})
}
