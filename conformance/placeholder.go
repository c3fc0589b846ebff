package conformance

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// placeholders are the values Touchstone makes up: C letters, D digits and CD both, as many
// as the number says, the same wherever a script names them; UUIDs; and dates from today.
// https://touchstone.aegis.net/touchstone/userguide/html/testscript-authoring/placeholders.html
type placeholders struct {
	now    time.Time
	values map[string]string
}

var drawn = regexp.MustCompile(`^(CD|CN|C|D)([0-9]{0,2})$`)

const (
	letters = "abcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
)

// value gives what a placeholder stands for. known is false for a name that is none.
// relative gives the value of a variable, for dates relative to it.
func (p *placeholders) value(name string, relative func(string) (string, error)) (value string, known bool, err error) {
	if m := drawn.FindStringSubmatch(name); m != nil {
		return p.drawn(name, m[1], m[2]), true, nil
	}
	parts := strings.Split(name, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	switch parts[0] {
	case "UUID", "UUID-NODASH":
		return uuid(strings.HasSuffix(name, "NODASH")), true, nil
	case "UUID-ST", "UUID-ST-NODASH":
		if p.values[name] == "" {
			p.values[name] = uuid(strings.HasSuffix(name, "NODASH"))
		}
		return p.values[name], true, nil
	case "CURRENTDATE", "CURRENTDATETIME":
		value, err = shifted(p.now, parts[0] == "CURRENTDATETIME", parts[1:])
		return value, true, err
	case "DATE", "DATETIME":
		if len(parts) < 2 {
			return "", false, nil
		}
		from, err := relative(parts[1])
		if err != nil {
			return "", true, err
		}
		start, err := moment(from)
		if err != nil {
			return "", true, fmt.Errorf("%s is %q, which is no date", parts[1], from)
		}
		value, err = shifted(start, parts[0] == "DATETIME", parts[2:])
		return value, true, err
	}
	return "", false, nil
}

func (p *placeholders) drawn(name, kind, number string) string {
	if p.values[name] != "" {
		return p.values[name]
	}
	length, err := strconv.Atoi(number)
	if err != nil || length == 0 {
		length = 1
	}
	alphabet := map[string]string{"C": letters, "D": digits}[kind]
	if alphabet == "" {
		alphabet = letters + digits
	}
	bytes := make([]byte, length)
	_, _ = rand.Read(bytes)
	for i := range bytes {
		bytes[i] = alphabet[int(bytes[i])%len(alphabet)]
	}
	if kind != "C" && bytes[0] == '0' { // a leading zero gets lost in numbers
		bytes[0] = '1'
	}
	p.values[name] = string(bytes)
	return p.values[name]
}

func uuid(bare bool) string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	if bare {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date", text)
}

// shifted moves a time by pairs of a portion, of yMdHms, and a number.
func shifted(t time.Time, withTime bool, offsets []string) (string, error) {
	if len(offsets)%2 != 0 {
		return "", fmt.Errorf("an offset needs a portion (y, M, d, H, m or s) and a number")
	}
	for i := 0; i < len(offsets); i += 2 {
		n, err := strconv.Atoi(offsets[i+1])
		if err != nil {
			return "", fmt.Errorf("the offset %q is no number", offsets[i+1])
		}
		switch offsets[i] {
		case "y":
			t = t.AddDate(n, 0, 0)
		case "M":
			t = t.AddDate(0, n, 0)
		case "d", "D":
			t = t.AddDate(0, 0, n)
		case "H":
			t = t.Add(time.Duration(n) * time.Hour)
		case "m":
			t = t.Add(time.Duration(n) * time.Minute)
		case "s":
			t = t.Add(time.Duration(n) * time.Second)
		default:
			return "", fmt.Errorf("the portion %q is none of y, M, d, H, m and s", offsets[i])
		}
	}
	if withTime {
		return t.Format("2006-01-02T15:04:05.000Z07:00"), nil
	}
	return t.Format("2006-01-02"), nil
}
