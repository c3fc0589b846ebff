package core

import "context"

// Principal is who a request, worker or poller acts for. The zero Principal has no right
// and sees no row.
type Principal struct {
	UserID   int          // key in the user store; the audit id of what is written
	Login    string       // the name typed at log-in
	Rights   map[int]bool // right numbers held through current roles
	Facility int          // key of the facility the user is bound to, 0 for none
	Admin    bool         // holds every right and sees every row
	System   bool         // the program itself: log-in, workers, pollers, command line
}

// SystemPrincipal acts for the program itself. Its audit id is -1, as the legacy
// procedures write for batch and import.
var SystemPrincipal = Principal{UserID: -1, Login: "system", System: true, Admin: true}

// May tells whether the principal holds any one of the rights. With no right given, any
// signed-in principal may.
func (p Principal) May(rights ...int) bool {
	if p.Admin || p.System {
		return true
	}
	if !p.SignedIn() {
		return false
	}
	for _, right := range rights {
		if p.Rights[right] {
			return true
		}
	}
	return len(rights) == 0
}

// SignedIn tells whether the principal is somebody.
func (p Principal) SignedIn() bool { return p.System || p.UserID > 0 }

type principalKey struct{}

// WithPrincipal puts the principal into the context.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalOf gives the principal of the context, the zero Principal when there is none.
func PrincipalOf(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}
