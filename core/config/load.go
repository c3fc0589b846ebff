package config

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/openimis/openimis-go/core"
)

const (
	prefix = "OPENIMIS_"

	// Keys hold no dots, so a delimiter no key has keeps every source flat.
	delimiter = "\x00"
)

// Load reads the settings: defaults, the YAML file, environment variables given as
// NAME=value, then the flags somebody typed. Errors: Invalid naming the setting, or the
// line's name for one the program does not know.
func Load(flags *pflag.FlagSet, environ []string) (Config, error) {
	c := Default()
	k := koanf.New(delimiter)
	if path := filePath(flags, environ); path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return c, core.ErrorAt(core.Invalid, "config", "there is no file %s", path)
			}
			return c, core.ErrorAt(core.Invalid, "config", "%s cannot be read: %v", path, err)
		}
		if err := checkKeys(path, k.Keys()); err != nil {
			return c, err
		}
	}
	variables := env.Provider(delimiter, env.Opt{
		Prefix:      prefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, prefix), "_", "-"))
			if !slices.Contains(keys(), key) {
				return "", nil // OPENIMIS_ is shared with tests and scripts
			}
			return key, value
		},
	})
	if err := k.Load(variables, nil); err != nil {
		return c, core.Wrap(core.Invalid, err, "environment")
	}
	if err := k.Load(posflag.ProviderWithFlag(flags, delimiter, nil, func(f *pflag.Flag) (string, any) {
		if !f.Changed || !slices.Contains(keys(), f.Name) {
			return "", nil
		}
		return f.Name, posflag.FlagVal(flags, f)
	}), nil); err != nil {
		return c, core.Wrap(core.Invalid, err, "flags")
	}
	if err := decode(k, &c); err != nil {
		return c, err
	}
	return c, c.check()
}

// filePath finds the name of the YAML file, which is needed before anything is merged.
func filePath(flags *pflag.FlagSet, environ []string) string {
	if f := flags.Lookup("config"); f != nil && f.Changed {
		return f.Value.String()
	}
	for _, line := range environ {
		if path, ok := strings.CutPrefix(line, prefix+"CONFIG="); ok {
			return path
		}
	}
	return ""
}

func keys() []string {
	t := reflect.TypeFor[Config]()
	list := make([]string, t.NumField())
	for i := range list {
		list[i] = t.Field(i).Tag.Get("key")
	}
	return list
}

func checkKeys(path string, found []string) error {
	for _, key := range found {
		key, _, nested := strings.Cut(key, delimiter)
		switch {
		case !slices.Contains(keys(), key):
			return core.ErrorAt(core.Invalid, key, "%s sets %q, which is no setting of this program", path, key)
		case nested:
			return core.ErrorAt(core.Invalid, key, "%s gives %q lines of its own; it takes one value", path, key)
		}
	}
	return nil
}

// decode fills one setting at a time, so that a value of the wrong kind is named.
func decode(k *koanf.Koanf, c *Config) error {
	for _, s := range settings(c) {
		if !k.Exists(s.key) {
			continue
		}
		raw := k.Get(s.key)
		decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
			Result: s.value.Addr().Interface(), WeaklyTypedInput: true, ZeroFields: true,
			DecodeHook: mapstructure.ComposeDecodeHookFunc(
				mapstructure.StringToTimeDurationHookFunc(),
				splitList,
				mapstructure.TextUnmarshallerHookFunc(),
			),
		})
		if err == nil {
			err = decoder.Decode(raw)
		}
		if err != nil {
			if s.secret {
				return core.ErrorAt(core.Invalid, s.key, "this is not a value --%s takes", s.key)
			}
			return core.ErrorAt(core.Invalid, s.key, "%v is not a value --%s takes", raw, s.key)
		}
	}
	return nil
}

// splitList reads "a, b" as a list; an empty text is an empty list.
func splitList(from, to reflect.Type, value any) (any, error) {
	text, ok := value.(string)
	if !ok || to != reflect.TypeFor[[]string]() {
		return value, nil
	}
	list := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list, nil
}

// check refuses values that can be seen to be wrong without looking at anything else.
func (c *Config) check() error {
	var faults []*core.Error
	fault := func(key, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Invalid, key, format, args...))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		fault("addr", "%q is not HOST:PORT", c.Addr)
	}
	if _, err := c.Location(); err != nil {
		fault("timezone", "%q is not a zone of the IANA list, such as Africa/Douala", c.Timezone)
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			fault("public-url", "%q is not an http or https address", c.PublicURL)
		}
		c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	}
	if c.SMTP != "" && c.PublicURL == "" {
		fault("public-url", "--smtp needs it: what a request says of its own address is no ground for a link in a mail")
	}
	if len(c.Currency) != 3 || strings.Trim(c.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		fault("currency", "%q is not an ISO 4217 code such as USD", c.Currency)
	}
	if c.Secret != "" && len(c.Secret) < 32 {
		fault("secret", "it has %d characters, it needs 32", len(c.Secret))
	}
	for _, network := range c.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			fault("trusted-proxies", "%q is not a network such as 10.0.0.0/8", network)
		}
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		fault("log-level", "%q is not debug, info, warn or error", c.LogLevel)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		fault("log-format", "%q is not text or json", c.LogFormat)
	}
	c.checkNumbers(fault)
	return core.Join(faults...)
}

func (c *Config) checkNumbers(fault func(key, format string, args ...any)) {
	for key, d := range map[string]time.Duration{"request-timeout": c.RequestTimeout, "query-timeout": c.QueryTimeout, "export-life": c.ExportLife, "idle-timeout": c.IdleTimeout, "token-lifetime": c.TokenLifetime, "lockout-time": c.LockoutTime} {
		if d <= 0 {
			fault(key, "%s is not a time above zero", d)
		}
	}
	for key, d := range map[string]time.Duration{"stop-timeout": c.StopTimeout, "stop-delay": c.StopDelay} {
		if d < 0 {
			fault(key, "%s is below zero", d)
		}
	}
	if c.IdentityCache < 0 || c.IdentityCache > 5*time.Second {
		fault("identity-cache", "%s is not between 0 and 5s", c.IdentityCache)
	}
	if c.PageSize < 1 || c.PageLimit < c.PageSize {
		fault("page-size", "it has to be at least 1 and --page-limit at least as much; they are %d and %d", c.PageSize, c.PageLimit)
	}
	if c.BodyLimit < 1 || c.HeaderLimit < 1024 {
		fault("body-limit", "a body of %d and a header of %d bytes are too small to serve anybody", c.BodyLimit, c.HeaderLimit)
	}
	if c.ExportSpace < 1 || c.ExportJobs < 1 {
		fault("export-jobs", "%d jobs and %d bytes of --export-space do not suffice for one result", c.ExportJobs, c.ExportSpace)
	}
	if c.LockoutFailures < 0 || c.LockoutAddress < 0 || c.RateLimit < 0 || c.RateBurst < 1 {
		fault("rate-limit", "lock-out and rate settings cannot be below zero, and --rate-burst is at least 1")
	}
}

// Location gives the zone of the rows, nil when none is configured.
func (c *Config) Location() (*time.Location, error) {
	if c.Timezone == "" {
		return nil, nil
	}
	return time.LoadLocation(c.Timezone)
}
