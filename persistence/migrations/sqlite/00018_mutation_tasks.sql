-- +goose Up
-- Mutations that were received and wait for a worker. Moments are milliseconds since 1970 in UTC.
CREATE TABLE "openimis_mutation_task" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "mutation_id" text NOT NULL,
    "field" text NOT NULL,
    "input" text NOT NULL,
    "user_id" integer NOT NULL,
    "due" integer NOT NULL,
    "lease" text NOT NULL,
    "attempts" integer NOT NULL
);
CREATE UNIQUE INDEX "openimis_mutation_task_mutation" ON "openimis_mutation_task" ("mutation_id");
CREATE INDEX "openimis_mutation_task_user" ON "openimis_mutation_task" ("user_id");
