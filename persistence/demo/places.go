package demo

import (
	"fmt"

	p "github.com/openimis/openimis-go/persistence"
)

// Kinds of rows whose UUIDs are derived from the seed.
const (
	kindLocation uint16 = iota + 1
	kindItem
	kindService
	kindItemList
	kindServiceList
	kindFacility
	kindAdmin
	kindOfficer
	kindUser
	kindRole
	kindPayer
	kindProduct
	kindFamily
	kindInsuree
	kindPhoto
	kindPolicy
	kindPremium
	kindRenewal
	kindClaim
	kindFeedback
	kindCoreUser
	kindPolicyHolder
	kindInvoice
	kindInvoiceLine
	kindBill
	kindBillLine
	kindNotice
	kindNoticeDetail
	kindPayment
	kindBundle
	kindBundleDetail
	kindContributionPlan
	kindPaymentPlan
	kindHolderInsuree
	kindHolderBundle
	kindContract
	kindContractDetail
)

// district is a district with what lies in it.
type district struct {
	id, region int // keys; the region also counts from 0 in regionIndex
	regionIdx  int
	code, name string
	villages   []int
	facilities []*facility
	officer    int
	holder     *holder // its policy holder, nil where there is none
}

// holder is a policy holder and the insured persons of its contract.
type holder struct {
	id      p.UUID
	insured []int
}

// places writes two regions, five districts and their wards and villages. Large sizes get
// more wards, so that a village stays a village.
func (g *world) places() {
	key, villages := 0, 0
	wards := min(2+g.o.Size/10_000, 20)
	location := func(code, name, level string, parent *int) int {
		key++
		row := p.Location{
			LocationID: key, LocationUUID: g.draw.uuid(kindLocation, key), LocationCode: &code, LocationName: &name, ParentLocationID: parent,
			LocationType: level, ValidityFrom: ptr(g.opened()), AuditUserID: ptr(1),
		}
		if level == "V" {
			row.MalePopulation, row.FemalePopulation = ptr(g.draw.between(150, 900)), ptr(g.draw.between(150, 900))
			row.OtherPopulation, row.Families = ptr(g.draw.between(0, 9)), ptr(g.draw.between(60, 300))
		}
		g.w.put(row)
		return key
	}
	for r, regionName := range regionNames {
		regionCode := string(rune('A' + r))
		region := location(regionCode, regionName, "R", nil)
		for d := range 3 - r { // three districts in the first region, two in the second
			name := districtNames[len(g.districts)]
			here := &district{region: region, regionIdx: r, code: fmt.Sprintf("%s%d", regionCode, d+1), name: name}
			here.id = location(here.code, name, "D", &region)
			for w := range wards {
				wardCode := fmt.Sprintf("%s%02d", here.code, w+1)
				ward := location(wardCode, placeName(villages*3+1)+" Ward", "W", &here.id)
				for v := range 3 {
					here.villages = append(here.villages, location(fmt.Sprintf("%s%02d", wardCode, v+1), placeName(villages), "V", &ward))
					villages++
				}
			}
			g.districts = append(g.districts, here)
		}
	}
	// A village that was struck off the register: deleted, so no LegacyID.
	key++
	g.w.put(p.Location{
		LocationID: key, LocationUUID: g.draw.uuid(kindLocation, key), LocationCode: ptr("A10199"), LocationName: ptr("Lowmarsh"), ParentLocationID: ptr(3),
		LocationType: "V", ValidityFrom: ptr(g.opened()), ValidityTo: ptr(at(g.day(700), 10)), AuditUserID: ptr(1),
	})
}
