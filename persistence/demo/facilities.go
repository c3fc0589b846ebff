package demo

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	p "github.com/openimis/openimis-go/persistence"
)

// facility is a place of care with what it may charge for.
type facility struct {
	id       int
	code     string
	level    int // 0 dispensary, 1 health centre, 2 hospital
	care     byte
	district *district
	list     *priceList
	admin    int
}

// priceList says what facilities of one level and region charge; an article that is not
// in it may not be claimed.
type priceList struct {
	id       int // key of the list of items and of the list of services alike
	items    []offer
	services []offer
}

type offer struct {
	*article
	price cents
}

const (
	dispensary = iota
	healthCentre
	hospital
)

var levelNames = []string{"Dispensary", "Health Centre", "Hospital"}

const levelLetters = "DCH"

// makeFacilities writes a hospital, a health centre and two dispensaries for each
// district, their price lists, catchments and claim administrators.
func (g *world) makeFacilities() {
	lists := g.priceLists()
	street := func() string { return fmt.Sprintf("%s %d", pick(g.draw, streetNames), g.draw.between(1, 90)) }
	catchment := 0
	for _, here := range g.districts {
		for n, level := range []int{hospital, healthCentre, dispensary, dispensary} {
			id := len(g.facilities) + 1
			f := &facility{
				id: id, level: level, district: here, list: lists[here.regionIdx][level], care: "OBB"[level],
				code: fmt.Sprintf("%s%c%03d", here.code, levelLetters[level], id),
			}
			row := p.HealthFacility{
				HFID: id, HFUUID: g.draw.uuid(kindFacility, id), HFCode: f.code, HFName: facilityName(here, level, n), LegalForm: string("GGCP"[(id+n)%4]),
				HFLevel: string(levelLetters[level]), HFSublevel: ptr(string("NIR"[id%3])), HFAddress: ptr(street()), LocationID: here.id,
				Phone: ptr(fmt.Sprintf("+999 55 %07d", id*7919)), Fax: ptr(""), EMail: ptr("facility" + fmt.Sprint(id) + "@example.org"), HFCareType: string(f.care),
				PLServiceID: &f.list.id, PLItemID: &f.list.id, AccCode: ptr(fmt.Sprintf("4%05d", id)), ValidityFrom: g.opened(), AuditUserID: 1,
				ContractStartDate: ptr(g.day(1500)), ContractEndDate: ptr(after(g.today, 900)), Status: ptr("AC"),
			}
			if id == 3 { // renamed half a year ago
				g.formerFacility(row)
				row.ValidityFrom = at(g.day(180), 15)
			}
			g.w.put(row)
			here.facilities = append(here.facilities, f)
			g.facilities = append(g.facilities, f)
			for i, village := range here.villages {
				if level == hospital || i%4 == n {
					catchment++
					g.w.put(p.HealthFacilityCatchment{HFCatchmentID: catchment, HFID: id, LocationID: village, Catchment: ptr(100 / (1 + n)), ValidityFrom: ptr(g.opened()), AuditUserID: ptr(1)})
				}
			}
		}
	}
	g.claimAdmins()
}

// facilityName names a facility; the dispensaries of a district after places.
func facilityName(here *district, level, n int) string {
	if level == dispensary {
		return placeName(len(here.name)*13+n*5) + " Dispensary"
	}
	return here.name + " " + levelNames[level]
}

func (g *world) formerFacility(live p.HealthFacility) {
	live.HFID, live.LegacyID = 21, ptr(live.HFID)
	live.HFUUID = g.draw.uuid(kindFacility, live.HFID)
	live.HFName = "Old Mission Dispensary"
	live.ValidityTo = ptr(at(g.day(180), 15))
	g.w.put(live)
	// A facility that closed for good.
	closed := live
	closed.HFID, closed.LegacyID = 22, nil
	closed.HFUUID = g.draw.uuid(kindFacility, closed.HFID)
	closed.HFCode, closed.HFName, closed.Status = "A1D099", "Harbour Dispensary", ptr("DE")
	closed.ValidityTo = ptr(at(g.day(400), 9))
	g.w.put(closed)
}

// priceLists writes one list of items and one of services for each region and level. The
// second region pays some articles differently.
func (g *world) priceLists() [][]*priceList {
	lists := make([][]*priceList, len(regionNames))
	list, itemLine, serviceLine := 0, 0, 0
	created := g.opened()
	for r, name := range regionNames {
		region := g.districts[3*r].region
		for level := range levelNames {
			list++
			title := name + " " + levelNames[level]
			g.w.put(
				p.ItemPriceList{PLItemID: list, PLItemUUID: g.draw.uuid(kindItemList, list), PLItemName: title + " Items", DatePL: g.day(1500), LocationID: ptr(region), ValidityFrom: created, AuditUserID: 1},
				p.ServicePriceList{PLServiceID: list, PLServiceUUID: g.draw.uuid(kindServiceList, list), PLServName: title + " Services", DatePL: g.day(1500), LocationID: ptr(region), ValidityFrom: created, AuditUserID: 1},
			)
			prices := &priceList{id: list}
			for _, item := range g.items {
				if item.level <= level {
					itemLine++
					o, own := g.offer(item, r)
					prices.items = append(prices.items, o)
					g.w.put(p.ItemPriceListDetail{PLItemDetailID: itemLine, PLItemID: list, ItemID: item.id, PriceOverule: own, ValidityFrom: created, AuditUserID: 1})
				}
			}
			for _, service := range g.services {
				if service.level <= level {
					serviceLine++
					o, own := g.offer(service, r)
					prices.services = append(prices.services, o)
					g.w.put(p.ServicePriceListDetail{PLServiceDetailID: serviceLine, PLServiceID: list, ServiceID: service.id, PriceOverule: own, ValidityFrom: created, AuditUserID: 1})
				}
			}
			lists[r] = append(lists[r], prices)
		}
	}
	return lists
}

// offer gives the price of an article in a region, and the entry that overrules the price
// of the register, nil where it does not.
func (g *world) offer(a *article, region int) (o offer, own *decimal.Decimal) {
	if region == 0 || a.id%5 != 0 {
		return offer{a, a.price}, nil
	}
	price := a.price.percent(110)
	return offer{a, price}, price.pointer()
}

// claimAdmins writes the person who sends in the claims of each facility. The one with a
// log-in has the name of that user.
func (g *world) claimAdmins() {
	for _, f := range g.facilities {
		f.admin = f.id
		code, given := fmt.Sprintf("CA%03d", f.id), pick(g.draw, femaleNames)
		if i := slices.IndexFunc(Users, func(u User) bool { return u.Login == code }); i >= 0 {
			given = Users[i].OtherNames
		}
		g.w.put(p.ClaimAdmin{
			ClaimAdminID: f.id, ClaimAdminUUID: g.draw.uuid(kindAdmin, f.id), ClaimAdminCode: &code, LastName: ptr(familyNames[(f.id*3)%len(familyNames)]),
			OtherNames: &given, DOB: ptr(g.day(10_000 + 200*f.id)), Phone: ptr(fmt.Sprintf("+999 56 %07d", f.id*6271)), HFID: ptr(f.id),
			ValidityFrom: ptr(g.opened()), AuditUserID: ptr(1), EmailID: ptr(fmt.Sprintf("claims%d@example.org", f.id)), HasLogin: ptr(f.id <= 1),
		})
	}
}

// officer enrols the families of a district.
type officer struct {
	id   int
	code string
}

// makeOfficers writes an enrolment officer for each district, each standing in for the
// one before, and the villages they serve.
func (g *world) makeOfficers() {
	line := 0
	for i, here := range g.districts {
		o := officer{id: i + 1, code: fmt.Sprintf("EO%03d", i+1)}
		here.officer = o.id
		row := p.Officer{
			OfficerID: o.id, OfficerUUID: g.draw.uuid(kindOfficer, o.id), Code: o.code, LastName: familyNames[(i*7+2)%len(familyNames)], OtherNames: pick(g.draw, maleNames),
			DOB: ptr(g.day(11_000 + 300*i)), Phone: ptr(fmt.Sprintf("+999 57 %07d", o.id*4099)), LocationID: &here.id, ValidityFrom: g.opened(), AuditUserID: 1,
			EmailID: ptr(fmt.Sprintf("officer%d@example.org", o.id)), PhoneCommunication: ptr(true), Permanentaddress: ptr(pick(g.draw, streetNames)), HasLogin: ptr(i == 0 || i == 3),
		}
		if i > 0 {
			row.OfficerIDSubst = ptr(i)
		}
		g.w.put(row)
		g.officers = append(g.officers, o)
		for _, village := range here.villages {
			line++
			g.w.put(p.OfficerVillage{OfficerVillageID: line, OfficerID: ptr(o.id), LocationID: ptr(village), ValidityFrom: ptr(g.opened()), AuditUserID: ptr(1)})
		}
	}
}
