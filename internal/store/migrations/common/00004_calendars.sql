-- +goose Up

-- Outside calendars that close time. Where they lie, how one signs in, what they are called and what their last
-- answer was known by are sealed with the business's key.
CREATE TABLE calendar_link (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    owner_kind    TEXT NOT NULL, -- staff, resource, location; empty for the whole business
    owner_id      TEXT NOT NULL,
    kind          TEXT NOT NULL, -- ical, caldav
    sealed_name   BYTEA,
    sealed_url    BYTEA,
    sealed_user   BYTEA,
    sealed_secret BYTEA,
    stale_after   BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    sealed_etag   BYTEA,
    sealed_token  BYTEA,
    read_at       BIGINT NOT NULL DEFAULT 0, -- in full; the instants are 0 for never
    last_ok       BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT NOT NULL DEFAULT 0,
    trouble       TEXT NOT NULL DEFAULT '',
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_at       BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL DEFAULT 0, -- in real time
    lanes         TEXT NOT NULL DEFAULT '',
    events        BIGINT NOT NULL DEFAULT 0,
    skipped       BIGINT NOT NULL DEFAULT 0,
    limits        TEXT NOT NULL DEFAULT '', -- words, told apart by commas
    busy_spans    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (business_id, id)
);
-- The reader asks for what is due anywhere.
CREATE INDEX calendar_link_due ON calendar_link (next_at);
