package files

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// rightMasterData is needed to take registers along on a phone.
const rightMasterData = 131101

// masterData lists what the policies app has to know to enrol people where there is no
// network: the tables by the names the app gives them, each with its columns.
var masterData = []struct {
	name string
	rows func(x *persistence.Session) ([]map[string]any, error)
}{
	{"confirmationTypes", picked[persistence.ConfirmationType]("ConfirmationTypeCode", "ConfirmationType", "SortOrder", "AltLanguage")},
	{"controls", picked[persistence.Control]("FieldName", "Adjustibility")},
	{"education", picked[persistence.Education]("EducationId", "Education", "SortOrder", "AltLanguage")},
	{"familyTypes", picked[persistence.FamilyType]("FamilyTypeCode", "FamilyType", "SortOrder", "AltLanguage")},
	{"hf", picked[persistence.HealthFacility]("HfID", "HFCode", "HFName", "LocationId", "HFLevel")},
	{"identificationTypes", picked[persistence.IdentificationType]("IdentificationCode", "IdentificationTypes", "SortOrder", "AltLanguage")},
	{"languages", picked[persistence.Language]("LanguageCode", "LanguageName", "SortOrder")},
	{"locations", picked[persistence.Location]("LocationId", "LocationCode", "LocationName", "ParentLocationId", "LocationType")},
	{"officers", picked[persistence.Officer]("OfficerID", "OfficerUUID", "Code", "LastName", "OtherNames", "Phone", "LocationId", "OfficerIDSubst", "WorksTo")},
	{"payers", picked[persistence.Payer]("PayerID", "PayerName", "LocationId")},
	{"products", picked[persistence.Product]("ProdID", "ProductCode", "ProductName", "LocationId", "InsurancePeriod", "DateFrom", "DateTo", "ConversionProdID", "LumpSum",
		"MemberCount", "PremiumAdult", "PremiumChild", "RegistrationLumpSum", "RegistrationFee", "GeneralAssemblyLumpSum", "GeneralAssemblyFee",
		"StartCycle1", "StartCycle2", "StartCycle3", "StartCycle4", "GracePeriodRenewal", "MaxInstallments", "WaitingPeriod", "Threshold",
		"RenewalDiscountPerc", "RenewalDiscountPeriod", "AdministrationPeriod", "EnrolmentDiscountPerc", "EnrolmentDiscountPeriod", "GracePeriod")},
	{"professions", picked[persistence.Profession]("ProfessionId", "Profession", "SortOrder", "AltLanguage")},
	{"relations", picked[persistence.Relation]("RelationId", "Relation", "SortOrder", "AltLanguage")},
	{"phoneDefaults", phoneDefaults},
	{"genders", picked[persistence.Gender]("Code", "Gender", "AltLanguage", "SortOrder")},
}

// masterDataFile answers with the registers the caller sees as JSON in a zip archive.
func (d *Desk) masterDataFile(w http.ResponseWriter, r *http.Request) error {
	x := d.Store.Read(r.Context())
	tables := map[string]any{}
	for _, table := range masterData {
		rows, err := table.rows(x)
		if err != nil {
			return err
		}
		tables[table.name] = rows
	}
	return zipped(w, "MasterData", tables)
}

// picked gives the columns of all live rows of a register in the caller's scope. Every row
// has all of them, as the app expects, with null for what is not filled.
func picked[R any](columns ...string) func(x *persistence.Session) ([]map[string]any, error) {
	fields := make([]int, len(columns))
	for i, column := range columns {
		fields[i] = fieldOf(reflect.TypeFor[R](), column)
	}
	return func(x *persistence.Session) ([]map[string]any, error) {
		page, err := persistence.Select[R](x, persistence.Query{})
		if err != nil {
			return nil, err
		}
		return rowsOf(page.Rows, columns, fields), nil
	}
}

func phoneDefaults(x *persistence.Session) ([]map[string]any, error) {
	rows, err := persistence.PhoneDefaults(x)
	list := make([]map[string]any, len(rows))
	for i, row := range rows {
		list[i] = map[string]any{"RuleName": row.RuleName, "RuleValue": row.RuleValue}
	}
	return list, err
}

func rowsOf[R any](rows []R, columns []string, fields []int) []map[string]any {
	list := make([]map[string]any, len(rows))
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		list[i] = make(map[string]any, len(columns))
		for j, column := range columns {
			list[i][column] = written(row.Field(fields[j]))
		}
	}
	return list
}

// written gives a value of a row as JSON has it: amounts as numbers, days as YYYY-MM-DD.
func written(field reflect.Value) any {
	if field.Kind() == reflect.Pointer {
		if field.IsNil() {
			return nil
		}
		field = field.Elem()
	}
	switch v := field.Interface().(type) {
	case decimal.Decimal:
		return json.Number(v.String())
	case persistence.DateTime:
		return v.Date().String()
	case persistence.Date:
		return v.String()
	}
	return field.Interface()
}

// fieldOf finds the field of a row that holds a column.
func fieldOf(row reflect.Type, column string) int {
	for i := range row.NumField() {
		_, name, _ := strings.Cut(row.Field(i).Tag.Get("gorm"), "column:")
		if name, _, _ = strings.Cut(name, ";"); name == column {
			return i
		}
	}
	panic(row.Name() + " has no column " + column)
}
