package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

const priceListInputs = `name: String! pricelistDate: Date! locationId: UUID addedDetails: [UUID!] removedDetails: [UUID!] priceOverrules: [DetailPriceOverruleType!]`

// priceListForm carries out the form of price lists of one kind.
type priceListForm[L, D any] struct {
	use  scheme.PriceLists[L, D]
	ware func(r *persistence.Registers, id persistence.UUID) int // key of an item or service, 0 for none
}

var (
	itemLists = priceListForm[persistence.ItemPriceList, persistence.ItemPriceListDetail]{scheme.ItemPriceLists,
		func(r *persistence.Registers, id persistence.UUID) int {
			if item := r.Items.ByUUID(id); item != nil {
				return item.ItemID
			}
			return 0
		}}
	serviceLists = priceListForm[persistence.ServicePriceList, persistence.ServicePriceListDetail]{scheme.ServicePriceLists,
		func(r *persistence.Registers, id persistence.UUID) int {
			if service := r.Services.ByUUID(id); service != nil {
				return service.ServiceID
			}
			return 0
		}}
)

// priceListPaths names the columns of lists of both kinds as the form does.
var priceListPaths = scheme.Paths{"PLItemName": "name", "PLServName": "name", "DatePL": "pricelistDate", "LocationId": "locationId"}

type priceListInput struct {
	Name      string           `graphql:"name"`
	Day       persistence.Date `graphql:"pricelistDate"`
	Place     string           `graphql:"locationId"`
	Added     []string         `graphql:"addedDetails"`
	Removed   []string         `graphql:"removedDetails"`
	Overrules []struct {
		UUID  string           `graphql:"uuid"`
		Price *decimal.Decimal `graphql:"price"`
	} `graphql:"priceOverrules"`
}

// draft turns the form into a list as it is to be. stored are its details by item or
// service.
func (f *priceListForm[L, D]) draft(c *Change, list *L, stored map[int]bool) (*scheme.PriceListDraft[L, D], error) {
	var in priceListInput
	if err := c.Into(&in); err != nil {
		return nil, err
	}
	registers, err := c.Registers()
	if err != nil {
		return nil, err
	}
	d := &scheme.PriceListDraft[L, D]{List: *list, Paths: priceListPaths}
	var place *int
	if in.Place != "" {
		found := registers.Locations.ByUUID(persistence.UUID(in.Place))
		if found == nil {
			return nil, core.ErrorAt(core.Invalid, "locationId", "there is no location %s", in.Place)
		}
		place = &found.LocationID
	}
	row := f.use.Of(&d.List)
	*row.Name, *row.Day, *row.Location = in.Name, in.Day, place
	w := &wares{of: func(id persistence.UUID) int { return f.ware(registers, id) }, put: map[int]*decimal.Decimal{}}
	w.change(&in, stored)
	d.Remove = w.remove
	for _, ware := range w.order {
		d.Put = append(d.Put, f.use.Detail(ware, w.put[ware]))
	}
	return d, w.err
}

// wares are the items or services a form puts on a list and takes off it.
type wares struct {
	of     func(id persistence.UUID) int
	put    map[int]*decimal.Decimal
	order  []int
	remove []int
	err    error
}

// find gives the key of an item or service, 0 for one that is not there, which is noted.
func (w *wares) find(name, id string) int {
	ware := w.of(persistence.UUID(id))
	if ware == 0 && w.err == nil {
		w.err = core.ErrorAt(core.Invalid, name, "there is none with the UUID %s", id)
	}
	return ware
}

// change reads the form. A price of what is not on the list says nothing.
func (w *wares) change(in *priceListInput, stored map[int]bool) {
	removed := map[int]bool{}
	for _, id := range in.Removed {
		ware := w.find("removedDetails", id)
		removed[ware], w.remove = true, append(w.remove, ware)
	}
	for _, id := range in.Added {
		w.price(w.find("addedDetails", id), nil)
	}
	for _, o := range in.Overrules {
		ware := w.find("priceOverrules", o.UUID)
		if _, added := w.put[ware]; added || stored[ware] && !removed[ware] {
			w.price(ware, o.Price)
		}
	}
}

func (w *wares) price(ware int, price *decimal.Decimal) {
	if _, there := w.put[ware]; !there {
		w.order = append(w.order, ware)
	}
	w.put[ware] = price
}

func (f *priceListForm[L, D]) create(c *Change) error {
	draft, err := f.draft(c, new(L), nil)
	if err != nil {
		return err
	}
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error { return f.use.Create(x, draft) })
	c.Wrote(tableOf[L](), *f.use.Of(&draft.List).UUID)
	return err
}

func (f *priceListForm[L, D]) update(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *L) error {
		stored, err := f.use.On(x, row)
		if err != nil {
			return err
		}
		draft, err := f.draft(c, row, stored)
		if err != nil {
			return err
		}
		return f.use.Update(x, draft)
	})
}

func (f *priceListForm[L, D]) delete(c *Change) error {
	return EachOf(c, "uuids", func(l *L) string { return *f.use.Of(l).Name }, func(x *persistence.Session, row *L) error { return f.use.Delete(x, row) })
}
