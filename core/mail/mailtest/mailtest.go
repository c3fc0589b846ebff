// Package mailtest is a mail server for tests, which keeps what it is sent.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The user of a server with TLS.
const (
	User     = "openimis@example.org"
	Password = "pass-of-the-mail-server"
)

// Mail is what a client sent.
type Mail struct {
	From   string   // of the envelope
	To     []string // of the envelope
	Header mail.Header
	Text   string
}

// Server takes mails on an address of this machine.
type Server struct {
	Addr  string      // HOST:PORT
	Trust *tls.Config // for clients of a server with TLS
	Mails chan Mail   // what came, in its order
}

// Start starts a server that takes mails from everybody, or with TLS only from User, over
// STARTTLS. It ends with the test.
func Start(t testing.TB, encrypted bool) *Server {
	t.Helper()
	s := &Server{Mails: make(chan Mail, 1000)}
	engine := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{server: s, known: !encrypted}, nil
	}))
	engine.Domain = "localhost"
	if encrypted {
		web := httptest.NewTLSServer(nil) // has a certificate for this machine
		engine.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates}
		s.Trust = &tls.Config{RootCAs: x509.NewCertPool()}
		s.Trust.RootCAs.AddCert(web.Certificate())
		web.Close()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = listener.Addr().String()
	go func() { _ = engine.Serve(listener) }()
	t.Cleanup(func() { _ = engine.Close() })
	return s
}

type session struct {
	server *Server
	known  bool
	mail   Mail
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.known = user == User && password == Password; !s.known {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.mail.From = from
	return nil
}

// Rcpt takes everybody but one.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == Unknown {
		return errors.New("no such mailbox: " + to)
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

// Unknown is an address the server refuses.
const Unknown = "nobody@example.org"

func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	s.mail.Header, s.mail.Text = m.Header, string(text)
	s.server.Mails <- s.mail
	return err
}

func (s *session) Reset() { s.mail = Mail{} }

func (s *session) Logout() error { return nil }
