package mapping

import (
	"crypto/sha1" // the hash FHIR prescribes for attachments; it protects nothing here
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// attachedTypes are the media types of documents that may hang on a claim.
var attachedTypes = []string{"text/", "image/png", "image/jpeg", "image/jpg", "application/pdf", "application/msword", "application/vnd.openxmlformats-officedocument"}

// attachment reads one document: data with its media type, or a URL.
func (r *claimReading) attachment(path string, in *r4.Attachment) {
	media := plain(in.ContentType)
	known := false
	for _, prefix := range attachedTypes {
		known = known || strings.HasPrefix(strings.ToLower(media), prefix)
	}
	if !known {
		r.fault(path+".contentType", "documents of the type %q are not taken: text, PNG, JPEG, PDF and office documents are", media)
	}
	if plain(in.Data) == "" && plain(in.Url) == "" {
		r.fault(path, "an attachment needs data or url")
		return
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(plain(in.Data)), ""))
	if err != nil {
		r.fault(path+".data", "the data is not base64")
		return
	}
	if !hashAgrees(plain(in.Hash), raw, plain(in.Data)) {
		r.fault(path+".hash", "the hash is not that of the data")
	}
	row := persistence.ClaimAttachment{
		GeneralType: "FILE", Title: filled(plain(in.Title)), Filename: filled(plain(in.Title)),
		Mime: filled(media), Document: filled(plain(in.Data)), Url: filled(plain(in.Url)), Module: pointer("claim"), Date: r.view.Today,
	}
	if row.Url != nil && row.Document == nil {
		row.GeneralType = "URL"
	}
	if created := plain(in.Creation); created != "" {
		if day := r.day(path+".creation", created); day != nil {
			row.Date = *day
		}
	}
	r.parts.Attachments = append(r.parts.Attachments, row)
}

// hashAgrees compares a hash with the data: FHIR wants the base64 of the SHA-1 of the
// bytes, the older server the hexadecimal SHA-1 of the text.
func hashAgrees(hash string, raw []byte, text string) bool {
	if hash == "" {
		return true
	}
	ofBytes, ofText := sha1.Sum(raw), sha1.Sum([]byte(text))
	return hash == base64.StdEncoding.EncodeToString(ofBytes[:]) || strings.EqualFold(hash, hex.EncodeToString(ofText[:]))
}

// numberText gives the digits of a number of a golang-fhir-models struct.
func numberText(value any) string {
	if n, ok := value.(*json.Number); ok && n != nil {
		return n.String()
	}
	return ""
}
