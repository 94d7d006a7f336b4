-- +goose Up

-- Clients' logins. A login is a contact that somebody has shown to be theirs; it belongs to no business, so the
-- system's key seals it and the system's blind index finds it.
CREATE TABLE visitor (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL, -- email, phone
    contact_index  BYTEA NOT NULL,
    sealed_contact BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    checked_at     BIGINT NOT NULL, -- when some business was last seen to know the contact
    UNIQUE (kind, contact_index)
);
CREATE INDEX visitor_checked ON visitor (checked_at);

-- Who asked for a code; swept a day after. The code itself stands nowhere.
CREATE TABLE visitor_ask (
    id             TEXT PRIMARY KEY,
    ticket_hash    BYTEA NOT NULL UNIQUE,
    kind           TEXT NOT NULL,
    sealed_contact BYTEA NOT NULL,
    business_id    TEXT NOT NULL, -- from whose page; empty for none
    language       TEXT NOT NULL,
    next_path      TEXT NOT NULL,
    state          TEXT NOT NULL, -- asked, sent, void, failed, used
    reason         TEXT NOT NULL,
    proof          BYTEA,         -- of the code, keyed
    link_hash      BYTEA UNIQUE,
    attempts       BIGINT NOT NULL,
    tries          BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX visitor_ask_due ON visitor_ask (due_at) WHERE state = 'asked';
CREATE INDEX visitor_ask_expiry ON visitor_ask (expires_at);

CREATE TABLE visitor_session (
    token_hash   BYTEA PRIMARY KEY,
    old_hash     BYTEA UNIQUE, -- of the token before this one
    id           TEXT NOT NULL UNIQUE,
    visitor_id   TEXT NOT NULL REFERENCES visitor (id),
    sealed_agent BYTEA,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    turned_at    BIGINT NOT NULL,
    used_at      BIGINT NOT NULL DEFAULT 0,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX visitor_session_of ON visitor_session (visitor_id, id);
CREATE INDEX visitor_session_expiry ON visitor_session (expires_at);

-- How often something was done since an instant; what is counted is hashed under a key.
CREATE TABLE visitor_count (
    scope     TEXT NOT NULL, -- contact, address, business, prefix
    key_index BYTEA NOT NULL,
    since     BIGINT NOT NULL,
    n         BIGINT NOT NULL DEFAULT 0,
    last_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, key_index, since)
);
CREATE INDEX visitor_count_since ON visitor_count (since);

-- Which contacts, and beginnings of numbers, an owner has no codes sent to.
CREATE TABLE visitor_block (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    kind         TEXT NOT NULL, -- email, phone
    prefix       TEXT NOT NULL, -- the beginning of numbers; empty for a whole contact
    value_index  BYTEA,
    sealed_value BYTEA,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX visitor_block_value ON visitor_block (business_id, kind, prefix, value_index);

-- Which card answers for which other of the same business: a parent's for a child's.
CREATE TABLE client_kin (
    business_id TEXT NOT NULL REFERENCES business (id),
    guardian_id TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, guardian_id, client_id)
);
CREATE INDEX client_kin_of ON client_kin (business_id, client_id);

-- A contact on a card's head that a later booking has filled in, which nobody has proven: it opens nothing.
CREATE TABLE client_doubt (
    business_id TEXT NOT NULL REFERENCES business (id),
    client_id   TEXT NOT NULL,
    value_index BYTEA NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, client_id, value_index)
);

-- A client's own calendar feed: the address names the card and this epoch; raise it and the address ends.
CREATE TABLE client_feed (
    business_id TEXT NOT NULL REFERENCES business (id),
    client_id   TEXT NOT NULL,
    epoch       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, client_id)
);

-- Passkeys of clients' logins.
CREATE TABLE visitor_key (
    key_id        BYTEA PRIMARY KEY, -- as the device calls it
    id            TEXT NOT NULL UNIQUE,
    visitor_id    TEXT NOT NULL REFERENCES visitor (id),
    sealed_name   BYTEA NOT NULL,
    sealed_record BYTEA NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX visitor_key_of ON visitor_key (visitor_id, id);

-- The question of a passkey, until it is answered, once.
CREATE TABLE visitor_question (
    token_hash   BYTEA PRIMARY KEY,
    visitor_id   TEXT NOT NULL, -- empty: whoever answers
    sealed_state BYTEA NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX visitor_question_expiry ON visitor_question (expires_at);
