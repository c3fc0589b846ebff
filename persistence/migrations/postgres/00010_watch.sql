-- +goose Up
-- What this program knows of rows that others write: where it stands (openimis_watch), which states of rows it
-- has told of or written itself (openimis_noticed), and what rows looked like at the last check, a line for each
-- run of keys (openimis_checksum). The indexes on legacy tables are additions, none of them unique.
CREATE TABLE "openimis_watch" (
    "name" character varying(50) NOT NULL PRIMARY KEY,
    "lease" character varying(36) NOT NULL,
    "until" bigint NOT NULL,
    "begun" bigint NOT NULL,
    "at" bigint NOT NULL,
    "position" bigint NOT NULL,
    "checked" bigint NOT NULL
);
CREATE TABLE "openimis_noticed" (
    "table_name" character varying(50) NOT NULL,
    "row_key" bigint NOT NULL,
    "stamp" timestamp with time zone,
    "sum" bigint NOT NULL,
    "noted" bigint NOT NULL
);
CREATE INDEX "openimis_noticed_row" ON "openimis_noticed" ("table_name", "row_key", "stamp");
CREATE INDEX "openimis_noticed_noted" ON "openimis_noticed" ("noted");
CREATE TABLE "openimis_checksum" (
    "table_name" character varying(50) NOT NULL,
    "run" bigint NOT NULL,
    "sums" text NOT NULL,
    PRIMARY KEY ("table_name", "run")
);
CREATE INDEX IF NOT EXISTS "openimis_ix_tblInsuree_ValidityTo" ON "tblInsuree" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblFamilies_ValidityTo" ON "tblFamilies" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblPolicy_ValidityTo" ON "tblPolicy" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblInsureePolicy_ValidityTo" ON "tblInsureePolicy" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblPremium_ValidityTo" ON "tblPremium" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblClaim_ValidityTo" ON "tblClaim" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblClaim_SubmitStamp" ON "tblClaim" ("SubmitStamp") WHERE "LegacyID" IS NULL AND "SubmitStamp" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblClaim_ProcessStamp" ON "tblClaim" ("ProcessStamp") WHERE "LegacyID" IS NULL AND "ProcessStamp" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblHF_ValidityTo" ON "tblHF" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblLocations_ValidityTo" ON "tblLocations" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblItems_ValidityTo" ON "tblItems" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblServices_ValidityTo" ON "tblServices" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblProduct_ValidityTo" ON "tblProduct" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblOfficer_ValidityTo" ON "tblOfficer" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblClaimAdmin_ValidityTo" ON "tblClaimAdmin" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblPayment_ValidityTo" ON "tblPayment" ("ValidityTo") WHERE "LegacyID" IS NULL AND "ValidityTo" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "openimis_ix_tblPayment_ValidityFrom" ON "tblPayment" ("ValidityFrom");
