package mail_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/mail"
	"github.com/openimis/openimis-go/core/mail/mailtest"
)

func TestMailArrives(t *testing.T) {
	text := "Read this: https://example.org/a?b=c&d=" + strings.Repeat("0123456789", 10) + "\n\nä\n"
	for name, encrypted := range map[string]bool{"plainly": false, "with a user and STARTTLS": true} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.Start(t, encrypted)
			s := mail.Settings{Server: "smtp://" + server.Addr, From: "openIMIS <openimis@example.org>", TLS: server.Trust}
			if encrypted {
				s.Server, s.Password = "smtp://"+mailtest.User+"@"+server.Addr, mailtest.Password
			}
			sender, err := mail.NewSender(s)
			if err != nil {
				t.Fatal(err)
			}
			if err := sender.Send(t.Context(), mail.Message{To: "ana@example.org", Subject: "Grüße", Text: text}); err != nil {
				t.Fatal(err)
			}
			m := <-server.Mails
			if m.From != "openimis@example.org" || !slices.Equal(m.To, []string{"ana@example.org"}) || strings.ReplaceAll(m.Text, "\r\n", "\n") != text {
				t.Errorf("the mail: %+v", m)
			}
			if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Date") == "" || m.Header.Get("Message-Id") == "" {
				t.Errorf("the header: %v", m.Header)
			}
		})
	}
}

// What goes wrong is told without who was to get what, and without a password.
func TestMailIsRefused(t *testing.T) {
	open, locked := mailtest.Start(t, false), mailtest.Start(t, true)
	for _, c := range []struct {
		name, server, password, to string
		at                         *mailtest.Server
		code                       core.Code
	}{
		{"no address", "smtp://" + open.Addr, "", "ana", open, core.Invalid},
		{"two addresses", "smtp://" + open.Addr, "", "ana@example.org, eve@example.org", open, core.Invalid},
		{"a line more", "smtp://" + open.Addr, "", "ana@example.org\r\nBcc: eve@example.org", open, core.Invalid},
		{"an address the server does not know", "smtp://" + open.Addr, "", mailtest.Unknown, open, core.Unavailable},
		{"a wrong password", "smtp://" + mailtest.User + "@" + locked.Addr, "guess-of-mine", "ana@example.org", locked, core.Unavailable},
		{"a user, where nothing is encrypted", "smtp://" + mailtest.User + "@" + open.Addr, mailtest.Password, "ana@example.org", open, core.Unavailable},
		{"nobody there", "smtp://127.0.0.1:1", "", "ana@example.org", open, core.Unavailable},
	} {
		sender, err := mail.NewSender(mail.Settings{Server: c.server, Password: c.password, From: "openimis@example.org", TLS: c.at.Trust})
		if err != nil {
			t.Fatal(err)
		}
		err = sender.Send(t.Context(), mail.Message{To: c.to, Subject: "A subject", Text: "The text."})
		if err == nil || core.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, word := range []string{"ana@", mailtest.Unknown, "guess-of-mine", mailtest.Password, "The text", "A subject"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q tells %q", c.name, err, word)
			}
		}
		if len(c.at.Mails) > 0 {
			t.Errorf("%s: a mail went out", c.name)
		}
	}
}

func TestSettingsOfMail(t *testing.T) {
	for _, c := range []struct {
		server, password, from, path string
	}{
		{"smtp://localhost", "", "a@example.org", ""},
		{"smtps://me%40example.org@mail.example.org:4465", "x", "openIMIS <a@example.org>", ""},
		{"mail.example.org", "", "a@example.org", "smtp"},
		{"http://mail.example.org", "", "a@example.org", "smtp"},
		{"smtp://mail.example.org/path", "", "a@example.org", "smtp"},
		{"smtp://mail.example.org:99999", "", "a@example.org", "smtp"},
		{"smtp://me:hunter2@mail.example.org", "", "a@example.org", "smtp"},
		{"smtp://mail.example.org", "hunter2", "a@example.org", "smtp-password"},
		{"smtp://mail.example.org", "", "", "mail-from"},
		{"smtp://mail.example.org", "", "a@example.org\nBcc: b@example.org", "mail-from"},
	} {
		_, err := mail.NewSender(mail.Settings{Server: c.server, Password: c.password, From: c.from})
		if c.path == "" && err != nil || c.path != "" && (core.CodeOf(err) != core.Invalid || !strings.HasPrefix(err.Error(), c.path+":") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
