-- +goose Up
-- What is settled once for a database: whether it was there before this program, and the zone of its clock.
CREATE TABLE [openimis_site] (
    [name] nvarchar(50) NOT NULL PRIMARY KEY,
    [value] nvarchar(250) NOT NULL
);
