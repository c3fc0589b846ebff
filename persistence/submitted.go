package persistence

import "gorm.io/gorm/clause"

// PhotosWaiting gives the photographs that phones of the officer with the code sent on the
// days, of people nobody enrolled since, by number; at most limit. The rows have no place:
// who may see them is who may see the officer, which the caller has asked.
func PhotosWaiting(x *Session, officer string, from, to Date, limit int) (rows []SubmittedPhoto, err error) {
	photo := SubmittedPhoto{}.TableName()
	tx := x.db
	for _, where := range []clause.Expression{
		Text(Column(photo, "OfficerCode"), Same, officer), Compare(Column(photo, "PhotoDate"), ">=", from), Compare(Column(photo, "PhotoDate"), "<=", to),
		clause.Not(Exists("tblInsuree", "CHFID", Column(photo, "CHFID"))),
	} {
		tx = tx.Where(where)
	}
	err = tx.Order(orderedBy("CHFID")).Order(orderedBy("PhotoId")).Limit(limit).Find(&rows).Error
	return rows, err
}
