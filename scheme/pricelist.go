package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PriceLists are the use cases on price lists of one kind: of items or of services. Each
// runs inside the transaction of the session it is given, writes rows with their history
// and publishes one event. The lines of a list are its details: an item or service with
// the price that replaces that of the register, or without one.
type PriceLists[L, D any] struct {
	ware    string // "item" or "service"
	column  string // of details that points to it
	kind    string // of events
	name    string // column
	list    func(*L) *PriceList
	details lines[D, int]
	detail  func(ware int, price *decimal.Decimal) D
	wares   func(c *draftCheck, details []D)
	used    use[persistence.HealthFacility]
}

// PriceList is what rows of lists of items and of services have in common, in the row.
type PriceList struct {
	Key      *int
	UUID     *persistence.UUID
	Name     *string
	Day      *persistence.Date
	Location **int
}

// The price lists of items and those of services.
var (
	ItemPriceLists = PriceLists[persistence.ItemPriceList, persistence.ItemPriceListDetail]{
		"item", "ItemID", "ItemPriceList", "PLItemName",
		func(l *persistence.ItemPriceList) *PriceList {
			return &PriceList{&l.PLItemID, &l.PLItemUUID, &l.PLItemName, &l.DatePL, &l.LocationID}
		},
		lines[persistence.ItemPriceListDetail, int]{"PLItemID",
			func(d *persistence.ItemPriceListDetail) int { return d.ItemID },
			func(d *persistence.ItemPriceListDetail, list int) { d.PLItemID = list }},
		func(ware int, price *decimal.Decimal) persistence.ItemPriceListDetail {
			return persistence.ItemPriceListDetail{ItemID: ware, PriceOverule: price}
		},
		func(c *draftCheck, details []persistence.ItemPriceListDetail) {
			missing[persistence.Item](c, "item", "ItemID", "item", details, func(d *persistence.ItemPriceListDetail) int { return d.ItemID })
		},
		use[persistence.HealthFacility]{"PLItemID", "health facilities"},
	}
	ServicePriceLists = PriceLists[persistence.ServicePriceList, persistence.ServicePriceListDetail]{
		"service", "ServiceID", "ServicePriceList", "PLServName",
		func(l *persistence.ServicePriceList) *PriceList {
			return &PriceList{&l.PLServiceID, &l.PLServiceUUID, &l.PLServName, &l.DatePL, &l.LocationID}
		},
		lines[persistence.ServicePriceListDetail, int]{"PLServiceID",
			func(d *persistence.ServicePriceListDetail) int { return d.ServiceID },
			func(d *persistence.ServicePriceListDetail, list int) { d.PLServiceID = list }},
		func(ware int, price *decimal.Decimal) persistence.ServicePriceListDetail {
			return persistence.ServicePriceListDetail{ServiceID: ware, PriceOverule: price}
		},
		func(c *draftCheck, details []persistence.ServicePriceListDetail) {
			missing[persistence.Service](c, "service", "ServiceID", "service", details, func(d *persistence.ServicePriceListDetail) int { return d.ServiceID })
		},
		use[persistence.HealthFacility]{"PLServiceID", "health facilities"},
	}
)

// PriceListDraft is a price list as it is to be. What is on it is said whole, by Details,
// or by what changes.
type PriceListDraft[L, D any] struct {
	List    L
	Details []D   // all that is on it; nil: as it is, but for the following
	Put     []D   // put on the list, or priced anew when it is there
	Remove  []int // keys of items or services taken off the list

	// Paths gives the names errors use: for columns of the list and of its details, and
	// for "item 0" or "service 0" and so on, counted through Details or, without, Put.
	Paths Paths
}

// Create stores a new list. Errors: core.Unprocessable for what a list cannot be,
// core.Conflict for a name that is taken; with all faults.
func (p PriceLists[L, D]) Create(x *persistence.Session, d *PriceListDraft[L, D]) error {
	*p.list(&d.List).Key = 0
	if err := p.check(x, d, nil); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.List); err != nil {
		return err
	}
	return p.written(x, d, "price-list.created")
}

// Update changes a list, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when it was changed since, and
// while facilities use it where it would no longer be for.
func (p PriceLists[L, D]) Update(x *persistence.Session, d *PriceListDraft[L, D]) error {
	stored, err := persistence.OneByKey[L](x, *p.list(&d.List).Key)
	if err != nil {
		return err
	}
	if err := p.check(x, d, p.list(stored)); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.List); err != nil {
		return err
	}
	return p.written(x, d, "price-list.changed")
}

// Duplicate stores a new list with what is on another, but for what the draft says.
// Errors: those of Create, core.NotFound and core.Gone for the other.
func (p PriceLists[L, D]) Duplicate(x *persistence.Session, source persistence.UUID, d *PriceListDraft[L, D]) error {
	from, err := persistence.One[L](x, source)
	if err != nil {
		return err
	}
	if d.Details == nil {
		if d.Details, err = p.details.live(x, *p.list(from).Key); err != nil {
			return err
		}
		d.Details = p.merged(d.Details, d)
	}
	*p.list(&d.List).UUID = ""
	return p.Create(x, d)
}

// Of gives what the row has in common with lists of the other kind; what is set there is
// set in the row.
func (p PriceLists[L, D]) Of(row *L) *PriceList { return p.list(row) }

// Detail makes a line of a list: an item or service by its key, with the price that replaces
// that of the register, nil for none.
func (p PriceLists[L, D]) Detail(ware int, price *decimal.Decimal) D { return p.detail(ware, price) }

// On tells which items or services, by key, are on the list.
func (p PriceLists[L, D]) On(x *persistence.Session, row *L) (map[int]bool, error) {
	details, err := p.details.live(x, *p.list(row).Key)
	on := make(map[int]bool, len(details))
	for i := range details {
		on[p.details.key(&details[i])] = true
	}
	return on, err
}

// Delete closes a list, as it was read, and what is on it. Errors: core.Gone; core.Conflict
// while facilities use it, and when it was changed since.
func (p PriceLists[L, D]) Delete(x *persistence.Session, row *L) error {
	list := p.list(row)
	if err := refuseWhileUsed(x, "", *list.Key, p.used); err != nil {
		return err
	}
	if err := p.details.close(x, *list.Key); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "price-list.deleted", p.kind, *list.UUID)
}

// written writes the details of a list that was written.
func (p PriceLists[L, D]) written(x *persistence.Session, d *PriceListDraft[L, D], event string) error {
	list, details := p.list(&d.List), d.Details
	if details == nil && len(d.Put)+len(d.Remove) > 0 {
		stored, err := p.details.live(x, *list.Key)
		if err != nil {
			return err
		}
		details = p.merged(stored, d)
	}
	if details != nil {
		if err := p.details.write(x, *list.Key, details); err != nil {
			return err
		}
	}
	return publishRows(x, event, p.kind, *list.UUID)
}

// merged gives the details with what the draft puts on the list and takes off it.
func (p PriceLists[L, D]) merged(details []D, d *PriceListDraft[L, D]) []D {
	replaced := map[int]bool{}
	for _, ware := range d.Remove {
		replaced[ware] = true
	}
	for i := range d.Put {
		replaced[p.details.key(&d.Put[i])] = true
	}
	merged := make([]D, 0, len(details)+len(d.Put))
	for i := range details {
		if !replaced[p.details.key(&details[i])] {
			merged = append(merged, details[i])
		}
	}
	return append(merged, d.Put...)
}

// check looks for everything that is wrong with the draft; was is the stored list, nil
// for a new one. The database of a legacy application may hold lists of one name, so only
// a new name has to be free.
func (p PriceLists[L, D]) check(x *persistence.Session, d *PriceListDraft[L, D], was *PriceList) error {
	list, c := p.list(&d.List), &draftCheck{x: x, paths: d.Paths}
	fits(c, &d.List)
	c.needed(p.name, *list.Name, "the name of the price list")
	if list.Day.IsZero() {
		c.fault("DatePL", "the day of the price list is missing")
	}
	details := d.Details
	if details == nil {
		details = d.Put
	}
	each(c, p.ware, details, func(detail *D) { fits(c, detail) })
	once(c, p.ware, p.column, details, p.details.key)
	p.wares(c, details)
	place := *list.Location
	if place != nil {
		c.place("LocationId", *place, "RD")
	}
	if was == nil || *was.Name != *list.Name {
		refuseTaken(c, unique{p.name, "name", "price list of " + p.ware + "s", persistence.SameFold}, *list.Name, &d.List)
	}
	if was != nil && place != nil && number(*was.Location) != *place {
		c.listReaches(p.used.column, list)
	}
	return c.done()
}

// listReaches refuses to move a list away from facilities that use it. column is the one
// of tblHF that points to it.
func (c *draftCheck) listReaches(name string, list *PriceList) {
	var facilities []persistence.HealthFacility
	var districts []persistence.Location
	l := &loader{db: c.x.DB()}
	find(l, &facilities, persistence.Compare(column("", name), "=", *list.Key), persistence.IsNull(column("", "ValidityTo")))
	findIn(l, &districts, column("", "LocationId"), keysOf(facilities, func(f *persistence.HealthFacility) int { return f.LocationID }))
	if c.failed(l.err) {
		return
	}
	places := byKey(districts, func(r *persistence.Location) int { return r.LocationID })
	for i := range facilities {
		if district := places[facilities[i].LocationID]; district == nil || !reaches(*list.Location, district) {
			c.refuse(core.Conflict, "LocationId", "the facility %s, which uses the list, does not lie there", facilities[i].HFCode)
			return
		}
	}
}

// reaches tells whether what belongs to a region, a district or the nation is for the
// district.
func reaches(location *int, district *persistence.Location) bool {
	return number(location) == 0 || *location == district.LocationID || *location == number(district.ParentLocationID)
}
