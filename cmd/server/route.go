package server

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

// Access says who may come through a route.
type Access struct {
	Open   bool  // anyone who can reach the port
	Rights []int // any one of these rights; none means everybody who is signed in
}

// Ways to come in that need no right.
var (
	Open     = Access{Open: true}
	SignedIn = Access{}
)

// Any lets in who holds one of the rights.
func Any(rights ...int) Access { return Access{Rights: rights} }

// String gives "open", "signed-in" or the right numbers.
func (a Access) String() string {
	switch {
	case a.Open:
		return "open"
	case len(a.Rights) == 0:
		return "signed-in"
	}
	numbers := make([]string, len(a.Rights))
	for i, right := range a.Rights {
		numbers[i] = fmt.Sprint(right)
	}
	return strings.Join(numbers, " or ")
}

// Allows answers nil, or why the principal may not come in.
func (a Access) Allows(p core.Principal) error {
	switch {
	case a.Open:
		return nil
	case !p.SignedIn():
		return core.Errorf(core.Unauthenticated, "sign in: this needs HTTP Basic credentials or a Bearer token")
	case !p.May(a.Rights...):
		return core.Errorf(core.Forbidden, "this needs right %s", a)
	}
	return nil
}

// Route is one verb on one path, who may use it, and what answers.
type Route struct {
	Method  string
	Path    string // echo pattern, such as /fhir/Patient/:id
	Access  Access
	Summary string           // a few words for /docs
	Handler echo.HandlerFunc // nil when the door's Mount adds it

	// Session lets browsers come in by the cookie of their session. Who has none, or one
	// that ended, comes in as nobody where the access is open.
	Session bool

	// What the audit calls it: the interaction, "" for a route nobody is audited at, and the
	// type of what it is done with. The parameter id of the path names the instance.
	Interaction, Type string
}

// writes tells whether the route may change something.
func (r *Route) writes() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Interaction != "search-type"
}

// Door is a front door: routes under a role that --roles names.
type Door struct {
	Role   string
	Prefix string  // paths below it are the door's, also those that match no route; "" for a door of scattered paths
	Routes []Route // every route of the door; the same path with a slash at its end is the same route

	// Login adds a route login, with and without a slash at its end, that gives tokens.
	Login bool

	// Mount adds the routes that have no handler here; nil when all have one.
	Mount func(*echo.Echo)

	// Work is what goes on beside the requests until ctx ends; nil for nothing.
	Work func(ctx context.Context)

	// Fault writes an error in the door's own language; nil writes the plain JSON form.
	Fault func(c echo.Context, err error) error
}

// Table lists every route with its access as text, one line each, by path: the form of
// the committed access table.
func Table(routes []Route) []string {
	routes = slices.Clone(routes)
	slices.SortFunc(routes, func(a, b Route) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	lines := make([]string, len(routes))
	for i, r := range routes {
		lines[i] = fmt.Sprintf("%-7s %-55s %s", r.Method, r.Path, r.Access)
	}
	return lines
}
