-- +goose Up
-- What happened to invoices and bills, and messages left on them. Where the Django application made the
-- tables they are used as they are.
IF OBJECT_ID('tblInvoiceEvent') IS NULL CREATE TABLE [tblInvoiceEvent] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [InvoiceId] uniqueidentifier NOT NULL REFERENCES [tblInvoice] ([UUID]),
    [Status] smallint NOT NULL,
    [Message] nvarchar(500)
);
IF OBJECT_ID('tblBillEvent') IS NULL CREATE TABLE [tblBillEvent] (
    [UUID] uniqueidentifier NOT NULL PRIMARY KEY,
    [isDeleted] bit NOT NULL,
    [Json_ext] nvarchar(max),
    [DateCreated] datetime2(7),
    [DateUpdated] datetime2(7),
    [version] int NOT NULL,
    [UserCreatedUUID] uniqueidentifier,
    [UserUpdatedUUID] uniqueidentifier,
    [BillId] uniqueidentifier NOT NULL REFERENCES [tblBill] ([UUID]),
    [Status] smallint NOT NULL,
    [Message] nvarchar(500)
);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblInvoiceEvent_InvoiceId') CREATE INDEX [openimis_ix_tblInvoiceEvent_InvoiceId] ON [tblInvoiceEvent] ([InvoiceId]);
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'openimis_ix_tblBillEvent_BillId') CREATE INDEX [openimis_ix_tblBillEvent_BillId] ON [tblBillEvent] ([BillId]);
