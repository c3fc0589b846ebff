-- +goose Up
-- How a site lays reports out. Where the Django application made the table it is used as it is.
CREATE TABLE IF NOT EXISTS "report_ReportDefinition" (
    "id" uuid NOT NULL PRIMARY KEY,
    "ValidityFrom" timestamp with time zone NOT NULL,
    "ValidityTo" timestamp with time zone,
    "LegacyID" uuid,
    "name" character varying(255) NOT NULL,
    "engine" integer NOT NULL,
    "definition" text NOT NULL
);
