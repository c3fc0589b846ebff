package mapping

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Code systems of audit events.
const (
	systemAuditType       = "http://terminology.hl7.org/CodeSystem/audit-event-type"
	systemAuditAction     = "http://hl7.org/fhir/audit-event-action"
	systemAuditOutcome    = "http://hl7.org/fhir/audit-event-outcome"
	systemInteraction     = "http://hl7.org/fhir/restful-interaction"
	systemDICOM           = "http://dicom.nema.org/resources/ontology/DCM"
	systemAuditEntityRole = "http://terminology.hl7.org/CodeSystem/object-role"
	systemSourceType      = "http://terminology.hl7.org/CodeSystem/security-source-type"
)

// dicomLogin are the codes of a sign-on: the kind of event and what it was.
var dicomLogin = struct{ event, login string }{"110114", "110122"}

// AuditEventCatalogue is the catalogue of the audit trail.
var AuditEventCatalogue = &Catalogue{
	Resource: "AuditEvent", Table: "openimis_audit", UUID: "audit_uuid", Changed: "at",
	Attributes: []Attribute{
		{Name: "at", Column: "at", Element: "recorded", Search: "date", Kind: search.Date, Sortable: true,
			Documentation: "When it was done."},
		{Name: "interaction", Element: "subtype", Search: "subtype", Kind: search.Token, Match: auditInteraction,
			Documentation: "The interaction, such as read or search-type; 110122 for a sign-on."},
		{Name: "type", Element: "type", Search: "type", Kind: search.Token, Match: auditType,
			Documentation: "rest, or 110114 for a sign-on."},
		{Name: "action", Column: "action", Element: "action", Search: "action", Kind: search.Token, System: systemAuditAction,
			Documentation: "C, R, U, D, or E for searches and operations."},
		{Name: "outcome", Element: "outcome", Search: "outcome", Kind: search.Token, Match: auditOutcome,
			Documentation: "0 for what was done, 4 for what was refused, 8 for what failed."},
		{Name: "login", Column: "login", Element: "agent.name", Search: "agent-name", Kind: search.String,
			Documentation: "The name the user signed on with, or tried to."},
		{Name: "loginCode", Column: "login", Element: "agent.altId", Search: "altid", Kind: search.Token,
			Documentation: "The name the user signed on with, exactly."},
		{Name: "agent", Column: "login", Element: "agent.who", Search: "agent", Kind: search.Reference, Targets: []string{"Practitioner"}, Match: auditAgent,
			Documentation: "The user by the name he signed on with, in place of an id: users are no resources here."},
		{Name: "address", Column: "address", Element: "agent.network.address", Search: "address", Kind: search.String,
			Documentation: "The network address it came from."},
		{Name: "entity", Column: "entity", Element: "entity.what", Search: "entity", Kind: search.Reference, Targets: fhir.ResourceTypes(), Match: auditEntity,
			Documentation: "What it was done with, as Type/id."},
		{Name: "entityType", Column: "type", Element: "entity.type", Search: "entity-type", Kind: search.Token,
			Documentation: "The resource type it was done with."},
		{Name: "patient", Column: "patient", Element: "entity.what", Search: "patient", Kind: search.Reference, Targets: []string{"Patient"},
			Documentation: "The Patient it was done with. What was done with a claim of the person is not among it."},
		{Name: "query", Column: "query", Element: "entity.query"},
		{Name: "request", Column: "request", Element: "entity.detail"},
	},
}

// AuditDate compares the moment of a line, which is kept in milliseconds, with a date. Days
// without a zone are those of the site, given by instant.
func AuditDate(now func() time.Time, instant func(persistence.DateTime) time.Time) func(search.Modifier, search.Value) (clause.Expression, error) {
	column := persistence.Column("openimis_audit", "at")
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier {
			return nil, refused(modifier)
		}
		low, high := v.Low, v.High
		if v.DateOnly {
			low, high = instant(persistence.At(low)), instant(persistence.At(high))
		}
		if v.Prefix == search.Ap {
			slack := now().Sub(low).Abs() / 10
			low, high = low.Add(-slack), high.Add(slack)
		}
		at := func(op persistence.Comparison, t time.Time) clause.Expression {
			return persistence.Compare(column, op, t.UnixMilli())
		}
		switch v.Prefix {
		case search.Ne:
			return anyOf{at("<", low), at(">=", high)}, nil
		case search.Gt, search.Sa:
			return at(">=", high), nil
		case search.Lt, search.Eb:
			return at("<", low), nil
		case search.Ge:
			return at(">=", low), nil
		case search.Le:
			return at("<", high), nil
		}
		return allOf{at(">=", low), at("<", high)}, nil
	}
}

// auditColumn compares a column of text with a token of one system.
func auditColumn(column, system string, v search.Value) clause.Expression {
	if v.HasSystem && v.System != system || v.AnyCode {
		return persistence.Nothing()
	}
	return persistence.Compare(persistence.Column("openimis_audit", column), "=", v.Text)
}

func auditInteraction(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	if v.Text == dicomLogin.login {
		v.Text = core.SignOn
		return auditColumn("interaction", systemDICOM, v), nil
	}
	return auditColumn("interaction", systemInteraction, v), nil
}

func auditType(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	login := persistence.Compare(persistence.Column("openimis_audit", "interaction"), "=", core.SignOn)
	switch {
	case v.Text == dicomLogin.event && (!v.HasSystem || v.System == systemDICOM):
		return login, nil
	case v.Text == "rest" && (!v.HasSystem || v.System == systemAuditType):
		return not{login}, nil
	}
	return persistence.Nothing(), nil
}

// outcomes are the codes of what came of it, as the column holds them.
var outcomes = map[string]int{"0": 0, "4": 4, "8": 8}

func auditOutcome(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	held, known := outcomes[v.Text]
	if !known || v.HasSystem && v.System != systemAuditOutcome {
		return persistence.Nothing(), nil
	}
	return persistence.Compare(persistence.Column("openimis_audit", "outcome"), "=", held), nil
}

func auditAgent(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	if v.URL != "" || v.Type != "" {
		return persistence.Nothing(), nil
	}
	return persistence.Text(persistence.Column("openimis_audit", "login"), persistence.SameFold, v.Text), nil
}

func auditEntity(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	if v.URL != "" {
		return persistence.Nothing(), nil
	}
	if v.Type == "" {
		return nil, core.ErrorAt(core.Invalid, "entity", "say what it was done with as Type/id")
	}
	return persistence.Compare(persistence.Column("openimis_audit", "entity"), "=", v.Type+"/"+v.Text), nil
}

// AuditEventOf renders one line of the audit trail.
func AuditEventOf(a *persistence.Audit) *r4.AuditEvent {
	kind, subtype := coding(systemAuditType, "rest", "RESTful Operation"), coding(systemInteraction, a.Interaction, "")
	if a.Interaction == core.SignOn {
		kind, subtype = coding(systemDICOM, dicomLogin.event, "User Authentication"), coding(systemDICOM, dicomLogin.login, "Login")
	} else if strings.HasPrefix(a.Interaction, "$") {
		subtype = coding(systemInteraction, "operation", a.Interaction)
	}
	out := &r4.AuditEvent{
		Id: pointer(string(a.AuditUUID)), Type: kind, Subtype: []r4.Coding{subtype}, Recorded: fhir.FormatInstant(time.UnixMilli(a.At).UTC()),
		Agent: []r4.AuditEventAgent{auditAgentOf(a)},
		Source: r4.AuditEventSource{
			Observer: r4.Reference{Display: pointer("openIMIS")}, Type: []r4.Coding{coding(systemSourceType, "4", "Application Server")},
		},
	}
	var action r4.AuditEventAction
	if action.UnmarshalJSON([]byte(`"`+a.Action+`"`)) == nil {
		out.Action = &action
	}
	var outcome r4.AuditEventOutcome
	switch a.Outcome {
	case 4:
		outcome = r4.AuditEventOutcome4
	case 8:
		outcome = r4.AuditEventOutcome8
	}
	out.Outcome = &outcome
	if a.Outcome != 0 {
		out.OutcomeDesc = filled(strings.ToLower(http.StatusText(a.Status)))
	}
	out.Entity = auditEntitiesOf(a)
	return out
}

func auditAgentOf(a *persistence.Audit) r4.AuditEventAgent {
	agent := r4.AuditEventAgent{Name: filled(a.Login), AltId: filled(a.Login), Requestor: true}
	if a.Login != "" {
		agent.Who = &r4.Reference{Identifier: &r4.Identifier{Value: pointer(a.Login)}, Display: pointer(a.Login)}
	}
	if a.Address != "" {
		kind := r4.AuditEventAgentNetworkType2 // an IP address
		agent.Network = &r4.AuditEventAgentNetwork{Address: pointer(a.Address), Type: &kind}
	}
	return agent
}

// auditEntitiesOf tells what it was done with, the query, and the request it was part of.
func auditEntitiesOf(a *persistence.Audit) []r4.AuditEventEntity {
	var list []r4.AuditEventEntity
	if a.Entity != "" {
		role := coding(systemAuditEntityRole, "4", "Domain Resource")
		if a.Patient != "" {
			role = coding(systemAuditEntityRole, "1", "Patient")
		}
		list = append(list, r4.AuditEventEntity{What: &r4.Reference{Reference: pointer(a.Entity)}, Role: &role})
	}
	if a.Query != "" || a.Type != "" && a.Entity == "" {
		role := coding(systemAuditEntityRole, "24", "Query")
		search := r4.AuditEventEntity{Role: &role}
		if fhir.IsResourceType(a.Type) {
			typ := coding("http://hl7.org/fhir/resource-types", a.Type, a.Type)
			search.Type = &typ
		}
		if a.Query != "" { // beside which R4 allows no name
			search.Query = pointer(base64.StdEncoding.EncodeToString([]byte(a.Query)))
		} else {
			search.Name = filled(a.Type)
		}
		list = append(list, search)
	}
	if len(list) > 0 && a.Request != "" {
		list[0].Detail = []r4.AuditEventEntityDetail{{Type: "request", ValueString: a.Request}}
	}
	return list
}
