package files

import (
	"encoding/base64"
	"fmt"
	"iter"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// mostFamilies is how many families one document may enrol.
const mostFamilies = 1000

// takeEnrolment enrols the families of a document with the photographs beside it. A family
// at fault is left out and told; a document that does not hang together enrols nobody.
func takeEnrolment(d *Desk, x *persistence.Session, document *mapping.PhoneDocument, beside pictures) ([]string, error) {
	file, err := mapping.ReadEnrolment(document)
	if err != nil {
		return nil, err
	}
	if len(file.Families) > mostFamilies {
		return nil, core.ErrorAt(core.Invalid, "families", "there are more than %d families", mostFamilies)
	}
	families := make([]*scheme.EnrolledFamily, len(file.Families))
	for i := range families {
		if families[i], err = enrolled(&file.Families[i], fmt.Sprintf("families[%d]", i), beside); err != nil {
			return nil, err
		}
	}
	out, err := d.Enrolments.Upload(x, each(families), scheme.Origin{Program: file.Source, Version: file.Version})
	if err != nil {
		return nil, err
	}
	var refused []string
	for _, fault := range out.Refused {
		refused = append(refused, fault.Path+": "+fault.Message)
	}
	return refused, nil
}

// each gives families one by one.
func each(families []*scheme.EnrolledFamily) iter.Seq2[*scheme.EnrolledFamily, error] {
	return func(yield func(*scheme.EnrolledFamily, error) bool) {
		for _, family := range families {
			if !yield(family, nil) {
				return
			}
		}
	}
}

// enrolled gives a family of a file as the use case takes it. Errors: core.Invalid for a
// photograph that is none.
func enrolled(filed *mapping.FiledFamily, path string, beside pictures) (*scheme.EnrolledFamily, error) {
	f := &scheme.EnrolledFamily{Family: filed.Family, Wishes: filed.Wishes}
	for i := range filed.Members {
		m := &filed.Members[i]
		member := scheme.EnrolledMember{Insuree: m.Insuree}
		switch content := beside.of(m.PhotoName); {
		case m.Photo != "":
			if image, err := base64.StdEncoding.DecodeString(m.Photo); err != nil || !isPicture(image) {
				return nil, core.ErrorAt(core.Invalid, fmt.Sprintf("%s.members[%d].picture", path, i), "this is no picture")
			}
			member.Picture = &scheme.Picture{Data: m.Photo, Name: &m.PhotoName}
		case content != nil:
			member.Picture = &scheme.Picture{Data: base64.StdEncoding.EncodeToString(content), Name: &m.PhotoName}
		}
		f.Members = append(f.Members, member)
	}
	for i := range filed.Policies {
		p := &filed.Policies[i]
		policy := scheme.EnrolledPolicy{Policy: p.Policy}
		for _, cover := range p.Covers {
			policy.Covers = append(policy.Covers, scheme.EnrolledCover{Member: cover.Member, Effective: cover.Effective})
		}
		for _, premium := range p.Premiums {
			policy.Premiums = append(policy.Premiums, scheme.ContributionDraft{
				Amount: premium.Amount, Receipt: premium.Receipt, PayDate: premium.PayDate, PayType: premium.PayType, PayerID: premium.PayerID,
				PhotoFee: premium.IsPhotoFee != nil && *premium.IsPhotoFee,
			})
		}
		f.Policies = append(f.Policies, policy)
	}
	return f, nil
}
