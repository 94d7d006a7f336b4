-- +goose Up

-- The card was made by a booking of the public with two contacts, and nobody who could know has said that they belong
-- together. Of cards that are there already it is not known who made them.
ALTER TABLE client ADD COLUMN claimed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE client SET claimed = TRUE
WHERE email_index IS NOT NULL AND phone_index IS NOT NULL AND email_verified_at IS NULL AND phone_verified_at IS NULL;

-- Which contacts the booker named: email, phone, both. One that is in doubt hears of those bookings alone.
ALTER TABLE booking ADD COLUMN named TEXT NOT NULL DEFAULT '';
UPDATE booking SET named = 'both' WHERE source = 'public';
