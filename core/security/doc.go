// Package security says who sends a request: passwords of the legacy user table, HTTP
// Basic, signed tokens, lock-out after wrong passwords and limits on the number of
// requests.
//
// It knows users only through core.UserStore and answers with a core.Principal; what the
// principal may see or do is decided elsewhere. It must never know a resource, a table or
// a right by its number.
//
// Basic: https://www.rfc-editor.org/rfc/rfc7617. Bearer: https://www.rfc-editor.org/rfc/rfc6750.
// Tokens: https://www.rfc-editor.org/rfc/rfc7519, signed as https://www.rfc-editor.org/rfc/rfc7518#section-3.2 says.
package security
