package report

import (
	"reflect"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

var peopleReports = []*Report{
	{
		Name: "insuree_missing_photo", Module: "insuree", Title: "Insured persons without a photograph", Right: 131210,
		Parameters: []Parameter{location("locationId", "Location"), officer("officerId")},
		Columns: []Column{
			{Name: "insurance_number", Title: "Insurance no.", Kind: Short}, {Name: "name", Title: "Name"}, {Name: "born", Title: "Born", Kind: Day}, {Name: "gender", Title: "Gender", Kind: Short},
			{Name: "district", Title: "District"}, {Name: "village", Title: "Village"}, {Name: "phone", Title: "Phone", Kind: Short},
		},
		rows: withoutPhoto,
	},
	{
		Name: "insurees_pending_enrollment", Module: "insuree", Title: "Photographs of people who are not enrolled", Right: 131216,
		Parameters: slices.Concat([]Parameter{required(officer("officerId")), location("locationId", "Location")}, period("dateFrom", "dateTo")),
		Columns: []Column{
			{Name: "insurance_number", Title: "Insurance no.", Kind: Short}, {Name: "photograph", Title: "Photograph"}, {Name: "taken", Title: "Taken on", Kind: Day}, {Name: "sent", Title: "Sent", Kind: Moment},
		},
		rows: pendingEnrolment,
	},
	{
		Name: "insuree_family_overview", Module: "insuree", Title: "Families and insured persons", Right: 131215,
		Parameters: period("dateFrom", "dateTo"),
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "product", Title: "Product"},
			{Name: "families", Title: "New policies", Kind: Number, Total: true}, {Name: "renewed", Title: "Renewals", Kind: Number, Total: true},
			{Name: "women", Title: "Women insured", Kind: Number, Total: true}, {Name: "men", Title: "Men insured", Kind: Number, Total: true},
			{Name: "others", Title: "Others insured", Kind: Number, Total: true},
		},
		rows: familyOverview,
	},
	{
		Name: "enrolled_families", Module: "insuree", Title: "Enrolled families", Right: 131208,
		Parameters: slices.Concat([]Parameter{required(location("locationId", "Location"))}, period("dateFrom", "dateTo")),
		Columns: []Column{
			{Name: "district", Title: "District"}, {Name: "village", Title: "Village"}, {Name: "head_number", Title: "Insurance no.", Kind: Short}, {Name: "head", Title: "Head of family"},
			{Name: "members", Title: "Insured", Kind: Number, Total: true}, {Name: "product", Title: "Product", Kind: Short}, {Name: "enrolled", Title: "Enrolled on", Kind: Day},
			{Name: "status", Title: "Status", Kind: Short}, {Name: "officer", Title: "Officer", Kind: Short}, {Name: "value", Title: "Value", Kind: Money, Total: true},
		},
		rows: enrolledFamilies,
	},
}

// withoutPhoto lists the people whose photograph is in no row, or in one that names none.
func withoutPhoto(q *question) error {
	where := []clause.Expression{clause.Not(persistence.Exists("tblPhotos", "InsureeID", column("tblInsuree", "InsureeID"), hasPhoto))}
	if key, asked := q.keys["locationId"]; asked {
		where = append(where, clause.Or(persistence.Below(column("", "CurrentVillage"), key), persistence.Below(column("Family", "LocationId"), key)))
	}
	if key, asked := q.keys["officerId"]; asked {
		where = append(where, persistence.Exists("tblPolicy", "FamilyID", column("tblInsuree", "FamilyID"), persistence.Compare(column("tblPolicy", "OfficerID"), "=", key)))
	}
	people, err := list[persistence.Insuree](q, persistence.Query{Where: where, Join: []string{"Family"}, Order: []persistence.Order{{Column: column("", "CHFID")}}})
	for i := range people {
		p := &people[i]
		number, name := personOf(p)
		village := homeOf(p)
		q.add(number, name, p.DOB, label(q.places.Genders, text(p.Gender)), q.place(village, "D"), q.place(village, "V"), text(p.Phone))
	}
	return err
}

var hasPhoto = clause.Or(
	clause.Not(persistence.IsNull(column("tblPhotos", "photo"))),
	clause.And(clause.Not(persistence.IsNull(column("tblPhotos", "PhotoFileName"))), persistence.Compare(column("tblPhotos", "PhotoFileName"), "<>", "")))

// homeOf gives the village somebody lives in, nil when nobody knows.
func homeOf(p *persistence.Insuree) *int {
	switch {
	case number(p.CurrentVillage) != 0:
		return p.CurrentVillage
	case p.Family != nil:
		return p.Family.LocationID
	}
	return nil
}

// pendingEnrolment lists what phones sent of people who have no row yet. Such a photograph
// has no place, so that the location narrows nothing.
func pendingEnrolment(q *question) error {
	who, err := persistence.OneByKey[persistence.Officer](q.x, q.keys["officerId"])
	if err != nil {
		return err
	}
	photos, err := persistence.PhotosWaiting(q.x, who.Code, q.days["dateFrom"], q.days["dateTo"], mostRows+1)
	if len(photos) > mostRows {
		return core.ErrorAt(core.Unprocessable, "dateTo", "the answer has more than %d rows; ask for a shorter time", mostRows)
	}
	for i := range photos {
		p := &photos[i]
		q.add(text(p.CHFID), text(p.ImageName), value(p.PhotoDate), value(p.RegisterDate))
	}
	return err
}

// familyOverview counts the policies of families that were sold on the days, and the people
// they insure.
func familyOverview(q *question) error {
	products, err := q.products()
	if err != nil {
		return err
	}
	enrolled := q.between(column("", "EnrollDate"), "dateFrom", "dateTo")
	policies, err := persistence.Count[persistence.Policy](q.x, persistence.Tally{
		Where: enrolled, Join: []string{"Family"}, By: []clause.Column{column("Family", "LocationId"), column("", "ProdID"), column("", "PolicyStage")},
	})
	if err != nil {
		return err
	}
	insured, err := persistence.Count[persistence.InsureePolicy](q.x, persistence.Tally{
		Where: append(during(column("Policy", "EnrollDate"), q.days["dateFrom"], q.days["dateTo"]), persistence.IsNull(column("Policy", "ValidityTo"))),
		Join:  []string{"Policy", "Policy.Family", "Insuree"},
		By:    []clause.Column{column("Policy__Family", "LocationId"), column("Policy", "ProdID"), column("Insuree", "Gender")},
	})
	if err != nil {
		return err
	}
	found := map[[3]string]*[5]int{}
	add := func(l *persistence.Tallied, i int) {
		region, district := q.districts(l.Number(0))
		at := [3]string{region, district, productOf(products[l.Number(1)])}
		if found[at] == nil {
			found[at] = &[5]int{}
		}
		found[at][i] += l.Count
	}
	for i := range policies {
		add(&policies[i], one(policies[i].By[2] == "R"))
	}
	for i := range insured {
		at, known := map[string]int{"F": 2, "M": 3}[insured[i].By[2]]
		if !known {
			at = 4
		}
		add(&insured[i], at)
	}
	for _, at := range sorted(found) {
		n := found[at]
		q.add(at[0], at[1], at[2], n[0], n[1], n[2], n[3], n[4])
	}
	return nil
}

// enrolledFamilies lists the policies sold on the days to families of the place.
func enrolledFamilies(q *question) error {
	where := append(q.between(column("", "EnrollDate"), "dateFrom", "dateTo"), q.in(column("Family", "LocationId"), "locationId")...)
	policies, err := list[persistence.Policy](q, persistence.Query{
		Where: where, Join: []string{"Family", "Family.Head", "Product", "Officer"}, Order: []persistence.Order{{Column: column("", "EnrollDate")}},
	})
	if err != nil {
		return err
	}
	chosen := persistence.Chosen(column("", "PolicyId"), reflect.TypeFor[persistence.Policy](), column("tblPolicy", "PolicyID"), persistence.Query{Where: where, Join: []string{"Family"}})
	counts, err := persistence.Count[persistence.InsureePolicy](q.x, persistence.Tally{Where: []clause.Expression{chosen}, By: []clause.Column{column("", "PolicyId")}})
	members := map[int]int{}
	for i := range counts {
		members[counts[i].Number(0)] = counts[i].Count
	}
	for i := range policies {
		p := &policies[i]
		insurance, head := headOf(p)
		q.add(q.place(villageOf(p), "D"), q.place(villageOf(p), "V"), insurance, head, members[p.PolicyID], codeOf(p.Product), p.EnrollDate, policyStatus(p), officerOf(p.Officer), value(p.PolicyValue))
	}
	return err
}
