package core

import "net/http"

// statuses is what the HTTP doors answer each code with.
var statuses = map[Code]int{
	Invalid:            http.StatusBadRequest,
	Unauthenticated:    http.StatusUnauthorized,
	Forbidden:          http.StatusForbidden,
	NotFound:           http.StatusNotFound,
	MethodNotAllowed:   http.StatusMethodNotAllowed,
	NotAcceptable:      http.StatusNotAcceptable,
	Conflict:           http.StatusConflict,
	Gone:               http.StatusGone,
	PreconditionFailed: http.StatusPreconditionFailed,
	TooLarge:           http.StatusRequestEntityTooLarge,
	UnsupportedMedia:   http.StatusUnsupportedMediaType,
	Unprocessable:      http.StatusUnprocessableEntity,
	TooMany:            http.StatusTooManyRequests,
	Internal:           http.StatusInternalServerError,
	Unavailable:        http.StatusServiceUnavailable,
	TooCostly:          http.StatusServiceUnavailable,
}

// Status gives the HTTP status for the code; 500 for a code nobody declared.
func (c Code) Status() int {
	if status := statuses[c]; status != 0 {
		return status
	}
	return http.StatusInternalServerError
}

// CodeOfStatus gives the code an HTTP status stands for, Internal for those without one.
func CodeOfStatus(status int) Code {
	for code, s := range statuses {
		if s == status && code != TooCostly { // Unavailable has the same
			return code
		}
	}
	return Internal
}
