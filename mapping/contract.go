package mapping

import (
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

var (
	extPremium = structure("contract-premium")

	systemScope           = codeSystem("contract-scope")
	systemPartyRole       = codeSystem("contract-resource-party-role")
	systemPremiumPayer    = codeSystem("contract-premium-payer")
	systemPremiumCategory = codeSystem("contract-premium-category")
	systemPremiumType     = codeSystem("contract-premium-type")
)

// The two stages of a policy, as Contract.legalState words them. The letters are stored.
const (
	stageNew     = "N"
	stageRenewal = "R"

	legalNew     = "Offered"
	legalRenewal = "Renewed"
)

// contractStatus is how the states of a policy are told: in a code of R4, and in the word
// of the older server, which is none.
var contractStatus = map[int]struct {
	code  r4.ContractResourceStatusCodes
	habit string
}{
	PolicyIdle:      {r4.ContractResourceStatusCodesOffered, "Offered"},
	PolicyActive:    {r4.ContractResourceStatusCodesExecuted, "Policy"},
	PolicySuspended: {r4.ContractResourceStatusCodesDisputed, "Disputed"},
	PolicyExpired:   {r4.ContractResourceStatusCodesTerminated, "Terminated"},
	PolicyReady:     {r4.ContractResourceStatusCodesExecutable, "16"},
}

// premiumTypes words how a contribution was paid. The guide has no word for funding.
var premiumTypes = map[string]string{"C": "Cash", "B": "Bank Transfer", "M": "Mobile Phone", "F": "Funding"}

// premiumCategories words what was paid for.
var premiumCategories = map[string]string{"C": "Contribution and Others", "P": "Photo Fee"}

// ContractState gives the state a policy is in on a day. An active one is expired after
// its last day, even while the nightly procedure has not marked it; one without a state
// is idle.
func ContractState(p *persistence.Policy, today persistence.Date) int {
	switch {
	case p.PolicyStatus == nil || contractStatus[*p.PolicyStatus].habit == "":
		return PolicyIdle
	case *p.PolicyStatus == PolicyActive && p.ExpiryDate != nil && today.After(p.ExpiryDate.Time):
		return PolicyExpired
	}
	return *p.PolicyStatus
}

// ContractCode gives the code of R4 that tells a state of a policy.
func ContractCode(state int) string { return contractStatus[state].code.Code() }

// ContractHabit gives the word of the older server for a state of a policy.
func ContractHabit(state int) string { return contractStatus[state].habit }

// ContractOf renders a policy. The row needs Product, Officer, Family.Head, Members with
// Insuree and Premiums with Payer; closed members and premiums are passed over. On the
// compatible base the status is left to the caller, since the words of the older server
// are no codes of R4.
func ContractOf(v *View, row *persistence.Policy) *r4.Contract {
	out := &r4.Contract{
		Id: pointer(string(row.PolicyUUID)), Identifier: identifiers(row.PolicyUUID, ""),
		Issued: dateText(&row.EnrollDate),
		Scope:  pointer(concept(systemScope, "informal", "Informal Sector")),
		Term:   []r4.ContractTerm{contractTerm(v, row)},
	}
	if !v.Compatible {
		out.Status = pointer(contractStatus[ContractState(row, v.Today)].code)
	}
	switch {
	case plain(row.PolicyStage) == stageRenewal:
		out.LegalState = &r4.CodeableConcept{Text: pointer(legalRenewal)}
	case v.Compatible:
		out.LegalState = &r4.CodeableConcept{Text: pointer(legalNew)}
	}
	if row.Officer != nil {
		out.Author = refer("Practitioner", string(row.Officer.OfficerUUID), row.Officer.Code, "")
	}
	if row.Family != nil {
		subject := refer("Group", string(row.Family.FamilyUUID), "", "")
		if head := row.Family.Head; head != nil {
			subject = refer("Group", string(row.Family.FamilyUUID), plain(head.CHFID), head.LastName)
		}
		out.Subject = []r4.Reference{*subject}
	}
	out.Meta = profile(contractConforms(out), "openimis-contract")
	return out
}

// contractTerm tells what was sold: to whom, for when, for how much, and what was paid.
func contractTerm(v *View, row *persistence.Policy) r4.ContractTerm {
	var head *persistence.Insuree
	if row.Family != nil {
		head = row.Family.Head
	}
	asset := r4.ContractTermAsset{
		Period:    []r4.Period{{Start: dateText(&row.StartDate), End: dateText(row.ExpiryDate)}},
		UsePeriod: []r4.Period{{Start: dateText(first(row.EffectiveDate, &row.StartDate)), End: dateText(row.ExpiryDate)}},
	}
	for _, person := range CoveredBy(row, v.Today) {
		asset.TypeReference = append(asset.TypeReference, patientReference(person))
	}
	for i := range row.Premiums {
		if p := &row.Premiums[i]; p.ValidityTo == nil {
			asset.Extension = append(asset.Extension, premiumExtension(v, p))
		}
	}
	var item r4.ContractTermAssetValuedItem
	if row.Product != nil {
		item.EntityReference = refer("InsurancePlan", string(row.Product.ProdUUID), row.Product.ProductCode, "")
	}
	if row.PolicyValue != nil {
		item.Net = v.money(*row.PolicyValue)
	}
	if item.EntityReference != nil || item.Net != nil {
		asset.ValuedItem = []r4.ContractTermAssetValuedItem{item}
	}
	return r4.ContractTerm{
		Offer: r4.ContractTermOffer{Party: []r4.ContractTermOfferParty{{
			Role: concept(systemPartyRole, "beneficiary", "Beneficiary"), Reference: []r4.Reference{patientReference(head)},
		}}},
		Asset: []r4.ContractTermAsset{asset},
	}
}

// CoveredBy gives the people a policy covers: once each, and without those whose cover
// ended before the policy did. The row needs Members with Insuree.
func CoveredBy(row *persistence.Policy, today persistence.Date) []*persistence.Insuree {
	var people []*persistence.Insuree
	seen := map[int]bool{}
	for i := range row.Members {
		m := &row.Members[i]
		ended := m.ExpiryDate != nil && m.ExpiryDate.Before(today.Time) && (row.ExpiryDate == nil || m.ExpiryDate.Before(row.ExpiryDate.Time))
		if m.ValidityTo == nil && m.Insuree != nil && !ended && !seen[m.InsureeID] {
			seen[m.InsureeID] = true
			people = append(people, m.Insuree)
		}
	}
	return people
}

// premiumExtension tells of one contribution. Without an institution that paid, the
// family did.
func premiumExtension(v *View, p *persistence.Premium) r4.Extension {
	kind, category := strings.TrimSpace(p.PayType), "C"
	if p.IsPhotoFee != nil && *p.IsPhotoFee {
		category = "P"
	}
	list := []r4.Extension{
		coded("category", systemPremiumCategory, category, premiumCategories[category]),
		{Url: "amount", ValueMoney: v.money(p.Amount)},
	}
	if receipt := filled(p.Receipt); receipt != nil {
		list = append(list, r4.Extension{Url: "receipt", ValueString: receipt})
	}
	list = append(list, r4.Extension{Url: "date", ValueDate: dateText(&p.PayDate)})
	if kind != "" {
		list = append(list, coded("type", systemPremiumType, kind, premiumTypes[kind]))
	}
	payer := coded("payer", systemPremiumPayer, "beneficiary", "Beneficiary")
	if p.Payer != nil {
		payer = r4.Extension{Url: "payer", ValueCodeableConcept: &r4.CodeableConcept{Text: filled(p.Payer.PayerName)}}
	}
	if p.Payer != nil || p.PayerID == nil {
		list = append(list, payer)
	}
	return r4.Extension{Url: extPremium, Extension: list}
}

// contractConforms checks the profile openimis-contract.
func contractConforms(c *r4.Contract) bool {
	for i := range c.Identifier {
		if kindOf(&c.Identifier[i]) != kindUUID || c.Identifier[i].Value == nil || i > 0 {
			return false
		}
	}
	if c.Status == nil || *c.Status != r4.ContractResourceStatusCodesOffered && *c.Status != r4.ContractResourceStatusCodesExecuted {
		return false
	}
	if c.Issued == nil || len(c.Subject) != 1 || len(c.Authority) > 1 || len(c.Term) == 0 {
		return false
	}
	if scope, ok := codeIn(c.Scope, systemScope); !ok || scope != "informal" && scope != "formal" {
		return false
	}
	return contractLacks(c) && !slices.ContainsFunc(c.Term, func(t r4.ContractTerm) bool { return !termConforms(&t) })
}

// contractLacks checks what the profile forbids.
func contractLacks(c *r4.Contract) bool {
	return c.Url == nil && c.Version == nil && c.LegalState == nil && c.InstantiatesCanonical == nil && c.InstantiatesUri == nil && c.ContentDerivative == nil &&
		c.Applies == nil && c.ExpirationType == nil && c.Domain == nil && c.Site == nil && c.Name == nil && c.Title == nil && c.Subtitle == nil && c.Alias == nil &&
		c.TopicCodeableConcept == nil && c.TopicReference == nil && c.Type == nil && c.SubType == nil && c.ContentDefinition == nil && c.SupportingInfo == nil &&
		c.RelevantHistory == nil && c.Signer == nil && c.Friendly == nil && c.Legal == nil && c.Rule == nil && c.LegallyBindingAttachment == nil && c.LegallyBindingReference == nil
}

func termConforms(t *r4.ContractTerm) bool {
	if t.Identifier != nil || t.Issued != nil || t.Applies != nil || t.TopicCodeableConcept != nil || t.TopicReference != nil || t.Type != nil || t.SubType != nil ||
		t.Text != nil || t.SecurityLabel != nil || t.Action != nil || t.Group != nil {
		return false
	}
	o := &t.Offer
	if len(o.Party) != 1 || len(o.Party[0].Reference) != 1 || o.Identifier != nil || o.Topic != nil || o.Type != nil || o.Decision != nil || o.DecisionMode != nil ||
		o.Answer != nil || o.Text != nil || o.LinkId != nil || o.SecurityLabelNumber != nil {
		return false
	}
	if !worded(&o.Party[0].Role, systemPartyRole, "beneficiary", "Beneficiary") {
		return false
	}
	return len(t.Asset) > 0 && !slices.ContainsFunc(t.Asset, func(a r4.ContractTermAsset) bool { return !assetConforms(&a) })
}

func assetConforms(a *r4.ContractTermAsset) bool {
	whole := func(list []r4.Period) bool { return len(list) == 1 && list[0].Start != nil && list[0].End != nil }
	if !whole(a.Period) || !whole(a.UsePeriod) || len(a.TypeReference) == 0 || len(a.ValuedItem) == 0 {
		return false
	}
	if a.Scope != nil || a.Type != nil || a.Subtype != nil || a.Relationship != nil || a.Context != nil || a.Condition != nil || a.PeriodType != nil ||
		a.Text != nil || a.LinkId != nil || a.Answer != nil || a.SecurityLabelNumber != nil {
		return false
	}
	for i := range a.ValuedItem {
		item := &a.ValuedItem[i]
		if item.EntityReference == nil || item.Net == nil || item.Net.Value == nil || item.EntityCodeableConcept != nil || item.Identifier != nil || item.EffectiveTime != nil ||
			item.Quantity != nil || item.UnitPrice != nil || item.Factor != nil || item.Points != nil || item.Payment != nil || item.PaymentDate != nil ||
			item.Responsible != nil || item.Recipient != nil || item.LinkId != nil || item.SecurityLabelNumber != nil {
			return false
		}
	}
	return !slices.ContainsFunc(a.Extension, func(e r4.Extension) bool { return sameExtension(extPremium, e.Url) && !premiumConforms(&e) })
}

// premiumConforms checks the extension contract-premium, whose parts may each stand once.
func premiumConforms(e *r4.Extension) bool {
	if !single(e.Extension) {
		return false
	}
	part := func(url string) *r4.Extension {
		found, _ := extensionAt(e.Extension, url)
		if found == nil {
			return &r4.Extension{}
		}
		return found
	}
	category, _ := codeIn(part("category").ValueCodeableConcept, systemPremiumCategory)
	kind, _ := codeIn(part("type").ValueCodeableConcept, systemPremiumType)
	amount := part("amount").ValueMoney
	return premiumCategories[category] != "" && premiumTypes[kind] != "" && kind != "F" && amount != nil && amount.Value != nil &&
		part("receipt").ValueString != nil && part("date").ValueDate != nil
}
