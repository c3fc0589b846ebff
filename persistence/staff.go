package persistence

import "gorm.io/gorm"

// Staff is who works with the scheme, as the form of users of the web interface shows him:
// a user with the officer and the claim administrator who have his log-in name as their
// code, or an officer or a claim administrator nobody logs in as. It is read and never
// written: the rows are those of tblUsers, tblOfficer and tblClaimAdmin.
type Staff struct {
	UUID         UUID      `gorm:"column:uuid;primaryKey;type:uniqueidentifier"` // of the user, else of the officer, else of the claim administrator
	Username     string    `gorm:"column:username;type:nvarchar(50)"`            // log-in name or code
	UserID       *int      `gorm:"column:user_id;type:int"`
	OfficerID    *int      `gorm:"column:officer_id;type:int"`
	ClaimAdminID *int      `gorm:"column:claim_admin_id;type:int"`
	LastName     *string   `gorm:"column:last_name;type:nvarchar(100)"`
	OtherNames   *string   `gorm:"column:other_names;type:nvarchar(100)"`
	Phone        *string   `gorm:"column:phone;type:nvarchar(50)"`
	Email        *string   `gorm:"column:email;type:nvarchar(200)"`
	HFID         *int      `gorm:"column:hf_id;type:int"` // facility the user is bound to, or claims for
	ValidityFrom *DateTime `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
}

// TableName names the rows, which are in no table.
func (Staff) TableName() string { return "openimis_staff" }

const staffSQL = `SELECT [u].[UserUUID] AS [uuid], [u].[LoginName] AS [username], [u].[UserID] AS [user_id], [o].[OfficerID] AS [officer_id],` +
	` [a].[ClaimAdminId] AS [claim_admin_id], [u].[LastName] AS [last_name], [u].[OtherNames] AS [other_names], [u].[Phone] AS [phone], [u].[EmailId] AS [email],` +
	` COALESCE(NULLIF([u].[HFID], 0), [a].[HFId]) AS [hf_id], [u].[ValidityFrom] AS [ValidityFrom], [u].[ValidityTo] AS [ValidityTo] FROM [tblUsers] [u]` +
	` LEFT JOIN [tblOfficer] [o] ON [o].[Code] = [u].[LoginName] AND [o].[ValidityTo] IS NULL AND [u].[ValidityTo] IS NULL` +
	` LEFT JOIN [tblClaimAdmin] [a] ON [a].[ClaimAdminCode] = [u].[LoginName] AND [a].[ValidityTo] IS NULL AND [u].[ValidityTo] IS NULL` +
	` WHERE [u].[LegacyID] IS NULL` +
	` UNION ALL SELECT [o].[OfficerUUID], [o].[Code], NULL, [o].[OfficerID], [a].[ClaimAdminId], [o].[LastName], [o].[OtherNames], [o].[Phone], [o].[EmailId],` +
	` [a].[HFId], [o].[ValidityFrom], [o].[ValidityTo] FROM [tblOfficer] [o]` +
	` LEFT JOIN [tblClaimAdmin] [a] ON [a].[ClaimAdminCode] = [o].[Code] AND [a].[ValidityTo] IS NULL AND [o].[ValidityTo] IS NULL` +
	` WHERE [o].[LegacyID] IS NULL AND NOT EXISTS (SELECT 1 FROM [tblUsers] [u] WHERE [u].[LoginName] = [o].[Code] AND [u].[ValidityTo] IS NULL)` +
	` UNION ALL SELECT [a].[ClaimAdminUUID], [a].[ClaimAdminCode], NULL, NULL, [a].[ClaimAdminId], [a].[LastName], [a].[OtherNames], [a].[Phone], [a].[EmailId],` +
	` [a].[HFId], [a].[ValidityFrom], [a].[ValidityTo] FROM [tblClaimAdmin] [a]` +
	` WHERE [a].[LegacyID] IS NULL AND NOT EXISTS (SELECT 1 FROM [tblUsers] [u] WHERE [u].[LoginName] = [a].[ClaimAdminCode] AND [u].[ValidityTo] IS NULL)` +
	` AND NOT EXISTS (SELECT 1 FROM [tblOfficer] [o] WHERE [o].[Code] = [a].[ClaimAdminCode] AND [o].[ValidityTo] IS NULL)`

// modelled starts a statement on the rows of R, which for Staff are worked out from others.
func modelled[R any](x *Session) *gorm.DB {
	row := new(R)
	if _, worked := any(row).(*Staff); worked {
		return x.db.Model(row).Table("(?) AS openimis_staff", sqlf(staffSQL))
	}
	return x.db.Model(row)
}
