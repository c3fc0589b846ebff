-- +goose Up
-- What is settled once for a database: whether it was there before this program, and the zone of its clock.
CREATE TABLE "openimis_site" (
    "name" character varying(50) NOT NULL PRIMARY KEY,
    "value" character varying(250) NOT NULL
);
