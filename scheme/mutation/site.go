package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// mutant is one comparison changed in one way.
type mutant struct {
	site, change int // what the environment variable chooses it by
	file         string
	line         int
	function     string
	from, to     string // the comparison and what becomes of it, in one line each
	nth          int    // which of several alike in the function it is, from 1
}

// name tells a mutant from all others without its line, so that it stays the same when
// lines are added above.
func (m mutant) name() string {
	name := fmt.Sprintf("%s %s: %s -> %s", m.file, m.function, m.from, m.to)
	if m.nth > 1 {
		name += fmt.Sprintf(" (%d)", m.nth)
	}
	return name
}

// opposite gives the neighbour of each operator.
var opposite = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.LEQ, token.LEQ: token.LSS,
	token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND,
}

// comparing gives the neighbours of each method that compares; "!" in front negates. a is
// not after b where it is before or the same, so that Before and After stand in for the
// <= that times have not got.
var comparing = map[string][]string{
	"LessThan":           {"LessThanOrEqual"},
	"LessThanOrEqual":    {"LessThan"},
	"GreaterThan":        {"GreaterThanOrEqual"},
	"GreaterThanOrEqual": {"GreaterThan"},
	"Before":             {"!After", "!Before"},
	"After":              {"!Before", "!After"},
	"Equal":              {"!Equal"},
	"IsZero":             {"!IsZero"},
	"IsPositive":         {"!IsPositive", "!IsNegative"},
	"IsNegative":         {"!IsNegative", "!IsPositive"},
}

// source is one file of the rules on its way to a file of choices.
type source struct {
	name    string
	text    []byte
	set     *token.FileSet
	tree    *ast.File
	mutants []mutant
	next    int // the first site not used yet
	inside  string
	alike   map[string]int
	imports map[string]bool
}

// parse reads a file whose sites are counted from first.
func parse(name string, text []byte, first int) (*source, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &source{name: name, text: text, set: set, tree: tree, next: first, alike: map[string]int{}, imports: map[string]bool{}}
	for _, line := range tree.Imports {
		path := strings.Trim(line.Path.Value, `"`)
		s.imports[path[strings.LastIndex(path, "/")+1:]] = true
	}
	return s, nil
}

// choices gives the file with each comparison as a choice, and notes the mutants.
func (s *source) choices() string {
	var out strings.Builder
	done := s.tree.FileStart
	for _, declaration := range s.tree.Decls {
		s.inside = "var"
		if f, ok := declaration.(*ast.FuncDecl); ok {
			s.inside = f.Name.Name
		}
		out.Write(s.between(done, declaration.Pos()))
		out.WriteString(s.rewritten(declaration))
		done = declaration.End()
	}
	out.Write(s.between(done, s.tree.FileEnd))
	return out.String()
}

func (s *source) between(from, to token.Pos) []byte {
	return s.text[s.set.Position(from).Offset:s.set.Position(to).Offset]
}

// rewritten gives the text of a node with the comparisons below it rewritten.
func (s *source) rewritten(node ast.Node) string {
	var out strings.Builder
	done := node.Pos()
	ast.Inspect(node, func(n ast.Node) bool {
		expression, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := s.choice(expression)
		if !ok {
			return true
		}
		out.Write(s.between(done, n.Pos()))
		out.WriteString(text)
		done = n.End()
		return false
	})
	out.Write(s.between(done, node.End()))
	return out.String()
}

// choice gives the text that stands for a comparison; ok is false for anything else.
func (s *source) choice(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		to, ok := opposite[e.Op]
		if !ok {
			return "", false
		}
		before, after := s.operands(e)
		site := s.site(e.OpPos, before+" "+e.Op.String()+" "+after, before+" "+to.String()+" "+after)
		left, right := s.rewritten(e.X), s.rewritten(e.Y)
		switch e.Op {
		case token.LAND, token.LOR: // the right side must not be asked for nothing, nor written twice
			return fmt.Sprintf("mutatedLogic(%d, %t, %s, func() bool { return %s })", site, e.Op == token.LAND, left, right), true
		}
		return fmt.Sprintf("(mutated(%d) == 0 && (%s %s %s) || mutated(%[1]d) == 1 && (%[2]s %[5]s %[4]s))", site, left, e.Op, right, to), true
	case *ast.CallExpr:
		return s.method(e)
	}
	return "", false
}

// operands gives what stands before and after an operator. Of a chain of && and || only
// the last link is given, so that a mutant is told in a line.
func (s *source) operands(e *ast.BinaryExpr) (before, after string) {
	before, after = flat(s.between(e.X.Pos(), e.X.End())), flat(s.between(e.Y.Pos(), e.Y.End()))
	if link, ok := e.X.(*ast.BinaryExpr); ok && (link.Op == token.LAND || link.Op == token.LOR) {
		before = "… " + flat(s.between(link.Y.Pos(), link.Y.End()))
	}
	return before, after
}

// method is choice for a method that compares.
func (s *source) method(e *ast.CallExpr) (text string, ok bool) {
	callee, ok := e.Fun.(*ast.SelectorExpr)
	if !ok || len(e.Args) > 1 {
		return "", false
	}
	if owner, plain := callee.X.(*ast.Ident); plain && s.imports[owner.Name] {
		return "", false // a function of a package
	}
	neighbours := comparing[callee.Sel.Name]
	if neighbours == nil {
		return "", false
	}
	written := func(method, owner, arguments string) string {
		bare := strings.TrimPrefix(method, "!")
		return method[:len(method)-len(bare)] + owner + "." + bare + arguments
	}
	var changed []string
	for _, to := range neighbours {
		changed = append(changed, written(to, flat(s.between(callee.X.Pos(), callee.X.End())), flat(s.between(e.Lparen, e.End()))))
	}
	site := s.site(callee.Sel.Pos(), flat(s.between(e.Pos(), e.End())), changed...)
	owner, arguments := s.rewritten(callee.X), "("
	for _, argument := range e.Args {
		arguments += s.rewritten(argument)
	}
	arguments += ")"
	text = fmt.Sprintf("(mutated(%d) == 0 && %s", site, written(callee.Sel.Name, owner, arguments))
	for i, to := range neighbours {
		text += fmt.Sprintf(" || mutated(%d) == %d && %s", site, i+1, written(to, owner, arguments))
	}
	return text + ")", true
}

// site notes what a comparison may become and gives its number.
func (s *source) site(at token.Pos, from string, changed ...string) int {
	for i, to := range changed {
		m := mutant{site: s.next, change: i + 1, file: s.name, line: s.set.Position(at).Line, function: s.inside, from: from, to: to, nth: 1}
		s.alike[m.name()]++
		m.nth = s.alike[m.name()]
		s.mutants = append(s.mutants, m)
	}
	s.next++
	return s.next - 1
}

// flat puts a piece of source on one line.
func flat(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
