package persistence

// ContentType is a row of django_content_type: a kind of row, by the module and the model
// of the Django application. Its tables point to rows of any kind by one of these and a
// key.
type ContentType struct {
	ID       int    `gorm:"column:id;primaryKey;type:int"`
	AppLabel string `gorm:"column:app_label;type:nvarchar(100)"`
	Model    string `gorm:"column:model;type:nvarchar(100)"`
}

// TableName names the table.
func (ContentType) TableName() string { return "django_content_type" }

// Kinds of rows, as django_content_type.model names them.
const (
	KindInsuree      = "insuree"
	KindFamily       = "family"
	KindPolicy       = "policy"
	KindFacility     = "healthfacility"
	KindPolicyHolder = "policyholder"
	KindBatchRun     = "batchrun"
	KindInvoice      = "invoice"
	KindBill         = "bill"
)

// ContentTypeOf gives the kind with the name, and adds it where the database does not
// know it yet.
func ContentTypeOf(x *Session, app, model string) (*ContentType, error) {
	var found []ContentType
	err := x.db.Where(Compare(Column("", "app_label"), "=", app)).Where(Compare(Column("", "model"), "=", model)).Limit(1).Find(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &found[0], nil
	}
	kind := &ContentType{AppLabel: app, Model: model}
	return kind, Insert(x, kind)
}
