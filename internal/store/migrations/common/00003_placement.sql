-- +goose Up

-- What only some services, staff and locations need: JSON objects.
ALTER TABLE service ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
ALTER TABLE staff ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';
ALTER TABLE location ADD COLUMN travel TEXT NOT NULL DEFAULT '{}';

-- The owner's rules; names and reasons are in text. body is a JSON object.
CREATE TABLE rule (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    position    BIGINT NOT NULL,
    kind        TEXT NOT NULL, -- offer, approve, limit, season, link, vary, cutoff
    body        TEXT NOT NULL,
    off         BOOLEAN NOT NULL DEFAULT FALSE,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

-- Where a row's party is meanwhile: the next place may be a journey away. Empty where it does not matter.
ALTER TABLE occupancy ADD COLUMN location_id TEXT NOT NULL DEFAULT '';

-- Why these people and units were chosen, and by which rules staff must approve: a JSON object of codes and ids.
ALTER TABLE booking ADD COLUMN choice TEXT NOT NULL DEFAULT '{}';
