package conformance

import "time"

// Script is one TestScript as the runner needs it. Field names are those of the resource
// in R4; what STU3 and R5 spell otherwise is read into the same fields.
type Script struct {
	ID, URL, Name, Title, Description string

	Fixtures     []Fixture
	Profiles     []Profile
	Variables    []Variable
	Capabilities []Capability // metadata.capability
	Commons      []Test       // R5's common: actions that others call by key
	Rules        []Rule       // STU3
	Setup        Phase
	Tests        []Test
	Teardown     Phase
	Gate         Gate

	File string // where it was read from; relative fixtures start there

	contained map[string]document
}

// Fixture is a resource a script sends or compares with. The resource is named by a
// reference (a file beside the script, or #id of a contained resource) or, as some public
// suites do, given in place.
type Fixture struct {
	ID         string
	Autocreate bool
	Autodelete bool
	Reference  string
	Generated  string // the type of a resource the runner shall invent

	resource document
}

// document is a resource as text.
type document struct {
	body        []byte
	contentType string
}

// Profile is a profile that assertions name by its id.
type Profile struct {
	ID, Canonical string
}

// Variable is a value taken from a fixture or response, for ${name} in later actions.
type Variable struct {
	Name         string
	DefaultValue string
	Expression   string
	HeaderField  string
	Hint         string
	Path         string
	SourceID     string
}

// Capability is what a script asks of the server before it starts.
type Capability struct {
	Required, Validated bool
	Capabilities        string // a file beside the script, #id, or a canonical
}

// Gate says which servers a script or test is for, by extensions of public suites.
type Gate struct {
	Requires     string // FHIRPath over the CapabilityStatement
	FHIRVersions string // such as "4.0,4.3"; "" for any
}

// Rule is a rule of STU3: assertions kept in another script, with parameters.
type Rule struct {
	ID        string
	Reference string // of the script that holds the assertions
	Params    map[string]string
	Set       []Rule // of a ruleset
}

// Test is one named test; it counts as one in the result.
type Test struct {
	ID          string
	Key         string // of a common
	Name        string
	Description string
	Actions     []Action
	Gate        Gate

	values []binding // of a test that runs once for each
}

// binding is a value a variable has in one run of a test.
type binding struct{ name, value string }

// Phase is setup or teardown.
type Phase struct {
	Actions []Action
}

// Action is an operation, an assertion, or a call of actions kept elsewhere.
type Action struct {
	Operation *Operation
	Assert    *Assert
	Common    string // key of a common, or id or name of a test
}

// Operation is one request.
type Operation struct {
	Code          string
	Resource      string
	Label         string
	Description   string
	Accept        string
	ContentType   string
	Destination   int
	KeepURL       bool // encodeRequestUrl is false
	Method        string
	Params        string
	RequestHeader []Header
	RequestID     string
	ResponseID    string
	SourceID      string
	TargetID      string
	URL           string
	Poll          *Poll
}

// Poll repeats an operation as long as it is answered with a status.
type Poll struct {
	Status   int
	Attempts int
	Interval time.Duration
}

// Header is a request header.
type Header struct {
	Field string
	Value string
}

// Assert is one assertion, by default on the last response.
type Assert struct {
	Label                     string
	Description               string
	Direction                 string
	CompareToSourceID         string
	CompareToSourceExpression string
	CompareToSourcePath       string
	ContentType               string
	Expression                string
	HeaderField               string
	MinimumID                 string
	NavigationLinks           bool
	Operator                  string
	Path                      string
	RequestMethod             string
	RequestURL                string
	Resource                  string
	Response                  string
	ResponseBody              string
	ResponseCode              string
	Rules                     []Rule
	SourceID                  string
	ValidateProfileID         string
	Value                     string
	HasValue                  bool // Value is there, if only empty
	WarningOnly               bool
	GoOn                      bool   // stopTestOnFail is false
	AnyOf                     string // one assertion of the group has to hold
}

// says is how an action is called in reports.
func (a *Assert) says() string {
	switch {
	case a.Description != "":
		return a.Description
	case a.Label != "":
		return a.Label
	}
	return "assertion"
}

func (o *Operation) says() string {
	switch {
	case o.Description != "":
		return o.Description
	case o.Label != "":
		return o.Label
	}
	return o.Code
}

func (t *Test) says() string {
	switch {
	case t.Name != "":
		return t.Name
	case t.ID != "":
		return t.ID
	}
	return t.Description
}
