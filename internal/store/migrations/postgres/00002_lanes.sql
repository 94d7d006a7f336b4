-- +goose Up

-- The second belt: whatever the program believes, no two exclusive rows of a lane overlap.
CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap
    EXCLUDE USING gist (business_id WITH =, lane_kind WITH =, lane_id WITH =, int8range(start_at, end_at) WITH &&)
    WHERE (exclusive);

-- Rows of the message table change status once or twice; keep room for it on the page.
ALTER TABLE message SET (fillfactor = 85);
ALTER TABLE lane SET (fillfactor = 70);
