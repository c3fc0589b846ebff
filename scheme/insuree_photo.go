package scheme

import "github.com/openimis/openimis-go/persistence"

// photoChange says what becomes of the row of a photograph.
type photoChange int

const (
	photoStays photoChange = iota
	photoNew
	photoReplaced
)

// settlePicture prepares the row of the photograph. A new person without one gets an empty
// row (rule 10.1): the legacy application reads people together with their photographs and
// does not find those without. The number on it follows the person's.
func (e *enrolment) settlePicture() photoChange {
	sent := e.draft.Picture
	if sent == nil && e.was.InsureeID == 0 {
		sent = &Picture{Name: ptr("")}
	}
	if sent == nil {
		if !e.number || e.row.Photo == nil || e.row.Photo.ValidityTo != nil {
			return photoStays
		}
		photo := *e.row.Photo
		photo.CHFID, e.row.Photo = e.row.CHFID, &photo
		return photoReplaced
	}
	day := e.x.Now().Date()
	if sent.Day != nil {
		day = *sent.Day
	}
	photo, change := persistence.Photo{PhotoUUID: persistence.NewUUID()}, photoNew
	if e.row.Photo != nil && e.row.Photo.ValidityTo == nil {
		photo, change = *e.row.Photo, photoReplaced
	}
	photo.CHFID, photo.PhotoFolder, photo.PhotoFileName, photo.Photo, photo.PhotoDate = e.row.CHFID, "", sent.Name, &sent.Data, day
	if sent.Data == "" {
		photo.Photo = nil
	}
	if sent.Officer != 0 {
		photo.OfficerID = sent.Officer
	}
	e.row.Photo, e.row.PhotoDate = &photo, &day
	return change
}

// followPhoto writes the photograph; that of before becomes history (rule 10.5).
func (e *enrolment) followPhoto(change photoChange) error {
	photo := e.row.Photo
	switch change {
	case photoNew:
		photo.InsureeID = &e.row.InsureeID
		if err := persistence.Insert(e.x, photo); err != nil {
			return err
		}
		e.row.PhotoID = &photo.PhotoID
	case photoReplaced:
		photo.InsureeID = &e.row.InsureeID
		return persistence.Update(e.x, photo)
	}
	return nil
}
