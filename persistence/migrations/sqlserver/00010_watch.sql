-- +goose Up
-- What this program knows of rows that others write: where it stands (openimis_watch), which states of rows it
-- has told of or written itself (openimis_noticed), and what rows looked like at the last check, a line for each
-- run of keys (openimis_checksum). The indexes on legacy tables are additions, none of them unique.
CREATE TABLE [openimis_watch] (
    [name] nvarchar(50) NOT NULL PRIMARY KEY,
    [lease] nvarchar(36) NOT NULL,
    [until] bigint NOT NULL,
    [begun] bigint NOT NULL,
    [at] bigint NOT NULL,
    [position] bigint NOT NULL,
    [checked] bigint NOT NULL
);
CREATE TABLE [openimis_noticed] (
    [table_name] nvarchar(50) NOT NULL,
    [row_key] bigint NOT NULL,
    [stamp] datetime,
    [sum] bigint NOT NULL,
    [noted] bigint NOT NULL
);
CREATE INDEX [openimis_noticed_row] ON [openimis_noticed] ([table_name], [row_key], [stamp]);
CREATE INDEX [openimis_noticed_noted] ON [openimis_noticed] ([noted]);
CREATE TABLE [openimis_checksum] (
    [table_name] nvarchar(50) NOT NULL,
    [run] bigint NOT NULL,
    [sums] varchar(max) NOT NULL,
    PRIMARY KEY ([table_name], [run])
);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblInsuree_RowID') CREATE INDEX [openimis_ix_tblInsuree_RowID] ON [tblInsuree] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblFamilies_RowID') CREATE INDEX [openimis_ix_tblFamilies_RowID] ON [tblFamilies] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblPolicy_RowID') CREATE INDEX [openimis_ix_tblPolicy_RowID] ON [tblPolicy] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblInsureePolicy_RowID') CREATE INDEX [openimis_ix_tblInsureePolicy_RowID] ON [tblInsureePolicy] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblPremium_RowID') CREATE INDEX [openimis_ix_tblPremium_RowID] ON [tblPremium] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblClaim_RowID') CREATE INDEX [openimis_ix_tblClaim_RowID] ON [tblClaim] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblHF_RowID') CREATE INDEX [openimis_ix_tblHF_RowID] ON [tblHF] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblLocations_RowID') CREATE INDEX [openimis_ix_tblLocations_RowID] ON [tblLocations] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblItems_RowID') CREATE INDEX [openimis_ix_tblItems_RowID] ON [tblItems] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblServices_RowID') CREATE INDEX [openimis_ix_tblServices_RowID] ON [tblServices] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblProduct_RowID') CREATE INDEX [openimis_ix_tblProduct_RowID] ON [tblProduct] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblOfficer_RowID') CREATE INDEX [openimis_ix_tblOfficer_RowID] ON [tblOfficer] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblClaimAdmin_RowID') CREATE INDEX [openimis_ix_tblClaimAdmin_RowID] ON [tblClaimAdmin] ([RowID]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblPayment_RowID') CREATE INDEX [openimis_ix_tblPayment_RowID] ON [tblPayment] ([RowID]);
