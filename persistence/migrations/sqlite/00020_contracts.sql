-- +goose Up
-- Who is insured by policy holders and their contracts, by which bundles of contribution plans. Where the Django
-- application made these tables they are used as they are.
CREATE TABLE IF NOT EXISTS "tblContributionPlanBundleDetails" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "DateValidFrom" datetime,
    "DateValidTo" datetime,
    "ReplacementUUID" text,
    "ContributionPlanBundleUUID" text NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanUUID" text NOT NULL REFERENCES "tblContributionPlan" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblPolicyHolderInsuree" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "DateValidFrom" datetime,
    "DateValidTo" datetime,
    "ReplacementUUID" text,
    "PolicyHolderId" text NOT NULL REFERENCES "tblPolicyHolder" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "InsureeId" integer NOT NULL REFERENCES "tblInsuree" ("InsureeID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleId" text REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "LastPolicyId" integer REFERENCES "tblPolicy" ("PolicyID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblPolicyHolderContributionPlan" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "DateValidFrom" datetime,
    "DateValidTo" datetime,
    "ReplacementUUID" text,
    "PolicyHolderId" text NOT NULL REFERENCES "tblPolicyHolder" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleId" text NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblContractDetails" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "ContractUUID" text NOT NULL REFERENCES "tblContract" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "InsureeID" integer NOT NULL REFERENCES "tblInsuree" ("InsureeID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionPlanBundleUUID" text NOT NULL REFERENCES "tblContributionPlanBundle" ("UUID") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE IF NOT EXISTS "tblContractContributionPlanDetails" (
    "UUID" text NOT NULL PRIMARY KEY,
    "isDeleted" boolean NOT NULL,
    "Json_ext" text,
    "DateCreated" datetime,
    "DateUpdated" datetime,
    "version" integer NOT NULL,
    "UserCreatedUUID" text,
    "UserUpdatedUUID" text,
    "DateValidFrom" datetime,
    "DateValidTo" datetime,
    "ReplacementUUID" text,
    "ContributionPlanUUID" text NOT NULL REFERENCES "tblContributionPlan" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "PolicyID" integer REFERENCES "tblPolicy" ("PolicyID") DEFERRABLE INITIALLY DEFERRED,
    "ContractDetailsUUID" text NOT NULL REFERENCES "tblContractDetails" ("UUID") DEFERRABLE INITIALLY DEFERRED,
    "ContributionId" integer REFERENCES "tblPremium" ("PremiumId") DEFERRABLE INITIALLY DEFERRED
);
