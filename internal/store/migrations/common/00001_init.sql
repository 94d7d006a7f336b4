-- +goose Up

-- Kept's tables, one text for SQLite and PostgreSQL.
--
-- Instants are BIGINT microseconds UTC, local dates TEXT, money BIGINT minor
-- units, ids TEXT (UUID). Every key and index leads with business_id; the
-- tables that know no business are few and named at the end. Personal columns
-- are called sealed_*: they hold what internal/secret made of them, never
-- plain text. *_index columns are blind indexes.

CREATE TABLE business (
    id             TEXT PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    zone           TEXT NOT NULL,
    currency       TEXT NOT NULL,
    language       TEXT NOT NULL,
    preset         TEXT NOT NULL,
    terms          TEXT NOT NULL,
    sealed_key     BYTEA NOT NULL, -- the business's key, wrapped by the master key
    config_version BIGINT NOT NULL DEFAULT 1,
    created_at     BIGINT NOT NULL
);

-- An owner's texts: names, descriptions, addresses, by language.
CREATE TABLE text (
    business_id TEXT NOT NULL REFERENCES business (id),
    kind        TEXT NOT NULL, -- business, location, service, staff, resource
    id          TEXT NOT NULL,
    field       TEXT NOT NULL, -- name, about, address, title, group
    language    TEXT NOT NULL,
    value       TEXT NOT NULL,
    PRIMARY KEY (business_id, kind, id, field, language)
);

CREATE TABLE location (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    position    BIGINT NOT NULL,
    zone        TEXT NOT NULL,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

CREATE TABLE service (
    business_id       TEXT NOT NULL REFERENCES business (id),
    id                TEXT NOT NULL,
    position          BIGINT NOT NULL,
    segments          TEXT NOT NULL,
    interval_min      BIGINT NOT NULL CHECK (interval_min > 0),
    edge_starts       BOOLEAN NOT NULL,
    buffer_before_min BIGINT NOT NULL CHECK (buffer_before_min >= 0),
    buffer_after_min  BIGINT NOT NULL CHECK (buffer_after_min >= 0),
    notice_min        BIGINT NOT NULL CHECK (notice_min >= 0),
    horizon_days      BIGINT NOT NULL CHECK (horizon_days >= 0),
    price_amount      BIGINT NOT NULL,
    price_currency    TEXT NOT NULL,
    locations         TEXT NOT NULL,
    public            BOOLEAN NOT NULL,
    archived          BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

CREATE TABLE staff (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    position     BIGINT NOT NULL,
    services     TEXT NOT NULL,
    all_services BOOLEAN NOT NULL,
    skills       TEXT NOT NULL,
    color        TEXT NOT NULL,
    language     TEXT NOT NULL,
    sealed_email BYTEA,
    archived     BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

CREATE TABLE resource (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    position    BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    units       BIGINT NOT NULL CHECK (units > 0),
    location_id TEXT NOT NULL,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

-- Hours of a location or a staff member; both columns are JSON lists.
CREATE TABLE hours (
    business_id TEXT NOT NULL REFERENCES business (id),
    owner_kind  TEXT NOT NULL, -- location, staff
    owner_id    TEXT NOT NULL,
    weekly      TEXT NOT NULL,
    exceptions  TEXT NOT NULL,
    PRIMARY KEY (business_id, owner_kind, owner_id)
);

CREATE TABLE time_off (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    owner_kind  TEXT NOT NULL, -- staff, resource, location
    owner_id    TEXT NOT NULL,
    start_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL CHECK (end_at > start_at),
    reason      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX time_off_span ON time_off (business_id, end_at);

CREATE TABLE client (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    sealed_key   BYTEA, -- the client's key, wrapped by the business's; gone when the client is erased
    sealed_name  BYTEA,
    sealed_email BYTEA,
    sealed_phone BYTEA,
    sealed_note  BYTEA,
    name_index   BYTEA,
    email_index  BYTEA,
    phone_index  BYTEA,
    language     TEXT NOT NULL,
    zone         TEXT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1,
    erased_at    BIGINT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX client_email ON client (business_id, email_index, name_index) WHERE email_index IS NOT NULL;
CREATE INDEX client_phone ON client (business_id, phone_index, name_index) WHERE phone_index IS NOT NULL;
CREATE INDEX client_name ON client (business_id, name_index) WHERE name_index IS NOT NULL;

-- Who read which card, when and why.
CREATE TABLE card_access (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    what        TEXT NOT NULL, -- card, list, export
    at          BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX card_access_client ON card_access (business_id, client_id, id);

CREATE TABLE booking (
    business_id             TEXT NOT NULL REFERENCES business (id),
    id                      TEXT NOT NULL,
    client_id               TEXT NOT NULL,
    status                  TEXT NOT NULL,
    start_at                BIGINT NOT NULL,
    end_at                  BIGINT NOT NULL CHECK (end_at > start_at),
    zone                    TEXT NOT NULL, -- IANA: with local_start and fold, what was agreed
    local_start             TEXT NOT NULL,
    fold                    BIGINT NOT NULL DEFAULT 0,
    location_id             TEXT NOT NULL,
    service_id              TEXT NOT NULL, -- of the first item
    staff_id                TEXT NOT NULL, -- the lead; empty when nobody is needed
    items                   TEXT NOT NULL, -- the visit: items, segments, who and what is assigned
    quote                   TEXT NOT NULL, -- the price agreed, with its lines
    price_amount            BIGINT NOT NULL,
    price_currency          TEXT NOT NULL,
    policy                  TEXT NOT NULL, -- the terms at booking
    party                   BIGINT NOT NULL DEFAULT 1,
    squeezed                BOOLEAN NOT NULL DEFAULT FALSE,
    source                  TEXT NOT NULL, -- public, desk, import
    language                TEXT NOT NULL, -- in which the client booked
    sealed_note             BYTEA,
    sealed_reason           BYTEA, -- of the cancellation, as typed
    epoch                   BIGINT NOT NULL DEFAULT 1, -- raise it and all manage links end
    sequence                BIGINT NOT NULL DEFAULT 0, -- iCalendar SEQUENCE
    attendance_confirmed_at BIGINT,
    checked_in_at           BIGINT,
    completed_at            BIGINT,
    cancelled_at            BIGINT,
    paid_amount             BIGINT,
    paid_method             TEXT,
    version                 BIGINT NOT NULL DEFAULT 1,
    created_at              BIGINT NOT NULL,
    updated_at              BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX booking_start ON booking (business_id, start_at, id);
CREATE INDEX booking_client ON booking (business_id, client_id, start_at);

CREATE TABLE hold (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    request     TEXT NOT NULL, -- what was asked for
    placement   TEXT NOT NULL, -- what is kept
    quote       TEXT NOT NULL, -- the price that the client saw
    expires_at  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX hold_expiry ON hold (business_id, expires_at);

-- One row for each party whose time can be taken, and for each counted limit.
-- Touching it (version + 1) is the lock under which everything is checked.
CREATE TABLE lane (
    business_id TEXT NOT NULL REFERENCES business (id),
    kind        TEXT NOT NULL, -- staff, unit, client, session, overflow, counter
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1,
    value       BIGINT NOT NULL DEFAULT 0, -- of a counter; seats taken of a session
    PRIMARY KEY (business_id, kind, id)
);

-- What takes or closes a lane. Rows are never updated: a change deletes and inserts.
CREATE TABLE occupancy (
    business_id TEXT NOT NULL REFERENCES business (id),
    lane_kind   TEXT NOT NULL,
    lane_id     TEXT NOT NULL,
    start_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL,
    exclusive   BOOLEAN NOT NULL,
    source_kind TEXT NOT NULL, -- booking, hold, time_off
    source_id   TEXT NOT NULL,
    expires_at  BIGINT NOT NULL DEFAULT 0, -- of a hold; 0 for never
    PRIMARY KEY (business_id, lane_kind, lane_id, start_at, source_id),
    CHECK (end_at > start_at)
);
CREATE INDEX occupancy_source ON occupancy (business_id, source_id);

-- Messages: planned with the booking, sent when due. The id is derived from
-- (booking, recipient, step, anchor), so the primary key is what forbids twice.
CREATE TABLE message (
    business_id     TEXT NOT NULL REFERENCES business (id),
    id              TEXT NOT NULL,
    booking_id      TEXT NOT NULL,
    client_id       TEXT NOT NULL,
    recipient_kind  TEXT NOT NULL, -- client, staff
    recipient_id    TEXT NOT NULL,
    step            TEXT NOT NULL,
    anchor          TEXT NOT NULL, -- the start for timed steps, the event for notices
    channel         TEXT NOT NULL, -- empty until one is chosen
    status          TEXT NOT NULL, -- planned, sending, sent, delivered, failed, skipped
    due_at          BIGINT NOT NULL,
    useless_after   BIGINT NOT NULL,
    next_at         BIGINT NOT NULL, -- when to try (again)
    attempts        BIGINT NOT NULL DEFAULT 0,
    claimed_until   BIGINT NOT NULL DEFAULT 0,
    sent_at         BIGINT,
    reason          TEXT NOT NULL DEFAULT '', -- why it waits, failed or was skipped: a code
    sealed_address  BYTEA,
    sealed_subject  BYTEA,
    sealed_text     BYTEA,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX message_booking ON message (business_id, booking_id);
CREATE INDEX message_client ON message (business_id, client_id, due_at);
CREATE INDEX message_list ON message (business_id, due_at, id);
-- The one index that leads with time: the dispatcher asks for what is due anywhere.
CREATE INDEX message_due ON message (next_at) WHERE status IN ('planned', 'sending');
-- What waits for a channel to be set up.
CREATE INDEX message_waiting ON message (business_id, reason) WHERE status = 'planned' AND reason <> '';

-- Events are inserted without a number; the sequencer numbers committed ones.
CREATE TABLE event (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    seq         BIGINT,
    type        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    booking_id  TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    data        TEXT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX event_seq ON event (business_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX event_unnumbered ON event (id) WHERE seq IS NULL;

CREATE TABLE event_counter (
    business_id TEXT PRIMARY KEY REFERENCES business (id),
    last_seq    BIGINT NOT NULL
);

-- How far each reactor has come.
CREATE TABLE event_cursor (
    business_id TEXT NOT NULL REFERENCES business (id),
    reactor     TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    PRIMARY KEY (business_id, reactor)
);

CREATE TABLE idempotency (
    business_id  TEXT NOT NULL REFERENCES business (id),
    caller       TEXT NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status       BIGINT NOT NULL DEFAULT 0, -- 0 until answered
    sealed_answer BYTEA,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, caller, route, key)
);
CREATE INDEX idempotency_expiry ON idempotency (business_id, expires_at);

-- Delivered by the demo's own channel, shown in its inbox.
CREATE TABLE demo_mail (
    business_id    TEXT NOT NULL REFERENCES business (id),
    id             TEXT NOT NULL, -- of the message
    sealed_to      BYTEA NOT NULL,
    sealed_subject BYTEA NOT NULL,
    sealed_text    BYTEA NOT NULL,
    sealed_html    BYTEA NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX demo_mail_at ON demo_mail (business_id, at);

-- Global tables: users, sessions, keys, leases, the clock.

CREATE TABLE app_user (
    id            TEXT PRIMARY KEY,
    email_index   BYTEA NOT NULL UNIQUE,
    sealed_email  BYTEA NOT NULL,
    sealed_name   BYTEA NOT NULL,
    language      TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE member (
    business_id TEXT NOT NULL REFERENCES business (id),
    user_id     TEXT NOT NULL REFERENCES app_user (id),
    role        TEXT NOT NULL,
    staff_id    TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, user_id)
);
CREATE INDEX member_user ON member (user_id);

CREATE TABLE session (
    token_hash   BYTEA PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_id      TEXT NOT NULL REFERENCES app_user (id),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);

CREATE TABLE api_key (
    secret_hash  BYTEA PRIMARY KEY,
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    staff_id     TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX api_key_business ON api_key (business_id, id);

-- One holder at a time: the sequencer, the sweeper.
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  BIGINT NOT NULL
);

-- Where time stands, for every node: our clock is the real one plus the offset.
CREATE TABLE clock (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    offset_us BIGINT NOT NULL
);

-- Which master key this database belongs to: its fingerprint, never the key.
CREATE TABLE master (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    fingerprint TEXT NOT NULL
);
