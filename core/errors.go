package core

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure an Error is. A door maps it to its own language:
// an HTTP status with an OperationOutcome, or a GraphQL error.
type Code string

// The codes, each with the HTTP status the doors answer it with.
const (
	Invalid            Code = "invalid"             // 400: the request cannot be understood
	Unauthenticated    Code = "unauthenticated"     // 401: no or wrong credentials
	Forbidden          Code = "forbidden"           // 403: signed in, but without the right
	NotFound           Code = "not-found"           // 404: no such thing in the caller's scope
	MethodNotAllowed   Code = "method-not-allowed"  // 405: the thing exists, the verb does not
	NotAcceptable      Code = "not-acceptable"      // 406: no common format
	Conflict           Code = "conflict"            // 409: the state of the thing forbids it
	Gone               Code = "gone"                // 410: it was there and was deleted
	PreconditionFailed Code = "precondition-failed" // 412: If-Match or a condition did not hold
	TooLarge           Code = "too-large"           // 413: body beyond the limit
	UnsupportedMedia   Code = "unsupported-media"   // 415: body in a format not understood
	Unprocessable      Code = "unprocessable"       // 422: understood, but a rule forbids it
	TooMany            Code = "too-many"            // 429: rate limit or lock-out
	Internal           Code = "internal"            // 500: a bug
	Unavailable        Code = "unavailable"         // 503: database away, time-out or full queue
	TooCostly          Code = "too-costly"          // 503: what is asked takes more time than it may
)

// Error is the one error type of the program. Path names the element at fault in the
// words of the door the request came through (a FHIRPath location, a parameter, a CSV
// cell); Message says what is wrong and, where it helps, what to do. Cause is for the
// log and never shown to a client. More holds further faults found in the same request.
type Error struct {
	Code    Code
	Message string
	Path    string
	Cause   error
	More    []*Error
}

// Error renders code, path and message of the first fault and counts the others.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	if len(e.More) > 0 {
		fmt.Fprintf(&b, " (and %d more)", len(e.More))
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// All lists the error itself and the further faults.
func (e *Error) All() []*Error { return append([]*Error{e}, e.More...) }

// Errorf makes an Error of the code with a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrorAt makes an Error of the code that names the element at fault.
func ErrorAt(code Code, path, format string, args ...any) *Error {
	return &Error{Code: code, Path: path, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error of the code around a cause. It gives nil for a nil cause and keeps
// a cause that is an *Error already.
func Wrap(code Code, cause error, format string, args ...any) error {
	if cause == nil {
		return nil
	}
	var known *Error
	if errors.As(cause, &known) {
		return cause
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// Join makes one Error of several faults: nil for none, the first with the others in More
// otherwise. The code is that of the first.
func Join(faults ...*Error) error {
	if len(faults) == 0 {
		return nil
	}
	first := *faults[0]
	first.More = append(append([]*Error(nil), first.More...), faults[1:]...)
	return &first
}

// CodeOf gives the code of an error: that of the *Error inside it, Internal otherwise.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
