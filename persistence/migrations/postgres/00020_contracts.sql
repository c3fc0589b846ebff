-- +goose Up
-- Who is insured by policy holders and their contracts, by which bundles of contribution plans. Where the Django
-- application made these tables they are used as they are.
CREATE TABLE IF NOT EXISTS "tblContributionPlanBundleDetails" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "DateValidFrom" timestamp with time zone,
    "DateValidTo" timestamp with time zone,
    "ReplacementUUID" uuid,
    "ContributionPlanBundleUUID" uuid NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanUUID" uuid NOT NULL REFERENCES "tblContributionPlan" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblPolicyHolderInsuree" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "DateValidFrom" timestamp with time zone,
    "DateValidTo" timestamp with time zone,
    "ReplacementUUID" uuid,
    "PolicyHolderId" uuid NOT NULL REFERENCES "tblPolicyHolder" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "InsureeId" integer NOT NULL REFERENCES "tblInsuree" ("InsureeID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleId" uuid REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "LastPolicyId" integer REFERENCES "tblPolicy" ("PolicyID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblPolicyHolderContributionPlan" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "DateValidFrom" timestamp with time zone,
    "DateValidTo" timestamp with time zone,
    "ReplacementUUID" uuid,
    "PolicyHolderId" uuid NOT NULL REFERENCES "tblPolicyHolder" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleId" uuid NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblContractDetails" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "ContractUUID" uuid NOT NULL REFERENCES "tblContract" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "InsureeID" integer NOT NULL REFERENCES "tblInsuree" ("InsureeID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleUUID" uuid NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblContractContributionPlanDetails" (
    "UUID" uuid NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" jsonb,
    "DateCreated" timestamp with time zone,
    "DateUpdated" timestamp with time zone,
    "version" integer NOT NULL,
    "UserCreatedUUID" uuid,
    "UserUpdatedUUID" uuid,
    "DateValidFrom" timestamp with time zone,
    "DateValidTo" timestamp with time zone,
    "ReplacementUUID" uuid,
    "ContributionPlanUUID" uuid NOT NULL REFERENCES "tblContributionPlan" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "PolicyID" integer REFERENCES "tblPolicy" ("PolicyID") DEFERRABLE INITIALLY DEFERRED,
    "ContractDetailsUUID" uuid NOT NULL REFERENCES "tblContractDetails" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionId" integer REFERENCES "tblPremium" ("PremiumId") DEFERRABLE INITIALLY DEFERRED
);
