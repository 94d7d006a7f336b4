-- +goose Up

-- Calendars that clients have elsewhere, which order the times they are offered and close none. Where they lie, what
-- their last answer was known by and when they are busy are sealed with the client's own key.
CREATE TABLE client_calendar (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    sealed_url    BYTEA,
    for_staff     BOOLEAN NOT NULL, -- lists that others look at for the client are ordered by it too
    created_at    BIGINT NOT NULL,
    sealed_etag   BYTEA,
    sealed_token  BYTEA,
    sealed_busy   BYTEA, -- periods, as a FREEBUSY property writes them
    read_at       BIGINT NOT NULL DEFAULT 0, -- in full; the instants are 0 for never
    last_ok       BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT NOT NULL DEFAULT 0,
    trouble       TEXT NOT NULL DEFAULT '',
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_at       BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL DEFAULT 0, -- in real time
    zone_mark     TEXT NOT NULL DEFAULT '', -- changes with the zone that dates are read in
    PRIMARY KEY (business_id, id)
);
CREATE INDEX client_calendar_client ON client_calendar (business_id, client_id, id);
-- The reader asks for what is due anywhere.
CREATE INDEX client_calendar_due ON client_calendar (next_at);
