package mapping_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
)

const enrolmentXML = `<Enrolment><Families><Family><FamilyId>-1</FamilyId><LocationId>35</LocationId><HOFCHFID>A1</HOFCHFID><Poverty>0</Poverty></Family><Family><FamilyId>-12</FamilyId><isOffline>0</isOffline></Family></Families>
	<Insurees><Insuree><InsureeId>-1</InsureeId><FamilyId>-1</FamilyId><CHFID>A1</CHFID><DOB>01/02/1980</DOB><PhotoPath>C:\photos\a.jpg</PhotoPath></Insuree>
	<Insuree><InsureeId>9</InsureeId><FamilyId>12</FamilyId><CHFID>A2</CHFID><DOB>1980-02-01T00:00:00</DOB><isHead>true</isHead><isOffline>0</isOffline></Insuree></Insurees>
	<Policies><Policy><PolicyId>-3</PolicyId><FamilyId>-1</FamilyId><EnrollDate>2026-03-03</EnrollDate><StartDate>2026-03-03</StartDate><PolicyValue>10.50</PolicyValue></Policy></Policies>
	<Premiums><Premium><PolicyId>-3</PolicyId><Amount>2</Amount><PayDate>2026-03-03</PayDate><PayerId>0</PayerId></Premium></Premiums>
	<InsureePolicies><InsureePolicy><PolicyId>-3</PolicyId><InsureeId>-1</InsureeId><EffectiveDate>2026-03-04</EffectiveDate></InsureePolicy></InsureePolicies></Enrolment>`

const enrolmentJSON = `{"family":[{"FamilyId":"-1","isOffline":"1","insurees":[{"InsureeId":-1,"CHFID":"A1","isHead":"1","DOB":"1980-02-01","picture":{"ImageName":"a.jpg","ImageContent":"QQ=="}}],
	"policies":[{"PolicyId":-3,"EnrollDate":"2026-03-03","StartDate":"2026-03-03","premium":[{"Amount":"2","PayDate":"2026-03-03"},{"Amount":3,"PayDate":"2026-03-04","isPhotoFee":"true"}]}],
	"insureePolicy":[{"InsureeId":"-1","PolicyId":"-3","EffectiveDate":null}],"FamilySMS":{"ApprovalOfSMS":true,"LanguageOfSMS":"en"}}],"source":"app","sourceVersion":"2"}`

func TestEnrolmentFiles(t *testing.T) {
	read := func(text string) (*mapping.EnrolmentFile, error) {
		document, err := mapping.ReadPhoneDocument([]byte(text))
		if err != nil {
			return nil, err
		}
		return mapping.ReadEnrolment(document)
	}
	file, err := read(enrolmentXML)
	if err != nil || len(file.Families) != 2 {
		t.Fatalf("%+v, %v", file, err)
	}
	fresh, stored := file.Families[0], file.Families[1]
	if fresh.Family.FamilyID != 0 || *fresh.Family.LocationID != 35 || *fresh.Family.Poverty || len(fresh.Members) != 1 || stored.Family.FamilyID != 12 || len(stored.Members) != 1 {
		t.Errorf("%+v and %+v", fresh, stored)
	}
	if m := fresh.Members[0]; !m.Insuree.IsHead || m.Insuree.InsureeID != 0 || m.Insuree.DOB.String() != "1980-02-01" || m.PhotoName != "a.jpg" || m.Insuree.Phone != nil {
		t.Errorf("%+v", m)
	}
	if m := stored.Members[0]; !m.Insuree.IsHead || m.Insuree.InsureeID != 9 || m.Insuree.DOB.String() != "1980-02-01" {
		t.Errorf("%+v", m)
	}
	if p := fresh.Policies[0]; p.Policy.PolicyValue.String() != "10.5" || len(p.Premiums) != 1 || p.Premiums[0].PayerID != nil || len(p.Covers) != 1 || p.Covers[0].Effective.String() != "2026-03-04" {
		t.Errorf("%+v", p)
	}
	file, err = read(enrolmentJSON)
	if err != nil || len(file.Families) != 1 || file.Source != "app" || file.Version != "2" {
		t.Fatalf("%+v, %v", file, err)
	}
	f := file.Families[0]
	if m := f.Members[0]; m.PhotoName != "a.jpg" || m.Photo != "QQ==" || *f.Wishes.LanguageOfSMS != "en" {
		t.Errorf("%+v", f)
	}
	if p := f.Policies[0]; len(p.Premiums) != 2 || *p.Premiums[1].IsPhotoFee != true || p.Premiums[0].IsPhotoFee != nil || len(p.Covers) != 1 || p.Covers[0].Effective != nil {
		t.Errorf("%+v", p)
	}
	for _, c := range []struct{ from, to, want string }{
		{enrolmentXML, "", "this is no XML"},
		{"<FamilyId>-12</FamilyId>", "", "families[1]: it is said to be stored already and has no number"},
		{"<FamilyId>-12<", "<FamilyId>-1<", "families[1].FamilyId: there are two families -1"},
		{"<InsureeId>9<", "<InsureeId>-1<", "families[1].members[0].InsureeId: there are two people -1"},
		{"<Amount>2<", "<Amount>1e5<", `families[0].policies[0].premiums[0].Amount: "1e5" is no number`},
		{"<isHead>true<", "<isHead>yes<", `families[1].members[0].isHead: "yes" is neither 1 nor 0`},
		{"<LocationId>35<", "<LocationId>99999999999<", `families[0].LocationId: "99999999999" is no whole number`},
		{"<CHFID>A1</CHFID><DOB>01/02/1980", "<DOB>31/02/1980", `families[0].members[0].DOB: "31/02/1980" is no day`},
	} {
		if _, err := read(strings.Replace(enrolmentXML, c.from, c.to, 1)); core.CodeOf(err) != core.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
	for _, text := range []string{strings.Repeat("<a>", 50), strings.Repeat("[", 50), "<a>" + strings.Repeat("<b/>", 100_001) + "</a>", "[" + strings.Repeat("0,", 100_001) + "0]", `{"a"`, `[1`, "<a/><b/>", "{}"} {
		if _, err := read(text); core.CodeOf(err) != core.Invalid {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

// Whatever a phone may send, reading it ends with families or with a fault that is the
// client's, and covers are of members there are.
func FuzzEnrolmentFile(f *testing.F) {
	f.Add(enrolmentXML)
	f.Add(enrolmentJSON)
	f.Fuzz(func(t *testing.T, text string) {
		document, err := mapping.ReadPhoneDocument([]byte(text))
		if err == nil {
			var file *mapping.EnrolmentFile
			if file, err = mapping.ReadEnrolment(document); err == nil {
				for _, family := range file.Families {
					for _, policy := range family.Policies {
						for _, cover := range policy.Covers {
							if cover.Member < 0 || cover.Member >= len(family.Members) {
								t.Errorf("cover of member %d of %d", cover.Member, len(family.Members))
							}
						}
					}
				}
				return
			}
		}
		if core.CodeOf(err) != core.Invalid {
			t.Errorf("%s: %v", core.CodeOf(err), err)
		}
	})
}
