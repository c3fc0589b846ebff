-- +goose Up
-- Who wants to be told of changes. The two tables of the Django application are used as they are where it
-- made them; what it has no column for, and the notifications on their way, are in tables of this program.
IF OBJECT_ID('tblSubscription') IS NULL CREATE TABLE [tblSubscription] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [DateValidFrom] datetime2(7) NOT NULL,
    [DateValidTo] datetime2(7),
    [ReplacementUUID] uniqueidentifier,
    [Status] smallint NOT NULL,
    [Channel] smallint NOT NULL,
    [Endpoint] nvarchar(255) NOT NULL,
    [Criteria] nvarchar(max),
    [Expiring] datetime2(7) NOT NULL
);
IF OBJECT_ID('tblSubscriptionNotificationResult') IS NULL CREATE TABLE [tblSubscriptionNotificationResult] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [subscription_id] uniqueidentifier NOT NULL REFERENCES [tblSubscription] ([UUID]),
    [notified_successfully] bit NOT NULL,
    [Expiring] datetime2(7) NOT NULL,
    [error] nvarchar(max)
);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_SubscriptionResult_subscription_id') CREATE INDEX [openimis_ix_SubscriptionResult_subscription_id] ON [tblSubscriptionNotificationResult] ([subscription_id]);
CREATE TABLE [openimis_subscription] (
    [subscription_uuid] uniqueidentifier NOT NULL PRIMARY KEY,
    [user_id] int NOT NULL,
    [type] nvarchar(100) NOT NULL,
    [criteria] nvarchar(max) NOT NULL,
    [payload] nvarchar(100) NOT NULL,
    [sealed] nvarchar(max) NOT NULL,
    [state] smallint NOT NULL,
    [fault] nvarchar(max) NOT NULL
);
CREATE INDEX [openimis_subscription_type] ON [openimis_subscription] ([type], [state]);
CREATE TABLE [openimis_delivery] (
    [id] bigint IDENTITY(1,1) PRIMARY KEY,
    [subscription_uuid] uniqueidentifier NOT NULL,
    [event_id] nvarchar(36) NOT NULL,
    [entity] nvarchar(200) NOT NULL,
    [at] bigint NOT NULL,
    [state] smallint NOT NULL,
    [due] bigint NOT NULL,
    [attempts] int NOT NULL,
    [fault] nvarchar(max) NOT NULL
);
CREATE INDEX [openimis_delivery_open] ON [openimis_delivery] ([state], [due]);
CREATE UNIQUE INDEX [openimis_delivery_once] ON [openimis_delivery] ([subscription_uuid], [event_id], [entity]);
