-- +goose Up
-- What live rows can be found by that stands in their JSON document and in no column.
CREATE TABLE [openimis_word] (
    [id] bigint IDENTITY(1,1) PRIMARY KEY,
    [holder] nvarchar(50) NOT NULL,
    [row_key] int,
    [row_uuid] uniqueidentifier,
    [word] nvarchar(32) NOT NULL
);
CREATE INDEX [openimis_word_word] ON [openimis_word] ([word]) INCLUDE ([row_key], [row_uuid]);
CREATE INDEX [openimis_word_row_key] ON [openimis_word] ([row_key], [holder]);
CREATE INDEX [openimis_word_row_uuid] ON [openimis_word] ([row_uuid], [holder]);
