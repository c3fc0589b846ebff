package files

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightOfficerExtract is needed to take the prompts of an officer along on a phone.
const rightOfficerExtract = 131102

const (
	promptsAtOnce = 500    // of renewal, read with one statement
	mostPrompts   = 10_000 // that one file holds
)

// phoneDay is how the phones of officers write days.
const phoneDay = "02/01/2006"

// ofOfficer answers with what waits for the officer the parameter officer_id names, as JSON
// in a zip archive.
func (d *Desk) ofOfficer(name string, rows func(d *Desk, x *persistence.Session, o *persistence.Officer) ([]map[string]any, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		given := r.URL.Query().Get("officer_id")
		if given == "" {
			return core.ErrorAt(core.Invalid, "officer_id", "of which officer? officer_id is missing")
		}
		x := d.Store.Read(r.Context())
		key, err := strconv.Atoi(given)
		if err != nil {
			return core.ErrorAt(core.NotFound, "officer_id", "there is no officer %.40q", given)
		}
		officer, err := persistence.OneByKey[persistence.Officer](x, key)
		if err != nil {
			return err
		}
		list, err := rows(d, x, officer)
		if err != nil {
			return err
		}
		return zipped(w, name+"_"+officer.Code, list)
	}
}

// zipped answers with JSON in a zip archive.
func zipped(w http.ResponseWriter, name string, value any) error {
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	entry, err := archive.Create(name + ".txt")
	if err == nil {
		err = json.NewEncoder(entry).Encode(value)
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		return core.Wrap(core.Internal, err, "the archive cannot be written")
	}
	attach(w, "application/zip", name+".zip")
	_, err = file.WriteTo(w)
	return err
}

// renewalPrompts lists the policies the officer is to renew, and those he stands in for.
func renewalPrompts(d *Desk, x *persistence.Session, officer *persistence.Officer) ([]map[string]any, error) {
	var open []scheme.OpenRenewal
	for after := 0; len(open) < mostPrompts; {
		some, err := d.Policies.OpenRenewals(x, officer.Code, after, promptsAtOnce)
		if err != nil {
			return nil, err
		}
		open = append(open, some...)
		if len(some) < promptsAtOnce {
			break
		}
		after = some[len(some)-1].Renewal.RenewalID
	}
	keys := make([]int, len(open))
	for i := range open {
		keys[i] = open[i].Renewal.PolicyID
	}
	policies, err := persistence.Beside[persistence.Policy](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", "PolicyID"), keys)}, Past: true})
	if err != nil {
		return nil, err
	}
	worth := map[int]any{}
	for i := range policies {
		if value := policies[i].PolicyValue; value != nil {
			worth[policies[i].PolicyID] = json.Number(value.String())
		}
	}
	rows := make([]map[string]any, 0, len(open))
	for _, o := range open {
		row := map[string]any{
			"RenewalId": o.Renewal.RenewalID, "PolicyId": o.Renewal.PolicyID, "OfficerId": o.Renewal.NewOfficerID, "OfficerCode": nil, "CHFID": nil, "LastName": nil, "OtherNames": nil,
			"FamilyId": nil, "ProductCode": nil, "ProductName": nil, "ProdId": o.Renewal.NewProdID, "VillageName": o.Village, "EnrollDate": o.Renewal.RenewalDate.String(),
			"PolicyStage": "R", "PolicyValue": worth[o.Renewal.PolicyID],
		}
		if o.Officer != nil {
			row["OfficerCode"] = o.Officer.Code
		}
		if o.Head != nil {
			row["CHFID"], row["LastName"], row["OtherNames"], row["FamilyId"] = o.Head.CHFID, o.Head.LastName, o.Head.OtherNames, o.Head.FamilyID
		}
		if o.Product != nil {
			row["ProductCode"], row["ProductName"] = o.Product.ProductCode, o.Product.ProductName
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// feedbackPrompts lists the claims the officer is to ask the patients of, in the caller's
// scope.
func feedbackPrompts(_ *Desk, x *persistence.Session, officer *persistence.Officer) ([]map[string]any, error) {
	asked := persistence.Compare(persistence.Column("tblFeedbackPrompt", "OfficerID"), "=", officer.OfficerID)
	page, err := persistence.Select[persistence.Claim](x, persistence.Query{
		Where: []clause.Expression{
			persistence.Compare(persistence.Column("", "FeedbackStatus"), "=", scheme.StepSelected),
			persistence.Exists("tblFeedbackPrompt", "ClaimID", persistence.Column("tblClaim", "ClaimID"), asked),
		},
		Join: []string{"Insuree", "HF"}, Limit: mostPrompts,
	})
	if err != nil {
		return nil, err
	}
	keys := make([]int, len(page.Rows))
	for i := range page.Rows {
		keys[i] = page.Rows[i].ClaimID
	}
	prompts, err := persistence.Beside[persistence.FeedbackPrompt](x, persistence.Query{Where: []clause.Expression{
		persistence.In(persistence.Column("", "ClaimID"), keys), persistence.Compare(persistence.Column("", "OfficerID"), "=", officer.OfficerID),
	}})
	if err != nil {
		return nil, err
	}
	since := map[int]string{}
	for _, prompt := range prompts {
		since[*prompt.ClaimID] = prompt.FeedbackPromptDate.Format(phoneDay)
	}
	rows := make([]map[string]any, 0, len(page.Rows))
	for i := range page.Rows {
		c := &page.Rows[i]
		row := map[string]any{
			"ClaimID": c.ClaimID, "ClaimUUID": c.ClaimUUID, "ClaimCode": c.ClaimCode, "OfficerID": officer.OfficerID, "OfficerCode": officer.Code, "Phone": officer.Phone,
			"CHFID": nil, "LastName": nil, "OtherNames": nil, "HFCode": nil, "HFName": nil,
			"DateFrom": c.DateFrom.Format(phoneDay), "DateTo": nil, "FeedbackPromptDate": since[c.ClaimID],
		}
		if c.DateTo != nil {
			row["DateTo"] = c.DateTo.Format(phoneDay)
		}
		if c.Insuree != nil {
			row["CHFID"], row["LastName"], row["OtherNames"] = c.Insuree.CHFID, c.Insuree.LastName, c.Insuree.OtherNames
		}
		if c.HF != nil {
			row["HFCode"], row["HFName"] = c.HF.HFCode, c.HF.HFName
		}
		rows = append(rows, row)
	}
	return rows, nil
}
