-- +goose Up
-- Who is insured by policy holders and their contracts, by which bundles of contribution plans. Where the Django
-- application made these tables they are used as they are.
IF OBJECT_ID('tblContributionPlanBundleDetails') IS NULL CREATE TABLE [tblContributionPlanBundleDetails] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [DateValidFrom] datetime2(7),
    [DateValidTo] datetime2(7),
    [ReplacementUUID] uniqueidentifier,
    [ContributionPlanBundleUUID] uniqueidentifier NOT NULL REFERENCES [tblContributionPlanBundle] ([UUID]),
    [ContributionPlanUUID] uniqueidentifier NOT NULL REFERENCES [tblContributionPlan] ([UUID])
);
IF OBJECT_ID('tblPolicyHolderInsuree') IS NULL CREATE TABLE [tblPolicyHolderInsuree] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [DateValidFrom] datetime2(7),
    [DateValidTo] datetime2(7),
    [ReplacementUUID] uniqueidentifier,
    [PolicyHolderId] uniqueidentifier NOT NULL REFERENCES [tblPolicyHolder] ([UUID]),
    [InsureeId] int NOT NULL REFERENCES [tblInsuree] ([InsureeID]),
    [ContributionPlanBundleId] uniqueidentifier REFERENCES [tblContributionPlanBundle] ([UUID]),
    [LastPolicyId] int REFERENCES [tblPolicy] ([PolicyID])
);
IF OBJECT_ID('tblPolicyHolderContributionPlan') IS NULL CREATE TABLE [tblPolicyHolderContributionPlan] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [DateValidFrom] datetime2(7),
    [DateValidTo] datetime2(7),
    [ReplacementUUID] uniqueidentifier,
    [PolicyHolderId] uniqueidentifier NOT NULL REFERENCES [tblPolicyHolder] ([UUID]),
    [ContributionPlanBundleId] uniqueidentifier NOT NULL REFERENCES [tblContributionPlanBundle] ([UUID])
);
IF OBJECT_ID('tblContractDetails') IS NULL CREATE TABLE [tblContractDetails] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [ContractUUID] uniqueidentifier NOT NULL REFERENCES [tblContract] ([UUID]),
    [InsureeID] int NOT NULL REFERENCES [tblInsuree] ([InsureeID]),
    [ContributionPlanBundleUUID] uniqueidentifier NOT NULL REFERENCES [tblContributionPlanBundle] ([UUID])
);
IF OBJECT_ID('tblContractContributionPlanDetails') IS NULL CREATE TABLE [tblContractContributionPlanDetails] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [DateValidFrom] datetime2(7),
    [DateValidTo] datetime2(7),
    [ReplacementUUID] uniqueidentifier,
    [ContributionPlanUUID] uniqueidentifier NOT NULL REFERENCES [tblContributionPlan] ([UUID]),
    [PolicyID] int REFERENCES [tblPolicy] ([PolicyID]),
    [ContractDetailsUUID] uniqueidentifier NOT NULL REFERENCES [tblContractDetails] ([UUID]),
    [ContributionId] int REFERENCES [tblPremium] ([PremiumId])
);
