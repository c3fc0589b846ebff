package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/persistence"
)

// people writes the family and its members (rule 10.7, steps 3, 5 and 6). Who is stored and
// not in the file is closed first, since he takes up room under the policies; his claims
// forbid it, and then the family is refused.
func (p *enrolmentPlan) people() error {
	if err := p.closeMissing(); err != nil {
		return err
	}
	var joined []*persistence.Insuree
	for i := range p.sent.Members {
		fresh := p.members[i] == nil
		if err := p.member(i); err != nil {
			return under(memberPath(i), err)
		}
		if fresh {
			joined = append(joined, p.members[i])
		}
	}
	if err := p.keepFamily(joined); err != nil {
		return err
	}
	return p.keepWishes()
}

// closeMissing closes the records of members the file does not have.
func (p *enrolmentPlan) closeMissing() error {
	var missing []*persistence.Insuree
	for _, m := range p.present {
		if !slices.Contains(p.members, m) {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := closeInsurees(p.x, missing); err != nil {
		return under("members", err)
	}
	for _, m := range missing {
		if err := publishInsuree(p.x, "insuree.deleted", m); err != nil {
			return err
		}
	}
	p.out.Members.Deleted += len(missing)
	return nil
}

// member enters or changes the i-th member. Who is as the file says is not written.
func (p *enrolmentPlan) member(i int) error {
	sent, stored := &p.sent.Members[i], p.members[i]
	use := Insurees{Rules: p.Rules, Numbers: p.Numbers}
	d := &InsureeDraft{Picture: sent.Picture, Registers: p.registers}
	d.Own = &Residence{Place: p.places[number(sent.Insuree.CurrentVillage)], Address: toldText(nil, sent.Insuree.CurrentAddress)}
	if stored == nil {
		d.Insuree = tellMember(persistence.Insuree{IsOffline: ptr(false)}, &sent.Insuree)
		d.Insuree.Source, d.Insuree.SourceVersion = p.origin.columns()
		row, err := use.Enter(p.x, d)
		if err != nil {
			return err
		}
		p.members[i] = row
		p.out.Members.Inserted++
		return nil
	}
	if photo := p.photos[stored.InsureeID]; photo != nil && d.Picture != nil && text(photo.Photo) == d.Picture.Data && text(photo.PhotoFileName) == text(d.Picture.Name) {
		d.Picture = nil
	}
	d.Insuree = tellMember(*stored, &sent.Insuree)
	if d.Picture == nil && sameValues(stored, &d.Insuree) {
		return nil
	}
	d.Insuree.Source, d.Insuree.SourceVersion = p.origin.columns()
	row, err := use.Change(p.x, d)
	if err != nil {
		return err
	}
	p.members[i] = row
	p.out.Members.Updated++
	return nil
}

// keepFamily writes a new family with its members, or what changes of a stored one: what is
// known of it, its head, and who joins it.
func (p *enrolmentPlan) keepFamily(joined []*persistence.Insuree) error {
	d := &FamilyDraft{Members: joined, Registers: p.registers}
	if p.head >= 0 {
		d.Head = text(p.sent.Members[p.head].Insuree.CHFID)
	}
	use, sent := Families{Rules: p.Rules}, &p.sent.Family
	var err error
	if p.family == nil {
		d.Family = tellFamily(persistence.Family{IsOffline: ptr(false)}, sent)
		d.Home = &Residence{Place: p.places[number(sent.LocationID)], Address: d.Family.FamilyAddress}
		d.Family.Source, d.Family.SourceVersion = p.origin.columns()
		p.family, err = use.Enter(p.x, d)
		p.out.Families.Inserted++
		return err
	}
	d.Family = tellFamily(*p.family, sent)
	d.Home = &Residence{Place: p.places[number(p.family.LocationID)], Address: d.Family.FamilyAddress}
	stays := p.head < 0 || p.members[p.head].InsureeID == p.family.InsureeID
	if stays && len(joined) == 0 && sameValues(p.family, &d.Family) {
		return nil
	}
	d.Family.Source, d.Family.SourceVersion = p.origin.columns()
	p.family, err = use.Change(p.x, d)
	p.out.Families.Updated++
	return err
}

// keepWishes stores what the family wants of text messages (rule 10.7, step 5). Its table
// keeps no history.
func (p *enrolmentPlan) keepWishes() error {
	if p.sent.Wishes == nil {
		return nil
	}
	wishes := persistence.FamilySMS{FamilyID: p.family.FamilyID, ApprovalOfSMS: p.sent.Wishes.ApprovalOfSMS, LanguageOfSMS: p.sent.Wishes.LanguageOfSMS}
	if err := persistence.Fits(&wishes); err != nil {
		return under("wishes", err)
	}
	l := &loader{db: p.x.DB()}
	var stored []persistence.FamilySMS
	own, live := persistence.Compare(column("tblFamilySMS", "familyid"), "=", p.family.FamilyID), persistence.IsNull(column("tblFamilySMS", "validityto"))
	find(l, &stored, own, live)
	switch {
	case l.err != nil:
		return l.err
	case len(stored) == 0:
		return persistence.Insert(p.x, &wishes)
	case told(stored[0].ApprovalOfSMS, wishes.ApprovalOfSMS) == stored[0].ApprovalOfSMS && toldText(stored[0].LanguageOfSMS, wishes.LanguageOfSMS) == stored[0].LanguageOfSMS:
		return nil
	}
	wishes.ValidityFrom = p.x.Now()
	return p.x.DB().Model(&wishes).Where(own).Where(live).Select("ApprovalOfSMS", "LanguageOfSMS", "ValidityFrom").Updates(&wishes).Error
}

// tellMember writes into a row what files know of a person.
func tellMember(row persistence.Insuree, sent *persistence.Insuree) persistence.Insuree {
	row.CHFID, row.LastName, row.OtherNames, row.CardIssued = toldText(row.CHFID, sent.CHFID), sent.LastName, sent.OtherNames, sent.CardIssued
	if !row.DOB.Equal(sent.DOB.Time) {
		row.DOB = sent.DOB
	}
	row.Gender, row.Marital, row.TypeOfID, row.Passport = toldText(row.Gender, sent.Gender), toldText(row.Marital, sent.Marital), toldText(row.TypeOfID, sent.TypeOfID), toldText(row.Passport, sent.Passport)
	row.Phone, row.Email, row.GeoLocation, row.CurrentAddress = toldText(row.Phone, sent.Phone), toldText(row.Email, sent.Email), toldText(row.GeoLocation, sent.GeoLocation), toldText(row.CurrentAddress, sent.CurrentAddress)
	row.Relationship, row.Profession, row.Education = told(row.Relationship, sent.Relationship), told(row.Profession, sent.Profession), told(row.Education, sent.Education)
	row.HFID, row.CurrentVillage, row.Vulnerability = told(row.HFID, sent.HFID), told(row.CurrentVillage, sent.CurrentVillage), told(row.Vulnerability, sent.Vulnerability)
	return row
}

// tellFamily writes into a row what files know of a family.
func tellFamily(row persistence.Family, sent *persistence.Family) persistence.Family {
	row.Poverty, row.FamilyType, row.FamilyAddress = told(row.Poverty, sent.Poverty), toldText(row.FamilyType, sent.FamilyType), toldText(row.FamilyAddress, sent.FamilyAddress)
	row.Ethnicity, row.ConfirmationNo, row.ConfirmationType = toldText(row.Ethnicity, sent.Ethnicity), toldText(row.ConfirmationNo, sent.ConfirmationNo), toldText(row.ConfirmationType, sent.ConfirmationType)
	return row
}

// told gives what is stored when the file says the same, where nothing is as good as the
// zero value, and what the file says otherwise.
func told[V comparable](stored, sent *V) *V {
	var none, a, b V
	if stored != nil {
		a = *stored
	}
	if sent != nil {
		b = *sent
	}
	switch {
	case a == b:
		return stored
	case b == none:
		return nil
	}
	return sent
}

// toldText is told for words: blanks around them say nothing, and only blanks are none.
func toldText(stored, sent *string) *string {
	if text(stored) == text(sent) {
		return stored
	}
	if text(sent) == "" {
		return nil
	}
	return ptr(text(sent))
}
