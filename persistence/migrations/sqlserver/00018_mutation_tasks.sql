-- +goose Up
-- Mutations that were received and wait for a worker. Moments are milliseconds since 1970 in UTC.
CREATE TABLE [openimis_mutation_task] (
    [id] bigint IDENTITY(1,1) PRIMARY KEY,
    [mutation_id] char(32) NOT NULL,
    [field] nvarchar(100) NOT NULL,
    [input] nvarchar(max) NOT NULL,
    [user_id] int NOT NULL,
    [due] bigint NOT NULL,
    [lease] nvarchar(36) NOT NULL,
    [attempts] int NOT NULL
);
CREATE UNIQUE INDEX [openimis_mutation_task_mutation] ON [openimis_mutation_task] ([mutation_id]);
CREATE INDEX [openimis_mutation_task_user] ON [openimis_mutation_task] ([user_id]);
