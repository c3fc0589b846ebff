-- +goose Up
-- The audit trail: what somebody did, or tried to do. Moments are milliseconds since 1970 in UTC.
CREATE TABLE [openimis_audit] (
    [id] bigint IDENTITY(1,1) PRIMARY KEY,
    [audit_uuid] nvarchar(36) NOT NULL,
    [at] bigint NOT NULL,
    [request] nvarchar(64) NOT NULL,
    [address] nvarchar(200) NOT NULL,
    [user_id] int NOT NULL,
    [login] nvarchar(200) NOT NULL,
    [interaction] nvarchar(200) NOT NULL,
    [action] nvarchar(1) NOT NULL,
    [type] nvarchar(100) NOT NULL,
    [entity] nvarchar(200) NOT NULL,
    [patient] nvarchar(200) NOT NULL,
    [query] nvarchar(max) NOT NULL,
    [outcome] smallint NOT NULL,
    [status] smallint NOT NULL,
    [event] nvarchar(100) NOT NULL
);
CREATE INDEX [openimis_audit_uuid] ON [openimis_audit] ([audit_uuid]);
CREATE INDEX [openimis_audit_at] ON [openimis_audit] ([at]);
CREATE INDEX [openimis_audit_user] ON [openimis_audit] ([user_id], [at]);
CREATE INDEX [openimis_audit_entity] ON [openimis_audit] ([entity], [at]);
CREATE INDEX [openimis_audit_patient] ON [openimis_audit] ([patient], [at]);
