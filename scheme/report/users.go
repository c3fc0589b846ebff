package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// deeds are what users do to rows, by the letters the UI sends.
var deeds = map[string]string{"I": "Created", "U": "Changed", "D": "Deleted"}

// kinds are the things users work on, by the names the UI sends; those the program keeps no
// states of are left out.
var kinds = []struct {
	name, title string
	of          func(x *persistence.Session, from, before persistence.DateTime) (map[int]persistence.Deeds, error)
}{
	{"BatchRun", "Batch run", persistence.DeedsOf[persistence.BatchRun]},
	{"Claim", "Claim", persistence.DeedsOf[persistence.Claim]},
	{"ClaimAdmin", "Claim administrator", persistence.DeedsOf[persistence.ClaimAdmin]},
	{"Family", "Family", persistence.DeedsOf[persistence.Family]},
	{"Feedback", "Feedback", persistence.DeedsOf[persistence.Feedback]},
	{"HealthFacility", "Health facility", persistence.DeedsOf[persistence.HealthFacility]},
	{"Insuree", "Insured person", persistence.DeedsOf[persistence.Insuree]},
	{"InsureePhoto", "Photograph", persistence.DeedsOf[persistence.Photo]},
	{"InteractiveUser", "User", persistence.DeedsOf[persistence.User]},
	{"Item", "Medical item", persistence.DeedsOf[persistence.Item]},
	{"ItemsPricelist", "Price list of items", persistence.DeedsOf[persistence.ItemPriceList]},
	{"ItemsPricelistDetail", "Price of an item", persistence.DeedsOf[persistence.ItemPriceListDetail]},
	{"Location", "Location", persistence.DeedsOf[persistence.Location]},
	{"Officer", "Enrolment officer", persistence.DeedsOf[persistence.Officer]},
	{"Payer", "Payer", persistence.DeedsOf[persistence.Payer]},
	{"Policy", "Policy", persistence.DeedsOf[persistence.Policy]},
	{"Premium", "Contribution", persistence.DeedsOf[persistence.Premium]},
	{"Product", "Product", persistence.DeedsOf[persistence.Product]},
	{"ProductItem", "Item of a product", persistence.DeedsOf[persistence.ProductItem]},
	{"ProductService", "Service of a product", persistence.DeedsOf[persistence.ProductService]},
	{"RelativeDistribution", "Share of contributions", persistence.DeedsOf[persistence.RelativeDistribution]},
	{"Service", "Medical service", persistence.DeedsOf[persistence.Service]},
	{"ServicesPricelist", "Price list of services", persistence.DeedsOf[persistence.ServicePriceList]},
	{"ServicesPricelistDetail", "Price of a service", persistence.DeedsOf[persistence.ServicePriceListDetail]},
}

func kindNames() map[string]string {
	names := map[string]string{}
	for _, kind := range kinds {
		names[kind.name] = kind.title
	}
	return names
}

var userReports = []*Report{
	{
		Name: "user_activity", Module: "core", Title: "User activity", Right: 131207,
		Parameters: append(period("date_start", "date_end"), user("requested_user_id"), choice("action", "Action", deeds), choice("entity", "Of", kindNames())),
		Columns: []Column{
			{Name: "user", Title: "User"}, {Name: "entity", Title: "Of"}, {Name: "created", Title: "Created", Kind: Number, Total: true},
			{Name: "changed", Title: "Changed", Kind: Number, Total: true}, {Name: "deleted", Title: "Deleted", Kind: Number, Total: true},
		},
		rows: userActivity,
	},
	{
		Name: "registers_status", Module: "core", Title: "Status of registers", Right: 131209,
		Parameters: places("requested_"),
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"},
			{Name: "facilities", Title: "Health facilities", Kind: Number, Total: true}, {Name: "administrators", Title: "Claim administrators", Kind: Number, Total: true},
			{Name: "officers", Title: "Enrolment officers", Kind: Number, Total: true}, {Name: "payers", Title: "Payers", Kind: Number, Total: true},
			{Name: "products", Title: "Products", Kind: Number, Total: true}, {Name: "item_lists", Title: "Price lists of items", Kind: Number, Total: true},
			{Name: "service_lists", Title: "Price lists of services", Kind: Number, Total: true},
		},
		rows: registersStatus,
	},
}

func userActivity(q *question) error {
	from, before := persistence.DateTime(q.days["date_start"]), persistence.DateTime(persistence.Day(q.days["date_end"].AddDate(0, 0, 1)))
	action, only := q.words["action"], q.keys["requested_user_id"]
	type line struct {
		user  int
		title string
		done  persistence.Deeds
	}
	var lines []line
	for _, kind := range kinds {
		if asked := q.words["entity"]; asked != "" && asked != kind.name {
			continue
		}
		done, err := kind.of(q.x, from, before)
		if err != nil {
			return err
		}
		for user, d := range done {
			if action != "" {
				d = persistence.Deeds{Created: d.Created * one(action == "I"), Changed: d.Changed * one(action == "U"), Deleted: d.Deleted * one(action == "D")}
			}
			if (only == 0 || user == only) && d != (persistence.Deeds{}) {
				lines = append(lines, line{user, kind.title, d})
			}
		}
	}
	seen := map[int]string{}
	for _, l := range lines {
		seen[l.user] = fmt.Sprint("User ", l.user)
	}
	for some := range slices.Chunk(slices.Collect(maps.Keys(seen)), 900) {
		users, err := persistence.Select[persistence.User](q.x, persistence.Query{Where: []clause.Expression{persistence.In(column("", "UserID"), some)}, Limit: len(some), Few: true})
		if err != nil {
			return err
		}
		for _, u := range users.Rows {
			seen[u.UserID] = named(u.LoginName, u.OtherNames, u.LastName)
		}
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(seen[a.user], seen[b.user]), cmp.Compare(a.title, b.title))
	})
	for _, l := range lines {
		q.add(seen[l.user], l.title, l.done.Created, l.done.Changed, l.done.Deleted)
	}
	return nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// registersStatus counts what there is in each district; what belongs to a region or to
// the nation has lines of its own.
func registersStatus(q *question) error {
	counted := []struct {
		of   func(*persistence.Session, persistence.Tally) ([]persistence.Tallied, error)
		join []string
		by   clause.Column
	}{
		{persistence.Count[persistence.HealthFacility], nil, column("", "LocationId")},
		{persistence.Count[persistence.ClaimAdmin], []string{"HF"}, column("HF", "LocationId")},
		{persistence.Count[persistence.Officer], nil, column("", "LocationId")},
		{persistence.Count[persistence.Payer], nil, column("", "LocationId")},
		{persistence.Count[persistence.Product], nil, column("", "LocationId")},
		{persistence.Count[persistence.ItemPriceList], nil, column("", "LocationId")},
		{persistence.Count[persistence.ServicePriceList], nil, column("", "LocationId")},
	}
	found := map[[2]string]*[7]int{}
	for i, c := range counted {
		lines, err := c.of(q.x, persistence.Tally{Where: q.in(c.by, "requested_region_id", "requested_district_id"), Join: c.join, By: []clause.Column{c.by}})
		if err != nil {
			return err
		}
		for _, l := range lines {
			region, district := q.districts(l.Number(0))
			at := [2]string{region, district}
			if found[at] == nil {
				found[at] = &[7]int{}
			}
			found[at][i] += l.Count
		}
	}
	for _, at := range sorted(found) {
		n := found[at]
		q.add(at[0], at[1], n[0], n[1], n[2], n[3], n[4], n[5], n[6])
	}
	return nil
}
