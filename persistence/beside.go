package persistence

// Beside gives rows outside any scope, by their keys unless the query orders them: what a
// row the caller may see names, or what hangs on it, is shown wherever it lies. Whatever a
// client names goes through Select. Where, Join, Order, Limit and Past of the query count.
func Beside[R any](x *Session, q Query) ([]R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	keys, err := sortKeys(info, q.Order)
	if err != nil {
		return nil, err
	}
	tx := x.db.Clauses(orderBy{keys: keys})
	for _, join := range q.Join {
		tx = tx.Joins(join)
	}
	for _, condition := range q.Where {
		tx = tx.Where(group(condition))
	}
	if !q.Past {
		if info.to != nil {
			tx = tx.Where(IsNull(rootColumn(info.to)))
		}
		if info.marks != nil {
			tx = tx.Where(info.marks.undeleted())
		}
	}
	if q.Limit > 0 {
		tx = tx.Limit(q.Limit)
	}
	var rows []R
	return rows, tx.Find(&rows).Error
}
