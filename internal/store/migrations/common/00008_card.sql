-- +goose Up

-- The head of the card grows: what the client likes, what the desk calls them,
-- and since when the contacts that stand there are known to be theirs.
ALTER TABLE client ADD COLUMN sealed_preferences BYTEA;
ALTER TABLE client ADD COLUMN sealed_tags BYTEA;
ALTER TABLE client ADD COLUMN tier TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN email_verified_at BIGINT;
ALTER TABLE client ADD COLUMN phone_verified_at BIGINT;

-- Every number and address of a client that the desk, the client or a code has
-- touched. The preferred one of a kind is the one that the head carries; a head
-- that a booking filled may carry one that has no row yet.
CREATE TABLE client_contact (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    client_id    TEXT NOT NULL,
    kind         TEXT NOT NULL, -- email, phone
    sealed_value BYTEA NOT NULL,
    value_index  BYTEA NOT NULL, -- the same blind index as the head's
    sealed_label BYTEA,
    verified_at  BIGINT,
    verified_by  TEXT NOT NULL DEFAULT '', -- code, link, staff, import
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, id),
    UNIQUE (business_id, client_id, kind, value_index)
);
CREATE INDEX client_contact_value ON client_contact (business_id, kind, value_index);

-- Whom or what a service is done to, where it is not the client.
CREATE TABLE subject (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    kind        TEXT NOT NULL, -- person, child, pet, vehicle, device
    sealed_name BYTEA,
    version     BIGINT NOT NULL DEFAULT 1,
    left_at     BIGINT, -- sold, grown up, died: kept for the history, offered no more
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX subject_client ON subject (business_id, client_id, id);

-- Numbers read off a subject, each with its day; never changed, only struck.
CREATE TABLE reading (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    client_id    TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    kind         TEXT NOT NULL, -- mileage_km, hours, cycles, weight_g ...
    sealed_value BYTEA NOT NULL,
    day          TEXT NOT NULL, -- local date on which it was read
    doubtful     BOOLEAN NOT NULL DEFAULT FALSE, -- it does not go with its neighbours
    source       TEXT NOT NULL,
    source_id    TEXT NOT NULL DEFAULT '',
    actor_kind   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX reading_subject ON reading (business_id, client_id, subject_id, kind, day, id);

-- What is known of a client or of a subject of theirs, in the words of each
-- side. A value is never overwritten: the next one of the same side replaces
-- it and it stays as history.
CREATE TABLE fact (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    client_id    TEXT NOT NULL,
    subject_id   TEXT NOT NULL DEFAULT '', -- empty: of the client themselves
    fact_key     TEXT NOT NULL,
    side         TEXT NOT NULL, -- client, staff: whose word it is
    class        TEXT NOT NULL, -- plain, warning, health; health is sealed with the health key
    kind         TEXT NOT NULL, -- text, number, date, yes_no, choice; empty: taken back
    sealed_value BYTEA,
    value_index  BYTEA, -- of what a subject is looked up by: plate, vin, chip
    source       TEXT NOT NULL, -- client, staff, booking, form, message, import
    source_id    TEXT NOT NULL DEFAULT '',
    actor_kind   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    at           BIGINT NOT NULL,
    overruled_at BIGINT, -- the desk has decided for the other side's value
    replaced_at  BIGINT, -- by a later value of the same side
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX fact_current ON fact (business_id, client_id, subject_id, fact_key, side) WHERE replaced_at IS NULL;
CREATE INDEX fact_client ON fact (business_id, client_id, id);
CREATE INDEX fact_value ON fact (business_id, value_index) WHERE value_index IS NOT NULL;

-- For whom or what a visit is; empty: for the client.
ALTER TABLE booking ADD COLUMN subject_id TEXT NOT NULL DEFAULT '';
