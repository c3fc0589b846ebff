-- +goose Up
-- Subscriptions to topics (Subscriptions R5 Backport): what is asked for, and the numbers of events.
ALTER TABLE "openimis_subscription" ADD COLUMN "topic" text NOT NULL DEFAULT '';
ALTER TABLE "openimis_subscription" ADD COLUMN "content" text NOT NULL DEFAULT '';
ALTER TABLE "openimis_subscription" ADD COLUMN "heartbeat" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_subscription" ADD COLUMN "timeout" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_subscription" ADD COLUMN "max_count" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_subscription" ADD COLUMN "events" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_subscription" ADD COLUMN "told" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_delivery" ADD COLUMN "kind" integer NOT NULL DEFAULT 0;
ALTER TABLE "openimis_delivery" ADD COLUMN "number" integer NOT NULL DEFAULT 0;
CREATE INDEX "openimis_delivery_number" ON "openimis_delivery" ("subscription_uuid", "number");
