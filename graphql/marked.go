package graphql

import "github.com/openimis/openimis-go/persistence"

// markedFields are what every type over such a row shows, and more.
func markedFields[R any](of func(r *R) *persistence.Marked, more ...Field) []Field {
	return append([]Field{
		Is("uuid: String", func(r *R) any { return of(r).UUID }),
		Is("isDeleted: Boolean!", func(r *R) any { return of(r).IsDeleted }),
		Is("jsonExt: JSONString", func(r *R) any { return extension(of(r).JSONExt) }),
		Is("dateCreated: DateTime", func(r *R) any { return of(r).DateCreated }),
		Is("dateUpdated: DateTime", func(r *R) any { return of(r).DateUpdated }),
		Is("version: Int!", func(r *R) any { return of(r).Version }),
	}, more...)
}

// datedFields are markedFields of a row that holds from one moment to another.
func datedFields[R any](of func(r *R) *persistence.Dated, more ...Field) []Field {
	fields := markedFields(func(r *R) *persistence.Marked { return &of(r).Marked },
		Is("dateValidFrom: DateTime", func(r *R) any { return of(r).DateValidFrom }),
		Is("dateValidTo: DateTime", func(r *R) any { return of(r).DateValidTo }),
		Is("replacementUuid: UUID", func(r *R) any { return of(r).ReplacementUUID }),
	)
	return append(fields, more...)
}
