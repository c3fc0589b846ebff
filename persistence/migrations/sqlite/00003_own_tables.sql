-- +goose Up
-- Tables of this program: events on their way out, and answers given once. Moments are milliseconds
-- since 1970 in UTC: a wall clock runs twice through one hour a year.
CREATE TABLE "openimis_outbox" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "event_id" text NOT NULL,
    "name" text NOT NULL,
    "event_key" text NOT NULL,
    "at" integer NOT NULL,
    "user_id" integer NOT NULL,
    "payload" text NOT NULL,
    "state" integer NOT NULL,
    "due" integer NOT NULL,
    "lease" text NOT NULL,
    "attempts" integer NOT NULL,
    "fault" text NOT NULL
);
CREATE INDEX "openimis_outbox_open" ON "openimis_outbox" ("state", "due");
CREATE INDEX "openimis_outbox_key" ON "openimis_outbox" ("event_key", "state");

CREATE TABLE "openimis_idempotency" (
    "key" text NOT NULL PRIMARY KEY,
    "hash" text NOT NULL,
    "answer" text NOT NULL,
    "at" integer NOT NULL
);
