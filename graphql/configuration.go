package graphql

import (
	"encoding/json"
	"strings"

	"github.com/openimis/openimis-go/persistence"
)

// moduleConfiguration is what the UI lays over the defaults of its modules, which have one
// for every setting.
var moduleConfiguration = Object{Name: "ModuleConfigurationGQLType", Fields: []Field{
	Is("id: UUID!", func(r *persistence.ModuleConfiguration) any { return uuidOf(r.ID) }),
	Is("module: String!", func(r *persistence.ModuleConfiguration) any { return r.Module }),
	Is("layer: ModuleConfigurationLayer!", func(r *persistence.ModuleConfiguration) any { return strings.ToUpper(r.Layer) }),
	Is("version: String!", func(r *persistence.ModuleConfiguration) any { return r.Version }),
	Is("config: String!", func(r *persistence.ModuleConfiguration) any { return r.Config }),
	Is("isExposed: Boolean!", func(r *persistence.ModuleConfiguration) any { return r.IsExposed }),
	Is("isDisabledUntil: DateTime", func(r *persistence.ModuleConfiguration) any { return r.IsDisabledUntil }),
	{SDL: "controls: [FieldControlGQLType!]!", Resolve: func(c *Call) (any, error) {
		row := c.Source.(*persistence.ModuleConfiguration)
		list := make([]any, len(row.Controls))
		for i := range row.Controls {
			list[i] = &row.Controls[i]
		}
		return list, nil
	}},
}}

var fieldControl = Object{Name: "FieldControlGQLType", Fields: []Field{
	Is("id: UUID!", func(r *persistence.FieldControl) any { return uuidOf(r.ID) }),
	Is("field: String!", func(r *persistence.FieldControl) any { return r.Field }),
	Is("usage: Int", func(r *persistence.FieldControl) any { return r.Usage }),
}}

// uuidOf gives a key that some databases keep without its dashes as a UUID.
func uuidOf(id string) any {
	if parsed, ok := persistence.ParseUUID(strings.TrimSpace(id)); ok {
		return parsed
	}
	return id
}

// exposedConfigurations are those anybody may read, one for each module and layer. One
// that is no JSON object is left out: the UI would not start.
func exposedConfigurations(c *Call) (any, error) {
	x := c.Store.Read(c.Context)
	all, err := persistence.ModuleConfigurations(x)
	list := []any{}
	for i := range all {
		row := &all[i]
		if !row.IsExposed || persistence.InForce(x, all, row.Module, row.Layer) != row {
			continue
		}
		var settings map[string]json.RawMessage
		if err := json.Unmarshal([]byte(row.Config), &settings); err != nil || settings == nil {
			c.Log.Warn("the configuration of a module is no JSON object and does not count", "module", row.Module, "layer", row.Layer)
			continue
		}
		list = append(list, row)
	}
	return list, err
}

// obligatoryFields makes the query for which fields of a form a site asks for or hides, as
// it set with the name in the configuration of module core.
func obligatoryFields(sdl, name string) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		x := c.Store.Read(c.Context)
		all, err := persistence.ModuleConfigurations(x)
		if err != nil {
			return nil, err
		}
		fields := map[string]any{}
		if row := persistence.InForce(x, all, "core", persistence.LayerBack); row != nil {
			var settings map[string]json.RawMessage
			if json.Unmarshal([]byte(row.Config), &settings) != nil || json.Unmarshal(settings[name], &fields) != nil || fields == nil {
				fields = map[string]any{}
			}
		}
		return fields, nil
	}}
}

// customFilters answers for modules whose rows have fields of a site's own. None of those
// is served, so that nothing can be filtered by.
var customFilters = Field{SDL: "customFilters(moduleName: String!, objectTypeName: String!): CustomFilterGQLType", Resolve: func(*Call) (any, error) {
	return map[string]any{}, nil
}}

var customFilterTypes = []Object{
	{Name: "CustomFilterGQLType", Fields: []Field{
		In("objectClassName: String"), In("code: String"), In("type: String"),
		{SDL: "possibleFilters: [CustomFilterOptionGQLType]", Resolve: func(*Call) (any, error) { return []any{}, nil }},
	}},
	{Name: "CustomFilterOptionGQLType", Fields: []Field{In("field: String"), In("filter: [String]"), In("type: String")}},
}
