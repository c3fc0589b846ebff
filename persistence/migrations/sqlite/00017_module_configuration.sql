-- +goose Up
-- What a site sets otherwise than modules have it by default, and how fields of forms are shown. Where the
-- Django application made the tables they are used as they are.
CREATE TABLE IF NOT EXISTS "core_ModuleConfiguration" (
    "id" text NOT NULL PRIMARY KEY,
    "module" text NOT NULL,
    "layer" text NOT NULL,
    "version" text NOT NULL,
    "config" text NOT NULL,
    "is_exposed" boolean NOT NULL,
    "is_disabled_until" datetime
);
CREATE TABLE IF NOT EXISTS "core_FieldControl" (
    "id" text NOT NULL PRIMARY KEY,
    "module_id" text NOT NULL REFERENCES "core_ModuleConfiguration" ("id") DEFERRABLE INITIALLY DEFERRED,
    "field" text NOT NULL UNIQUE,
    "usage" integer
);
