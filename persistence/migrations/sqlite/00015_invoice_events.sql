-- +goose Up
-- What happened to invoices and bills, and messages left on them. Where the Django application made the
-- tables they are used as they are.
CREATE TABLE IF NOT EXISTS "tblInvoiceEvent" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "InvoiceId" text NOT NULL REFERENCES "tblInvoice" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "Status" integer NOT NULL,
    "Message" text
);
CREATE TABLE IF NOT EXISTS "tblBillEvent" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "BillId" text NOT NULL REFERENCES "tblBill" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "Status" integer NOT NULL,
    "Message" text
);
CREATE INDEX IF NOT EXISTS "openimis_ix_tblInvoiceEvent_InvoiceId" ON "tblInvoiceEvent" ("InvoiceId");
CREATE INDEX IF NOT EXISTS "openimis_ix_tblBillEvent_BillId" ON "tblBillEvent" ("BillId");
