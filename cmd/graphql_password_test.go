package cmd_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/mail/mailtest"
	"github.com/openimis/openimis-go/persistence"
)

// mailing has mails go to a server for tests, and nobody locked or remembered.
func mailing(server *mailtest.Server, log *bytes.Buffer) func(*cmd.Parts) {
	return func(p *cmd.Parts) {
		c := &p.Config
		c.RateLimit, c.LockoutFailures, c.LockoutAddress, c.IdentityCache = 0, 0, 0, 0
		c.SMTP, c.MailFrom, c.PublicURL = "smtp://"+server.Addr, "openimis@example.org", "https://imis.example.org"
		if log != nil {
			p.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		}
	}
}

// addressed gives users mail addresses.
func addressed(t *testing.T, store *persistence.Store, addresses map[string]string) {
	t.Helper()
	err := store.Tx(system(), func(x *persistence.Session) error {
		for login, address := range addresses {
			if err := x.DB().Model(&persistence.User{}).Where(persistence.Compare(persistence.Column("", "LoginName"), "=", login)).Update("EmailId", address).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// resets asks for a link as the page does that needs no log-in.
func resets(t *testing.T, h http.Handler, login string) string {
	t.Helper()
	w := ask(h, call{}, `mutation ($input: ResetPasswordMutationInput!) { resetPassword(input: $input) { clientMutationId success error } }`, map[string]any{"input": map[string]any{"username": login, "clientMutationId": "c"}})
	return fmt.Sprint(w.Code, " ", strings.TrimSpace(w.Body.String()))
}

// sets sends the form a link leads to, and gives what it says is wrong.
func sets(t *testing.T, h http.Handler, login, token, password string) string {
	t.Helper()
	w := ask(h, call{}, `mutation ($input: SetPasswordMutationInput!) { setPassword(input: $input) { clientMutationId success error } }`,
		map[string]any{"input": map[string]any{"username": login, "token": token, "newPassword": password, "clientMutationId": "c"}})
	got := at(decoded(t, w), "data", "setPassword")
	fault, _ := at(got, "error").(string)
	if w.Code != 200 || at(got, "clientMutationId") != "c" || at(got, "success") != (fault == "") {
		t.Errorf("the form: %d %s", w.Code, w.Body)
	}
	return fault
}

// mailed gives the token of the one mail that came.
func mailed(t *testing.T, server *mailtest.Server) string {
	t.Helper()
	if len(server.Mails) != 1 {
		t.Fatalf("%d mails", len(server.Mails))
	}
	m := <-server.Mails
	_, link, _ := strings.Cut(m.Text, "https://imis.example.org/front/set_password?token=")
	token, _, _ := strings.Cut(link, "\r\n")
	if len(token) < 32 || !slices.Equal(m.To, []string{"doctor@example.org"}) || m.Header.Get("To") != "<doctor@example.org>" || !strings.Contains(m.Text, "doctor") || m.Header.Get("Bcc") != "" {
		t.Fatalf("the mail: %+v", m)
	}
	return token
}

const deadLink = "token: the link does not work, or no more; ask for another"

// Who forgot his password gets a link by mail and a new password by it. Who asks learns
// nothing of who is there, and secrets stand in no log and no table.
func TestForgottenPassword(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		server, log := mailtest.Start(t, false), &bytes.Buffer{}
		s := assemble(t, store, mailing(server, log))
		addressed(t, store, map[string]string{"manager": "", "clerk": "clerk@example.org\r\nBcc: eve@example.org"})
		granted := decoded(t, call{method: "POST", target: "/fhir/login", body: `{"username":"doctor","password":"doctor123"}`, header: map[string]string{"Content-Type": "application/json"}}.on(s))
		session, _ := at(granted, "token").(string)
		for _, login := range []string{"nobody", "manager", "clerk", "", "doctor\r\nBcc: eve@example.org", "doctor' or '1'='1", strings.Repeat("x", 1<<20), "DOCTOR"} {
			if got := resets(t, s, login); got != `200 {"data":{"resetPassword":{"clientMutationId":"c","error":null,"success":true}}}` {
				t.Errorf("%.40q: %.300s", login, got)
			}
		}
		atWork(s)()
		token := mailed(t, server)
		late := assemble(t, store, func(p *cmd.Parts) {
			mailing(server, nil)(p)
			p.Clock = core.FixedClock(time.Now().Add(61 * time.Minute))
		})
		other := assemble(t, store, func(p *cmd.Parts) {
			mailing(server, nil)(p)
			p.Secret = []byte(strings.Repeat("o", 32))
		})
		for _, c := range []struct {
			name            string
			on              http.Handler
			login, token    string
			password, fault string
		}{
			{"a name nobody has", s, "nobody", token, "Long enough 1", deadLink},
			{"somebody else", s, "Admin", token, "Long enough 1", deadLink},
			{"no name", s, "", token, "Long enough 1", deadLink},
			{"a line in the name", s, "doctor\r\nBcc: eve@example.org", token, "Long enough 1", deadLink},
			{"no token", s, "doctor", "", "Long enough 1", deadLink},
			{"a part of the token", s, "doctor", token[1:], "Long enough 1", deadLink},
			{"a token of a megabyte", s, "doctor", strings.Repeat("é\x00", 1<<19), "Long enough 1", deadLink},
			{"an hour later", late, "doctor", token, "Long enough 1", deadLink},
			{"a site with another secret", other, "doctor", token, "Long enough 1", deadLink},
			{"a wrong token and a short password", s, "doctor", "x", "short", deadLink},
			{"a short password", s, "doctor", token, "short", "newPassword: a password has 8 characters or more"},
		} {
			if got := sets(t, c.on, c.login, c.token, c.password); got != c.fault {
				t.Errorf("%s: %.300q", c.name, got)
			}
		}
		if w := ask(s, call{bearer: session}, `{ languages { code } }`, nil); w.Code != 200 {
			t.Errorf("before, the session: %d", w.Code)
		}
		if got := sets(t, s, "Doctor", token, "Long enough 1"); got != "" {
			t.Fatalf("the new password: %s", got)
		}
		for name, c := range map[string]struct {
			by   call
			want int
		}{
			"the new password": {call{user: "doctor:Long enough 1"}, 200}, "the old one": {call{user: "doctor:doctor123"}, 401}, "the old session": {call{bearer: session}, 401},
		} {
			if w := ask(s, c.by, `{ languages { code } }`, nil); w.Code != c.want {
				t.Errorf("afterwards, %s: %d", name, w.Code)
			}
		}
		if got := sets(t, s, "doctor", token, "Long enough 2"); got != deadLink {
			t.Errorf("a second time: %s", got)
		}
		if text := log.String(); strings.Count(text, "a link for a new password was not sent") != 1 {
			t.Errorf("the address that is none: %s", text)
		}
		for _, secret := range []string{token, "Long enough", "doctor@example", "eve@"} {
			if text := log.String(); strings.Contains(text, secret) {
				t.Errorf("the log holds %s: %s", secret, text)
			}
			for table, rows := range map[string]string{"outbox": dumped[persistence.Outbox](t, store), "audit": dumped[persistence.Audit](t, store), "mutation log": dumped[persistence.MutationLog](t, store)} {
				if strings.Contains(rows, secret) {
					t.Errorf("the %s holds %s", table, secret)
				}
			}
		}
		if rows := dumped[persistence.Outbox](t, store); strings.Count(rows, "user.password-reset") != 2 || strings.Count(rows, "user.password-changed") != 1 {
			t.Errorf("events: %s", rows)
		}
	})
}

// dumped gives a table as text.
func dumped[R any](t *testing.T, store *persistence.Store) string {
	t.Helper()
	var rows []R
	if err := store.Read(system()).DB().Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v", rows)
}

// A link works once, also for many who use it at the same time.
func TestLinkWorksOnce(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		server := mailtest.Start(t, false)
		s := assemble(t, store, mailing(server, nil))
		resets(t, s, "doctor")
		atWork(s)()
		token := mailed(t, server)
		var all sync.WaitGroup
		var done atomic.Int32
		for i := range 8 {
			all.Go(func() {
				if sets(t, s, "doctor", token, fmt.Sprint("Long enough ", i)) == "" {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%d new passwords", done.Load())
		}
	})
}

// Links cannot be asked for without end, and tokens not be guessed; who is there is treated
// as who is not.
func TestForgottenPasswordIsLimited(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		server := mailtest.Start(t, false)
		limited := func(names, addresses int) http.Handler {
			return assemble(t, store, func(p *cmd.Parts) {
				mailing(server, nil)(p)
				p.Config.LockoutFailures, p.Config.LockoutAddress = names, addresses
			})
		}
		s := limited(2, 100)
		for _, login := range []string{"doctor", "nobody"} {
			var got []bool
			for range 3 {
				got = append(got, strings.Contains(resets(t, s, strings.ToUpper(login)), `"success":true`), sets(t, s, login, "x", "Long enough 1") == deadLink)
			}
			if want := []bool{true, true, true, true, false, false}; !slices.Equal(got, want) {
				t.Errorf("%s: %v", login, got)
			}
		}
		if w := ask(s, call{user: "doctor:doctor123"}, `{ languages { code } }`, nil); w.Code != http.StatusTooManyRequests {
			t.Errorf("wrong tokens are not wrong passwords: %d", w.Code)
		}
		s = limited(100, 2)
		for i := range 3 {
			if got := resets(t, s, fmt.Sprint("nobody ", i)); strings.Contains(got, `"success":true`) != (i < 2) {
				t.Errorf("name %d of one address: %s", i, got)
			}
		}
		full := assemble(t, store, mailing(server, nil))
		for i := range 101 {
			if got := resets(t, full, "nobody"); strings.Contains(got, `"success":true`) != (i < 100) {
				t.Errorf("link %d that waits: %s", i, got)
			}
		}
		atWork(full)()
		if got := resets(t, full, "doctor"); !strings.Contains(got, `"success":true`) || len(server.Mails) != 0 {
			t.Errorf("there is room again: %s, %d mails", got, len(server.Mails))
		}
	})
}

// A server that sends no mail says so.
func TestForgottenPasswordWithoutMail(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		for _, login := range []string{"doctor", "nobody"} {
			if got := resets(t, s, login); got != `200 {"data":{"resetPassword":{"clientMutationId":"c","error":"mail is not set up at this server: ask the administrator","success":false}}}` {
				t.Errorf("%s: %s", login, got)
			}
		}
	})
}
