package graphql

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/mail"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// How links for a new password are sent.
const (
	waitingLinks = 100              // may wait; who asks after them is told to come back
	linkSenders  = 2                // at the same time
	lastLinks    = 20 * time.Second // for those that wait when the process is told to stop
)

// passwordMutations are what the pages for a new password send. Their answers say how it
// went, since these pages do not look into the log.
var passwordMutations = []Mutation{
	{Field: Field{SDL: "changePassword(input: ChangePasswordMutationInput!): ChangePasswordMutationPayload", Resolve: changePassword}},
	{Field: Field{SDL: "resetPassword(input: ResetPasswordMutationInput!): ResetPasswordMutationPayload", Open: true, Resolve: resetPassword}},
	{Field: Field{SDL: "setPassword(input: SetPasswordMutationInput!): SetPasswordMutationPayload", Open: true, Resolve: setPassword}},
}

const passwordInputs = `
	input ChangePasswordMutationInput { username: String oldPassword: String newPassword: String! clientMutationId: String }
	input ResetPasswordMutationInput { username: String! clientMutationId: String }
	input SetPasswordMutationInput { username: String! token: String! newPassword: String! clientMutationId: String }`

var passwordTypes = []Object{
	{Name: "ChangePasswordMutationPayload", Fields: passwordPayload}, {Name: "ResetPasswordMutationPayload", Fields: passwordPayload}, {Name: "SetPasswordMutationPayload", Fields: passwordPayload},
}

var passwordPayload = []Field{In("success: Boolean"), In("error: String"), In("clientMutationId: String")}

// answered does what a page for a new password asks and answers how it went.
func (c *Call) answered(do func(text func(name string) string) error) (any, error) {
	input, _ := c.Args["input"].(map[string]any)
	err := do(func(name string) string {
		value, _ := input[name].(string)
		return value
	})
	answer := map[string]any{"success": err == nil, "clientMutationId": input["clientMutationId"]}
	if code := core.CodeOf(err); err != nil && (code == core.Internal || code == core.Unavailable) {
		return nil, err
	}
	if err != nil {
		answer["error"] = c.words(err)
	}
	return answer, nil
}

// passwords are the use cases with what signs links.
func (r *request) passwords() scheme.Users {
	return scheme.Users{Passwords: security.DefaultPasswordPolicy, Tokens: security.NewTokens(r.Secret, 0, r.Clock)}
}

// changePassword gives the caller himself another password.
func changePassword(c *Call) (any, error) {
	return c.answered(func(text func(string) string) error {
		if name := text("username"); name != "" && name != core.PrincipalOf(c.Context).Login {
			return core.Errorf(core.Forbidden, "everybody changes his own password only")
		}
		return c.Store.Tx(c.Context, func(x *persistence.Session) error {
			return c.passwords().ChangePassword(x, text("oldPassword"), text("newPassword"), scheme.Paths{"password": "newPassword"})
		})
	})
}

// resetPassword has a link for a new password sent. Neither the answer nor its time tells
// whether there is such a user: who it is for is looked up later.
func resetPassword(c *Call) (any, error) {
	return c.answered(func(text func(string) string) error {
		if c.Mail == nil {
			return core.Errorf(core.Unprocessable, "mail is not set up at this server: ask the administrator")
		}
		login := text("username")
		if err := core.SessionOf(c.Context).Ask(login); err != nil {
			return err
		}
		if utf8.RuneCountInString(login) > longestLogin {
			return nil // it is nobody's, and must not wait in memory
		}
		select {
		case c.links <- login:
			return nil
		default:
			return core.Errorf(core.TooMany, "too many ask for a new password; try again in a few minutes")
		}
	})
}

// setPassword gives somebody a new password by the token of his link.
func setPassword(c *Call) (any, error) {
	return c.answered(func(text func(string) string) error {
		return core.SessionOf(c.Context).Prove(text("username"), func() error {
			return c.Store.Tx(core.WithPrincipal(c.Context, core.SystemPrincipal), func(x *persistence.Session) error {
				return c.passwords().SetPassword(x, text("username"), text("token"), text("newPassword"), scheme.Paths{"token": "token", "password": "newPassword"})
			})
		})
	})
}

// SendLinks sends links for a new password to who asked for one, until ctx ends, and then
// to those who wait already. Who asks does not learn that a mail failed; the log does.
func (d *Door) SendLinks(ctx context.Context) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	var all sync.WaitGroup
	for range linkSenders {
		all.Go(func() {
			for ctx.Err() == nil {
				select {
				case <-ctx.Done():
				case login := <-d.env.links:
					d.sendLink(context.WithoutCancel(ctx), login)
				}
			}
			d.sendLastLinks(context.WithoutCancel(ctx))
		})
	}
	all.Wait()
}

func (d *Door) sendLastLinks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastLinks)
	defer cancel()
	for ctx.Err() == nil {
		select {
		case login := <-d.env.links:
			d.sendLink(ctx, login)
		default:
			return
		}
	}
}

// sendLink sends a link to the user with the log-in name, if there is one with an address.
func (d *Door) sendLink(ctx context.Context, login string) {
	var link *scheme.PasswordReset
	err := d.env.Store.Tx(ctx, func(x *persistence.Session) (err error) {
		link, err = newRequest(d.env).passwords().Reset(x, login)
		return err
	})
	if err == nil && link != nil {
		err = d.env.Mail.Send(ctx, mail.Message{To: *link.User.EmailID, Subject: "A new password for openIMIS", Text: fmt.Sprintf(linkText,
			link.User.LoginName, d.env.PasswordPage+"?token="+url.QueryEscape(link.Token), link.Until.In(d.env.Store.Timezone()).Format("15:04 on 2 January 2006 (MST)"))})
	}
	if err != nil {
		d.env.Log.WarnContext(ctx, "a link for a new password was not sent", "error", err)
	}
}

// linkText is the mail: the name, which the page asks for, the link and until when it works.
const linkText = `Somebody, perhaps you, asked for a new password for the user

    %s

of openIMIS. Choose one at

    %s

The link works once, until %s.
If it was not you, do nothing: your password stays as it is.
`
