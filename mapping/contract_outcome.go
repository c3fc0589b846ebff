package mapping

import (
	"fmt"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// contractOutcome holds what a Contract says against the policy as it has become.
type contractOutcome struct {
	view          *View
	parts         *ContractParts
	before, after *persistence.Policy // before is nil for a new one
	faults        []*core.Error
}

// Against refuses whatever a Contract says that the policy does not, so that nothing is
// dropped in silence. after is the policy as the rules made it; before, as it was shown
// until now, nil for a new one: who repeats what was shown has asked for nothing. Both
// need what ContractOf needs, and family its live Members.
// Errors: core.Unprocessable naming the elements, with both values.
func (parts *ContractParts) Against(v *View, rows *ContractRows, family []persistence.Insuree, before, after *persistence.Policy) error {
	o := &contractOutcome{view: v, parts: parts, before: before, after: after}
	o.status()
	if renewal := plain(after.PolicyStage) == stageRenewal; parts.Renewal != nil && *parts.Renewal != renewal {
		o.fault("Contract.legalState", "the policy is %s, not %s", legalOf(renewal), legalOf(*parts.Renewal))
	}
	if before != nil {
		if rows.Family != nil && rows.Family.FamilyID != before.FamilyID {
			o.fault(parts.Paths["family"], "the policy was sold to Group/%s, and cannot pass to Group/%s", before.Family.FamilyUUID, rows.Family.FamilyUUID)
		}
		if rows.Product != nil && rows.Product.ProdID != before.ProdID {
			o.fault(pathProduct, "the policy is of InsurancePlan/%s, and cannot become one of InsurancePlan/%s", before.Product.ProdUUID, rows.Product.ProdUUID)
		}
	}
	if parts.Issued {
		o.day("Contract.issued", "the day of enrolment is", parts.Enrolled, &after.EnrollDate)
	}
	o.periods()
	if parts.Net != nil && (after.PolicyValue == nil || !parts.Net.Equal(*after.PolicyValue)) {
		value := "not known"
		if after.PolicyValue != nil {
			value = after.PolicyValue.StringFixed(2)
		}
		o.fault(pathNet, "the value of the policy is %s, not %s", value, parts.Net.StringFixed(2))
	}
	if head := after.Family.Head; parts.Party != nil && !parts.Party.NamesPerson(head) {
		o.fault(pathParty, "the head of the family is %s, not %s", personText(head), name(parts.Party))
	}
	o.members(family)
	return core.Join(o.faults...)
}

func (o *contractOutcome) fault(path, format string, args ...any) {
	o.faults = append(o.faults, core.ErrorAt(core.Unprocessable, path, format, args...))
}

func (o *contractOutcome) status() {
	asked, is := o.parts.Status, ContractState(o.after, o.view.Today)
	if asked == nil || *asked == is || o.before != nil && *asked == ContractState(o.before, o.view.Today) {
		return
	}
	why := ""
	if is == PolicyIdle && (*asked == PolicyActive || *asked == PolicyReady) {
		why = "; it is when it was paid in full, in time and in no more instalments than its product allows"
	}
	o.fault("Contract.status", "the policy is %s (%s) and cannot be %s (%s)%s", ContractCode(is), policyStatusText[is], o.parts.StatusSaid, policyStatusText[*asked], why)
}

func legalOf(renewal bool) string {
	if renewal {
		return legalRenewal
	}
	return legalNew
}

func (o *contractOutcome) periods() {
	o.day(pathPeriod+".start", "the policy begins on", o.parts.Period.Start, &o.after.StartDate)
	o.day(pathPeriod+".end", "the policy ends on", o.parts.Period.End, o.after.ExpiryDate)
	o.day(pathUse+".end", "the policy ends on", o.parts.Use.End, o.after.ExpiryDate)
	asked, from := o.parts.Use.Start, first(o.after.EffectiveDate, &o.after.StartDate)
	if o.before != nil && asked != nil {
		if shown := first(o.before.EffectiveDate, &o.before.StartDate); asked.Equal(shown.Time) {
			return
		}
	}
	o.day(pathUse+".start", "the cover begins on", asked, from)
}

// day compares a day that was said with the one that is.
func (o *contractOutcome) day(path, what string, said, is *persistence.Date) {
	switch {
	case said == nil:
	case is == nil:
		o.fault(path, "%s no day that is known, not on %s", what, said)
	case !said.Equal(is.Time):
		o.fault(path, "%s %s, not %s", what, is, said)
	}
}

// members compares whom a Contract names. A new policy covers the whole family, so naming
// some of it is no wish to leave the others out; of a policy that is there, all are named.
func (o *contractOutcome) members(family []persistence.Insuree) {
	if o.before == nil {
		for i, t := range o.parts.Members {
			found := false
			for j := range family {
				found = found || t.NamesPerson(&family[j])
			}
			if !found {
				o.fault(memberPath(i), "%s is not of the family the policy is sold to", name(&t))
			}
		}
		return
	}
	if o.parts.Members == nil {
		return
	}
	covered := CoveredBy(o.after, o.view.Today)
	named := make([]bool, len(covered))
	for i, t := range o.parts.Members {
		found := false
		for j, person := range covered {
			if t.NamesPerson(person) {
				found, named[j] = true, true
			}
		}
		if !found {
			o.fault(memberPath(i), "the policy does not cover %s; create a Coverage of the policy to change that", name(&t))
		}
	}
	for j, person := range covered {
		if !named[j] {
			o.fault(pathAsset+".typeReference", "the policy covers %s too; end or delete the Coverage to change that", personText(person))
		}
	}
}

func memberPath(i int) string { return fmt.Sprintf("%s.typeReference[%d]", pathAsset, i) }

func personText(person *persistence.Insuree) string {
	if person == nil {
		return "not recorded"
	}
	return "Patient/" + string(person.InsureeUUID)
}

// AsSettled gives the tree of a Contract as it was sent, with what the rules settled: what
// was left open is filled in, and the status and the begin of cover are what they have
// become. So that what is kept beside the columns is never about these.
func AsSettled(tree *fhir.Object, rendered *r4.Contract) (*fhir.Object, error) {
	shown, err := fhir.ToObject(rendered)
	if err != nil {
		return nil, err
	}
	out := completed(tree, shown, map[string]bool{
		"issued": true, "subject": true, "author": true, "scope": true, "term": true, "term.offer": true, "term.offer.party": true,
		"term.asset": true, "term.asset.typeReference": true, "term.asset.period": true, "term.asset.period.start": true, "term.asset.period.end": true,
		"term.asset.usePeriod": true, "term.asset.usePeriod.start": true, "term.asset.usePeriod.end": true,
		"term.asset.valuedItem": true, "term.asset.valuedItem.entityReference": true, "term.asset.valuedItem.net": true,
	}, "")
	out.Set("status", shown.Get("status"))
	use, is := firstOf(out, "term", "asset", "usePeriod"), firstOf(shown, "term", "asset", "usePeriod")
	if use != nil && is != nil && !sameDay(use.String("start"), is.String("start")) {
		use.Set("start", is.Get("start"))
	}
	asset, shownAsset := firstOf(out, "term", "asset"), firstOf(shown, "term", "asset")
	if asset != nil && shownAsset != nil {
		asset.Set("typeReference", alsoNamed(asset.List("typeReference"), shownAsset.List("typeReference")))
	}
	return out, nil
}

func sameDay(a, b string) bool { return len(a) >= 10 && len(b) >= 10 && a[:10] == b[:10] }

// alsoNamed adds to the references sent those shown that they lack. References that are
// not literal cannot be told apart here: then only a list too short is filled up.
func alsoNamed(sent, shown []any) any {
	have := map[string]bool{}
	for _, one := range sent {
		o, _ := one.(*fhir.Object)
		_, _, id := fhir.SplitReference(o.String("reference"))
		have[id] = true
	}
	out := append([]any(nil), sent...)
	for _, one := range shown {
		o, _ := one.(*fhir.Object)
		_, _, id := fhir.SplitReference(o.String("reference"))
		if !have[id] && len(out) < len(shown) {
			out = append(out, one)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// firstOf walks down a tree through the first entries of lists.
func firstOf(o *fhir.Object, names ...string) *fhir.Object {
	for _, name := range names {
		list := o.List(name)
		if len(list) == 0 {
			return nil
		}
		o, _ = list[0].(*fhir.Object)
	}
	return o
}

// completed copies a tree and fills in the members of computed, by dotted path, that it
// lacks and that are shown. Of lists the first entries are completed.
func completed(sent, shown *fhir.Object, computed map[string]bool, path string) *fhir.Object {
	out := &fhir.Object{Members: append([]fhir.Member(nil), sent.Members...)}
	for _, m := range shown.Members {
		at := m.Name
		if path != "" {
			at = path + "." + m.Name
		}
		if !computed[at] {
			continue
		}
		switch have := out.Get(m.Name).(type) {
		case nil:
			out.Set(m.Name, m.Value)
		case *fhir.Object:
			if from, ok := m.Value.(*fhir.Object); ok {
				out.Set(m.Name, completed(have, from, computed, at))
			}
		case []any:
			from, _ := m.Value.([]any)
			if len(have) == 0 || len(from) == 0 {
				continue
			}
			first, isObject := have[0].(*fhir.Object)
			shownFirst, _ := from[0].(*fhir.Object)
			if isObject && shownFirst != nil {
				list := append([]any(nil), have...)
				list[0] = completed(first, shownFirst, computed, at)
				out.Set(m.Name, list)
			}
		}
	}
	return out
}
