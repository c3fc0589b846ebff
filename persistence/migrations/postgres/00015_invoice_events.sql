-- +goose Up
-- What happened to invoices and bills, and messages left on them. Where the Django application made the
-- tables they are used as they are.
CREATE TABLE IF NOT EXISTS "tblInvoiceEvent" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "InvoiceId" uuid NOT NULL REFERENCES "tblInvoice" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "Status" smallint NOT NULL,
    "Message" character varying(500)
);
CREATE TABLE IF NOT EXISTS "tblBillEvent" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "BillId" uuid NOT NULL REFERENCES "tblBill" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "Status" smallint NOT NULL,
    "Message" character varying(500)
);
CREATE INDEX IF NOT EXISTS "openimis_ix_tblInvoiceEvent_InvoiceId" ON "tblInvoiceEvent" ("InvoiceId");
CREATE INDEX IF NOT EXISTS "openimis_ix_tblBillEvent_BillId" ON "tblBillEvent" ("BillId");
