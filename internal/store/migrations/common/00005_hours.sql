-- +goose Up

-- Seasons are a JSON array; the roster of a staff member and the public
-- holidays that a location keeps are JSON objects, empty for none.
ALTER TABLE hours ADD COLUMN seasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE hours ADD COLUMN roster TEXT NOT NULL DEFAULT '';
ALTER TABLE hours ADD COLUMN holidays TEXT NOT NULL DEFAULT '';
