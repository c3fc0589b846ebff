package rest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// matching is the operation $match of a type of people.
// https://hl7.org/fhir/R4/patient-operation-match.html
func matching(o *offer) Operation {
	return Operation{
		Name: "match", Definition: "http://hl7.org/fhir/OperationDefinition/" + o.Name + "-match", OnType: true,
		Documentation: "Who the person described in resource may be, the likeliest first, each with a score and a grade. " +
			"An identifier, or a name with another name or a birth date, is needed.",
		Parameters: []OperationParameter{
			Takes("resource", "Resource", "A "+o.Name+" that describes the person.").Needed(), Takes("onlyCertainMatches", "boolean", "One certain match, or none."),
			Takes("count", "integer", "Matches at most."), Gives("return", "Bundle", "A searchset, each entry with score and grade.").Needed(),
		},
		answer: (*call).findMatches,
	}
}

// extGrade is the extension with the grade of a match.
const extGrade = "http://hl7.org/fhir/StructureDefinition/match-grade"

// findMatches answers POST [base]/[type]/$match with a searchset. Errors: core.Invalid for wrong
// parameters; core.Unprocessable for a description that is not enough.
func (k *call) findMatches(in *Invocation) (*answer, error) {
	if err := in.Only("resource", "onlyCertainMatches", "count"); err != nil {
		return nil, err
	}
	certain, err := in.flag("onlyCertainMatches")
	if err != nil {
		return nil, err
	}
	count, err := k.matchCount(in)
	if err != nil {
		return nil, err
	}
	described, place, err := resourceIn(in)
	switch {
	case err != nil:
		return nil, err
	case described == nil:
		return nil, core.ErrorAt(core.Invalid, "resource", "a %s that describes the person is needed", k.t.Name)
	case described.String("resourceType") != k.t.Name:
		return nil, core.ErrorAt(core.Invalid, "resource", "a %s is needed, not a %s", k.t.Name, clip(described.String("resourceType")))
	}
	found, err := k.t.matcher.Candidates(k.ctx, described)
	if err != nil {
		return nil, fhir.Relocate(err, k.t.Name, place)
	}
	b := &bundle{kind: "searchset", base: k.url(), links: []link{{"self", k.url() + "/" + k.t.Name + "/$match"}}}
	b.entries, err = k.rank(described, found, certain)
	if err != nil {
		return nil, err
	}
	if certain && len(b.entries) > 1 { // two who are certain leave it open who is meant
		b.entries = []bundleEntry{{mode: "outcome", urn: uuid.New().URN(), Entry: &fhir.Entry{Resource: &fhir.Resource{Typed: fhir.Warnings(
			core.Errorf(core.Conflict, "%d instances match with certainty, so that none does alone", len(b.entries)))}}}}
	}
	b.entries = b.entries[:min(len(b.entries), count)]
	matches := len(b.entries)
	if matches > 0 && b.entries[0].mode == "outcome" {
		matches = 0
	}
	b.total = &matches
	return &answer{status: http.StatusOK, bundle: b}, nil
}

// rank scores the candidates and leaves those that may be meant, the likeliest first; of
// equals the one with the smaller id.
func (k *call) rank(described *fhir.Object, found []*fhir.Entry, certain bool) ([]bundleEntry, error) {
	sent := likenessOf(described)
	var list []bundleEntry
	for _, e := range found {
		held, err := e.Resource.Object(fhir.EncodeOptions{})
		if err != nil {
			return nil, err
		}
		m := sent.compare(likenessOf(held))
		if m.grade == "" || certain && m.grade != certainMatch {
			continue
		}
		list = append(list, bundleEntry{Entry: e, typ: k.t.Name, mode: "match", grade: m.grade, points: m.points})
	}
	slices.SortFunc(list, func(a, b bundleEntry) int {
		if a.points != b.points {
			return b.points - a.points
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

func (k *call) matchCount(in *Invocation) (int, error) {
	b := &k.s.base
	most := orElse(b.MaxCount, search.DefaultMaxCount)
	text, err := in.Text("count")
	if text == "" || err != nil {
		return min(orElse(b.Count, search.DefaultCount), most), err
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 {
		return 0, core.ErrorAt(core.Invalid, "count", "%s is no number of matches", clip(strconv.Quote(text)))
	}
	return min(count, most), nil
}

// flag gives a parameter that is true or false, false when there is none.
// Errors: core.Invalid.
func (in *Invocation) flag(name string) (bool, error) {
	text, err := in.Text(name)
	switch {
	case err != nil:
		return false, err
	case text == "true":
		return true, nil
	case text == "" || text == "false":
		return false, nil
	}
	return false, core.ErrorAt(core.Invalid, name, "%s is true or false, not %s", name, clip(strconv.Quote(text)))
}
