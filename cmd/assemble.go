package cmd

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/bus"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/telemetry"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
	"github.com/openimis/openimis-go/scheme"
	"github.com/openimis/openimis-go/scheme/report"
)

// Parts are what a process is assembled of. The store is open and its schema up to date.
type Parts struct {
	Config   config.Config
	Secret   []byte // signing secret of the site, 32 bytes or more
	Registry *core.Registry
	Store    *persistence.Store
	Guides   *resources.Guides  // nil for the openIMIS guide alone
	Adopted  bool               // legacy data was there before this program; decides the default of --rules
	Metrics  *telemetry.Metrics // the ones the store was opened with; nil for none
	Log      *slog.Logger       // nil for none
	Clock    core.Clock         // nil for the machine's
	Bus      *bus.Bus           // wakes workers; nil for those of this process only
}

// Assemble puts the doors of the configuration behind one address. It opens no port.
// Errors: Internal when modules contradict each other.
func Assemble(p Parts) (*server.Server, error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.Clock == nil {
		p.Clock = core.SystemClock{}
	}
	if p.Metrics == nil {
		p.Metrics = telemetry.NewMetrics()
	}
	if p.Bus == nil {
		var err error
		if p.Bus, err = bus.Open(bus.Memory, p.Log); err != nil {
			return nil, err
		}
	}
	book, numbers, err := rules(p)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(server.AuditKinds, p.Config.Audit) {
		return nil, core.ErrorAt(core.Invalid, "audit", "%q is none of %s", p.Config.Audit, strings.Join(server.AuditKinds, ", "))
	}
	p.Store.Ask(core.Contributions[persistence.Hook](p.Registry))
	var doors []server.Door
	for _, base := range bases(p) {
		if !slices.Contains(p.Config.Roles, "fhir") {
			break
		}
		door, err := fhirDoor(p, base, book, numbers)
		if err != nil {
			return nil, err
		}
		doors = append(doors, door)
	}
	browsers, err := graphqlDoors(p, book, numbers)
	if err != nil {
		return nil, err
	}
	doors = append(doors, browsers...)
	if !slices.Equal(p.Config.Roles, []string{"worker"}) { // who only works shows nothing
		doors = append(doors, server.FrontDoor(p.Config.Front), server.DesignerDoor(p.Config.Front, report.RightLayout), filesDoor(p, book, numbers))
	}
	doors = append(doors, core.Contributions[server.Door](p.Registry)...)
	return server.New(server.Options{
		Config: p.Config, Secret: p.Secret, Users: p.Store, Doors: doors, Modules: p.Registry,
		Metrics: p.Metrics, Log: p.Log, Clock: p.Clock, Docs: documentation(p, book), Audit: p.Store,
		Checks: []telemetry.Check{{Name: "database", Ask: p.Store.Ping}},
	}), nil
}

// rules gives the rules of the configuration. Errors: core.Invalid.
func rules(p Parts) (scheme.RuleBook, scheme.NumberRule, error) {
	fallback := "corrected"
	if p.Adopted {
		fallback = "legacy"
	}
	book, err := ruleBook(p.Config.Rules, fallback)
	if err != nil {
		return book, scheme.NumberRule{}, err
	}
	numbers, err := numberRule(p.Config)
	return book, numbers, err
}

// bases are the two FHIR bases: one engine, one store, different habits.
func bases(p Parts) []rest.Base {
	strict := rest.Base{Path: "/fhir", Count: p.Config.PageSize}
	compatible := rest.Base{Path: "/api/api_fhir_r4", Habits: resources.CompatibleHabits, Count: resources.CompatibleCount}
	strict.Aliases, compatible.Aliases = alias(p, compatible.Path), alias(p, strict.Path)
	return []rest.Base{strict, compatible}
}

// alias is the URL of the other base: a client may write references to either.
func alias(p Parts, path string) []string {
	if p.Config.PublicURL == "" {
		return nil
	}
	return []string{p.Config.PublicURL + path}
}

// environmentOf makes what the types of one base stand on, and the types the active modules
// contribute.
func environmentOf(p Parts, base rest.Base, book scheme.RuleBook, numbers scheme.NumberRule) (*resources.Environment, []rest.Type) {
	c := p.Config
	environment := &resources.Environment{
		Store: p.Store, Clock: p.Clock, Compatible: base.Habits.TrailingSlash, Currency: c.Currency, PhotoURL: c.PhotoURL, Insurer: insurer(c),
		Rules: book, GlobalClaimCodes: c.GlobalClaimCodes, Numbers: numbers, Secret: p.Secret, Guides: p.Guides, Types: map[string]rest.Type{},
	}
	environment.URL = "http://" + c.Addr + "/fhir"
	if c.PublicURL != "" {
		environment.URL = c.PublicURL + "/fhir"
	}
	if environment.Compatible {
		environment.Currency = c.CurrencySign
	}
	var types []rest.Type
	for _, r := range core.Contributions[modules.Resource](p.Registry) {
		made := r.Make(environment)
		d := made.Definition()
		if len(d.Supported) == 0 {
			d.Supported = mapping.ProfilesOf(d.Name)
		}
		d.Supported = slices.Concat(d.Supported, p.Guides.Profiles(d.Name))
		types, environment.Types[r.Name] = append(types, made), made
	}
	return environment, append(types, resources.SearchParameters(environment, types), resources.Provenance(environment, types))
}

// Notifier makes what tells subscribers of changes. It stands on the strict base.
func Notifier(p Parts) (*resources.Notifier, error) {
	book, numbers, err := rules(p)
	if err != nil {
		return nil, err
	}
	environment, _ := environmentOf(p, bases(p)[0], book, numbers)
	return resources.NewNotifier(environment, p.Config.SubscriptionPrivate, p.Log), nil
}

// fhirDoor makes a door of one base with what the active modules contribute.
func fhirDoor(p Parts, base rest.Base, book scheme.RuleBook, numbers scheme.NumberRule) (server.Door, error) {
	c := p.Config
	environment, types := environmentOf(p, base, book, numbers)
	base.Types = types
	if c.PublicURL != "" {
		base.URL = c.PublicURL + base.Path
	}
	base.Software = rest.Software{Name: "openIMIS", Version: core.Version, Description: c.InsurerName}
	base.Security = rest.Security{
		Description: "HTTP Basic with a user of openIMIS, or a Bearer token from POST [base]/login. Rights come from the user's roles.",
		Services:    []string{"Basic"},
	}
	base.MaxCount, base.MaxBody, base.Zone, base.Log, base.Started = c.PageLimit, int64(c.BodyLimit), p.Store.Timezone(), p.Log, started
	base.Budget, base.Jobs = c.QueryTimeout, jobs(p, base)
	base.Transact, base.Judge = p.Store.Together, resources.Judge(environment)
	accesses := accessTable(p.Registry)
	base.Authorize = func(ctx context.Context, typ string, i rest.Interaction) error {
		access, declared := accesses[interaction{typ, i}]
		if !declared {
			return core.Errorf(core.Forbidden, "%s of %s is open to nobody", i, typ)
		}
		return access.Allows(core.PrincipalOf(ctx))
	}
	engine, err := rest.NewServer(base)
	if err != nil {
		return server.Door{}, err
	}
	door := server.Door{Role: "fhir", Prefix: base.Path, Login: true, Fault: engine.Fail, Mount: func(e *echo.Echo) { engine.Mount(e) }, Work: engine.Work}
	for _, r := range engine.Routes() {
		access, declared := accesses[interaction{r.Type, r.Interaction}]
		if !declared {
			return server.Door{}, core.Errorf(core.Internal, "nothing says who may %s a %s; a line in resources.Accesses or from its module is missing", r.Interaction, r.Type)
		}
		route := server.Route{Method: r.Method, Path: r.Path, Access: access, Summary: strings.TrimSpace(string(r.Interaction) + " " + r.Type), Type: r.Type}
		if r.Interaction != rest.Capabilities {
			route.Interaction = string(r.Interaction)
		}
		door.Routes = append(door.Routes, route)
	}
	return door, nil
}

// jobs say how the strict base answers later. The other base has clients that never ask it.
func jobs(p Parts, base rest.Base) *rest.Jobs {
	c := p.Config
	if base.Habits.TrailingSlash || c.ExportDir == "" {
		return nil
	}
	return &rest.Jobs{
		Store: p.Store, Dir: c.ExportDir, Life: c.ExportLife, Space: int64(c.ExportSpace), Clock: p.Clock,
		Limits: core.JobLimits{Open: c.ExportJobs, OpenEach: max(1, c.ExportJobs/4), KeptEach: 1000},
	}
}

// started is the date of the CapabilityStatement: it changes with the process only.
var started = time.Now()

// interaction is one thing that can be done with a resource type.
type interaction struct {
	typ  string
	verb rest.Interaction
}

// accessTable says who may do what: the lines of package resources and those modules add.
func accessTable(registry *core.Registry) map[interaction]server.Access {
	table := map[interaction]server.Access{{"", rest.Capabilities}: server.Open}
	for _, line := range slices.Concat(resources.Accesses, core.Contributions[resources.Access](registry)) {
		for _, verb := range line.Interactions {
			table[interaction{line.Type, verb}] = server.Any(line.Rights...)
		}
		if line.Type != "" { // to validate what is stored needs the right to read it as well
			table[interaction{line.Type, "$validate"}] = server.Any()
		}
	}
	for key, access := range maps.Clone(table) { // meta is read and changed as the rest of an instance is
		switch key.verb {
		case rest.Read:
			table[interaction{key.typ, "$meta"}] = access
		case rest.Update:
			table[interaction{key.typ, "$meta-add"}], table[interaction{key.typ, "$meta-delete"}] = access, access
		}
	}
	table[interaction{"", "$meta"}] = server.Any()
	return table
}

func insurer(c config.Config) mapping.Insurer {
	return mapping.Insurer{
		ID: c.InsurerID, Code: c.InsurerCode, Name: c.InsurerName, Email: c.InsurerEmail, Phone: c.InsurerPhone, Fax: c.InsurerFax,
		Contact: c.InsurerContact, Line: c.InsurerLine, City: c.InsurerCity, District: c.InsurerDistrict,
		State: c.InsurerState, Municipality: c.InsurerMunicipality,
	}
}
