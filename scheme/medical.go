package scheme

import (
	"github.com/openimis/openimis-go/persistence"
)

// MedicalItems are the use cases on items, the drugs and consumables of tblItems. Each
// runs inside the transaction of the session it is given, writes rows with their history
// and publishes one event.
type MedicalItems struct{}

// ItemDraft is an item as it is to be. Paths gives the names errors use for columns of
// tblItems.
type ItemDraft struct {
	Item  persistence.Item
	Paths Paths
}

// Create stores a new item. Errors: core.Unprocessable for what an item cannot be,
// core.Conflict for a code that is taken; with all faults.
func (m MedicalItems) Create(x *persistence.Session, d *ItemDraft) error {
	d.Item.ItemID = 0
	if err := m.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Item); err != nil {
		return err
	}
	return publishRows(x, "item.created", "Item", d.Item.ItemUUID)
}

// Update changes an item, which must carry the ValidityFrom it was read with. Errors:
// those of Create; core.Gone, core.Conflict when it was changed since.
func (m MedicalItems) Update(x *persistence.Session, d *ItemDraft) error {
	if err := m.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Item); err != nil {
		return err
	}
	return publishRows(x, "item.changed", "Item", d.Item.ItemUUID)
}

// Delete closes an item, as it was read. Errors: core.Gone; core.Conflict at path while
// something live needs it, and when it was changed since.
func (MedicalItems) Delete(x *persistence.Session, row *persistence.Item, path string) error {
	err := refuseWhileUsed(x, path, row.ItemID,
		use[persistence.ItemPriceListDetail]{"ItemID", "price lists"},
		use[persistence.ProductItem]{"ItemID", "products"},
		use[persistence.ClaimItem]{"ItemID", "claims"},
		part[persistence.ProductContainedPackage]{"ItemID", "packages"},
	)
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "item.deleted", "Item", row.ItemUUID)
}

func (MedicalItems) check(x *persistence.Session, d *ItemDraft) error {
	i, c := &d.Item, &draftCheck{x: x, paths: d.Paths}
	fits(c, i)
	c.needed("ItemCode", i.ItemCode, "the code of the item")
	c.item(i)
	c.patients("ItemPatCat", i.ItemPatCat)
	refuseTaken(c, unique{"ItemCode", "code", "item", persistence.Same}, i.ItemCode, i)
	return c.done()
}

// item refuses what an item cannot be, whoever brings it.
func (c *draftCheck) item(i *persistence.Item) {
	c.needed("ItemName", i.ItemName, "the name of the item")
	c.letter("ItemType", i.ItemType, "DM", false)
	c.letter("ItemCareType", i.ItemCareType, "IOB", false)
}

// patients refuses a set of patients nobody belongs to: it needs a sex and an age.
func (c *draftCheck) patients(name string, who int) {
	if who > 15 || who&3 == 0 || who&12 == 0 {
		c.fault(name, "%d names nobody: it is the sum of 1 men, 2 women, 4 adults and 8 children, with a sex and an age", who)
	}
}

// MedicalServices are the use cases on services, the rows of tblServices, with what
// packages of services hold.
type MedicalServices struct{}

// The kinds of service (tblServices.ServPackageType). Without one it is single.
const (
	ServiceSingle  = "S"
	ServicePriced  = "P" // a package worth what its parts are
	ServiceFlatFee = "F" // a package of a fixed price
)

// ServiceDraft is a service as it is to be. A package has parts, which only say what they
// are, how many and at which price.
type ServiceDraft struct {
	Service  persistence.Service
	Services []persistence.ServiceContainedPackage // nil: as they are
	Items    []persistence.ProductContainedPackage // nil: as they are

	// Paths gives the names errors use: for columns of tblServices and of the parts, and
	// for "service 0" and "item 0" and so on.
	Paths Paths
}

// Create stores a new service. Errors: core.Unprocessable for what a service cannot be,
// core.Conflict for a code that is taken; with all faults.
func (m MedicalServices) Create(x *persistence.Session, d *ServiceDraft) error {
	d.Service.ServiceID = 0
	if err := m.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Service); err != nil {
		return err
	}
	return m.written(x, d, "service.created")
}

// Update changes a service, which must carry the ValidityFrom it was read with. Errors:
// those of Create; core.Gone, core.Conflict when it was changed since.
func (m MedicalServices) Update(x *persistence.Session, d *ServiceDraft) error {
	if err := m.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Service); err != nil {
		return err
	}
	return m.written(x, d, "service.changed")
}

// Delete closes a service, as it was read. Errors: core.Gone; core.Conflict at path while
// something live needs it, the parts of a package too, and when it was changed since.
func (MedicalServices) Delete(x *persistence.Session, row *persistence.Service, path string) error {
	err := refuseWhileUsed(x, path, row.ServiceID,
		use[persistence.ServicePriceListDetail]{"ServiceID", "price lists"},
		use[persistence.ProductService]{"ServiceID", "products"},
		use[persistence.ClaimService]{"ServiceID", "claims"},
		part[persistence.ServiceContainedPackage]{"ServiceId", "the parts of packages"},
		part[persistence.ServiceContainedPackage]{"ServiceLinked", "packages"},
		part[persistence.ProductContainedPackage]{"ServiceID", "packages"},
	)
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "service.deleted", "Service", row.ServiceUUID)
}

// written writes the parts of a service that was written.
func (MedicalServices) written(x *persistence.Session, d *ServiceDraft, event string) error {
	id := d.Service.ServiceID
	if d.Services != nil {
		for i := range d.Services {
			p := &d.Services[i]
			p.IdSCP, p.ServiceLinked, p.CreatedDate, p.Status = 0, id, ptr(x.Now()), true
		}
		if err := replaceParts(x, "ServiceLinked", id, d.Services); err != nil {
			return err
		}
	}
	if d.Items != nil {
		for i := range d.Items {
			p := &d.Items[i]
			p.IdPCP, p.ServiceID, p.CreatedDate, p.Status = 0, id, ptr(x.Now()), true
		}
		if err := replaceParts(x, "ServiceID", id, d.Items); err != nil {
			return err
		}
	}
	return publishRows(x, event, "Service", d.Service.ServiceUUID)
}

// replaceParts puts parts in the place of those stored, in a table that keeps no history.
func replaceParts[P any](x *persistence.Session, owner string, key int, parts []P) error {
	if err := x.DB().Where(persistence.Compare(column("", owner), "=", key)).Delete(new(P)).Error; err != nil {
		return err
	}
	return persistence.InsertMany(x, parts)
}

func (MedicalServices) check(x *persistence.Session, d *ServiceDraft) error {
	s, c := &d.Service, &draftCheck{x: x, paths: d.Paths}
	fits(c, s)
	c.needed("ServCode", s.ServCode, "the code of the service")
	c.service(s)
	c.patients("ServPatCat", s.ServPatCat)
	d.checkParts(c)
	refuseTaken(c, unique{"ServCode", "code", "service", persistence.Same}, s.ServCode, s)
	return c.done()
}

// service refuses what a service cannot be, whoever brings it.
func (c *draftCheck) service(s *persistence.Service) {
	c.needed("ServName", s.ServName, "the name of the service")
	c.letter("ServType", s.ServType, "PC", false)
	c.letter("ServLevel", s.ServLevel, "SVDH", false)
	c.letter("ServCareType", s.ServCareType, "IOB", false)
	c.letter("ServCategory", text(s.ServCategory), "SDAHCOV", true)
	c.letter("ServPackageType", text(s.ServPackageType), ServiceSingle+ServicePriced+ServiceFlatFee, true)
}

// checkParts checks what a package holds: single services and items, each once. A service
// that is no package has no parts.
func (d *ServiceDraft) checkParts(c *draftCheck) {
	kind := text(d.Service.ServPackageType)
	if single := kind == "" || kind == ServiceSingle; single && len(d.Services)+len(d.Items) > 0 {
		c.fault("ServPackageType", "only packages, %s and %s, have parts", ServicePriced, ServiceFlatFee)
	}
	service := func(p *persistence.ServiceContainedPackage) int { return p.ServiceID }
	item := func(p *persistence.ProductContainedPackage) int { return p.ItemID }
	each(c, "service", d.Services, func(p *persistence.ServiceContainedPackage) { fits(c, p); c.quantity("qty", p.Qty) })
	once(c, "service", "ServiceId", d.Services, service)
	missing[persistence.Service](c, "service", "ServiceId", "service", d.Services, service)
	each(c, "item", d.Items, func(p *persistence.ProductContainedPackage) { fits(c, p); c.quantity("qty", p.Qty) })
	once(c, "item", "ItemID", d.Items, item)
	missing[persistence.Item](c, "item", "ItemID", "item", d.Items, item)
	if c.err != nil || len(d.Services) == 0 {
		return
	}
	var packages []persistence.Service
	l := &loader{db: c.x.DB()}
	findIn(l, &packages, column("", "ServiceID"), keysOf(d.Services, service),
		persistence.In(column("", "ServPackageType"), []string{ServicePriced, ServiceFlatFee}))
	if c.failed(l.err) {
		return
	}
	whole := byKey(packages, func(s *persistence.Service) int { return s.ServiceID })
	each(c, "service", d.Services, func(p *persistence.ServiceContainedPackage) {
		if whole[p.ServiceID] != nil || p.ServiceID == d.Service.ServiceID {
			c.fault("ServiceId", "a package holds no packages")
		}
	})
}

// quantity refuses a part of which there is none.
func (c *draftCheck) quantity(name string, n *int) {
	if number(n) < 1 {
		c.fault(name, "a package holds one of it at least")
	}
}
