package scheme

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/openimis/openimis-go/persistence"
)

// The kinds of documents of claims.
const (
	AttachedFile = "FILE" // the document is kept, in base64
	AttachedURL  = "URL"  // it lies elsewhere
)

// AttachmentDraft is a document of a claim as it is to be. Kind is the name of one of the
// kinds the scheme foresees, "" for none. Paths gives the names errors use for columns of
// claim_ClaimAttachment.
type AttachmentDraft struct {
	Attachment persistence.ClaimAttachment
	Kind       string
	Paths      Paths
}

// CheckAttachments completes documents that are to hang on claims: the day and the key
// of the kind. Errors: core.Unprocessable with all faults.
func CheckAttachments(x *persistence.Session, drafts ...*AttachmentDraft) error {
	c := &draftCheck{x: x}
	var kinds []persistence.ClaimAttachmentType
	for _, d := range drafts {
		if strings.TrimSpace(d.Kind) != "" && kinds == nil {
			l := &loader{db: x.DB()}
			if find(l, &kinds, persistence.IsNull(column("", "ValidityTo"))); c.failed(l.err) {
				break
			}
		}
		c.paths = d.Paths
		c.attachment(d, kinds)
	}
	return c.done()
}

func (c *draftCheck) attachment(d *AttachmentDraft, kinds []persistence.ClaimAttachmentType) {
	row := &d.Attachment
	if row.Date == (persistence.Date{}) {
		row.Date = c.x.Now().Date()
	}
	row.GeneralType = strings.TrimSpace(row.GeneralType)
	switch row.GeneralType {
	case AttachedURL:
		row.Document = nil
		if u, err := url.Parse(text(row.Url)); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			c.fault("url", "%q is no address a browser could open", text(row.Url))
		}
	case AttachedFile:
		document := strings.Join(strings.Fields(text(row.Document)), "")
		if raw, err := base64.StdEncoding.DecodeString(document); err != nil {
			c.fault("document", "the document is not base64")
		} else if len(raw) == 0 {
			c.fault("document", "the document is missing")
		}
	default:
		c.fault("general_type", "%q is none of FILE and URL", row.GeneralType)
	}
	fits(c, row)
	name := strings.TrimSpace(d.Kind)
	if name == "" {
		return
	}
	for i := range kinds {
		if strings.EqualFold(strings.TrimSpace(kinds[i].ClaimAttachmentType), name) && strings.TrimSpace(kinds[i].ClaimGeneralType) == row.GeneralType {
			row.PredefinedTypeID = &kinds[i].ClaimAttachmentTypeID
			return
		}
	}
	c.fault("predefined_type_id", "the scheme foresees no documents %q of the kind %s", name, row.GeneralType)
}

// Attach hangs a document on a claim, in whatever state the claim is. Errors:
// core.NotFound, core.Gone for the claim; those of CheckAttachments.
func (c Claims) Attach(x *persistence.Session, claim persistence.UUID, d *AttachmentDraft) error {
	row, err := persistence.One[persistence.Claim](x, claim)
	if err != nil {
		return err
	}
	d.Attachment.ClaimID = row.ClaimID
	if err := CheckAttachments(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Attachment); err != nil {
		return err
	}
	return publish(x, "claim.attached", row)
}

// Reattach changes a document, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone; those of CheckAttachments; core.Conflict when it was changed
// since.
func (c Claims) Reattach(x *persistence.Session, d *AttachmentDraft) error {
	claim, err := persistence.OneByKey[persistence.Claim](x, d.Attachment.ClaimID)
	if err != nil {
		return err
	}
	if err := CheckAttachments(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Attachment); err != nil {
		return err
	}
	return publish(x, "claim.attached", claim)
}

// Detach takes a document from its claim, as it was read. Errors: core.NotFound,
// core.Gone; core.Conflict when it was changed since.
func (c Claims) Detach(x *persistence.Session, row *persistence.ClaimAttachment) error {
	claim, err := persistence.OneByKey[persistence.Claim](x, row.ClaimID)
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publish(x, "claim.detached", claim)
}
