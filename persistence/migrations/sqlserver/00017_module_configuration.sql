-- +goose Up
-- What a site sets otherwise than modules have it by default, and how fields of forms are shown. Where the
-- Django application made the tables they are used as they are.
IF OBJECT_ID('core_ModuleConfiguration') IS NULL CREATE TABLE [core_ModuleConfiguration] (
    [id] char(32) NOT NULL PRIMARY KEY,
    [module] nvarchar(80) NOT NULL,
    [layer] nvarchar(2) NOT NULL,
    [version] nvarchar(10) NOT NULL,
    [config] nvarchar(max) NOT NULL,
    [is_exposed] bit NOT NULL,
    [is_disabled_until] datetime2(7)
);
IF OBJECT_ID('core_FieldControl') IS NULL CREATE TABLE [core_FieldControl] (
    [id] char(32) NOT NULL PRIMARY KEY,
    [module_id] char(32) NOT NULL REFERENCES [core_ModuleConfiguration] ([id]),
    [field] nvarchar(250) NOT NULL UNIQUE,
    [usage] int
);
