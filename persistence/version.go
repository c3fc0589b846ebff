package persistence

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// Versions gives every kept state of the row with the UUID, the newest first: the live or
// deleted row, then its history rows; of a table with marks that row alone. Errors: core.NotFound when the caller may not see
// the row.
func Versions[R any](x *Session, id UUID) ([]R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if info.uuid == nil || !info.kept() && info.marks == nil {
		return nil, core.Errorf(core.Internal, "%s keeps no versions", info.name)
	}
	scope, err := scopeOf(x, info, true)
	if err != nil {
		return nil, err
	}
	tx := x.db.Where(In(rootColumn(info.uuid), []UUID{id}))
	if info.legacy != nil {
		tx = tx.Where(IsNull(rootColumn(info.legacy)))
	}
	if scope != nil {
		tx = tx.Where(group(scope))
	}
	var roots []R
	if err := tx.Limit(1).Find(&roots).Error; err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, core.Errorf(core.NotFound, "there is no such thing")
	}
	if info.marks != nil {
		return roots, nil
	}
	key := valueOf(info.key, reflect.ValueOf(&roots[0]).Elem()).Interface()
	var history []R
	err = x.db.Where(Compare(rootColumn(info.legacy), "=", key)).
		Clauses(orderBy{keys: []sortKey{
			{column: rootColumn(info.from), desc: true, nullable: info.from.FieldType.Kind() == reflect.Pointer},
			{column: rootColumn(info.key), desc: true}}}).
		Find(&history).Error
	return append(roots, history...), err
}

// VersionsOfAll gives what Versions gives of each of the rows with the UUIDs, in two
// statements; rows the caller may not see are left out.
func VersionsOfAll[R any](x *Session, ids []UUID) ([][]R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if info.uuid == nil || !info.kept() {
		return nil, core.Errorf(core.Internal, "%s keeps no versions", info.name)
	}
	scope, err := scopeOf(x, info, true)
	if err != nil {
		return nil, err
	}
	tx := x.db.Where(In(rootColumn(info.uuid), ids)).Where(IsNull(rootColumn(info.legacy)))
	if scope != nil {
		tx = tx.Where(group(scope))
	}
	var roots, history []R
	if err := tx.Find(&roots).Error; err != nil || len(roots) == 0 {
		return nil, err
	}
	list, keys, at := make([][]R, len(roots)), make([]int64, len(roots)), map[int64]int{}
	for i := range roots {
		keys[i] = valueOf(info.key, reflect.ValueOf(&roots[i]).Elem()).Int()
		list[i], at[keys[i]] = []R{roots[i]}, i
	}
	err = x.db.Where(In(rootColumn(info.legacy), keys)).
		Clauses(orderBy{keys: []sortKey{
			{column: rootColumn(info.from), desc: true, nullable: info.from.FieldType.Kind() == reflect.Pointer},
			{column: rootColumn(info.key), desc: true}}}).
		Find(&history).Error
	for i := range history {
		root := at[rootKey(info, reflect.ValueOf(&history[i]).Elem())]
		list[root] = append(list[root], history[i])
	}
	return list, err
}

// VersionOf identifies the state of a row and its lines. Keys, UUIDs, ValidityTo and
// joined rows do not count, so a history row has the version it had while it was live.
// Lines may be given one by one or as slices, in any order.
func (s *Store) VersionOf(root any, lines ...any) Version {
	row := inPlace(reflect.Indirect(reflect.ValueOf(root)))
	plan := planOf(row.Type())
	sum := crc32.ChecksumIEEE(plan.append(make([]byte, 0, 512), row, false))
	var sums []uint32
	for _, line := range lines {
		v := reflect.Indirect(reflect.ValueOf(line))
		if !v.IsValid() {
			continue
		}
		if v.Kind() != reflect.Slice {
			sums = append(sums, lineSum(v))
			continue
		}
		for i := range v.Len() {
			sums = append(sums, lineSum(reflect.Indirect(v.Index(i))))
		}
	}
	slices.SortFunc(sums, cmp.Compare[uint32]) // the order in which lines are read is nobody's
	for _, one := range sums {
		sum = crc32.Update(sum, crc32.IEEETable, binary.BigEndian.AppendUint32(nil, one))
	}
	var v Version
	if plan.info.from != nil {
		v.At, _ = dateTimeIn(plan.info.from, row)
	}
	v.ID = fmt.Sprintf("%d.%08x", s.Instant(v.At).UnixMilli(), sum)
	return v
}

func lineSum(line reflect.Value) uint32 {
	return crc32.ChecksumIEEE(planOf(line.Type()).append(make([]byte, 0, 512), inPlace(line), true))
}

// inPlace gives the row, or a copy of one that was handed over by value.
func inPlace(row reflect.Value) reflect.Value {
	if row.CanAddr() {
		return row
	}
	copied := reflect.New(row.Type()).Elem()
	copied.Set(row)
	return copied
}

// checksumPlan says which columns of a model count and how each is written, so that a
// value gives the same bytes whatever database or driver it came from.
type checksumPlan struct {
	info   *tableInfo
	fields []checksumField
}

type checksumField struct {
	field  *schema.Field
	parent bool // the key of the row a line belongs to
	scale  int32
	day    bool // PostgreSQL keeps the day only
}

var plans sync.Map // reflect.Type → *checksumPlan

// lineParents names the columns by which lines belong to their root.
var lineParents = map[string]string{
	"tblClaimItems": "ClaimID", "tblClaimServices": "ClaimID",
	"tblClaimServicesItems": "ClaimServiceID", "tblClaimServicesService": "claimServiceID",
	"tblPLItemsDetail": "PLItemID", "tblPLServicesDetail": "PLServiceID",
	"tblProductItems": "ProdID", "tblProductServices": "ProdID",
	"tblInsureePolicy": "PolicyId", "tblPremium": "PolicyID", "claim_ClaimAttachment": "claim_id",
	"tblInvoiceLineItem": "InvoiceId", "tblBillLineItem": "BillId", "tblDetailPaymentInvoice": "PaymentUUID", "tblPaymentDetails": "PaymentID",
}

func planOf(t reflect.Type) *checksumPlan {
	if known, ok := plans.Load(t); ok {
		return known.(*checksumPlan)
	}
	info, err := infoOf(t)
	if err != nil {
		return &checksumPlan{info: &tableInfo{}}
	}
	plan := &checksumPlan{info: info}
	for _, column := range info.schema.DBNames {
		field := info.schema.FieldsByDBName[column]
		switch field {
		case info.key, info.uuid, info.from, info.to, info.legacy:
			continue
		}
		one := checksumField{field: field, parent: lineParents[info.name] == column}
		legacyType := legacyTypeOf(field)
		one.day = legacyType == "smalldatetime"
		if _, size, found := strings.Cut(legacyType, ","); found {
			scale, _ := strconv.Atoi(strings.TrimSuffix(size, ")"))
			one.scale = int32(scale)
		}
		plan.fields = append(plan.fields, one)
	}
	plans.Store(t, plan)
	return plan
}

// append writes the columns that have a value, each behind its number.
func (p *checksumPlan) append(b []byte, row reflect.Value, isLine bool) []byte {
	for i, one := range p.fields {
		if one.parent && isLine {
			continue
		}
		value := valueOf(one.field, row)
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				continue
			}
			value = value.Elem()
		}
		b = append(strconv.AppendInt(b, int64(i), 10), '=')
		b = one.append(b, value)
		b = append(b, 0)
	}
	return b
}

func (f checksumField) append(b []byte, value reflect.Value) []byte {
	switch v := value.Addr().Interface().(type) { // a pointer, since a value would be copied to the heap
	case *decimal.Decimal:
		if v.Exponent() < -f.scale {
			return append(b, v.Round(f.scale).String()...)
		}
		return append(b, v.String()...) // which drops the zeros of 1.50
	case *DateTime:
		if f.day {
			return v.AppendFormat(b, dateLayout)
		}
		return v.AppendFormat(b, dateTimeLayout)
	case *Date:
		return v.AppendFormat(b, dateLayout)
	case *JSON:
		return append(b, canonical(string(*v))...)
	case *[]byte:
		return append(b, *v...)
	}
	switch value.Kind() {
	case reflect.String: // char columns come padded from some databases
		return append(b, strings.TrimRight(value.String(), " ")...)
	case reflect.Bool:
		return strconv.AppendBool(b, value.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, value.Int(), 10)
	}
	return fmt.Append(b, value.Interface())
}

// canonical writes a JSON document in one way: jsonb keeps neither the order of members
// nor the spelling of numbers.
func canonical(text string) string {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return text
	}
	again, err := json.Marshal(plainNumbers(document))
	if err != nil {
		return text
	}
	return string(again)
}

func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if d, err := decimal.NewFromString(v.String()); err == nil && len(v) < 40 {
			return json.Number(d.String())
		}
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plainNumbers(v[name])
		}
	}
	return v
}

var _ clause.Expression = build(nil)
