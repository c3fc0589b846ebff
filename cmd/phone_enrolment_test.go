package cmd_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

const aPicture = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"

// enrolment is the file of a phone with a family of two people, the numbers beginning with
// prefix, and a policy that is paid in part.
func enrolment(prefix string, sold *persistence.Policy, village int) string {
	day := time.Now().Format("2006-01-02")
	person := func(id int, head, rest string) string {
		return fmt.Sprintf(`<Insuree><InsureeId>%d</InsureeId><FamilyId>-1</FamilyId><CHFID>%s%d</CHFID><LastName>Manga</LastName><OtherNames>Ana</OtherNames><DOB>1980-02-01</DOB><Gender>F</Gender><Marital>M</Marital><isHead>%s</isHead>`+
			`<IdentificationNumber/><Phone>077</Phone><CardIssued>0</CardIssued><Relationship/><Profession>0</Profession><TypeOfId/><HFID/><CurVillage>0</CurVillage><isOffline>1</isOffline>%s</Insuree>`, id, prefix, -id, head, rest)
	}
	return `<?xml version="1.0" encoding="UTF-8"?><Enrolment><FileInfo><UserId>-1</UserId><OfficerId>1</OfficerId></FileInfo><Source>Policies</Source><SourceVersion>1.4</SourceVersion><Families><Family>` +
		fmt.Sprintf(`<FamilyId>-1</FamilyId><InsureeId>-1</InsureeId><LocationId>%d</LocationId><HOFCHFID>%s1</HOFCHFID><Poverty>1</Poverty><FamilyType/><FamilyAddress>1 Main Road</FamilyAddress><isOffline>1</isOffline>`, village, prefix) +
		`<FamilySMS><ApprovalOfSMS>1</ApprovalOfSMS><LanguageOfSMS>en</LanguageOfSMS></FamilySMS></Family></Families><Insurees>` +
		person(-1, "1", "<PhotoPath>"+prefix+".jpg</PhotoPath>") + person(-2, "0", "<PhotoPath>/sdcard/IMIS/"+prefix+"-b.jpg</PhotoPath>") + `</Insurees><Policies>` +
		fmt.Sprintf(`<Policy><PolicyId>-7</PolicyId><FamilyId>-1</FamilyId><EnrollDate>%s</EnrollDate><StartDate>%s</StartDate><EffectiveDate/><ExpiryDate>2099-01-01</ExpiryDate><PolicyStatus>1</PolicyStatus><PolicyValue>1</PolicyValue><ProdId>%d</ProdId><OfficerId>%d</OfficerId><PolicyStage>N</PolicyStage><isOffline>1</isOffline></Policy></Policies>`, day, day, sold.ProdID, *sold.OfficerID) +
		fmt.Sprintf(`<Premiums><Premium><PremiumId>-3</PremiumId><PolicyId>-7</PolicyId><PayerId>0</PayerId><Amount>0.50</Amount><Receipt>%s-R</Receipt><PayDate>%s</PayDate><PayType>C</PayType><isPhotoFee>0</isPhotoFee></Premium></Premiums>`, prefix, day) +
		`<InsureePolicies><InsureePolicy><InsureeId>-1</InsureeId><PolicyId>-7</PolicyId><EffectiveDate/></InsureePolicy><InsureePolicy><InsureeId>-2</InsureeId><PolicyId>-7</PolicyId></InsureePolicy></InsureePolicies></Enrolment>`
}

// numbered gives the live people whose insurance number begins so, with their photographs.
func numbered(t *testing.T, store *persistence.Store, prefix string) []persistence.Insuree {
	t.Helper()
	page, err := persistence.Select[persistence.Insuree](store.Read(persistencetest.System(t)), persistence.Query{
		Where: []clause.Expression{persistence.Text(persistence.Column("tblInsuree", "CHFID"), persistence.StartsWith, prefix)}, Join: []string{"Photo", "Family"},
		Order: []persistence.Order{{Column: persistence.Column("tblInsuree", "CHFID")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return page.Rows
}

// What officers enrolled on their phones is stored with policy, premium and photographs;
// a family at fault is told and keeps no other out, and nothing of it is written.
func TestEnrolmentsOfPhones(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		sold := sellable(t, store)
		village := *first[persistence.Family](t, store, persistence.Compare(persistence.Column("", "FamilyID"), "=", sold.FamilyID)).LocationID
		send := func(file string) (int, uploadAnswer) {
			t.Helper()
			return upload(t, s, "scheme:scheme123", "extracts/upload_enrollments", file)
		}
		sent := packed(t, map[string]string{"enrolment.xml": enrolment("XA", sold, village), "Images/xa.JPG": aPicture, "xa-b.jpg": aPicture, "notes.txt": "passed over"})
		if code, out := send(sent); code != 200 || !out.Success {
			t.Fatalf("%d %+v", code, out)
		}
		people := numbered(t, store, "XA")
		if len(people) != 2 || !people[0].IsHead || people[1].IsHead || people[0].Family == nil || *people[1].FamilyID != people[0].Family.FamilyID || *people[0].Source != "Policies" || *people[0].SourceVersion != "1.4" {
			t.Fatalf("%+v", people)
		}
		for i, name := range []string{"XA.jpg", "XA-b.jpg"} {
			if photo := people[i].Photo; photo == nil || photo.Photo == nil || *photo.Photo != base64.StdEncoding.EncodeToString([]byte(aPicture)) || *photo.PhotoFileName != name {
				t.Errorf("%+v", photo)
			}
		}
		if f := people[0].Family; *f.LocationID != village || *f.FamilyAddress != "1 Main Road" || !*f.Poverty {
			t.Errorf("%+v", f)
		}
		policy := first[persistence.Policy](t, store, persistence.Compare(persistence.Column("", "FamilyID"), "=", people[0].Family.FamilyID))
		premium := first[persistence.Premium](t, store, persistence.Compare(persistence.Column("", "PolicyID"), "=", policy.PolicyID))
		if policy.ProdID != sold.ProdID || *policy.PolicyStatus != 1 || premium.Amount.String() != "0.5" || premium.Receipt != "XA-R" {
			t.Errorf("%+v, paid %+v", policy, premium)
		}
		covers, err := persistence.Beside[persistence.InsureePolicy](store.Read(persistencetest.System(t)), persistence.Query{Where: []clause.Expression{persistence.Compare(persistence.Column("", "PolicyId"), "=", policy.PolicyID)}})
		if err != nil || len(covers) != 2 {
			t.Errorf("%+v, %v", covers, err)
		}

		if code, out := send(sent); code != 200 || out.Success || len(out.Errors) != 2 || !strings.HasPrefix(out.Errors[1], "enrolment.xml: families[0].members[1].number: ") {
			t.Errorf("the same again: %d %+v", code, out)
		}

		// A stored family comes back from the phone as JSON with a member less and another name.
		family, head := people[0].Family.FamilyID, people[0].InsureeID
		changed := fmt.Sprintf(`{"family":[{"FamilyId":"%d","LocationId":"%d","HOFCHFID":"XA1","isOffline":"0","insurees":[{"InsureeId":"%d","FamilyId":"%d","CHFID":"XA1","LastName":"Roe","OtherNames":"Ana","DOB":"1980-02-01","Gender":"F","isHead":"1","isOffline":"0",`+
			`"picture":{"ImageName":"new.gif","ImageContent":%q}}],"policies":[],"insureePolicy":[]}],"source":"phone"}`, -family, village, head, family, base64.StdEncoding.EncodeToString([]byte(aPicture)))
		if code, out := send(changed); code != 200 || !out.Success {
			t.Fatalf("%d %+v", code, out)
		}
		if people = numbered(t, store, "XA"); len(people) != 1 || people[0].LastName != "Roe" || *people[0].Photo.PhotoFileName != "new.gif" {
			t.Errorf("%+v", people)
		}

		good := enrolment("XB", sold, village)
		for name, c := range map[string]struct{ file, want string }{
			"no day":          {strings.Replace(good, "1980-02-01", "soon", 1), `register.xml: families[0].members[0].DOB: "soon" is no day`},
			"no family":       {strings.Replace(good, "<FamilyId>-1</FamilyId><CHFID>", "<FamilyId>-5</FamilyId><CHFID>", 1), "register.xml: insurees[0].FamilyId: the file has no family -5"},
			"no policy":       {strings.Replace(good, "<PremiumId>-3</PremiumId><PolicyId>-7", "<PremiumId>-3</PremiumId><PolicyId>-8", 1), "register.xml: premiums[0].PolicyId: the file has no policy -8"},
			"cover of nobody": {strings.Replace(good, "<InsureePolicy><InsureeId>-2", "<InsureePolicy><InsureeId>-9", 1), "register.xml: insureePolicies[1].InsureeId: the family of the policy has no member -9"},
			"no enrolment":    {"<Claim/>", "register.xml: the document has no family"},
			"no such village": {strings.Replace(good, fmt.Sprintf("<LocationId>%d<", village), "<LocationId>999999<", 1), "register.xml: families[0].location: there is no such village"},
			"nothing paid":    {strings.Replace(good, "0.50", "0", 1), "register.xml: families[0].policies[0].premiums[0].amount: "},
			"no picture":      {strings.Replace(good, "<isOffline>1</isOffline><PhotoPath>", "<isOffline>1</isOffline><picture><ImageName>a</ImageName><ImageContent>QQ==</ImageContent></picture><PhotoPath>", 1), "register.xml: families[0].members[0].picture: this is no picture"},
			"nobody's":        {packed(t, map[string]string{"a.xml": "<Enrolment>", "b.gif": aPicture}), "a.xml: this is no XML"},
		} {
			code, out := send(c.file)
			if code != 200 || out.Success || !strings.HasPrefix(out.Errors[0], c.want) {
				t.Errorf("%s: %d %+v", name, code, out)
			}
			if name == "nobody's" && (len(out.Errors) != 2 || out.Errors[1] != "b.gif: no document names this picture") {
				t.Errorf("%s: %+v", name, out)
			}
			if left := numbered(t, store, "XB"); len(left) != 0 {
				t.Fatalf("%s: wrote %+v", name, left)
			}
		}
		for name, file := range map[string]string{"too long": strings.Repeat(" ", 6<<20), "a bomb": packed(t, map[string]string{"a.xml": strings.Repeat(" ", 6<<20)}), "together": packed(t, map[string]string{
			"a.xml": strings.Repeat(" ", 5<<20), "b.xml": strings.Repeat(" ", 5<<20), "c.xml": strings.Repeat(" ", 5<<20), "d.xml": strings.Repeat(" ", 5<<20), "e.xml": strings.Repeat(" ", 5<<20),
			"f.xml": strings.Repeat(" ", 5<<20), "g.xml": strings.Repeat(" ", 5<<20), "h.xml": strings.Repeat(" ", 5<<20), "i.xml": " "})} {
			if code, out := send(file); code != 400 || !strings.Contains(out.Error, "longer than") {
				t.Errorf("%s: %d %+v", name, code, out)
			}
		}
		two := strings.NewReplacer("</Families>", strings.NewReplacer("<FamilyId>-1", "<FamilyId>-11", "XC1", "XC2").Replace(between(enrolment("XC", sold, village), "<Families>", "</Families>"))+"</Families>",
			"<FamilyId>-1</FamilyId><CHFID>XC2", "<FamilyId>-11</FamilyId><CHFID>XC2").Replace(strings.Replace(enrolment("XC", sold, 999999), "<InsureePolicy><InsureeId>-2</InsureeId><PolicyId>-7</PolicyId></InsureePolicy>", "", 1))
		if code, out := send(two); code != 200 || out.Success || len(out.Errors) != 1 || !strings.HasPrefix(out.Errors[0], "register.xml: families[0].location: ") {
			t.Errorf("one of two: %d %+v", code, out)
		}
		if people := numbered(t, store, "XC"); len(people) != 1 || *people[0].CHFID != "XC2" || !people[0].IsHead {
			t.Errorf("one of two: %+v", people)
		}
		for user, want := range map[string]int{"": 401, "CA001:claims123": 403} {
			if w := (call{method: "POST", target: "/api/tools/extracts/upload_enrollments", user: user}).on(s); w.Code != want {
				t.Errorf("%q: %d", user, w.Code)
			}
		}
	})
}

// between gives what stands between two texts.
func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// sellable gives a policy of a product that is sold today.
func sellable(t *testing.T, store *persistence.Store) *persistence.Policy {
	t.Helper()
	today := persistence.Day(time.Now())
	policy := persistence.Column("tblPolicy", "ProdID")
	return first[persistence.Policy](t, store, persistence.Compare(persistence.Column("", "PolicyStatus"), "=", 2),
		persistence.Exists("tblProduct", "ProdID", policy, persistence.Compare(persistence.Column("tblProduct", "DateFrom"), "<=", today), persistence.Compare(persistence.Column("tblProduct", "DateTo"), ">=", today)))
}
