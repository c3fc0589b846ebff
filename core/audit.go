package core

import (
	"context"
	"time"
)

// Audit is one line of the audit trail: what somebody did, or tried to do. It never holds
// a body, a password or a token.
type Audit struct {
	At          time.Time
	Request     string // id of the request it was part of
	Address     string // network address of the caller
	UserID      int    // 0 for nobody
	Login       string // the name he signed on with, or tried to
	Interaction string // such as "read", "search-type", "$submit"; SignOn for passwords and tokens
	Type        string // resource type, "" for the whole system
	ID          string // logical id of the instance, "" for none
	Query       string // of a search, as understood
	Status      int    // HTTP status of the answer; 0 where the line was written before it was known

	// Parts are the entries of a posted Bundle.
	Parts []*Audit

	// Written says that the line stands in the database, with the change it tells of.
	Written bool
}

// SignOn is the interaction of who shows a password or token.
const SignOn = "login"

// Auditor is the port through which lines get into the audit trail. Record never fails and
// never waits for the database.
type Auditor interface {
	Record(a *Audit)
}

type auditKey struct{}

// WithAudit puts the line of what is being done into the context, so that those who know
// more about it can say so.
func WithAudit(ctx context.Context, a *Audit) context.Context {
	return context.WithValue(ctx, auditKey{}, a)
}

// AuditOf gives the line of what is being done, nil when nobody keeps one.
func AuditOf(ctx context.Context) *Audit {
	a, _ := ctx.Value(auditKey{}).(*Audit)
	return a
}

// Part begins the line of one entry of a posted Bundle.
func (a *Audit) Part(interaction, typ, id, query string) *Audit {
	return &Audit{
		At: a.At, Request: a.Request, Address: a.Address, UserID: a.UserID, Login: a.Login,
		Interaction: interaction, Type: typ, ID: id, Query: query,
	}
}
