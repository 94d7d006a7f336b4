-- +goose Up

-- Planned sessions of services with seats: a class, a group treatment. Each seat is a lane of its own
-- (kind session, id "<session>:<number>"), so that the database itself lets no seat be taken twice.
CREATE TABLE group_session (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    service_id  TEXT NOT NULL,
    status      TEXT NOT NULL, -- planned, cancelled
    start_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL CHECK (end_at > start_at),
    zone        TEXT NOT NULL, -- IANA: with local_start and fold, what was announced
    local_start TEXT NOT NULL,
    fold        BIGINT NOT NULL DEFAULT 0,
    location_id TEXT NOT NULL,
    placement   TEXT NOT NULL, -- who and what is assigned: a JSON object
    seats       BIGINT NOT NULL CHECK (seats > 0),
    min_seats   BIGINT NOT NULL,
    decide_at   BIGINT NOT NULL, -- when a session with fewer seats taken is called off; 0 for never
    version     BIGINT NOT NULL DEFAULT 1,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX group_session_start ON group_session (business_id, start_at, id);
CREATE INDEX group_session_decide ON group_session (decide_at) WHERE status = 'planned' AND decide_at > 0;

ALTER TABLE booking ADD COLUMN group_id TEXT NOT NULL DEFAULT '';
CREATE INDEX booking_group ON booking (business_id, group_id) WHERE group_id <> '';
