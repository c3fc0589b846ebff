package core

import (
	"context"
	"time"
)

// Account is what sign-on has to know of one user: who he is and what proves it. The
// secrets in it are for checking only; they are never logged and never leave the process.
type Account struct {
	Principal      Principal // rights, facility and administrator flag already filled in
	StoredPassword string    // hexadecimal SHA-256 over password and PrivateKey; anything else never matches
	PrivateKey     string    // the user's salt; drawn anew at every change of password
}

// UserStore is the port through which sign-on sees users. The database room fills it.
type UserStore interface {
	// Account gives the current account with the login name, in one statement.
	// Errors: NotFound when no live user has the name, Unavailable.
	Account(ctx context.Context, login string) (*Account, error)

	// RecordLogin notes that the user logged in, for the user-activity report.
	RecordLogin(ctx context.Context, userID int, at time.Time) error
}

// NewUser is a user to be added from the command line.
type NewUser struct {
	Login          string
	LastName       string
	OtherNames     string
	Language       string   // code of a stored language; "" for the first one
	Roles          []string // role names as stored
	Districts      []string // codes of districts; none with a role that sees everything
	Facility       string   // code of a facility the user is bound to; "" for none
	StoredPassword string
	PrivateKey     string
}

// UserAdmin is the port through which the command line adds users.
type UserAdmin interface {
	// AddUser writes the user with his roles and districts in one transaction.
	// Errors: Conflict when the login name is taken, Unprocessable naming an unknown
	// role, district or facility.
	AddUser(ctx context.Context, u NewUser) error
}
