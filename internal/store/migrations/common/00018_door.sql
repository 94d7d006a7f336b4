-- +goose Up

-- Why somebody asked for a code: '' to sign in, 'book' to prove a contact for a
-- booking, 'add' to prove one that they put on their own card.
ALTER TABLE visitor_ask ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
