package rest

import "strings"

// preferences are what the client asks in Prefer. What is not understood is passed over,
// as RFC 7240 has it.
type preferences struct {
	answer  string // minimal, representation, OperationOutcome; "" for the default
	lenient bool
	strict  bool
	async   bool // to come back for the answer
}

// readPrefer reads the Prefer headers. https://hl7.org/fhir/R4/http.html#ops
func readPrefer(headers []string) preferences {
	var p preferences
	for _, header := range headers {
		for _, part := range strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ';' }) {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "return":
				for _, known := range []string{"minimal", "representation", "OperationOutcome"} {
					if strings.EqualFold(value, known) && p.answer == "" {
						p.answer = known
					}
				}
			case "respond-async":
				p.async = true
			case "handling":
				p.lenient = strings.EqualFold(value, "lenient")
				p.strict = strings.EqualFold(value, "strict")
			}
		}
	}
	return p
}
