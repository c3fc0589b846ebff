package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"
)

// Size is a number of bytes. In text it may have a unit: 512, 64kB, 10MB, 1GiB.
type Size int64

// UnmarshalText reads a number of bytes with or without a unit.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	if err != nil || n > 1<<40 {
		return fmt.Errorf("%q is not a size such as 10MB", text)
	}
	*s = Size(n)
	return nil
}

// String gives the size with its unit.
func (s Size) String() string { return humanize.Bytes(uint64(max(s, 0))) }

// setting is one field of Config with what its tags say.
type setting struct {
	key, fallback, help string
	secret              bool
	value               reflect.Value
}

func settings(c *Config) []setting {
	value := reflect.ValueOf(c).Elem()
	list := make([]setting, value.NumField())
	for i := range list {
		tag := value.Type().Field(i).Tag
		list[i] = setting{
			key: tag.Get("key"), fallback: tag.Get("default"), help: tag.Get("help"),
			secret: tag.Get("secret") == "true", value: value.Field(i),
		}
	}
	return list
}

// setDefault parses the default of the tag. A default that does not parse is a mistake in
// this package, which every test meets at once.
func (s setting) setDefault() {
	if s.fallback == "" {
		return
	}
	var parsed any
	var err error
	switch s.value.Interface().(type) {
	case string:
		parsed = s.fallback
	case []string:
		parsed = strings.Split(s.fallback, ",")
	case bool:
		parsed, err = strconv.ParseBool(s.fallback)
	case int:
		parsed, err = strconv.Atoi(s.fallback)
	case float64:
		parsed, err = strconv.ParseFloat(s.fallback, 64)
	case time.Duration:
		parsed, err = time.ParseDuration(s.fallback)
	case Size:
		var size Size
		err = size.UnmarshalText([]byte(s.fallback))
		parsed = size
	}
	if err != nil {
		panic("config: default of " + s.key + ": " + err.Error())
	}
	s.value.Set(reflect.ValueOf(parsed))
}

// Flags adds a flag for each of the named settings, for all of them when none is named,
// and --config.
func Flags(f *pflag.FlagSet, keys ...string) {
	f.SortFlags = false
	c := Default()
	wanted := map[string]bool{}
	for _, key := range keys {
		wanted[key] = true
	}
	f.String("config", "", "YAML file with settings, one a line, named like the flags [OPENIMIS_CONFIG]")
	for _, s := range settings(&c) {
		if len(keys) > 0 && !wanted[s.key] {
			continue
		}
		help := s.help + " [" + variable(s.key) + "]"
		switch v := s.value.Interface().(type) {
		case string:
			f.String(s.key, v, help)
		case []string:
			f.StringSlice(s.key, v, help)
		case bool:
			f.Bool(s.key, v, help)
		case int:
			f.Int(s.key, v, help)
		case float64:
			f.Float64(s.key, v, help)
		case time.Duration:
			f.Duration(s.key, v, help)
		case Size:
			f.String(s.key, s.fallback, help)
		}
	}
}

// Values gives every setting as text, for the log. Secrets are told only as set or not.
func (c Config) Values() map[string]string {
	values := map[string]string{}
	for _, s := range settings(&c) {
		text := fmt.Sprint(s.value.Interface())
		if s.secret && text != "" {
			text = "(set)"
		}
		values[s.key] = text
	}
	return values
}

func variable(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}
