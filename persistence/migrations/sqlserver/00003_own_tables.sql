-- +goose Up
-- Tables of this program: events on their way out, and answers given once. Moments are milliseconds
-- since 1970 in UTC: a wall clock runs twice through one hour a year.
CREATE TABLE [openimis_outbox] (
    [id] bigint IDENTITY(1,1) PRIMARY KEY,
    [event_id] nvarchar(36) NOT NULL,
    [name] nvarchar(100) NOT NULL,
    [event_key] nvarchar(200) NOT NULL,
    [at] bigint NOT NULL,
    [user_id] int NOT NULL,
    [payload] nvarchar(max) NOT NULL,
    [state] smallint NOT NULL,
    [due] bigint NOT NULL,
    [lease] nvarchar(36) NOT NULL,
    [attempts] int NOT NULL,
    [fault] nvarchar(max) NOT NULL
);
CREATE INDEX [openimis_outbox_open] ON [openimis_outbox] ([state], [due]);
CREATE INDEX [openimis_outbox_key] ON [openimis_outbox] ([event_key], [state]);

CREATE TABLE [openimis_idempotency] (
    [key] nvarchar(250) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    [hash] nvarchar(64) NOT NULL,
    [answer] nvarchar(max) NOT NULL,
    [at] bigint NOT NULL
);
