package graphql

import (
	"fmt"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddFacility    = 121102
	rightChangeFacility = 121103
	rightDeleteFacility = 121104
)

const facilityInputs = `id: Int uuid: String code: HealthFacilityCodeInputType! name: String! accCode: String legalFormId: String! level: String! subLevelId: String
	locationId: Int! address: String phone: String fax: String email: String careType: String! servicesPricelistId: Int itemsPricelistId: Int offline: Boolean
	catchments: [HealthFacilityCatchmentInputType] contractStartDate: Date contractEndDate: Date status: String`

// facilityInput is the form of facilities. What it leaves out is cleared, but for whether
// the facility is offline and the villages it serves, which stay.
type facilityInput struct {
	Code          string              `graphql:"code"`
	Name          string              `graphql:"name"`
	AccCode       *string             `graphql:"accCode"`
	LegalForm     string              `graphql:"legalFormId"`
	Level         string              `graphql:"level"`
	SubLevel      *string             `graphql:"subLevelId"`
	LocationID    int                 `graphql:"locationId"`
	Address       *string             `graphql:"address"`
	Phone         *string             `graphql:"phone"`
	Fax           *string             `graphql:"fax"`
	Email         *string             `graphql:"email"`
	CareType      string              `graphql:"careType"`
	ServicesList  *int                `graphql:"servicesPricelistId"`
	ItemsList     *int                `graphql:"itemsPricelistId"`
	Offline       *bool               `graphql:"offline"`
	Catchments    []facilityCatchment `graphql:"catchments"`
	ContractStart *persistence.Date   `graphql:"contractStartDate"`
	ContractEnd   *persistence.Date   `graphql:"contractEndDate"`
	Status        *string             `graphql:"status"`
}

// facilityCatchment is the percentage of a village that the facility serves.
type facilityCatchment struct {
	LocationID int  `graphql:"locationId"`
	Catchment  *int `graphql:"catchment"`
}

// facilityPaths gives columns the names of the form.
func facilityPaths(catchments int) scheme.Paths {
	paths := scheme.Paths{
		"HFCode": "code", "HFName": "name", "AccCode": "accCode", "LegalForm": "legalFormId", "HFLevel": "level", "HFSublevel": "subLevelId", "HFCareType": "careType",
		"LocationId": "locationId", "HFAddress": "address", "Phone": "phone", "Fax": "fax", "eMail": "email", "PLServiceID": "servicesPricelistId", "PLItemID": "itemsPricelistId",
		"ContractStartDate": "contractStartDate", "ContractEndDate": "contractEndDate", "Catchment": "catchment",
	}
	for i := range catchments {
		paths[fmt.Sprintf("catchment %d", i)] = fmt.Sprintf("catchments[%d]", i)
	}
	return paths
}

// fillFacility puts the form into a draft.
func fillFacility(c *Change, d *scheme.FacilityDraft) error {
	var form facilityInput
	if err := c.Into(&form); err != nil {
		return err
	}
	row := &d.Facility
	row.HFCode, row.HFName, row.AccCode, row.LegalForm, row.HFLevel, row.HFSublevel = form.Code, form.Name, form.AccCode, form.LegalForm, form.Level, form.SubLevel
	row.LocationID, row.HFAddress, row.Phone, row.Fax, row.EMail, row.HFCareType = form.LocationID, form.Address, form.Phone, form.Fax, form.Email, form.CareType
	row.PLServiceID, row.PLItemID = form.ServicesList, form.ItemsList
	row.ContractStartDate, row.ContractEndDate, row.Status = form.ContractStart, form.ContractEnd, form.Status
	if form.SubLevel != nil && *form.SubLevel == "" {
		row.HFSublevel = nil
	}
	if form.Offline != nil {
		row.OffLine = *form.Offline
	}
	if form.Catchments != nil {
		d.Catchments = make([]persistence.HealthFacilityCatchment, len(form.Catchments))
		for i, one := range form.Catchments {
			d.Catchments[i].LocationID, d.Catchments[i].Catchment = one.LocationID, one.Catchment
		}
	}
	d.Paths = facilityPaths(len(form.Catchments))
	return nil
}

func createFacility(c *Change) error {
	draft := &scheme.FacilityDraft{}
	if err := fillFacility(c, draft); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.Facilities{}.Create(x, draft) })
	c.Wrote("tblHF", draft.Facility.HFUUID)
	return err
}

func updateFacility(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.HealthFacility) error {
		draft := &scheme.FacilityDraft{Facility: *row}
		if err := fillFacility(c, draft); err != nil {
			return err
		}
		return scheme.Facilities{}.Update(x, draft)
	})
}

func deleteFacility(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.HealthFacility) error {
		return scheme.Facilities{}.Delete(x, row, "uuid")
	})
}
