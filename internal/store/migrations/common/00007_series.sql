-- +goose Up

-- Bookings that were made together to recur: a course, a standing appointment.
CREATE TABLE series (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    rule        TEXT NOT NULL, -- RFC 5545 recurrence rule; empty where the dates were chosen one by one
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);

ALTER TABLE booking ADD COLUMN series_id TEXT NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN series_position BIGINT NOT NULL DEFAULT 0; -- from 1; 0 outside of a series
CREATE INDEX booking_series ON booking (business_id, series_id) WHERE series_id <> '';
