-- +goose Up
-- Work that goes on after its request was answered, such as exports. Moments are milliseconds since 1970 in UTC.
CREATE TABLE [openimis_job] (
    [id] nvarchar(36) NOT NULL PRIMARY KEY,
    [user_id] int NOT NULL,
    [request] nvarchar(max) NOT NULL,
    [place] nvarchar(max) NOT NULL,
    [progress] nvarchar(200) NOT NULL,
    [state] smallint NOT NULL,
    [began] bigint NOT NULL,
    [ended] bigint NOT NULL,
    [due] bigint NOT NULL,
    [lease] nvarchar(36) NOT NULL,
    [attempts] int NOT NULL,
    [code] nvarchar(100) NOT NULL,
    [fault] nvarchar(max) NOT NULL
);
CREATE INDEX [openimis_job_open] ON [openimis_job] ([state], [due]);
CREATE INDEX [openimis_job_user] ON [openimis_job] ([user_id]);
