-- +goose Up
-- What is settled once for a database: whether it was there before this program, and the zone of its clock.
CREATE TABLE "openimis_site" (
    "name" text NOT NULL PRIMARY KEY,
    "value" text NOT NULL
);
