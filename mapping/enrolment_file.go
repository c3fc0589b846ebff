package mapping

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// EnrolmentFile is what phones of officers and offices without a connection wrote about
// families they enrolled (rule 10.7).
type EnrolmentFile struct {
	Families        []FiledFamily
	Source, Version string // the program that wrote it, "" where it does not say
}

// FiledFamily is a family of the file with who is in it and what was sold to it. A key of 0
// in a row says that the thing is new.
type FiledFamily struct {
	Family   persistence.Family
	Wishes   *persistence.FamilySMS // about text messages; nil where the file does not say
	Members  []FiledMember
	Policies []FiledPolicy
}

// FiledMember is a member of it.
type FiledMember struct {
	Insuree   persistence.Insuree
	PhotoName string // of the file of his photograph, "" for none
	Photo     string // the photograph itself in base64, where the file holds it
}

// FiledPolicy is a policy sold to it.
type FiledPolicy struct {
	Policy   persistence.Policy
	Covers   []FiledCover
	Premiums []persistence.Premium
}

// FiledCover says since when a policy covers a member; nil for not yet.
type FiledCover struct {
	Member    int // his place among the members
	Effective *persistence.Date
}

// filing takes an enrolment file apart. The maps tell by the numbers the phone gave them
// where families, members and policies stand.
type filing struct {
	PhoneValues
	file     EnrolmentFile
	families map[int]int
	members  map[int][2]int // family and place in it
	policies map[int][2]int
	heads    []string // insurance numbers the families name their heads by
}

// ReadEnrolment reads families from the XML of phones and offline offices, which lists
// families, members, policies, premiums and covers one after the other, and from the JSON
// of phones, which has them within their family. Numbers of families and people are those
// of the phone unless isOffline is 0: then they are keys of this database, negative where
// the phone changed something. Paths begin with "families[0]". Errors: core.Invalid, for a
// file that does not hang together too.
func ReadEnrolment(d *PhoneDocument) (*EnrolmentFile, error) {
	r := &filing{families: map[int]int{}, members: map[int][2]int{}, policies: map[int][2]int{}}
	r.file.Source, r.file.Version = d.Say("source"), d.Say("sourceversion")
	if families := d.Part("families"); families.Name != "" {
		r.lists(d, families)
	} else {
		r.nested(d)
	}
	if r.Err != nil {
		return nil, r.Err
	}
	if len(r.file.Families) == 0 {
		return nil, core.Errorf(core.Invalid, "the document has no family")
	}
	r.settleHeads()
	return &r.file, nil
}

// lists reads the form of the XML.
func (r *filing) lists(d, families *PhoneDocument) {
	for _, family := range families.Parts {
		r.family(family)
	}
	for i, insuree := range d.Part("insurees").Parts {
		path := fmt.Sprintf("insurees[%d]", i)
		if at, found := r.familyOf(path, insuree); found {
			r.member(at, insuree)
		}
	}
	for i, policy := range d.Part("policies").Parts {
		path := fmt.Sprintf("policies[%d]", i)
		if at, found := r.familyOf(path, policy); found {
			r.policy(at, policy)
		}
	}
	for i, premium := range d.Part("premiums").Parts {
		path := fmt.Sprintf("premiums[%d]", i)
		if at, found := r.policyOf(path, premium); found {
			r.premium(at, premium)
		}
	}
	r.covers(d.Part("insureepolicies"))
}

// nested reads the form of the JSON, whose families may come in a list or alone.
func (r *filing) nested(d *PhoneDocument) {
	families := d.Part("family")
	if len(families.Parts) > 0 && families.Parts[0].Name != "family" {
		families = &PhoneDocument{Parts: []*PhoneDocument{families}}
	}
	for _, family := range families.Parts {
		at := r.family(family)
		for _, insuree := range family.Part("insurees").Parts {
			r.member(at, insuree)
		}
		for _, policy := range family.Part("policies").Parts {
			place := r.policy(at, policy)
			for _, premium := range policy.Part("premium", "premiums").Parts {
				r.premium(place, premium)
			}
		}
		r.covers(family.Part("insureepolicy", "insureepolicies"))
	}
}

// stored gives the key in this database of a thing the phone numbers, 0 for a new one.
func (r *filing) stored(path string, d *PhoneDocument, number int) int {
	if offline := r.Flag(path+".isOffline", d.Say("isoffline")); offline == nil || *offline {
		return 0
	}
	if number < 0 {
		number = -number
	}
	if number == 0 {
		r.Fault(path, "it is said to be stored already and has no number")
	}
	return number
}

// familyOf finds the family a member or policy names.
func (r *filing) familyOf(path string, d *PhoneDocument) (int, bool) {
	number := r.Number(path+".FamilyId", d.Say("familyid"))
	at, found := r.families[number]
	if !found {
		at, found = r.families[-number] // one that was changed
	}
	if !found {
		r.Fault(path+".FamilyId", "the file has no family %d", number)
	}
	return at, found
}

// policyOf finds the policy a premium or cover names.
func (r *filing) policyOf(path string, d *PhoneDocument) ([2]int, bool) {
	number := r.Number(path+".PolicyId", d.Say("policyid"))
	at, found := r.policies[number]
	if !found {
		r.Fault(path+".PolicyId", "the file has no policy %d", number)
	}
	return at, found
}

// family adds a family and gives its place.
func (r *filing) family(d *PhoneDocument) int {
	at := len(r.file.Families)
	path := fmt.Sprintf("families[%d]", at)
	number := r.Number(path+".FamilyId", d.Say("familyid"))
	if _, twice := r.families[number]; twice {
		r.Fault(path+".FamilyId", "there are two families %d", number)
	}
	r.families[number] = at
	f := FiledFamily{Family: persistence.Family{
		FamilyID: r.stored(path, d, number), LocationID: r.Key(path+".LocationId", d.Say("locationid")), Poverty: r.Flag(path+".Poverty", d.Say("poverty")),
		FamilyType: d.SayIf("familytype"), FamilyAddress: d.SayIf("familyaddress"), Ethnicity: d.SayIf("ethnicity"),
		ConfirmationNo: d.SayIf("confirmationno"), ConfirmationType: d.SayIf("confirmationtype"),
	}}
	r.heads = append(r.heads, d.Say("hofchfid"))
	if wishes := d.Part("familysms"); wishes.Name != "" && len(wishes.Parts) > 0 {
		f.Wishes = &persistence.FamilySMS{ApprovalOfSMS: r.Flag(path+".ApprovalOfSMS", wishes.Say("approvalofsms")), LanguageOfSMS: wishes.SayIf("languageofsms")}
	}
	r.file.Families = append(r.file.Families, f)
	return at
}

// member adds a member to a family.
func (r *filing) member(family int, d *PhoneDocument) {
	f := &r.file.Families[family]
	path := fmt.Sprintf("families[%d].members[%d]", family, len(f.Members))
	number := r.Number(path+".InsureeId", d.Say("insureeid"))
	if _, twice := r.members[number]; twice {
		r.Fault(path+".InsureeId", "there are two people %d", number)
	}
	r.members[number] = [2]int{family, len(f.Members)}
	flag := func(name string) bool {
		set := r.Flag(path+"."+name, d.Say(strings.ToLower(name)))
		return set != nil && *set
	}
	m := FiledMember{Insuree: persistence.Insuree{
		InsureeID: r.stored(path, d, number), CHFID: d.SayIf("chfid"), LastName: d.Say("lastname"), OtherNames: d.Say("othernames"), DOB: r.Day(path+".DOB", d.Say("dob")),
		Gender: d.SayIf("gender"), Marital: d.SayIf("marital"), IsHead: flag("isHead"), CardIssued: flag("CardIssued"),
		Passport: d.SayIf("identificationnumber", "passport"), Phone: d.SayIf("phone"), Email: d.SayIf("email"), TypeOfID: d.SayIf("typeofid"),
		Relationship: r.Key(path+".Relationship", d.Say("relationship")), Profession: r.Key(path+".Profession", d.Say("profession")), Education: r.Key(path+".Education", d.Say("education")),
		HFID: r.Key(path+".HFID", d.Say("hfid")), CurrentVillage: r.Key(path+".CurVillage", d.Say("curvillage")),
		CurrentAddress: d.SayIf("currentaddress"), GeoLocation: d.SayIf("geolocation"), Vulnerability: r.Flag(path+".Vulnerability", d.Say("vulnerability")),
	}}
	r.picture(path, d, &m)
	f.Members = append(f.Members, m)
}

// picture reads the photograph of a member, which is in the document or a file beside it
// that is named with or without its folder.
func (r *filing) picture(path string, d *PhoneDocument, m *FiledMember) {
	m.PhotoName = d.Say("photopath")
	if picture := d.Part("picture"); picture.Say("imagecontent") != "" {
		m.PhotoName, m.Photo = picture.Say("imagename"), picture.Say("imagecontent")
		if _, err := base64.StdEncoding.DecodeString(m.Photo); err != nil {
			r.Fault(path+".picture.ImageContent", "this is no base64")
		}
	}
	m.PhotoName = m.PhotoName[strings.LastIndexAny(m.PhotoName, `/\`)+1:]
	if len([]rune(m.PhotoName)) > longestFileName {
		r.Fault(path+".PhotoPath", "the name is longer than %d characters", longestFileName)
	}
}

// policy adds a policy to a family and gives its place.
func (r *filing) policy(family int, d *PhoneDocument) [2]int {
	f := &r.file.Families[family]
	at := [2]int{family, len(f.Policies)}
	path := policyPath(at)
	number := r.Number(path+".PolicyId", d.Say("policyid"))
	if _, twice := r.policies[number]; twice {
		r.Fault(path+".PolicyId", "there are two policies %d", number)
	}
	r.policies[number] = at
	p := persistence.Policy{
		PolicyID: r.stored(path, d, number), EnrollDate: r.Day(path+".EnrollDate", d.Say("enrolldate")), StartDate: r.Day(path+".StartDate", d.Say("startdate")),
		EffectiveDate: r.DayIf(path+".EffectiveDate", d.Say("effectivedate")), ExpiryDate: r.DayIf(path+".ExpiryDate", d.Say("expirydate")),
		PolicyStatus: r.Key(path+".PolicyStatus", d.Say("policystatus")), ProdID: r.Number(path+".ProdId", d.Say("prodid")),
		OfficerID: r.Key(path+".OfficerId", d.Say("officerid")), PolicyStage: d.SayIf("policystage"),
	}
	if d.Say("policyvalue") != "" {
		p.PolicyValue = pointer(r.Amount(path+".PolicyValue", d.Say("policyvalue")))
	}
	f.Policies = append(f.Policies, FiledPolicy{Policy: p})
	return at
}

func policyPath(at [2]int) string { return fmt.Sprintf("families[%d].policies[%d]", at[0], at[1]) }

// premium adds a premium to a policy.
func (r *filing) premium(at [2]int, d *PhoneDocument) {
	p := &r.file.Families[at[0]].Policies[at[1]]
	path := fmt.Sprintf("%s.premiums[%d]", policyPath(at), len(p.Premiums))
	p.Premiums = append(p.Premiums, persistence.Premium{
		PayerID: r.Key(path+".PayerId", d.Say("payerid")), Amount: r.Amount(path+".Amount", d.Say("amount")), Receipt: d.Say("receipt"),
		PayDate: r.Day(path+".PayDate", d.Say("paydate")), PayType: d.Say("paytype"), IsPhotoFee: r.Flag(path+".isPhotoFee", d.Say("isphotofee")),
	})
}

// covers adds who is covered by which policy.
func (r *filing) covers(d *PhoneDocument) {
	for i, cover := range d.Parts {
		path := fmt.Sprintf("insureePolicies[%d]", i)
		at, found := r.policyOf(path, cover)
		number := r.Number(path+".InsureeId", cover.Say("insureeid"))
		member, known := r.members[number]
		if !known || found && member[0] != at[0] {
			r.Fault(path+".InsureeId", "the family of the policy has no member %d", number)
		}
		if r.Err != nil {
			return
		}
		p := &r.file.Families[at[0]].Policies[at[1]]
		p.Covers = append(p.Covers, FiledCover{Member: member[1], Effective: r.DayIf(path+".EffectiveDate", cover.Say("effectivedate"))})
	}
}

// settleHeads makes the member whose number a family gives its head, where none says that
// he is.
func (r *filing) settleHeads() {
	for i, number := range r.heads {
		members := r.file.Families[i].Members
		if number == "" || slices.ContainsFunc(members, func(m FiledMember) bool { return m.Insuree.IsHead }) {
			continue
		}
		for j := range members {
			if chfid := members[j].Insuree.CHFID; chfid != nil && *chfid == number {
				members[j].Insuree.IsHead = true
				break
			}
		}
	}
}
