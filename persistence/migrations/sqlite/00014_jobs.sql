-- +goose Up
-- Work that goes on after its request was answered, such as exports. Moments are milliseconds since 1970 in UTC.
CREATE TABLE "openimis_job" (
    "id" text NOT NULL PRIMARY KEY,
    "user_id" integer NOT NULL,
    "request" text NOT NULL,
    "place" text NOT NULL,
    "progress" text NOT NULL,
    "state" integer NOT NULL,
    "began" integer NOT NULL,
    "ended" integer NOT NULL,
    "due" integer NOT NULL,
    "lease" text NOT NULL,
    "attempts" integer NOT NULL,
    "code" text NOT NULL,
    "fault" text NOT NULL
);
CREATE INDEX "openimis_job_open" ON "openimis_job" ("state", "due");
CREATE INDEX "openimis_job_user" ON "openimis_job" ("user_id");
