-- +goose Up
-- Work that goes on after its request was answered, such as exports. Moments are milliseconds since 1970 in UTC.
CREATE TABLE "openimis_job" (
    "id" character varying(36) NOT NULL PRIMARY KEY,
    "user_id" integer NOT NULL,
    "request" text NOT NULL,
    "place" text NOT NULL,
    "progress" character varying(200) NOT NULL,
    "state" smallint NOT NULL,
    "began" bigint NOT NULL,
    "ended" bigint NOT NULL,
    "due" bigint NOT NULL,
    "lease" character varying(36) NOT NULL,
    "attempts" integer NOT NULL,
    "code" character varying(100) NOT NULL,
    "fault" text NOT NULL
);
CREATE INDEX "openimis_job_open" ON "openimis_job" ("state", "due");
CREATE INDEX "openimis_job_user" ON "openimis_job" ("user_id");
