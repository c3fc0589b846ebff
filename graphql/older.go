package graphql

import (
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/visitor"
)

// older has the fields the 1.4 line of the UI reads as plain values, and that are objects by
// now, each with the field that answers it.
var older = map[string]string{"insureeNumberValidity": "insureeNumberIsGood"}

// answerOlder turns the fields of older that select nothing to what answers them. The answer
// goes by the name that was asked for.
func answerOlder(document *ast.Document) {
	visitor.Visit(document, &visitor.VisitorOptions{Enter: func(p visitor.VisitFuncParams) (string, any) {
		if node, ok := p.Node.(*ast.Field); ok && node.SelectionSet == nil && older[node.Name.Value] != "" {
			asked := *node.Name
			if node.Alias == nil {
				node.Alias = &asked
			}
			node.Name = &ast.Name{Kind: asked.Kind, Loc: asked.Loc, Value: older[asked.Value]}
		}
		return visitor.ActionNoChange, nil
	}}, nil)
}

// insureeNumberIsGood leaves aside whether the number is taken: the form asks for the one a
// person has as well.
func insureeNumberIsGood(c *Call) (any, error) {
	return c.Numbers.Check(c.Args["insureeNumber"].(string)) == nil, nil
}
