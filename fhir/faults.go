package fhir

import (
	"errors"
	"fmt"

	"github.com/openimis/openimis-go/core"
)

// maxFaults is how many faults of one resource are reported.
const maxFaults = 20

// fault is the issue type of a fault found by the codec. It travels as the cause of the
// core.Error, whose own code only knows the HTTP status.
// https://hl7.org/fhir/R4/valueset-issue-type.html
type fault string

const (
	structureFault fault = "structure"
	requiredFault  fault = "required"
	valueFault     fault = "value"
	codeFault      fault = "code-invalid"
	tooLongFault   fault = "too-long"
	invariantFault fault = "invariant"
	ruleFault      fault = "business-rule"
)

// Error names the issue type, so that the log shows it.
func (f fault) Error() string { return string(f) }

func faulty(code core.Code, path string, kind fault, format string, args ...any) *core.Error {
	return &core.Error{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Cause: kind}
}

// UnknownCode makes an error whose issue is a code-invalid, for what asks about codes and
// systems nobody knows here.
func UnknownCode(code core.Code, message string) *core.Error {
	return faulty(code, "", codeFault, "%s", message)
}

// issueType gives the issue type a fault of the codec carries.
func issueType(err error) (fault, bool) {
	var f fault
	ok := errors.As(err, &f)
	return f, ok
}

// join makes one error of the faults, those that make the resource unreadable first, since
// the code of the first becomes the answer's status.
func join(faults []*core.Error) error {
	sorted := make([]*core.Error, 0, len(faults))
	for _, f := range faults {
		if f.Code == core.Invalid {
			sorted = append(sorted, f)
		}
	}
	for _, f := range faults {
		if f.Code != core.Invalid {
			sorted = append(sorted, f)
		}
	}
	if len(sorted) > maxFaults {
		sorted = sorted[:maxFaults]
	}
	return core.Join(sorted...)
}

// errString keeps an error of another package as a cause without its code.
func errString(err error) error { return errors.New(err.Error()) }
