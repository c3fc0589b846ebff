package layout

import (
	"fmt"
	"slices"
	"strings"
)

// Field is a value a report has: its name, its type, and the fields of a list.
type Field struct {
	Name, Type, Pattern string
	Fields              []Field
}

// Fits checks that a layout shows only what a report has. Errors: core.Invalid with the place
// of the parameter.
func (d *Definition) Fits(fields []Field) error { return fits("parameters", d.Parameters, fields) }

func fits(path string, parameters []*Parameter, fields []Field) error {
	for i, p := range parameters {
		path := fmt.Sprintf("%s[%d]", path, i)
		if p.formula != nil || slices.Contains([]string{PageNumber, PageCount, rowNumber}, p.Name) {
			continue
		}
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Name == p.Name })
		if at < 0 {
			var names []string
			for _, f := range fields {
				names = append(names, f.Name)
			}
			return refuse(path+".name", "the report has no %q; it has %s", p.Name, strings.Join(names, ", "))
		}
		if p.Type != fields[at].Type {
			return refuse(path+".type", "%s is of type %s", p.Name, fields[at].Type)
		}
		if err := fits(path+".children", p.Children, fields[at].Fields); err != nil {
			return err
		}
	}
	return nil
}
