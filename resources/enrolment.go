package resources

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// enrolment carries one change of a person through: the references it makes, the family
// it joins, leaves, leads or starts, and the photograph.
type enrolment struct {
	x     *persistence.Session
	row   *persistence.Insuree
	was   persistence.Insuree // the row as it was, zero for a new one
	parts *mapping.PatientParts

	home, temp *persistence.Location // where the addresses are
	leads      bool                  // is to be the head
	starts     bool                  // the family is a new one
	moved      bool                  // out of the family of before
	resettled  bool                  // the family's address changes
}

// resolve finds what the resource refers to. Errors: core.Unprocessable.
func (e *enrolment) resolve() error {
	var err error
	if e.home, err = e.village(e.parts.Home); err != nil {
		return err
	}
	if e.temp, err = e.village(e.parts.Temp); err != nil {
		return err
	}
	e.row.HFID, e.row.HF = nil, nil
	if e.parts.Facility != nil {
		if e.row.HF, err = mapping.Resolve[persistence.HealthFacility](e.x, mapping.Organization, e.parts.FacilityAt, e.parts.Facility); err != nil {
			return err
		}
		e.row.HFID = &e.row.HF.HFID
	}
	if e.parts.Group == nil {
		return nil
	}
	family, err := mapping.Resolve[persistence.Family](e.x, mapping.Group, e.parts.GroupPath, e.parts.Group)
	if err != nil {
		return err
	}
	e.moved = e.row.FamilyID != nil && *e.row.FamilyID != family.FamilyID
	e.row.FamilyID, e.row.Family = &family.FamilyID, family
	return nil
}

func (e *enrolment) village(p *mapping.Place) (*persistence.Location, error) {
	if p == nil || p.Where == nil {
		return nil, nil
	}
	place, err := mapping.Resolve[persistence.Location](e.x, mapping.Location, p.At(), p.Where)
	if err == nil && !mapping.IsVillage(place) {
		return nil, core.ErrorAt(core.Unprocessable, p.At(), "%s is no village; people live in villages", text(place.LocationName))
	}
	return place, err
}

// apply settles the family and the addresses in the row, before it is written.
func (e *enrolment) apply() error {
	if e.was.IsHead && e.moved {
		return core.ErrorAt(core.Conflict, e.parts.GroupPath, "the head of a family cannot move to another one; name another head first")
	}
	e.leads = e.was.IsHead
	if e.parts.Head != nil {
		e.leads = *e.parts.Head
	}
	if e.was.IsHead && !e.leads {
		return core.ErrorAt(core.Conflict, "Patient.extension", "the person is the head of a family; make another member its head instead")
	}
	if e.leads && e.row.Family == nil {
		e.starts = true
		e.row.Family = &persistence.Family{FamilyUUID: persistence.NewUUID()}
	}
	e.row.IsHead = e.leads
	e.settle()
	e.picture()
	return nil
}

// settle puts the addresses where they belong. The family's address is its head's to
// change; a home that is not the family's is kept as the person's own.
func (e *enrolment) settle() {
	own, ownWords := e.temp, words(e.parts.Temp)
	home, homeWords := e.home, words(e.parts.Home)
	family := e.row.Family
	if e.leads && e.parts.Home == nil && e.parts.Temp != nil && (e.starts || e.parts.Temp.None) {
		home, homeWords = own, ownWords
		if e.parts.Temp.None {
			own, ownWords = nil, nil
		}
	}
	hasHome := home != nil || homeWords != nil
	switch {
	case e.leads && hasHome:
		e.resettled = e.starts || key(family.LocationID) != keyOf(home) || text(family.FamilyAddress) != text(homeWords)
		family.LocationID, family.FamilyAddress = locationKey(home), homeWords
	case hasHome && e.parts.Temp == nil && !(family != nil && key(family.LocationID) == keyOf(home) && text(family.FamilyAddress) == text(homeWords)):
		own, ownWords = home, homeWords
	}
	e.row.CurrentVillage, e.row.CurrentAddress = locationKey(own), ownWords
}

// picture prepares the photograph. One that was not sent as data leaves that of before,
// and a new person gets an empty one: the legacy application reads people together with
// their photographs and does not find those without.
func (e *enrolment) picture() {
	sent, day := e.parts.Photo, e.x.Now().Date()
	if sent == nil && e.was.InsureeID == 0 {
		sent = &mapping.Picture{Title: ptr("")}
		e.parts.Photo = sent
	}
	if sent == nil {
		return
	}
	if sent.Day != nil {
		day = *sent.Day
	}
	photo := &persistence.Photo{PhotoUUID: persistence.NewUUID()}
	if e.row.Photo != nil {
		kept := *e.row.Photo
		photo = &kept
	}
	photo.CHFID, photo.PhotoFolder, photo.PhotoFileName, photo.Photo, photo.PhotoDate = e.row.CHFID, "", sent.Title, &sent.Data, day
	if sent.Data == "" {
		photo.Photo = nil
	}
	e.row.Photo, e.row.PhotoDate = photo, &day
}

// follow writes the rows that need the person's key, after his own was written.
func (e *enrolment) follow() error {
	if err := e.endCover(); err != nil {
		return err
	}
	changed, err := e.followFamily()
	if err != nil {
		return err
	}
	if e.parts.Photo != nil {
		photo := e.row.Photo
		photo.InsureeID = &e.row.InsureeID
		if photo.PhotoID == 0 {
			if err := persistence.Insert(e.x, photo); err != nil {
				return err
			}
			e.row.PhotoID, changed = &photo.PhotoID, true
		} else if err := persistence.Update(e.x, photo); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	// The keys were not known a moment ago; this is still the same change of the row.
	return e.x.DB().Model(e.row).Select("FamilyID", "PhotoID").Updates(e.row).Error
}

// endCover ends the cover of a person who became inactive or died, on that day.
func (e *enrolment) endCover() error {
	if text(e.row.Status) == text(e.was.Status) || !mapping.Ended(e.row) || e.was.InsureeID == 0 {
		return nil
	}
	day := e.x.Now().Date()
	if e.row.StatusDate != nil {
		day = *e.row.StatusDate
	}
	covers, err := coversOf(e.x, e.row.InsureeID)
	for _, cover := range covers {
		cover.ExpiryDate = &day
	}
	if err != nil {
		return err
	}
	return persistence.UpdateMany(e.x, covers)
}

// followFamily starts or changes the family; changed says that the person's row has yet
// to learn its key.
func (e *enrolment) followFamily() (changed bool, err error) {
	family := e.row.Family
	switch {
	case e.starts:
		family.InsureeID = e.row.InsureeID
		if err := persistence.Insert(e.x, family); err != nil {
			return false, err
		}
		e.row.FamilyID = &family.FamilyID
		family.Head = e.row
		return true, nil
	case e.leads && family.InsureeID != e.row.InsureeID:
		if err := e.depose(family); err != nil {
			return false, err
		}
		family.InsureeID, family.Head = e.row.InsureeID, e.row
		return false, persistence.Update(e.x, family)
	case e.leads && e.resettled:
		return false, persistence.Update(e.x, family)
	case e.moved:
		covers, err := coversOf(e.x, e.row.InsureeID)
		if err != nil {
			return false, err
		}
		return false, persistence.DeleteMany(e.x, covers)
	}
	return false, nil
}

// depose makes the head of before an ordinary member.
func (e *enrolment) depose(family *persistence.Family) error {
	var heads []persistence.Insuree
	err := e.x.DB().Where(
		persistence.Compare(persistence.Column("", "FamilyID"), "=", family.FamilyID),
		persistence.Compare(persistence.Column("", "IsHead"), "=", true),
		persistence.Compare(persistence.Column("", "InsureeID"), "<>", e.row.InsureeID),
		persistence.IsNull(persistence.Column("", "ValidityTo")),
	).Find(&heads).Error
	if err != nil {
		return err
	}
	former := make([]*persistence.Insuree, len(heads))
	for i := range heads {
		heads[i].IsHead = false
		former[i] = &heads[i]
	}
	return persistence.UpdateMany(e.x, former)
}

// coversOf gives the live covers of a person by policies that have not expired.
func coversOf(x *persistence.Session, insuree int) ([]*persistence.InsureePolicy, error) {
	var rows []persistence.InsureePolicy
	expiry := persistence.Column("", "ExpiryDate")
	err := x.DB().Where(
		persistence.Compare(persistence.Column("", "InsureeID"), "=", insuree),
		persistence.IsNull(persistence.Column("", "ValidityTo")),
		mapping.AnyOf(persistence.IsNull(expiry), persistence.Compare(expiry, ">=", x.Now().Date())),
	).Find(&rows).Error
	covers := make([]*persistence.InsureePolicy, len(rows))
	for i := range rows {
		covers[i] = &rows[i]
	}
	return covers, err
}

// numberTaken tells whether another live person has the number, in whatever district.
func numberTaken(x *persistence.Session, number string, but int) (bool, error) {
	return codeTaken[persistence.Insuree](x, "CHFID", number, "InsureeID", but)
}

// exists tells whether a live row meets the conditions, whoever may see it.
func exists[R any](x *persistence.Session, conditions ...clause.Expression) (bool, error) {
	var found []R
	tx := x.DB().Where(persistence.IsNull(persistence.Column("", "ValidityTo")))
	for _, condition := range conditions {
		tx = tx.Where(condition)
	}
	err := tx.Limit(1).Find(&found).Error // one row, where a count would look at all
	return len(found) > 0, err
}

func words(p *mapping.Place) *string {
	if p == nil {
		return nil
	}
	return p.Words
}

func locationKey(place *persistence.Location) *int {
	if place == nil {
		return nil
	}
	return &place.LocationID
}

func keyOf(place *persistence.Location) int { return key(locationKey(place)) }

func key(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
