package persistence

import (
	"context"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Audit is a row of openimis_audit: what somebody did, or tried to do. Moments are
// milliseconds since 1970 in UTC.
type Audit struct {
	ID          int64  `gorm:"column:id;primaryKey"`
	AuditUUID   UUID   `gorm:"column:audit_uuid"`
	At          int64  `gorm:"column:at"`
	Request     string `gorm:"column:request"` // id of the request
	Address     string `gorm:"column:address"`
	UserID      int    `gorm:"column:user_id"` // 0 for nobody
	Login       string `gorm:"column:login"`
	Interaction string `gorm:"column:interaction"`
	Action      string `gorm:"column:action"` // C, R, U, D or E
	Type        string `gorm:"column:type"`   // resource type, "" for none
	Entity      string `gorm:"column:entity"` // what it was about, such as "Claim/1b4e…"
	Patient     string `gorm:"column:patient"`
	Query       string `gorm:"column:query"`
	Outcome     int    `gorm:"column:outcome"` // 0 success, 4 refused, 8 failed
	Status      int    `gorm:"column:status"`  // of HTTP; 0 where it was not known yet
	Event       string `gorm:"column:event"`   // name of the event it was written with, "" for none
}

// TableName names the table.
func (Audit) TableName() string { return "openimis_audit" }

// What the columns of text hold.
const (
	longestAuditQuery = 4000
	longestAuditText  = 200
)

// auditActions are the actions of the interactions; any other is an execution.
var auditActions = map[string]string{
	"create": "C", "read": "R", "vread": "R", "history-instance": "R", "history-type": "R", "history-system": "R",
	"update": "U", "patch": "U", "delete": "D",
}

// auditRow makes the row of a line.
func auditRow(a *core.Audit) Audit {
	row := Audit{
		AuditUUID: NewUUID(), At: a.At.UnixMilli(), Request: a.Request, Address: auditText(a.Address, longestAuditText), UserID: a.UserID,
		Login: auditText(a.Login, longestAuditText), Interaction: auditText(a.Interaction, longestAuditText), Action: "E", Type: a.Type,
		Query: auditText(a.Query, longestAuditQuery), Status: a.Status,
	}
	if action, ok := auditActions[a.Interaction]; ok {
		row.Action = action
	}
	if a.ID != "" {
		row.about(a.Type + "/" + a.ID)
	}
	switch {
	case a.Status >= 500:
		row.Outcome = 8
	case a.Status >= 400:
		row.Outcome = 4
	}
	return row
}

// about says what the line is about.
func (a *Audit) about(entity string) {
	a.Entity = auditText(entity, longestAuditText)
	if id, is := strings.CutPrefix(a.Entity, "Patient/"); is {
		a.Patient = id
	}
}

// auditText makes text one that every database can hold.
func auditText(text string, longest int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "?")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}

// audit writes the line of what is being done with the first event of it, so that no
// change is without its line.
func (x *Session) audit(events []core.Event) error {
	a := core.AuditOf(x.ctx)
	if a == nil || a.Written || x.unit.audited[a] {
		return nil
	}
	row := auditRow(a)
	row.Event = events[0].Name
	if row.Entity == "" {
		row.about(events[0].Key)
	}
	if x.unit.audited == nil {
		x.unit.audited = map[*core.Audit]bool{}
	}
	x.unit.audited[a] = true
	x.AfterCommit(func() { a.Written = true })
	return x.db.Create(&row).Error
}

// ForgetAudit deletes the lines from before the moment, some at a time, and gives how many.
func (s *Store) ForgetAudit(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	for {
		var ids []int64
		err := s.reader.WithContext(ctx).Model(&Audit{}).Where(sqlf(`[at] < ?`, before.UnixMilli())).Order("id").Limit(1000).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return gone, err
		}
		if err := s.writer.WithContext(ctx).Where(In(Column("", "id"), ids)).Delete(&Audit{}).Error; err != nil {
			return gone, err
		}
		gone += int64(len(ids))
	}
}
