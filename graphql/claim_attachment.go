package graphql

import (
	"strconv"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// attachmentForm is what the forms send of a document of a claim.
const attachmentForm = "id: String type: String title: String date: Date filename: String mime: String url: String document: String generalType: String predefinedType: String"

// claimDocument is a document on a form.
type claimDocument struct {
	Type        *string           `graphql:"type"`
	Title       *string           `graphql:"title"`
	Date        *persistence.Date `graphql:"date"`
	Filename    *string           `graphql:"filename"`
	Mime        *string           `graphql:"mime"`
	URL         *string           `graphql:"url"`
	Document    *string           `graphql:"document"`
	GeneralType *string           `graphql:"generalType"`
	Kind        *string           `graphql:"predefinedType"`
}

// fill puts what the form says into a draft; what it leaves out stays.
func (f *claimDocument) fill(d *scheme.AttachmentDraft) {
	row := &d.Attachment
	for _, field := range []struct{ said, column **string }{
		{&f.Type, &row.Type}, {&f.Title, &row.Title}, {&f.Filename, &row.Filename}, {&f.Mime, &row.Mime}, {&f.URL, &row.Url}, {&f.Document, &row.Document},
	} {
		if text := said(*field.said); text != nil {
			*field.column = text
		}
	}
	row.GeneralType = generalType(orElse(f.GeneralType, row.GeneralType))
	d.Kind = orElse(f.Kind, "")
	if f.Date != nil {
		row.Date = *f.Date
	}
}

// pathsOfAttachment gives the names errors use; in is what the form lies in, "" for nothing.
func pathsOfAttachment(in string) scheme.Paths {
	paths := scheme.Paths{}
	for column, field := range map[string]string{"general_type": "generalType", "predefined_type_id": "predefinedType", "url": "url", "document": "document", "title": "title",
		"type": "type", "filename": "filename", "mime": "mime", "date": "date"} {
		paths[column] = in + field
	}
	return paths
}

// attachmentsOf reads the documents of the form of a claim.
func attachmentsOf(c *Change, x *persistence.Session) ([]persistence.ClaimAttachment, error) {
	var in struct {
		Claimed     persistence.Date `graphql:"dateClaimed"`
		Attachments []claimDocument  `graphql:"attachments"`
	}
	if err := c.Into(&in); err != nil {
		return nil, err
	}
	drafts := make([]*scheme.AttachmentDraft, len(in.Attachments))
	for i := range drafts {
		drafts[i] = &scheme.AttachmentDraft{Paths: pathsOfAttachment("attachments[" + strconv.Itoa(i) + "]."), Attachment: persistence.ClaimAttachment{Date: in.Claimed}}
		in.Attachments[i].fill(drafts[i])
	}
	if err := scheme.CheckAttachments(x, drafts...); err != nil {
		return nil, err
	}
	rows := make([]persistence.ClaimAttachment, len(drafts))
	for i, d := range drafts {
		rows[i] = d.Attachment
	}
	return rows, nil
}

func attachmentMutation(verb, input string, do func(c *Change) error) Mutation {
	return Mutation{Field: Field{
		SDL: verb + "ClaimAttachment(input: " + input + "AttachmentMutationInput!): " + input + "AttachmentMutationPayload", Rights: []int{rightClaim, rightChangeClaim},
	}, Do: do}
}

func attach(c *Change) error {
	var form claimDocument
	if err := c.Into(&form); err != nil {
		return err
	}
	claim, err := c.UUID("claimUuid")
	if err != nil {
		return err
	}
	d := &scheme.AttachmentDraft{Paths: pathsOfAttachment("")}
	form.fill(d)
	c.Wrote("tblClaim", claim)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error { return casesOf(c).Attach(x, claim, d) })
}

func reattach(c *Change) error {
	var form claimDocument
	if err := c.Into(&form); err != nil {
		return err
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		row, err := persistence.AttachmentWith(x, c.Text("id"))
		if err != nil {
			return err
		}
		d := &scheme.AttachmentDraft{Attachment: *row, Paths: pathsOfAttachment("")}
		form.fill(d)
		return casesOf(c).Reattach(x, d)
	})
}

func detach(c *Change) error {
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		row, err := persistence.AttachmentWith(x, c.Text("id"))
		if err != nil {
			return err
		}
		return casesOf(c).Detach(x, row)
	})
}
