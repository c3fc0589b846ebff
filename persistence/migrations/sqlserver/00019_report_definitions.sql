-- +goose Up
-- How a site lays reports out. Where the Django application made the table it is used as it is.
IF OBJECT_ID('report_ReportDefinition') IS NULL CREATE TABLE [report_ReportDefinition] (
    [id] char(32) NOT NULL PRIMARY KEY,
    [ValidityFrom] datetime2(7) NOT NULL,
    [ValidityTo] datetime2(7),
    [LegacyID] char(32),
    [name] nvarchar(255) NOT NULL,
    [engine] int NOT NULL,
    [definition] nvarchar(max) NOT NULL
);
