-- +goose Up
-- Who wants to be told of changes. The two tables of the Django application are used as they are where it
-- made them; what it has no column for, and the notifications on their way, are in tables of this program.
CREATE TABLE IF NOT EXISTS "tblSubscription" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "DateValidFrom" datetime NOT NULL,
    "DateValidTo" datetime,
    "ReplacementUUID" text,
    "Status" integer NOT NULL,
    "Channel" integer NOT NULL,
    "Endpoint" text NOT NULL,
    "Criteria" text,
    "Expiring" datetime NOT NULL
);
CREATE TABLE IF NOT EXISTS "tblSubscriptionNotificationResult" (
    "UUID" text NOT NULL PRIMARY KEY,
    "subscription_id" text NOT NULL REFERENCES "tblSubscription" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "notified_successfully" boolean NOT NULL,
    "Expiring" datetime NOT NULL,
    "error" text
);
CREATE INDEX IF NOT EXISTS "openimis_ix_SubscriptionResult_subscription_id" ON "tblSubscriptionNotificationResult" ("subscription_id");
CREATE TABLE "openimis_subscription" (
    "subscription_uuid" text NOT NULL PRIMARY KEY,
    "user_id" integer NOT NULL,
    "type" text NOT NULL,
    "criteria" text NOT NULL,
    "payload" text NOT NULL,
    "sealed" text NOT NULL,
    "state" integer NOT NULL,
    "fault" text NOT NULL
);
CREATE INDEX "openimis_subscription_type" ON "openimis_subscription" ("type", "state");
CREATE TABLE "openimis_delivery" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "subscription_uuid" text NOT NULL,
    "event_id" text NOT NULL,
    "entity" text NOT NULL,
    "at" integer NOT NULL,
    "state" integer NOT NULL,
    "due" integer NOT NULL,
    "attempts" integer NOT NULL,
    "fault" text NOT NULL
);
CREATE INDEX "openimis_delivery_open" ON "openimis_delivery" ("state", "due");
CREATE UNIQUE INDEX "openimis_delivery_once" ON "openimis_delivery" ("subscription_uuid", "event_id", "entity");
