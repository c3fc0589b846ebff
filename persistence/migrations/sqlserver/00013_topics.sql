-- +goose Up
-- Subscriptions to topics (Subscriptions R5 Backport): what is asked for, and the numbers of events.
ALTER TABLE [openimis_subscription] ADD [topic] nvarchar(255) NOT NULL DEFAULT '';
ALTER TABLE [openimis_subscription] ADD [content] nvarchar(20) NOT NULL DEFAULT '';
ALTER TABLE [openimis_subscription] ADD [heartbeat] int NOT NULL DEFAULT 0;
ALTER TABLE [openimis_subscription] ADD [timeout] int NOT NULL DEFAULT 0;
ALTER TABLE [openimis_subscription] ADD [max_count] int NOT NULL DEFAULT 0;
ALTER TABLE [openimis_subscription] ADD [events] bigint NOT NULL DEFAULT 0;
ALTER TABLE [openimis_subscription] ADD [told] bigint NOT NULL DEFAULT 0;
ALTER TABLE [openimis_delivery] ADD [kind] int NOT NULL DEFAULT 0;
ALTER TABLE [openimis_delivery] ADD [number] bigint NOT NULL DEFAULT 0;
CREATE INDEX [openimis_delivery_number] ON [openimis_delivery] ([subscription_uuid], [number]);
