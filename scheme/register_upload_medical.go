package scheme

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// Patients are who may have an item or service, as files say it: "1" or "0" for men, women,
// adults and children. "" leaves what is stored; all may have what is new.
type Patients struct{ Male, Female, Adult, Minor string }

// ItemRow is an item in an upload, in the texts of the file. "" leaves what is stored.
type ItemRow struct {
	Code, Name, Type, Package, Price, Quantity, CareType, Frequency string
	Patients
}

// ServiceRow is a service in an upload, in the texts of the file. "" leaves what is stored.
// What a package holds is not part of it.
type ServiceRow struct {
	Code, Name, Type, Level, Price, Category, CareType, Frequency string
	Patients
}

// Items uploads items. Errors: core.Invalid for a strategy that is none.
func (u Uploads) Items(x *persistence.Session, rows []ItemRow) (*UploadOutcome, error) {
	up := newUploading(x, u, "ItemCode", func(i *persistence.Item) string { return i.ItemCode })
	up.used = usedBy(column("tblItems", "ItemID"), "ItemID", "tblPLItemsDetail", "tblProductItems", "tblClaimItems", "tblProductContainedPackage")
	if err := up.load(); err != nil {
		return nil, err
	}
	for i := range rows {
		up.take(i, rows[i].Code, rows[i].into)
	}
	return finish(up, "Item", func(i *persistence.Item) persistence.UUID { return i.ItemUUID })
}

// Services uploads services. Errors: core.Invalid for a strategy that is none.
func (u Uploads) Services(x *persistence.Session, rows []ServiceRow) (*UploadOutcome, error) {
	up := newUploading(x, u, "ServCode", func(s *persistence.Service) string { return s.ServCode })
	key := column("tblServices", "ServiceID")
	up.used = append(usedBy(key, "ServiceID", "tblPLServicesDetail", "tblProductServices", "tblClaimServices", "tblProductContainedPackage"),
		persistence.Exists("tblServiceContainedPackage", "ServiceId", key), persistence.Exists("tblServiceContainedPackage", "ServiceLinked", key))
	if err := up.load(); err != nil {
		return nil, err
	}
	for i := range rows {
		up.take(i, rows[i].Code, rows[i].into)
	}
	return finish(up, "Service", func(s *persistence.Service) persistence.UUID { return s.ServiceUUID })
}

// usedBy gives the conditions that a row of one of the tables points to the key.
func usedBy(key clause.Column, name string, tables ...string) []clause.Expression {
	var used []clause.Expression
	for _, table := range tables {
		used = append(used, persistence.Exists(table, name, key))
	}
	return used
}

// finish writes an upload into one table and tells of it.
func finish[R any](up *uploading[R], kind string, uuid func(*R) persistence.UUID) (*UploadOutcome, error) {
	if err := up.close(nil); err != nil {
		return nil, err
	}
	if err := up.write(); err != nil {
		return nil, err
	}
	up.tell(up.out, uuid)
	return up.out, up.announce(up.x, kind, up.out)
}

// into writes the row into an item.
func (r *ItemRow) into(c *draftCheck, i *persistence.Item) {
	i.ItemCode = strings.TrimSpace(r.Code)
	takeText(&i.ItemName, r.Name)
	takeText(&i.ItemType, strings.ToUpper(r.Type))
	takeText(&i.ItemCareType, strings.ToUpper(r.CareType))
	takeMaybe(&i.ItemPackage, r.Package)
	if price := c.amountIn("ItemPrice", r.Price); price != nil {
		i.ItemPrice = *price
	} else if i.ItemID == 0 {
		c.needed("ItemPrice", r.Price, "the price of the item")
	}
	if quantity := c.amountIn("Quantity", r.Quantity); quantity != nil {
		i.Quantity = quantity
	}
	c.daysIn("ItemFrequency", r.Frequency, &i.ItemFrequency)
	c.patientsIn("ItemPatCat", &r.Patients, i.ItemID == 0, &i.ItemPatCat)
	c.item(i)
}

// into writes the row into a service.
func (r *ServiceRow) into(c *draftCheck, s *persistence.Service) {
	s.ServCode = strings.TrimSpace(r.Code)
	takeText(&s.ServName, r.Name)
	takeText(&s.ServType, strings.ToUpper(r.Type))
	takeText(&s.ServLevel, strings.ToUpper(r.Level))
	takeText(&s.ServCareType, strings.ToUpper(r.CareType))
	takeMaybe(&s.ServCategory, strings.ToUpper(r.Category))
	if price := c.amountIn("ServPrice", r.Price); price != nil {
		s.ServPrice = *price
	} else if s.ServiceID == 0 {
		c.needed("ServPrice", r.Price, "the price of the service")
	}
	c.daysIn("ServFrequency", r.Frequency, &s.ServFrequency)
	c.patientsIn("ServPatCat", &r.Patients, s.ServiceID == 0, &s.ServPatCat)
	c.service(s)
}

// takeText takes over a text that says something.
func takeText(to *string, value string) {
	if value = strings.TrimSpace(value); value != "" {
		*to = value
	}
}

// takeMaybe takes over a text that says something, where there may be none.
func takeMaybe(to **string, value string) {
	if value = strings.TrimSpace(value); value != "" {
		*to = &value
	}
}

// longestAmount is how many signs a number in a file may have.
const longestAmount = 20

// amountIn reads an amount, nil for none and for what is no number.
func (c *draftCheck) amountIn(name, text string) *decimal.Decimal {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if amount, err := decimal.NewFromString(text); err == nil && len(text) <= longestAmount && !strings.ContainsAny(text, "eE") {
		return &amount
	}
	c.fault(name, "%.40q is no number such as 12.50", text)
	return nil
}

// daysIn reads a number of days.
func (c *draftCheck) daysIn(name, text string, to **int) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	days, err := strconv.Atoi(text)
	if err != nil {
		c.fault(name, "%.40q is no number of days", text)
		return
	}
	*to = &days
}

// patientsIn reads who may have an item or service. Registers of legacy applications hold
// sets nobody belongs to, which pass as long as they stay as they are.
func (c *draftCheck) patientsIn(name string, p *Patients, fresh bool, to *int) {
	before := *to
	if fresh {
		*to = 15
	}
	for i, said := range []string{p.Male, p.Female, p.Adult, p.Minor} {
		switch strings.TrimSpace(said) {
		case "":
		case "1":
			*to |= 1 << i
		case "0":
			*to &^= 1 << i
		default:
			c.fault(name, "%.40q is neither 1 nor 0", said)
		}
	}
	if *to != before {
		c.patients(name, *to)
	}
}
