-- +goose Up
-- How a site lays reports out. Where the Django application made the table it is used as it is.
CREATE TABLE IF NOT EXISTS "report_ReportDefinition" (
    "id" text NOT NULL PRIMARY KEY,
    "ValidityFrom" datetime NOT NULL,
    "ValidityTo" datetime,
    "LegacyID" text,
    "name" text NOT NULL,
    "engine" integer NOT NULL,
    "definition" text NOT NULL
);
