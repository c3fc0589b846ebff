-- +goose Up
-- The audit trail: what somebody did, or tried to do. Moments are milliseconds since 1970 in UTC.
CREATE TABLE "openimis_audit" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "audit_uuid" text NOT NULL,
    "at" integer NOT NULL,
    "request" text NOT NULL,
    "address" text NOT NULL,
    "user_id" integer NOT NULL,
    "login" text NOT NULL,
    "interaction" text NOT NULL,
    "action" text NOT NULL,
    "type" text NOT NULL,
    "entity" text NOT NULL,
    "patient" text NOT NULL,
    "query" text NOT NULL,
    "outcome" integer NOT NULL,
    "status" integer NOT NULL,
    "event" text NOT NULL
);
CREATE INDEX "openimis_audit_uuid" ON "openimis_audit" ("audit_uuid");
CREATE INDEX "openimis_audit_at" ON "openimis_audit" ("at");
CREATE INDEX "openimis_audit_user" ON "openimis_audit" ("user_id", "at");
CREATE INDEX "openimis_audit_entity" ON "openimis_audit" ("entity", "at");
CREATE INDEX "openimis_audit_patient" ON "openimis_audit" ("patient", "at");
