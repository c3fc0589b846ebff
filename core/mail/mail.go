// Package mail sends mails through the server of a site.
//
// It knows servers and addresses; it must never know what a mail is about, nor keep one.
//
// SMTP: https://www.rfc-editor.org/rfc/rfc5321, by https://github.com/wneessen/go-mail.
package mail

import (
	"context"
	"crypto/tls"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/openimis/openimis-go/core"
)

// patience is how long connecting may take, and then sending.
const patience = 15 * time.Second

// Settings say which server mails go through.
type Settings struct {
	Server   string // smtp://[USER@]HOST[:PORT], port 587, or smtps:// with TLS from the start, port 465
	Password string // of the user
	From     string // address mails come from

	TLS *tls.Config // whom to trust; nil for whom the machine trusts
}

// Sender sends mails. It holds no connection between them.
type Sender struct {
	host    string
	from    *mail.Address
	options []gomail.Option
}

// Message is a mail of plain text.
type Message struct{ To, Subject, Text string }

// NewSender makes a sender; nothing is connected to yet. A user name and its password are
// only told to a server that encrypts. Errors: core.Invalid naming the setting smtp,
// smtp-password or mail-from; none tells what smtp holds.
func NewSender(s Settings) (*Sender, error) {
	u, err := url.Parse(s.Server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || strings.Trim(u.Path, "/") != "" {
		return nil, core.ErrorAt(core.Invalid, "smtp", "it is neither smtp://USER@HOST:587 nor smtps://USER@HOST:465")
	}
	if _, there := u.User.Password(); there {
		return nil, core.ErrorAt(core.Invalid, "smtp", "it holds a password, which belongs into smtp-password")
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "mail-from", "%q is no mail address", s.From)
	}
	port, policy := 587, gomail.TLSOpportunistic
	options := []gomail.Option{gomail.WithTimeout(patience)}
	if s.TLS != nil {
		trusted := s.TLS.Clone()
		trusted.ServerName = u.Hostname()
		options = append(options, gomail.WithTLSConfig(trusted))
	}
	if user := u.User.Username(); user != "" {
		policy = gomail.TLSMandatory
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(s.Password))
	} else if s.Password != "" {
		return nil, core.ErrorAt(core.Invalid, "smtp-password", "it is whose? --smtp names no user")
	}
	options = append(options, gomail.WithTLSPolicy(policy))
	if u.Scheme == "smtps" {
		port = 465
		options = append(options, gomail.WithSSL())
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port > 65535 {
			return nil, core.ErrorAt(core.Invalid, "smtp", "its port is none")
		}
	}
	sender := &Sender{u.Hostname(), from, append(options, gomail.WithPort(port))}
	if _, err := gomail.NewClient(sender.host, sender.options...); err != nil {
		return nil, core.ErrorAt(core.Invalid, "smtp", "mails cannot go through it: %v", err)
	}
	return sender, nil
}

// Send sends one mail, within half a minute. Errors: core.Invalid for an address that is
// none, core.Unavailable when the server does not take the mail; neither names who was to
// get it, nor holds a word of the mail.
func (s *Sender) Send(ctx context.Context, m Message) error {
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return core.Errorf(core.Invalid, "the mail address is none")
	}
	message := gomail.NewMsg()
	message.FromMailAddress(s.from)
	message.ToMailAddress(to)
	message.Subject(m.Subject)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // no machine answers it
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(s.host, s.options...)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, 2*patience)
		defer cancel()
		err = client.DialAndSendWithContext(ctx, message)
	}
	if err != nil {
		return core.Errorf(core.Unavailable, "the mail server did not take the mail: %s", strings.ReplaceAll(err.Error(), to.Address, "…"))
	}
	return nil
}
