package graphql

import (
	"github.com/openimis/openimis-go/core"
)

// signOn are the mutations of the log-in page and of the clock that keeps a session alive.
var signOn = []Mutation{
	{Field: Field{SDL: "tokenAuth(username: String!, password: String!): OpenimisObtainJSONWebToken", Open: true, Resolve: tokenAuth}},
	{Field: Field{SDL: "verifyToken(token: String): Verify", Open: true, Resolve: verifyToken}},
	{Field: Field{SDL: "refreshToken(token: String): Refresh", Open: true, Resolve: func(c *Call) (any, error) {
		return granted(core.SessionOf(c.Context).Renew(c.Context))
	}}},
	{Field: Field{SDL: "revokeToken(refreshToken: String): Revoke", Open: true, Resolve: func(c *Call) (any, error) {
		return map[string]any{"revoked": c.Clock.Now().Unix()}, nil
	}}},
	{Field: Field{SDL: "deleteTokenCookie: DeleteJSONWebTokenCookie", Open: true, Resolve: func(c *Call) (any, error) {
		return map[string]any{"deleted": core.SessionOf(c.Context).SignOff()}, nil
	}}},
	{Field: Field{SDL: "deleteRefreshTokenCookie: DeleteRefreshTokenCookie", Open: true, Resolve: func(*Call) (any, error) {
		return map[string]any{"deleted": false}, nil // there is only one cookie
	}}},
	{Field: Field{SDL: "getCsrfToken: GetCsrfToken", Open: true, Resolve: func(c *Call) (any, error) {
		return map[string]any{"csrfToken": core.SessionOf(c.Context).Mark()}, nil
	}}},
}

// signOnTypes are what those mutations answer: maps.
var signOnTypes = []Object{
	{Name: "OpenimisObtainJSONWebToken", Fields: grantFields},
	{Name: "Refresh", Fields: grantFields},
	{Name: "Verify", Fields: []Field{In("payload: GenericScalar!")}},
	{Name: "Revoke", Fields: []Field{In("revoked: Int!")}},
	{Name: "DeleteJSONWebTokenCookie", Fields: []Field{In("deleted: Boolean!")}},
	{Name: "DeleteRefreshTokenCookie", Fields: []Field{In("deleted: Boolean!")}},
	{Name: "GetCsrfToken", Fields: []Field{In("csrfToken: String")}},
}

var grantFields = []Field{In("payload: GenericScalar!"), In("refreshExpiresIn: Int!"), In("token: String!")}

// In makes a field that is an entry of a map, as answers that are no rows are.
func In(sdl string) Field {
	name := fieldOf(sdl).Name.Value
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		values, _ := c.Source.(map[string]any)
		return plain(values[name]), nil
	}}
}

// tokenAuth signs on. The word for a wrong password is the one the log-in page translates;
// it comes with status 200, at which the page reads it.
func tokenAuth(c *Call) (any, error) {
	grant, err := core.SessionOf(c.Context).SignOn(c.Context, c.Args["username"].(string), c.Args["password"].(string))
	if core.CodeOf(err) == core.Unauthenticated && err != nil {
		return nil, core.Errorf(core.Invalid, "INCORRECT_CREDENTIALS")
	}
	return granted(grant, err)
}

func verifyToken(c *Call) (any, error) {
	token, _ := c.Args["token"].(string)
	grant, err := core.SessionOf(c.Context).Check(c.Context, token)
	if err != nil {
		return nil, err
	}
	return map[string]any{"payload": payloadOf(grant)}, nil
}

func granted(grant core.Grant, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"payload": payloadOf(grant), "token": grant.Token, "refreshExpiresIn": int(grant.Renewals.Unix())}, nil
}

func payloadOf(grant core.Grant) map[string]any {
	return map[string]any{"username": grant.Username, "exp": grant.Expires.Unix(), "origIat": grant.Issued.Unix()}
}
