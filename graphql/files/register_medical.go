package files

import (
	"encoding/xml"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The registers of items and services as files have them: every value is a text, so that
// what cannot be read is the fault of one row.

type itemDocument struct {
	XMLName xml.Name   `xml:"Items"`
	Rows    []itemLine `xml:"Item"`
}

type itemLine struct {
	Code      string `xml:"ItemCode" column:"code"`
	Name      string `xml:"ItemName" column:"name"`
	Type      string `xml:"ItemType" column:"type"`
	Package   string `xml:"ItemPackage" column:"package"`
	Price     string `xml:"ItemPrice" column:"price"`
	Quantity  string `xml:"ItemQuantity" column:"quantity"`
	CareType  string `xml:"ItemCareType" column:"care_type"`
	Frequency string `xml:"ItemFrequency" column:"frequency"`
	Male      string `xml:"ItemMaleCategory" column:"male_cat"`
	Female    string `xml:"ItemFemaleCategory" column:"female_cat"`
	Adult     string `xml:"ItemAdultCategory" column:"adult_cat"`
	Minor     string `xml:"ItemMinorCategory" column:"minor_cat"`
}

type serviceDocument struct {
	XMLName xml.Name      `xml:"Services"`
	Rows    []serviceLine `xml:"Service"`
}

type serviceLine struct {
	Code      string `xml:"ServiceCode" column:"code"`
	Name      string `xml:"ServiceName" column:"name"`
	Type      string `xml:"ServiceType" column:"type"`
	Level     string `xml:"ServiceLevel" column:"level"`
	Price     string `xml:"ServicePrice" column:"price"`
	Category  string `xml:"ServiceCategory" column:"category"`
	CareType  string `xml:"ServiceCareType" column:"care_type"`
	Frequency string `xml:"ServiceFrequency" column:"frequency"`
	Male      string `xml:"ServiceMaleCategory" column:"male_cat"`
	Female    string `xml:"ServiceFemaleCategory" column:"female_cat"`
	Adult     string `xml:"ServiceAdultCategory" column:"adult_cat"`
	Minor     string `xml:"ServiceMinorCategory" column:"minor_cat"`
}

// flag tells whether a bit of who may have something is set, as files do.
func flag(who, bit int) string {
	if who&bit != 0 {
		return "1"
	}
	return "0"
}

func itemLines(x *persistence.Session) ([]itemLine, error) {
	items, err := everything[persistence.Item](x, "tblItems", "ItemCode")
	lines := make([]itemLine, len(items))
	for i, item := range items {
		who := item.ItemPatCat
		lines[i] = itemLine{
			item.ItemCode, item.ItemName, item.ItemType, text(item.ItemPackage), item.ItemPrice.StringFixed(2), amount(item.Quantity), item.ItemCareType, number(item.ItemFrequency),
			flag(who, 1), flag(who, 2), flag(who, 4), flag(who, 8),
		}
	}
	return lines, err
}

func serviceLines(x *persistence.Session) ([]serviceLine, error) {
	services, err := everything[persistence.Service](x, "tblServices", "ServCode")
	lines := make([]serviceLine, len(services))
	for i, service := range services {
		who := service.ServPatCat
		lines[i] = serviceLine{
			service.ServCode, service.ServName, service.ServType, service.ServLevel, service.ServPrice.StringFixed(2), text(service.ServCategory), service.ServCareType, number(service.ServFrequency),
			flag(who, 1), flag(who, 2), flag(who, 4), flag(who, 8),
		}
	}
	return lines, err
}

func writeItems(x *persistence.Session) (any, error) {
	lines, err := itemLines(x)
	return itemDocument{Rows: lines}, err
}

func writeServices(x *persistence.Session) (any, error) {
	lines, err := serviceLines(x)
	return serviceDocument{Rows: lines}, err
}

func readItems(file []byte) (store, error) {
	var document itemDocument
	if err := parse(file, &document); err != nil {
		return nil, err
	}
	return storeItems(document.Rows), nil
}

func readServices(file []byte) (store, error) {
	var document serviceDocument
	if err := parse(file, &document); err != nil {
		return nil, err
	}
	return storeServices(document.Rows), nil
}

func storeItems(lines []itemLine) store {
	rows := make([]scheme.ItemRow, len(lines))
	for i, l := range lines {
		rows[i] = scheme.ItemRow{
			Code: l.Code, Name: l.Name, Type: l.Type, Package: l.Package, Price: l.Price, Quantity: l.Quantity, CareType: l.CareType, Frequency: l.Frequency,
			Patients: scheme.Patients{Male: l.Male, Female: l.Female, Adult: l.Adult, Minor: l.Minor},
		}
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) { return u.Items(x, rows) }
}

func storeServices(lines []serviceLine) store {
	rows := make([]scheme.ServiceRow, len(lines))
	for i, l := range lines {
		rows[i] = scheme.ServiceRow{
			Code: l.Code, Name: l.Name, Type: l.Type, Level: l.Level, Price: l.Price, Category: l.Category, CareType: l.CareType, Frequency: l.Frequency,
			Patients: scheme.Patients{Male: l.Male, Female: l.Female, Adult: l.Adult, Minor: l.Minor},
		}
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) {
		return u.Services(x, rows)
	}
}
