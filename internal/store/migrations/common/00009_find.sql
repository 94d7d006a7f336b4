-- +goose Up

-- Two cards of one person are made one: whose card it is now; empty where it is its own.
ALTER TABLE client ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
CREATE INDEX client_merged ON client (business_id, merged_into) WHERE merged_into <> '';

-- How far the index of a business's cards has come. Touching the row is the lock under which it changes.
CREATE TABLE client_search (
    business_id TEXT PRIMARY KEY REFERENCES business (id),
    next_number BIGINT NOT NULL DEFAULT 1,
    folding_to  BIGINT NOT NULL DEFAULT 0, -- cards up to this number are on their way into client_gram; 0 for none
    filled_to   TEXT NOT NULL DEFAULT '' -- cards up to this id were looked at when the index was first filled
);

-- By what a card is found: keyed hashes of its pieces, six bytes each, sorted. Cards have numbers here so that
-- client_gram can be short.
CREATE TABLE client_mark (
    business_id TEXT NOT NULL REFERENCES business (id),
    client_id   TEXT NOT NULL,
    number      BIGINT NOT NULL,
    grams       BYTEA NOT NULL,
    folded      BOOLEAN NOT NULL DEFAULT FALSE, -- its pieces are in client_gram
    PRIMARY KEY (business_id, client_id)
);
CREATE UNIQUE INDEX client_mark_number ON client_mark (business_id, number);
CREATE INDEX client_mark_fresh ON client_mark (business_id, number) WHERE NOT folded;

-- The same turned round: which cards, by their numbers within a block, have a piece.
CREATE TABLE client_gram (
    business_id TEXT NOT NULL REFERENCES business (id),
    gram        BIGINT NOT NULL,
    block       BIGINT NOT NULL,
    numbers     BYTEA NOT NULL, -- differences of ascending numbers, as varints
    PRIMARY KEY (business_id, gram, block)
);

-- What is counted of a client; made of events and bookings, and made again from them.
CREATE TABLE client_tally (
    business_id  TEXT NOT NULL REFERENCES business (id),
    client_id    TEXT NOT NULL,
    visits       BIGINT NOT NULL,
    no_shows     BIGINT NOT NULL,
    cancels      BIGINT NOT NULL,
    late_cancels BIGINT NOT NULL,
    spent        TEXT NOT NULL, -- by currency: a JSON object of minor units
    first_at     BIGINT NOT NULL, -- 0 for never
    last_at      BIGINT NOT NULL,
    habits       TEXT NOT NULL, -- the latest visits, from which the usual ones are told: a JSON list
    PRIMARY KEY (business_id, client_id)
);

-- What was said and asked, with or without a booking: calls, enquiries, complaints, notes.
CREATE TABLE entry (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    client_id     TEXT NOT NULL, -- empty for a caller nobody knows
    kind          TEXT NOT NULL, -- call, enquiry, complaint, note
    direction     TEXT NOT NULL, -- in, out; empty for a note
    state         TEXT NOT NULL, -- open, done
    outcome       TEXT NOT NULL, -- of a call: ringing, answered, missed
    booking_id    TEXT NOT NULL,
    due_at        BIGINT,
    sealed_text   BYTEA,
    sealed_number BYTEA, -- of a caller
    number_index  BYTEA,
    actor_kind    TEXT NOT NULL,
    actor_id      TEXT NOT NULL,
    at            BIGINT NOT NULL,
    done_at       BIGINT,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX entry_client ON entry (business_id, client_id, id);
CREATE INDEX entry_open ON entry (business_id, id) WHERE state = 'open';
CREATE INDEX entry_number ON entry (business_id, number_index, id) WHERE number_index IS NOT NULL;

-- When a number was last sent the way to book after a call that nobody took.
CREATE TABLE call_told (
    business_id  TEXT NOT NULL REFERENCES business (id),
    number_index BYTEA NOT NULL,
    told_at      BIGINT NOT NULL,
    PRIMARY KEY (business_id, number_index)
);

-- Two cards made one, and what moved, so that it can be put back.
CREATE TABLE client_merge (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    survivor_id TEXT NOT NULL,
    merged_id   TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    at          BIGINT NOT NULL,
    undone_at   BIGINT,
    sealed_was  BYTEA, -- the survivor's head as it was, under the survivor's key
    PRIMARY KEY (business_id, id)
);
CREATE INDEX client_merge_survivor ON client_merge (business_id, survivor_id, id);

CREATE TABLE client_merge_row (
    business_id TEXT NOT NULL REFERENCES business (id),
    merge_id    TEXT NOT NULL,
    position    BIGINT NOT NULL,
    in_table    TEXT NOT NULL,
    row_id      TEXT NOT NULL,
    note        TEXT NOT NULL DEFAULT '', -- what else changed: replaced
    PRIMARY KEY (business_id, merge_id, position)
);

-- Files that belong to a card, in sealed pieces.
CREATE TABLE document (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    booking_id  TEXT NOT NULL,
    class       TEXT NOT NULL, -- of the key that seals it: personal, health, statute
    state       TEXT NOT NULL, -- writing, kept
    media       TEXT NOT NULL, -- the type that its content has
    scan        TEXT NOT NULL, -- clean; empty where nothing looked at it
    size        BIGINT NOT NULL, -- bytes
    sealed_name BYTEA,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX document_client ON document (business_id, client_id, id);
CREATE INDEX document_writing ON document (created_at) WHERE state = 'writing';

CREATE TABLE document_part (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL, -- the document's, a dot and the position
    document_id TEXT NOT NULL,
    position    BIGINT NOT NULL,
    sealed_data BYTEA NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX document_part_of ON document_part (business_id, document_id, position);
