-- +goose Up
-- The old names of the levels of the location tree, current rows only. A legacy database
-- has them already and keeps its own.
-- +goose StatementBegin
IF OBJECT_ID('tblRegions') IS NULL EXEC('CREATE VIEW [tblRegions] AS
SELECT [LocationId] AS [RegionId], [LocationCode] AS [RegionCode], [LocationName] AS [RegionName], [ValidityFrom], [ValidityTo], [LegacyID] AS [LegacyId], [AuditUserId], [RowId] AS [RowId] FROM [tblLocations] WHERE [ValidityTo] IS NULL AND [LocationType] = ''R''');
-- +goose StatementEnd

-- +goose StatementBegin
IF OBJECT_ID('tblDistricts') IS NULL EXEC('CREATE VIEW [tblDistricts] AS
SELECT [LocationId] AS [DistrictId], [LocationCode] AS [DistrictCode], [LocationName] AS [DistrictName], [ParentLocationId] AS [Region], [ValidityFrom], [ValidityTo], [LegacyID] AS [LegacyId], [AuditUserId], [RowId] AS [RowId] FROM [tblLocations] WHERE [ValidityTo] IS NULL AND [LocationType] = ''D''');
-- +goose StatementEnd

-- +goose StatementBegin
IF OBJECT_ID('tblWards') IS NULL EXEC('CREATE VIEW [tblWards] AS
SELECT [LocationId] AS [WardId], [ParentLocationId] AS [DistrictId], [LocationCode] AS [WardCode], [LocationName] AS [WardName], [ValidityFrom], [ValidityTo], [LegacyID] AS [LegacyId], [AuditUserId], [RowId] AS [RowId] FROM [tblLocations] WHERE [ValidityTo] IS NULL AND [LocationType] = ''W''');
-- +goose StatementEnd

-- +goose StatementBegin
IF OBJECT_ID('tblVillages') IS NULL EXEC('CREATE VIEW [tblVillages] AS
SELECT [LocationId] AS [VillageId], [ParentLocationId] AS [WardId], [LocationCode] AS [VillageCode], [LocationName] AS [VillageName], [MalePopulation], [FemalePopulation], [OtherPopulation], [Families], [ValidityFrom], [ValidityTo], [LegacyID] AS [LegacyId], [AuditUserId], [RowId] AS [RowId] FROM [tblLocations] WHERE [ValidityTo] IS NULL AND [LocationType] = ''V''');
-- +goose StatementEnd

-- +goose StatementBegin
IF OBJECT_ID('uvwLocations') IS NULL EXEC('CREATE VIEW [uvwLocations] AS
SELECT [v].[LocationId] AS [LocationId], [v].[LocationId] AS [VillageId], [v].[LocationName] AS [VillageName], [v].[LocationCode] AS [VillageCode], [w].[LocationId] AS [WardId], [w].[LocationName] AS [WardName], [w].[LocationCode] AS [WardCode], [d].[LocationId] AS [DistrictId], [d].[LocationName] AS [DistrictName], [d].[LocationCode] AS [DistrictCode], [r].[LocationId] AS [RegionId], [r].[LocationName] AS [RegionName], [r].[LocationCode] AS [RegionCode], [v].[ParentLocationId] AS [ParentLocationId] FROM [tblLocations] [v] JOIN [tblLocations] [w] ON [w].[LocationId] = [v].[ParentLocationId] AND [w].[ValidityTo] IS NULL JOIN [tblLocations] [d] ON [d].[LocationId] = [w].[ParentLocationId] AND [d].[ValidityTo] IS NULL JOIN [tblLocations] [r] ON [r].[LocationId] = [d].[ParentLocationId] AND [r].[ValidityTo] IS NULL WHERE [v].[ValidityTo] IS NULL AND [v].[LocationType] = ''V'' UNION ALL SELECT [w].[LocationId] AS [LocationId], NULL AS [VillageId], NULL AS [VillageName], NULL AS [VillageCode], [w].[LocationId] AS [WardId], [w].[LocationName] AS [WardName], [w].[LocationCode] AS [WardCode], [d].[LocationId] AS [DistrictId], [d].[LocationName] AS [DistrictName], [d].[LocationCode] AS [DistrictCode], [r].[LocationId] AS [RegionId], [r].[LocationName] AS [RegionName], [r].[LocationCode] AS [RegionCode], [w].[ParentLocationId] AS [ParentLocationId] FROM [tblLocations] [w] JOIN [tblLocations] [d] ON [d].[LocationId] = [w].[ParentLocationId] AND [d].[ValidityTo] IS NULL JOIN [tblLocations] [r] ON [r].[LocationId] = [d].[ParentLocationId] AND [r].[ValidityTo] IS NULL WHERE [w].[ValidityTo] IS NULL AND [w].[LocationType] = ''W'' UNION ALL SELECT [d].[LocationId] AS [LocationId], NULL AS [VillageId], NULL AS [VillageName], NULL AS [VillageCode], NULL AS [WardId], NULL AS [WardName], NULL AS [WardCode], [d].[LocationId] AS [DistrictId], [d].[LocationName] AS [DistrictName], [d].[LocationCode] AS [DistrictCode], [r].[LocationId] AS [RegionId], [r].[LocationName] AS [RegionName], [r].[LocationCode] AS [RegionCode], [d].[ParentLocationId] AS [ParentLocationId] FROM [tblLocations] [d] JOIN [tblLocations] [r] ON [r].[LocationId] = [d].[ParentLocationId] AND [r].[ValidityTo] IS NULL WHERE [d].[ValidityTo] IS NULL AND [d].[LocationType] = ''D'' UNION ALL SELECT [r].[LocationId] AS [LocationId], NULL AS [VillageId], NULL AS [VillageName], NULL AS [VillageCode], NULL AS [WardId], NULL AS [WardName], NULL AS [WardCode], NULL AS [DistrictId], NULL AS [DistrictName], NULL AS [DistrictCode], [r].[LocationId] AS [RegionId], [r].[LocationName] AS [RegionName], [r].[LocationCode] AS [RegionCode], 0 AS [ParentLocationId] FROM [tblLocations] [r] WHERE [r].[ValidityTo] IS NULL AND [r].[LocationType] = ''R'' UNION ALL SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''National'', NULL, 0');
-- +goose StatementEnd

