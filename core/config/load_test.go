package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
)

func load(t *testing.T, yaml string, environ []string, args ...string) (config.Config, error) {
	t.Helper()
	if yaml != "" {
		path := filepath.Join(t.TempDir(), "openimis.yaml")
		if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	config.Flags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return config.Load(flags, environ)
}

func TestPrecedence(t *testing.T) {
	yaml := "addr: 1.1.1.1:1\nroles: [fhir, graphql]\nrequest-timeout: 7s\nbody-limit: 3MB\npage-size: 11\ndemo: true\n"
	environ := []string{"OPENIMIS_ADDR=2.2.2.2:2", "OPENIMIS_ROLES=fhir, mobile", "OPENIMIS_TEST_POSTGRES=postgres://x", "HOME=/"}

	c, err := load(t, yaml, environ, "--addr", "3.3.3.3:3")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "3.3.3.3:3" {
		t.Errorf("addr = %s, a flag beats the environment", c.Addr)
	}
	if !slices.Equal(c.Roles, []string{"fhir", "mobile"}) {
		t.Errorf("roles = %q, the environment beats the file and replaces the list", c.Roles)
	}
	if c.RequestTimeout != 7*time.Second || c.BodyLimit != 3_000_000 || c.PageSize != 11 || !c.Demo {
		t.Errorf("the file beats the defaults: %+v", c)
	}
	if c.LockoutFailures != 5 || c.LockoutTime != 5*time.Minute {
		t.Errorf("defaults stay where nobody says anything: %+v", c)
	}

	c, err = load(t, yaml, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "1.1.1.1:1" || !slices.Equal(c.Roles, []string{"fhir", "graphql"}) {
		t.Errorf("the file alone: addr %s, roles %q", c.Addr, c.Roles)
	}
}

func TestEverySettingHasAFlagAVariableAndHelp(t *testing.T) {
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	config.Flags(flags)
	for key := range config.Default().Values() {
		flag := flags.Lookup(key)
		if flag == nil {
			t.Errorf("setting %q has no flag", key)
			continue
		}
		name := "OPENIMIS_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		if !strings.Contains(flag.Usage, name) || len(flag.Usage) < len(name)+10 {
			t.Errorf("help of %q does not explain it and name %s: %s", key, name, flag.Usage)
		}
	}
}

func TestRefused(t *testing.T) {
	cases := []struct {
		name, yaml string
		environ    []string
		args       []string
		says       []string
	}{
		{name: "unknown line in the file", yaml: "adr: 1.1.1.1:1\n", says: []string{`"adr"`}},
		{name: "unknown block in the file", yaml: "tls:\n  cert: x\n", says: []string{`"tls"`}},
		{name: "block where a value belongs", yaml: "addr:\n  host: x\n", says: []string{`"addr"`, "one value"}},
		{name: "file that is no YAML", yaml: "addr: [\n", says: []string{"config"}},
		{name: "file that is not there", args: []string{"--config", "nowhere.yaml"}, says: []string{"nowhere.yaml"}},
		{name: "word for a number", environ: []string{"OPENIMIS_PAGE_SIZE=many"}, says: []string{"page-size", "many"}},
		{name: "size", args: []string{"--body-limit", "much"}, says: []string{"body-limit"}},
		{name: "zone", args: []string{"--timezone", "Africa/Duala"}, says: []string{"timezone", "Africa/Duala"}},
		{name: "short secret", args: []string{"--secret", "abc"}, says: []string{"secret", "32"}},
		{name: "mails without an address for their links", args: []string{"--smtp", "smtp://localhost", "--mail-from", "a@example.org"}, says: []string{"public-url", "--smtp"}},
		{name: "several faults are all told", args: []string{"--addr", "x", "--log-level", "loud"}, says: []string{"addr", "1 more"}},
		{name: "cache beyond five seconds", args: []string{"--identity-cache", "1m"}, says: []string{"identity-cache", "5s"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.yaml, c.environ, c.args...)
			if core.CodeOf(err) != core.Invalid {
				t.Fatalf("error = %v, want code invalid", err)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("message %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	secret := strings.Repeat("s3cret", 8)
	c, err := load(t, "", nil, "--secret", secret, "--db", "postgres://me:hunter2@host/db")
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range c.Values() {
		if strings.Contains(value, secret) || strings.Contains(value, "hunter2") {
			t.Errorf("setting %q shows a secret: %s", key, value)
		}
	}
	if c.Values()["db"] != "(set)" {
		t.Errorf("db = %q, want to see that it is set", c.Values()["db"])
	}
}
