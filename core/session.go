package core

import (
	"context"
	"time"
)

// Grant is a token that was given to somebody.
type Grant struct {
	Token    string
	Username string
	Issued   time.Time // when he signed on
	Expires  time.Time // when the token ends
	Renewals time.Time // until when it can be renewed
}

// Session is how a browser signs on and off through a door that has no headers of its own.
// The server makes one for each request and keeps the token in a cookie.
type Session interface {
	// SignOn checks a name and password and sets the cookie. Errors: Unauthenticated,
	// TooMany, Unavailable.
	SignOn(ctx context.Context, login, password string) (Grant, error)

	// Renew gives a new token for the one of the cookie. Errors: Unauthenticated.
	Renew(ctx context.Context) (Grant, error)

	// Check reads a token. Errors: Unauthenticated for one that is not good.
	Check(ctx context.Context, token string) (Grant, error)

	// Ask counts what anybody may ask for in the name of a user, such as a link for a new
	// password. Errors: TooMany.
	Ask(login string) error

	// Prove carries out a step by which somebody shows who he is without a password. One that
	// fails with Unauthenticated counts as a wrong password of the user does. Errors: TooMany,
	// those of the step.
	Prove(login string, step func() error) error

	// SignOff takes the cookie back, and tells whether there was one.
	SignOff() bool

	// Mark draws a token against forged requests and sets its cookie.
	Mark() string
}

type sessionKey struct{}

// WithSession puts the session into the context.
func WithSession(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// SessionOf gives the session of the context, nil when there is none.
func SessionOf(ctx context.Context) Session {
	s, _ := ctx.Value(sessionKey{}).(Session)
	return s
}
