-- +goose Up

-- A booking plans some six messages, and each of their indexes costs the one that books a few pages. What is still to
-- come and what is over have an index each, of which a booking pays for the first alone; a booking's messages are found
-- by its client.
DROP INDEX message_list;
DROP INDEX message_booking;
CREATE INDEX message_ahead ON message (business_id, next_at) WHERE status IN ('planned', 'sending');
CREATE INDEX message_past ON message (business_id, due_at, id) WHERE status NOT IN ('planned', 'sending');
