package persistence

import "gorm.io/gorm/clause"

// LoginNames gives the names users sign on with by their keys, also of those who are gone.
func LoginNames(x *Session, ids []int) (map[int]string, error) {
	rows, err := loginNames(x, In(Column("", "UserID"), ids))
	names := map[int]string{}
	for _, row := range rows {
		names[row.UserID] = row.LoginName
	}
	return names, err
}

// RecorderNames gives the names of those core_User knows by their keys, as rows of the Django
// modules say who wrote them.
func RecorderNames(x *Session) (map[UUID]string, error) {
	var rows []CoreUser
	err := x.db.Select("id", "username").Find(&rows).Error
	names := map[UUID]string{}
	for _, row := range rows {
		if key, err := changerOf(row.ID); err == nil {
			names[UUID(key)] = row.Username
		}
	}
	return names, err
}

// UserNamed gives the key of the user who signs on with the name, whatever its case; 0 for
// nobody.
func UserNamed(x *Session, name string) (int, error) {
	rows, err := loginNames(x, IsNull(Column("", "ValidityTo")), Text(Column("", "LoginName"), SameFold, name))
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].UserID, nil
}

// loginNames reads nothing of the users but key and name: the rows hold what passwords are
// checked with.
func loginNames(x *Session, conditions ...clause.Expression) (rows []User, err error) {
	tx := x.db.Select("UserID", "LoginName")
	for _, condition := range conditions {
		tx = tx.Where(condition)
	}
	return rows, tx.Find(&rows).Error
}
