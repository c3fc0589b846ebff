package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// What a sender wrote beyond the columns can be searched where it is an identifier, a tag,
// a security label or a source. Each of them makes words, one for each way to ask for it,
// and persistence keeps the words of live rows in a table with an index.
//
// An identifier whose value is a column may have a system or a type in the residue. The
// column may change past this program, so that such a word says the system alone, and a
// search compares the column besides.

// The ways to ask.
const (
	byAny         = "any"    // of the parameter at all
	byValue       = "value"  // value
	byToken       = "token"  // system|value, |value
	bySystem      = "system" // system|
	byKind        = "kind"   // of-type
	ofColumn      = "column" // system of an identifier whose value is a column
	ofColumnKind  = "column-kind"
	ofColumnKnown = "column-known" // an identifier whose value is a column has a system
)

// word makes the word of something said under a search parameter of a resource type, of
// rows of the holder.
func word(holder, resource, param, way string, said ...string) string {
	sum := sha256.Sum256([]byte(holder + "\x00" + resource + "\x00" + param + "\x00" + way + "\x00" + strings.Join(said, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// metaParams are the search parameters on what no column holds of meta.
var metaParams = []search.Param{
	{Name: "_tag", Type: search.Token, Path: "meta.tag", Definition: "http://hl7.org/fhir/SearchParameter/Resource-tag",
		Documentation: "A tag its sender gave it."},
	{Name: "_security", Type: search.Token, Path: "meta.security", Definition: "http://hl7.org/fhir/SearchParameter/Resource-security",
		Documentation: "A security label its sender gave it."},
	{Name: "_source", Type: search.URI, Path: "meta.source", Definition: "http://hl7.org/fhir/SearchParameter/Resource-source",
		Documentation: "Where its sender says that it comes from."},
}

func isMetaParam(name string) bool {
	return slices.ContainsFunc(metaParams, func(p search.Param) bool { return p.Name == name })
}

func init() { // an init, since what writes rows is below and has to know before any is written
	persistence.Spell(persistence.Spelling{Version: "1", Mark: `"` + ResidueKey + `"`, Holders: holders, Words: wordsKept})
}

// holders are the tables whose rows keep residues that can be searched.
var holders = []string{
	"tblInsuree", "tblFamilies", "tblLocations", "tblHF", "tblClaimAdmin", "tblOfficer", "tblClaim", "tblInsureePolicy", "tblPolicy",
	"tblItems", "tblServices", "tblProduct", "tblPaymentInvoice", "tblSubscription",
}

// wordsKept gives the words of all that a JsonExt document keeps.
func wordsKept(table string, document persistence.JSON) []string {
	if !strings.Contains(string(document), `"`+ResidueKey+`"`) {
		return nil
	}
	var kept struct {
		Residues map[string]string `json:"_fhir"`
	}
	if json.Unmarshal([]byte(document), &kept) != nil {
		return nil
	}
	var words []string
	for resource, text := range kept.Residues {
		if strings.HasPrefix(resource, beside) {
			continue
		}
		if patch, err := fhir.ParseJSON([]byte(text)); err == nil {
			s := speller{holder: table, resource: resource}
			s.identifiers(patch.Object("identifier"))
			s.meta(patch.Object("meta"))
			words = append(words, s.words...)
		}
	}
	return words
}

// speller gathers the words of one residue.
type speller struct {
	holder, resource string
	words            []string
}

func (s *speller) add(param, way string, said ...string) {
	s.words = append(s.words, word(s.holder, s.resource, param, way, said...))
}

// token adds the words of something with a system and a value.
func (s *speller) token(param, system, value string) {
	if value == "" && system == "" {
		return
	}
	s.add(param, byAny)
	if value != "" {
		s.add(param, byValue, value)
		s.add(param, byToken, system, value)
	}
	if system != "" {
		s.add(param, bySystem, system)
	}
}

// identifiers reads the operation on the list of identifiers.
func (s *speller) identifiers(op *fhir.Object) {
	for _, sent := range added(op) {
		system, value := canonicalURL(sent.String("system")), sent.String("value")
		s.token("identifier", system, value)
		for _, kind := range codingsOf(sent.Object("type").List("coding")) {
			s.add("identifier", byKind, kind.system, kind.code, value)
		}
	}
	for _, entry := range objectsOf(op.List("l")) {
		changed := entry.Object("o")
		if system := text(changed.Object("system")); system != "" {
			s.add("identifier", ofColumn, canonicalURL(system))
			s.add("identifier", ofColumnKnown)
			s.add("identifier", bySystem, canonicalURL(system))
		}
		codings := changed.Object("type").Object("o").Object("coding")
		for _, kind := range codingsOf(asList(added(codings))) {
			s.add("identifier", ofColumnKind, kind.system, kind.code)
		}
	}
}

// meta reads the operation on meta, of which no column holds anything.
func (s *speller) meta(op *fhir.Object) {
	sent, _ := op.Get("+").(*fhir.Object)
	changed := op.Object("o")
	for param, name := range map[string]string{"_tag": "tag", "_security": "security"} {
		for _, one := range codingsOf(append(slices.Clone(sent.List(name)), asList(added(changed.Object(name)))...)) {
			s.token(param, one.system, one.code)
		}
	}
	for _, source := range []string{sent.String("source"), text(changed.Object("source"))} {
		if source != "" {
			s.add("_source", byAny)
			s.add("_source", byValue, source)
		}
	}
}

// text gives what an operation puts in the place of a text, "" for nothing.
func text(op *fhir.Object) string {
	if sent := op.String("+"); sent != "" {
		return sent
	}
	return op.String("=")
}

// added gives the objects an operation on a list adds to what the columns render.
func added(op *fhir.Object) []*fhir.Object {
	if sent := op.List("+"); sent != nil {
		return objectsOf(sent)
	}
	if sent := op.List("="); sent != nil {
		return objectsOf(sent)
	}
	var found []*fhir.Object
	for _, entry := range objectsOf(op.List("l")) {
		if sent, is := entry.Get("+").(*fhir.Object); is {
			found = append(found, sent)
		}
	}
	return found
}

func objectsOf(list []any) []*fhir.Object {
	var found []*fhir.Object
	for _, one := range list {
		if o, is := one.(*fhir.Object); is && o != nil {
			found = append(found, o)
		}
	}
	return found
}

func asList(objects []*fhir.Object) []any {
	list := make([]any, len(objects))
	for i := range objects {
		list[i] = objects[i]
	}
	return list
}

type systemCode struct{ system, code string }

func codingsOf(list []any) []systemCode {
	var found []systemCode
	for _, o := range objectsOf(list) {
		found = append(found, systemCode{canonicalURL(o.String("system")), o.String("code")})
	}
	return found
}

// spelt gives the words that answer a value of a parameter.
func (c *Catalogue) spelt(param string, modifier search.Modifier, v search.Value) []string {
	system := canonicalURL(v.System)
	switch {
	case modifier == search.OfType:
		return []string{word(c.Holder, c.Resource, param, byKind, canonicalURL(v.OfSystem), v.OfCode, v.Text)}
	case v.AnyCode:
		return []string{word(c.Holder, c.Resource, param, bySystem, system)}
	case v.HasSystem:
		return []string{word(c.Holder, c.Resource, param, byToken, system, v.Text)}
	}
	return []string{word(c.Holder, c.Resource, param, byValue, v.Text)}
}

// said makes the predicate of a parameter that only the words answer.
func (c *Catalogue) said(q *search.Clause) (clause.Expression, error) {
	if c.Holder == "" { // no row says anything
		if q.Modifier == search.Not || q.Modifier == search.Missing && q.Missing {
			return not{persistence.Nothing()}, nil
		}
		return persistence.Nothing(), nil
	}
	key := persistence.Column(c.Table, c.HolderKey)
	var words []string
	switch q.Modifier {
	case search.Missing:
		any := persistence.Spelt(key, c.Holder, word(c.Holder, c.Resource, q.Param.Name, byAny))
		if q.Missing {
			return not{any}, nil
		}
		return any, nil
	case search.NoModifier, search.Not, search.Below: // no list of codes here has codes under others
		for _, v := range q.Values {
			words = append(words, c.spelt(q.Param.Name, q.Modifier, v)...)
		}
	default:
		return nil, core.ErrorAt(core.Invalid, q.Param.Name, "the modifier %q is not supported on this parameter", q.Modifier)
	}
	any := persistence.Spelt(key, c.Holder, words...)
	if q.Modifier == search.Not {
		return not{any}, nil
	}
	return any, nil
}

// identified makes the predicate of identifiers, which stand in columns and among words.
func (c *Catalogue) identified(q *search.Clause, columns []searched) (clause.Expression, error) {
	var any anyOf
	var words []string
	for _, v := range q.Values {
		for _, column := range columns {
			if match := c.identifier(column, q.Modifier, v); !persistence.IsNothing(match) {
				any = append(any, match)
			}
		}
		words = append(words, c.spelt("identifier", q.Modifier, v)...)
	}
	var found clause.Expression = any
	switch {
	case c.Holder != "" && len(any) > 0:
		plain := persistence.Query{Where: []clause.Expression{any}}
		for _, column := range columns {
			if column.Table != "" {
				c.join(column.Table, &plain)
			}
		}
		found = persistence.SpeltOr(persistence.Column(c.Table, c.HolderKey), modelOf(c.Table), c.Holder, words, plain)
	case c.Holder != "":
		found = persistence.Spelt(persistence.Column(c.Table, c.HolderKey), c.Holder, words...)
	case len(any) == 0:
		found = persistence.Nothing()
	}
	if q.Modifier == search.Not {
		return not{settled(found)}, nil
	}
	return found, nil
}

// identifier makes the predicate that the identifier in a column is the one asked for.
func (c *Catalogue) identifier(s searched, modifier search.Modifier, v search.Value) clause.Expression {
	spelt := func(way string, said ...string) clause.Expression {
		if c.Holder == "" || s.holds == holdsUUID { // the server's own identifier is as it is
			return persistence.Nothing()
		}
		return persistence.Spelt(persistence.Column(c.Table, c.HolderKey), c.Holder, word(c.Holder, c.Resource, "identifier", way, said...))
	}
	equals := s.equals(v.Text)
	if modifier != search.OfType && v.System != "" && SameSystem(ownSystem(c.Resource, s.kind()), v.System) {
		if v.AnyCode {
			return missing([]searched{s}, false)
		}
		return equals
	}
	if v.AnyCode || persistence.IsNothing(equals) {
		return persistence.Nothing()
	}
	with := func(condition clause.Expression) clause.Expression {
		if persistence.IsNothing(condition) {
			return condition
		}
		return allOf{equals, condition}
	}
	switch {
	case modifier == search.OfType:
		if SameSystem(systemIdentifiers, v.OfSystem) && v.OfCode == s.kind() {
			return equals
		}
		return with(spelt(ofColumnKind, canonicalURL(v.OfSystem), v.OfCode))
	case v.System != "":
		return with(spelt(ofColumn, canonicalURL(v.System)))
	case v.HasSystem:
		if known := spelt(ofColumnKnown); !persistence.IsNothing(known) {
			return allOf{equals, not{known}}
		}
	}
	return equals
}

// kind is the kind of the identifiers in a column.
func (s searched) kind() string {
	if s.holds == holdsUUID {
		return kindUUID
	}
	return kindCode
}
