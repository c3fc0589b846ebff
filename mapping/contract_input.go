package mapping

import (
	"fmt"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// mostPremiums is how many contributions one Contract may carry.
const mostPremiums = 100

const longestReceipt = 50

// Elements of a Contract, as errors name them.
const (
	pathTerm    = "Contract.term[0]"
	pathAsset   = pathTerm + ".asset[0]"
	pathParty   = pathTerm + ".offer.party[0].reference[0]"
	pathPeriod  = pathAsset + ".period[0]"
	pathUse     = pathAsset + ".usePeriod[0]"
	pathItem    = pathAsset + ".valuedItem[0]"
	pathProduct = pathItem + ".entityReference"
	pathNet     = pathItem + ".net"
)

// Days are two days of which either may be left open.
type Days struct{ Start, End *persistence.Date }

// ContractParts is what a Contract says, in the words of the columns. What was not said is
// nil.
type ContractParts struct {
	Status  *int  // a state of tblPolicy.PolicyStatus
	Renewal *bool // stage

	Enrolled *persistence.Date // from issued, else from the start of the period
	Issued   bool              // it is from issued
	Officer  *Target
	Subject  *Target // the family, or its head
	Product  *Target
	Party    *Target // the head
	Members  []Target
	Period   Days
	Use      Days
	Net      *decimal.Decimal
	Premiums []PremiumPart

	StatusSaid string            // as it was written
	Paths      map[string]string // the element of each attribute, for errors of the rules
}

// PremiumPart is one contribution as a Contract tells it.
type PremiumPart struct {
	Path     string // of the extension
	Amount   decimal.Decimal
	Receipt  string
	PayDate  persistence.Date
	PayType  string
	PhotoFee bool
	Payer    string // name of the institution that paid, "" for the family
}

// contractReading gathers the faults of one contract.
type contractReading struct {
	claimReading
	out *ContractParts
}

// ContractInto reads a Contract. tree is the resource as sent, in which alone the status
// words of the older server are found. All faults found are reported together.
// Errors: core.Unprocessable naming the elements.
func ContractInto(v *View, in *r4.Contract, tree *fhir.Object) (*ContractParts, error) {
	r := &contractReading{claimReading: claimReading{reading: reading{view: v}, contained: containedIn(tree)}}
	r.out = &ContractParts{Paths: map[string]string{
		"family": "Contract.subject[0]", "product": pathProduct, "officer": "Contract.author", "enrolled": "Contract.issued",
		"period": pathPeriod, "stage": "Contract.legalState",
	}}
	r.status(in, tree)
	r.legalState(in)
	r.parties(in)
	if in.Issued != nil {
		r.out.Enrolled = r.day("Contract.issued", *in.Issued)
		r.out.Issued = true
	}
	switch len(in.Term) {
	case 0:
	case 1:
		r.term(&in.Term[0])
	default:
		r.fault("Contract.term[1]", "a policy has one term, not %d", len(in.Term))
	}
	if r.out.Enrolled == nil && r.out.Period.Start != nil && !r.out.Issued {
		r.out.Enrolled, r.out.Paths["enrolled"] = r.out.Period.Start, pathPeriod+".start"
	}
	return r.out, core.Join(r.faults...)
}

// status reads the state asked for. The older server took whatever it did not know as
// idle.
func (r *contractReading) status(in *r4.Contract, tree *fhir.Object) {
	said := ""
	if in.Status != nil {
		said = in.Status.Code()
	}
	if r.view.Compatible && tree.String("status") != "" {
		said = tree.String("status")
	}
	if said == "" {
		return
	}
	r.out.StatusSaid = said
	for state, words := range contractStatus {
		if said == words.code.Code() || r.view.Compatible && (strings.EqualFold(said, words.habit) || strings.EqualFold(said, policyStatusText[state])) {
			r.out.Status = pointer(state)
			return
		}
	}
	if r.view.Compatible {
		r.out.Status = pointer(PolicyIdle)
		return
	}
	r.fault("Contract.status", "a policy is offered (idle), executable (ready), executed (active), disputed (suspended) or terminated (expired), not %s", said)
}

// legalState reads the stage.
func (r *contractReading) legalState(in *r4.Contract) {
	if in.LegalState == nil {
		return
	}
	said := plain(in.LegalState.Text)
	for i := range in.LegalState.Coding {
		if said == "" {
			said = plain(in.LegalState.Coding[i].Code)
		}
	}
	switch {
	case strings.EqualFold(said, legalRenewal):
		r.out.Renewal = pointer(true)
	case strings.EqualFold(said, legalNew):
		r.out.Renewal = pointer(false)
	default:
		r.fault("Contract.legalState", "a policy is %s, when it is new, or %s, when it follows on another one; not %q", legalNew, legalRenewal, said)
	}
}

// parties reads who sold the policy and to whom.
func (r *contractReading) parties(in *r4.Contract) {
	if in.Author != nil {
		r.out.Officer = r.target("Contract.author", in.Author, "Practitioner")
	}
	if len(in.Subject) > 1 {
		r.fault("Contract.subject[1]", "a policy is sold to one family")
	}
	if len(in.Subject) > 0 {
		r.out.Subject = r.either("Contract.subject[0]", &in.Subject[0], "Group", "Patient")
	}
	if scope, ok := codeIn(in.Scope, systemScope); ok && scope != "informal" {
		r.fault("Contract.scope", "policies of families are of the scope informal, not %s", scope)
	}
}

// either reads a reference that may point to more than one type.
func (r *contractReading) either(path string, ref *r4.Reference, types ...string) *Target {
	t, err := ParseReference(path, ref, types...)
	if err != nil {
		r.fail(path, err)
		return nil
	}
	return &t
}

func (r *contractReading) term(in *r4.ContractTerm) {
	if len(in.Offer.Party) > 1 || len(in.Offer.Party) == 1 && len(in.Offer.Party[0].Reference) > 1 {
		r.fault(pathTerm+".offer.party", "the one party is the head of the family")
	} else if len(in.Offer.Party) == 1 && len(in.Offer.Party[0].Reference) == 1 {
		if ref := &in.Offer.Party[0].Reference[0]; ref.Reference != nil || ref.Identifier != nil {
			r.out.Party = r.target(pathParty, ref, "Patient")
		}
	}
	switch len(in.Asset) {
	case 0:
	case 1:
		r.asset(&in.Asset[0])
	default:
		r.fault(pathTerm+".asset[1]", "a policy is for one product and one period: it has one asset, not %d", len(in.Asset))
	}
}

func (r *contractReading) asset(in *r4.ContractTermAsset) {
	r.out.Period = r.days(pathAsset+".period", in.Period)
	r.out.Use = r.days(pathAsset+".usePeriod", in.UsePeriod)
	for i := range in.TypeReference {
		if t := r.target(fmt.Sprintf("%s.typeReference[%d]", pathAsset, i), &in.TypeReference[i], "Patient"); t != nil {
			r.out.Members = append(r.out.Members, *t)
		}
	}
	if len(in.ValuedItem) > 1 {
		r.fault(pathAsset+".valuedItem[1]", "a policy is for one product")
	} else if len(in.ValuedItem) == 1 {
		r.valued(&in.ValuedItem[0])
	}
	for i := range in.Extension {
		if !sameExtension(extPremium, in.Extension[i].Url) {
			continue
		}
		if len(r.out.Premiums) == mostPremiums {
			r.fault(fmt.Sprintf("%s.extension[%d]", pathAsset, i), "a Contract carries at most %d contributions", mostPremiums)
			return
		}
		r.premium(fmt.Sprintf("%s.extension[%d]", pathAsset, i), &in.Extension[i])
	}
}

func (r *contractReading) valued(in *r4.ContractTermAssetValuedItem) {
	if in.EntityReference != nil {
		r.out.Product = r.target(pathProduct, in.EntityReference, "InsurancePlan")
	}
	if in.Net != nil {
		r.out.Net = r.amount(pathNet, in.Net)
	}
}

// days reads the one period of a list.
func (r *contractReading) days(path string, list []r4.Period) (d Days) {
	if len(list) == 0 {
		return d
	}
	if len(list) > 1 {
		r.fault(path+"[1]", "a policy has one period")
		return d
	}
	if list[0].Start != nil {
		d.Start = r.day(path+"[0].start", *list[0].Start)
	}
	if list[0].End != nil {
		d.End = r.day(path+"[0].end", *list[0].End)
	}
	return d
}

// amount reads money in the currency of the installation.
func (r *contractReading) amount(path string, in *r4.Money) *decimal.Decimal {
	if in.Value == nil {
		return nil
	}
	text := in.Value.String()
	d, err := decimal.NewFromString(text)
	switch currency := plain(in.Currency); {
	case err != nil || d.Exponent() < -20 || d.Exponent() > 20 || d.Abs().Cmp(mostExpensive) >= 0:
		r.fault(path+".value", "%q is no number openIMIS can hold", text)
	case !d.Equal(d.Round(2)):
		r.fault(path+".value", "an amount has two decimals at the most, not as %s", text)
	case currency != "" && currency != r.view.Currency && !r.view.Compatible:
		r.fault(path+".currency", "amounts are in %s here, not in %s", r.view.Currency, currency)
	default:
		return &d
	}
	return nil
}

// premium reads one contribution. Whether it can be booked is for the rules to say.
func (r *contractReading) premium(path string, in *r4.Extension) {
	p := PremiumPart{Path: path}
	at := map[string]string{}
	part := func(url string) *r4.Extension {
		found, i := extensionAt(in.Extension, url)
		if at[url] = path; found == nil {
			return &r4.Extension{}
		}
		at[url] = fmt.Sprintf("%s.extension[%d]", path, i)
		return found
	}
	if money := part("amount").ValueMoney; money == nil || money.Value == nil {
		r.fault(at["amount"], "a contribution needs its amount")
	} else if d := r.amount(at["amount"]+".value", money); d != nil {
		p.Amount = *d
	}
	if receipt := r.text(at["receipt"], part("receipt").ValueString, longestReceipt); receipt != nil {
		p.Receipt = *receipt
	} else {
		r.fault(at["receipt"], "a contribution needs the number of its receipt")
	}
	if paid := part("date").ValueDate; paid == nil {
		r.fault(at["date"], "a contribution needs the day of payment")
	} else if day := r.day(at["date"]+".value", *paid); day != nil {
		p.PayDate = *day
	}
	if kind, ok := codeIn(part("type").ValueCodeableConcept, systemPremiumType); !ok || premiumTypes[kind] == "" {
		r.fault(at["type"], "the kind of payment is B, C, M or F of %s", systemPremiumType)
	} else {
		p.PayType = kind
	}
	if category := part("category").ValueCodeableConcept; category != nil {
		code, ok := codeIn(category, systemPremiumCategory)
		if !ok || premiumCategories[code] == "" {
			r.fault(at["category"], "what is paid for is C or P of %s", systemPremiumCategory)
		}
		p.PhotoFee = code == "P"
	}
	if payer := part("payer").ValueCodeableConcept; payer != nil {
		code, ok := codeIn(payer, systemPremiumPayer)
		switch name := plain(payer.Text); {
		case ok && code == "beneficiary":
		case name == "":
			r.fault(at["payer"], "who paid is the beneficiary, or an institution named in the text")
		default:
			p.Payer = name
		}
	}
	r.out.Premiums = append(r.out.Premiums, p)
}
