-- +goose Up
-- What live rows can be found by that stands in their JSON document and in no column.
CREATE TABLE "openimis_word" (
    "id" integer PRIMARY KEY AUTOINCREMENT,
    "holder" text NOT NULL,
    "row_key" integer,
    "row_uuid" text,
    "word" text NOT NULL
);
CREATE INDEX "openimis_word_word" ON "openimis_word" ("word");
CREATE INDEX "openimis_word_row_key" ON "openimis_word" ("row_key", "holder");
CREATE INDEX "openimis_word_row_uuid" ON "openimis_word" ("row_uuid", "holder");
