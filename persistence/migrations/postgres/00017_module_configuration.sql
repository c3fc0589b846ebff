-- +goose Up
-- What a site sets otherwise than modules have it by default, and how fields of forms are shown. Where the
-- Django application made the tables they are used as they are.
CREATE TABLE IF NOT EXISTS "core_ModuleConfiguration" (
    "id" uuid NOT NULL PRIMARY KEY,
    "module" character varying(80) NOT NULL,
    "layer" character varying(2) NOT NULL,
    "version" character varying(10) NOT NULL,
    "config" text NOT NULL,
    "is_exposed" boolean NOT NULL,
    "is_disabled_until" timestamp with time zone
);
CREATE TABLE IF NOT EXISTS "core_FieldControl" (
    "id" uuid NOT NULL PRIMARY KEY,
    "module_id" uuid NOT NULL REFERENCES "core_ModuleConfiguration" ("id") DEFERRABLE INITIALLY DEFERRED,
    "field" character varying(250) NOT NULL UNIQUE,
    "usage" integer
);
