-- +goose Up
-- Tables of the Django application that keep which families were told what of their
-- policies. Where the application made them they are used as they are.
IF OBJECT_ID('tblIndicationOfPolicyNotifications') IS NULL CREATE TABLE [tblIndicationOfPolicyNotifications] (
    [ValidityFrom] datetime2(7) NOT NULL,
    [ValidityTo] datetime2(7),
    [PolicyID] int NOT NULL PRIMARY KEY REFERENCES [tblPolicy] ([PolicyID]),
    [NotificationOnActivationSent] datetime2(7),
    [NotificationOnEffectiveSent] datetime2(7),
    [NotificationBeforeExpirySent] datetime2(7),
    [NotificationOnExpirationSent] datetime2(7),
    [NotificationAfterExpirationSent] datetime2(7),
    [NotificationOnRenewalSent] datetime2(7)
);
IF OBJECT_ID('tblIndicationOfPolicyNotificationsDetails') IS NULL CREATE TABLE [tblIndicationOfPolicyNotificationsDetails] (
    [id] int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    [ValidityFrom] datetime2(7) NOT NULL,
    [ValidityTo] datetime2(7),
    [indicationID] int NOT NULL REFERENCES [tblIndicationOfPolicyNotifications] ([PolicyID]),
    [notification_type] nvarchar(255) NOT NULL,
    [Status] smallint NOT NULL,
    [details] nvarchar(max)
);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_PolicyNotificationsDetails_indicationID') CREATE INDEX [openimis_ix_PolicyNotificationsDetails_indicationID] ON [tblIndicationOfPolicyNotificationsDetails] ([indicationID]);
