-- +goose Up
-- Tables of the Django application that keep which families were told what of their
-- policies. Where the application made them they are used as they are.
CREATE TABLE IF NOT EXISTS "tblIndicationOfPolicyNotifications" (
    "ValidityFrom" datetime NOT NULL,
    "ValidityTo" datetime,
    "PolicyID" integer NOT NULL PRIMARY KEY REFERENCES "tblPolicy" ("PolicyID") DEFERRABLE INITIALLY DEFERRED,
    "NotificationOnActivationSent" datetime,
    "NotificationOnEffectiveSent" datetime,
    "NotificationBeforeExpirySent" datetime,
    "NotificationOnExpirationSent" datetime,
    "NotificationAfterExpirationSent" datetime,
    "NotificationOnRenewalSent" datetime
);
CREATE TABLE IF NOT EXISTS "tblIndicationOfPolicyNotificationsDetails" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "ValidityFrom" datetime NOT NULL,
    "ValidityTo" datetime,
    "indicationID" integer NOT NULL REFERENCES "tblIndicationOfPolicyNotifications" ("PolicyID") DEFERRABLE INITIALLY DEFERRED,
    "notification_type" text NOT NULL,
    "Status" integer NOT NULL,
    "details" text
);
CREATE INDEX IF NOT EXISTS "openimis_ix_PolicyNotificationsDetails_indicationID" ON "tblIndicationOfPolicyNotificationsDetails" ("indicationID");
