-- +goose Up

-- A reference to the business makes PostgreSQL look it up for each new row and lock it, all on the one row that everybody
-- shares: some twenty times a booking, and a list of lockers (MultiXact) for each two that book at once. These rows come
-- many to a booking, always from a transaction that has read its business, and a business is never deleted; SQLite, where
-- a look costs next to nothing, goes on checking.
ALTER TABLE message DROP CONSTRAINT message_business_id_fkey;
ALTER TABLE event DROP CONSTRAINT event_business_id_fkey;
ALTER TABLE occupancy DROP CONSTRAINT occupancy_business_id_fkey;
ALTER TABLE booking DROP CONSTRAINT booking_business_id_fkey;
ALTER TABLE hold DROP CONSTRAINT hold_business_id_fkey;
ALTER TABLE lane DROP CONSTRAINT lane_business_id_fkey;
ALTER TABLE client DROP CONSTRAINT client_business_id_fkey;
ALTER TABLE client_contact DROP CONSTRAINT client_contact_business_id_fkey;
ALTER TABLE client_mark DROP CONSTRAINT client_mark_business_id_fkey;
ALTER TABLE client_gram DROP CONSTRAINT client_gram_business_id_fkey;
ALTER TABLE client_tally DROP CONSTRAINT client_tally_business_id_fkey;
ALTER TABLE entry DROP CONSTRAINT entry_business_id_fkey;
ALTER TABLE idempotency DROP CONSTRAINT idempotency_business_id_fkey;
ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_business_id_fkey;
