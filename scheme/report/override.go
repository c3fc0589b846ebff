package report

import (
	"encoding/json"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// RightLayout is needed to lay reports out.
const RightLayout = 131225

// Override stores the layout a report is printed by, in the place of the one before, which
// stays in history; an empty object takes the default back. It is one event. Errors:
// core.NotFound at name; those of layout.Read and Fits, with the place in the layout;
// core.Conflict when somebody else stored one meanwhile.
func Override(x *persistence.Session, name, definition string) error {
	r := Named(name)
	if r == nil {
		return core.ErrorAt(core.NotFound, "name", "there is no report %.100q", name)
	}
	stored, err := persistence.ReportDefinitions(x, name)
	if err != nil {
		return err
	}
	if definition = strings.TrimSpace(definition); isEmpty(definition) {
		if len(stored) == 0 {
			return nil
		}
		if err := persistence.Delete(x, &stored[0]); err != nil {
			return err
		}
		return told(x, "report.reset", name)
	}
	d, err := layout.Read(definition)
	if err != nil {
		return err
	}
	if err := d.Fits(r.Fields()); err != nil {
		return err
	}
	if len(stored) == 0 {
		err = persistence.Insert(x, &persistence.ReportDefinition{Name: name, Definition: definition})
	} else {
		stored[0].Definition = definition
		err = persistence.Update(x, &stored[0])
	}
	if err != nil {
		return err
	}
	return told(x, "report.overridden", name)
}

// isEmpty tells whether a definition is an object with nothing in it.
func isEmpty(definition string) bool {
	var content map[string]json.RawMessage
	return definition == "" || json.Unmarshal([]byte(definition), &content) == nil && content != nil && len(content) == 0
}

func told(x *persistence.Session, event, name string) error {
	payload, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return core.Wrap(core.Internal, err, "cannot write the event")
	}
	return x.Publish(core.Event{Name: event, Key: "Report/" + name, UserID: x.Principal().UserID, Payload: payload})
}

// Layout gives the layout the report is printed by where it was overridden, nil otherwise. One
// that another program stored and that this one cannot draw, or that shows what the report
// has not got, does not count: the report is printed as it is by default.
func (r *Report) Layout(x *persistence.Session) (*layout.Definition, error) {
	stored, err := persistence.ReportDefinitions(x, r.Name)
	if err != nil || len(stored) == 0 || isEmpty(stored[0].Definition) {
		return nil, err
	}
	d, err := layout.Read(stored[0].Definition)
	if err == nil {
		err = d.Fits(r.Fields())
	}
	if err != nil {
		return nil, nil
	}
	return d, nil
}
