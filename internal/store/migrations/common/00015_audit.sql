-- +goose Up

-- What was read, exported and tried: who, what, when, from where, why. Writes need no row here: their events are
-- the record of them. Rows are never changed but for block, which is set once, and for the sealed columns, which
-- an erasure may blank; digest keeps what the chain needs to know of these.
CREATE TABLE audit_entry (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    client_id     TEXT NOT NULL, -- empty where none is concerned
    actor_kind    TEXT NOT NULL,
    actor_id      TEXT NOT NULL,
    action        TEXT NOT NULL,
    ref           TEXT NOT NULL, -- the thing besides the client: a document, a key
    detail        TEXT NOT NULL DEFAULT '', -- stable words about it
    sealed_from   BYTEA, -- network address
    sealed_reason BYTEA,
    digest        BYTEA, -- of the sealed columns as they were written; none where both were empty
    at            BIGINT NOT NULL,
    block         BIGINT, -- in which it was sealed; none yet
    PRIMARY KEY (business_id, id)
);
CREATE INDEX audit_entry_client ON audit_entry (business_id, client_id, id);
CREATE INDEX audit_entry_block ON audit_entry (business_id, block, id) WHERE block IS NOT NULL;
CREATE INDEX audit_entry_fresh ON audit_entry (business_id, id) WHERE block IS NULL;

INSERT INTO audit_entry (business_id, id, client_id, actor_kind, actor_id, action, ref, at)
SELECT business_id, id, client_id, actor_kind, actor_id, 'card.' || CASE what WHEN 'card' THEN 'read' ELSE what END, '', at
FROM card_access;
DROP TABLE card_access;

-- The chain: block n covers the numbered events after those of block n-1, and the entries that name it.
CREATE TABLE audit_block (
    business_id TEXT NOT NULL REFERENCES business (id),
    number      BIGINT NOT NULL, -- from 1
    last_seq    BIGINT NOT NULL, -- the newest event that is covered
    events      BIGINT NOT NULL,
    entries     BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    hash        BYTEA NOT NULL, -- over the rows and the hash of the block before
    mac         BYTEA NOT NULL, -- over the hash, with a key that is not in the database
    PRIMARY KEY (business_id, number)
);

-- With which blocks are signed. Sealed by the business's key, so that it is worth nothing without the master key,
-- and so that turning those over leaves what was signed as it is.
CREATE TABLE audit_key (
    business_id TEXT PRIMARY KEY REFERENCES business (id),
    sealed_key  BYTEA NOT NULL
);

ALTER TABLE event ADD COLUMN sealed_from BYTEA; -- network address of the actor
ALTER TABLE event ADD COLUMN digest BYTEA; -- of sealed_from as it was written
