package files

import (
	"bytes"
	"encoding/xml"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The documents have the shape the old upload procedures read.

type diagnosisDocument struct {
	XMLName xml.Name        `xml:"Diagnoses"`
	Rows    []diagnosisLine `xml:"Diagnosis"`
}

type diagnosisLine struct {
	Code string `xml:"DiagnosisCode"`
	Name string `xml:"DiagnosisName"`
}

type facilityDocument struct {
	XMLName xml.Name       `xml:"HealthFacilities"`
	Rows    []facilityLine `xml:"HealthFacilityDetails>HealthFacility"`
	Served  []servedLine   `xml:"CatchmentDetails>Catchment"`
}

type facilityLine struct {
	LegalForm string `xml:"LegalForm"`
	Level     string `xml:"Level"`
	SubLevel  string `xml:"SubLevel"`
	Code      string `xml:"Code"`
	Name      string `xml:"Name"`
	Address   string `xml:"Address"`
	District  string `xml:"DistrictCode"`
	Phone     string `xml:"Phone"`
	Fax       string `xml:"Fax"`
	Email     string `xml:"Email"`
	CareType  string `xml:"CareType"`
	Account   string `xml:"AccountCode"`
}

type servedLine struct {
	Facility   string `xml:"HFCode"`
	Village    string `xml:"VillageCode"`
	Percentage int    `xml:"Percentage"`
}

type locationDocument struct {
	XMLName   xml.Name       `xml:"Locations"`
	Regions   []regionLine   `xml:"Regions>Region"`
	Districts []districtLine `xml:"Districts>District"`
	Wards     []wardLine     `xml:"Municipalities>Municipality"`
	Villages  []villageLine  `xml:"Villages>Village"`
}

type regionLine struct {
	Code string `xml:"RegionCode"`
	Name string `xml:"RegionName"`
}

type districtLine struct {
	Parent string `xml:"RegionCode"`
	Code   string `xml:"DistrictCode"`
	Name   string `xml:"DistrictName"`
}

type wardLine struct {
	Parent string `xml:"DistrictCode"`
	Code   string `xml:"MunicipalityCode"`
	Name   string `xml:"MunicipalityName"`
}

type villageLine struct {
	Parent   string `xml:"MunicipalityCode"`
	Code     string `xml:"VillageCode"`
	Name     string `xml:"VillageName"`
	Male     *int   `xml:"MalePopulation"`
	Female   *int   `xml:"FemalePopulation"`
	Other    *int   `xml:"OtherPopulation"`
	Families *int   `xml:"Families"`
}

// parse reads a document. Errors: core.Invalid.
func parse(document []byte, into any) error {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	if err := decoder.Decode(into); err != nil {
		return core.ErrorAt(core.Invalid, "file", "the file is not the XML of this register: %v", err)
	}
	if rest := bytes.TrimSpace(document[decoder.InputOffset():]); len(rest) > 0 {
		return core.ErrorAt(core.Invalid, "file", "something follows the end of the register")
	}
	return nil
}

// everything gives the live rows of a register in the caller's scope, by code.
func everything[R any](x *persistence.Session, table, code string, where ...clause.Expression) ([]R, error) {
	page, err := persistence.Select[R](x, persistence.Query{Where: where, Order: []persistence.Order{{Column: persistence.Column(table, code)}}})
	if err != nil {
		return nil, err
	}
	return page.Rows, nil
}

func writeDiagnoses(x *persistence.Session) (any, error) {
	rows, err := everything[persistence.Diagnosis](x, "tblICDCodes", "ICDCode")
	document := diagnosisDocument{}
	for _, row := range rows {
		document.Rows = append(document.Rows, diagnosisLine{row.ICDCode, row.ICDName})
	}
	return document, err
}

func readDiagnoses(file []byte) (store, error) {
	var document diagnosisDocument
	if err := parse(file, &document); err != nil {
		return nil, err
	}
	rows := make([]scheme.DiagnosisRow, len(document.Rows))
	for i, row := range document.Rows {
		rows[i] = scheme.DiagnosisRow(row)
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) {
		return u.Diagnoses(x, rows)
	}, nil
}

func writeFacilities(x *persistence.Session) (any, error) {
	places, err := placesByKey(x)
	if err != nil {
		return nil, err
	}
	rows, err := everything[persistence.HealthFacility](x, "tblHF", "HFCode")
	if err != nil {
		return nil, err
	}
	document, codes := facilityDocument{}, map[int]string{}
	for _, row := range rows {
		codes[row.HFID] = row.HFCode
		document.Rows = append(document.Rows, facilityLine{
			LegalForm: strings.TrimSpace(row.LegalForm), Level: row.HFLevel, SubLevel: text(row.HFSublevel), Code: row.HFCode, Name: row.HFName, Address: text(row.HFAddress),
			District: places[row.LocationID].code, Phone: text(row.Phone), Fax: text(row.Fax), Email: text(row.EMail), CareType: row.HFCareType, Account: text(row.AccCode),
		})
	}
	served, err := everything[persistence.HealthFacilityCatchment](x, "tblHFCatchment", "HFCatchmentId")
	for _, row := range served {
		if facility, village := codes[row.HFID], places[row.LocationID].code; facility != "" && village != "" && row.Catchment != nil {
			document.Served = append(document.Served, servedLine{facility, village, *row.Catchment})
		}
	}
	return document, err
}

func readFacilities(file []byte) (store, error) {
	var document facilityDocument
	if err := parse(file, &document); err != nil {
		return nil, err
	}
	rows := make([]scheme.FacilityRow, len(document.Rows))
	for i, row := range document.Rows {
		rows[i] = scheme.FacilityRow{
			LegalForm: row.LegalForm, Level: row.Level, Sublevel: row.SubLevel, Code: row.Code, Name: row.Name, Address: row.Address,
			District: row.District, Phone: row.Phone, Fax: row.Fax, Email: row.Email, CareType: row.CareType, Account: row.Account,
		}
	}
	served := make([]scheme.CatchmentRow, len(document.Served))
	for i, row := range document.Served {
		served[i] = scheme.CatchmentRow(row)
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) {
		return u.Facilities(x, rows, served)
	}, nil
}

// place is what the documents say of a location.
type place struct {
	code, name, level string
	parent            int
}

func placesByKey(x *persistence.Session) (map[int]place, error) {
	rows, err := everything[persistence.Location](x, "tblLocations", "LocationCode")
	places := map[int]place{}
	for _, row := range rows {
		p := place{code: text(row.LocationCode), name: text(row.LocationName), level: row.LocationType}
		if row.ParentLocationID != nil {
			p.parent = *row.ParentLocationID
		}
		places[row.LocationID] = p
	}
	return places, err
}

func writeLocations(x *persistence.Session) (any, error) {
	rows, err := everything[persistence.Location](x, "tblLocations", "LocationCode")
	codes := map[int]string{}
	for _, row := range rows {
		codes[row.LocationID] = text(row.LocationCode)
	}
	document := locationDocument{}
	for _, row := range rows {
		code, name, parent := text(row.LocationCode), text(row.LocationName), ""
		if row.ParentLocationID != nil {
			parent = codes[*row.ParentLocationID]
		}
		switch row.LocationType {
		case "R":
			document.Regions = append(document.Regions, regionLine{code, name})
		case "D":
			document.Districts = append(document.Districts, districtLine{parent, code, name})
		case "W":
			document.Wards = append(document.Wards, wardLine{parent, code, name})
		case "V":
			document.Villages = append(document.Villages, villageLine{parent, code, name, row.MalePopulation, row.FemalePopulation, row.OtherPopulation, row.Families})
		}
	}
	return document, err
}

func readLocations(file []byte) (store, error) {
	var document locationDocument
	if err := parse(file, &document); err != nil {
		return nil, err
	}
	var rows []scheme.LocationRow
	for _, row := range document.Regions {
		rows = append(rows, scheme.LocationRow{Level: "R", Code: row.Code, Name: row.Name})
	}
	for _, row := range document.Districts {
		rows = append(rows, scheme.LocationRow{Level: "D", Code: row.Code, Name: row.Name, Parent: row.Parent})
	}
	for _, row := range document.Wards {
		rows = append(rows, scheme.LocationRow{Level: "W", Code: row.Code, Name: row.Name, Parent: row.Parent})
	}
	for _, row := range document.Villages {
		rows = append(rows, scheme.LocationRow{Level: "V", Code: row.Code, Name: row.Name, Parent: row.Parent, Male: row.Male, Female: row.Female, Other: row.Other, FamilyNumber: row.Families})
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) {
		return u.Locations(x, rows)
	}, nil
}
