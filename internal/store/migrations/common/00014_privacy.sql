-- +goose Up

-- The keys of a person beside the one in client: one a class of data (health, statute), made when first needed.
-- hold_until keeps a class although its person asks for erasure, until that instant; 0 for none. The row of class
-- personal holds no key, that one stands in client, but may carry a hold.
CREATE TABLE client_key (
    business_id TEXT NOT NULL REFERENCES business (id),
    client_id   TEXT NOT NULL,
    class       TEXT NOT NULL,
    sealed_key  BYTEA,
    hold_until  BIGINT NOT NULL DEFAULT 0,
    hold_reason TEXT NOT NULL DEFAULT '', -- a code
    PRIMARY KEY (business_id, client_id, class)
);
CREATE INDEX client_key_hold ON client_key (business_id, hold_until) WHERE hold_until > 0;

-- Records of destruction: what went, why, how, when, by whom. They hold no word about the person, and are at the same
-- time the list of those who must stay erased (tombstones); the file beside the database is made of them.
CREATE TABLE erasure (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    reason      TEXT NOT NULL, -- a code: request, consent, retention, purpose, mistake, restore
    regime      TEXT NOT NULL, -- gdpr, fz152, pdpa
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    counts      TEXT NOT NULL, -- rows by table: a JSON object
    kept        TEXT NOT NULL, -- what a statute keeps, and until when: a JSON list
    cancelled   BIGINT NOT NULL, -- bookings
    at          BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX erasure_client ON erasure (business_id, client_id);

-- What people ask for, and by when it must be answered.
CREATE TABLE privacy_request (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    kind        TEXT NOT NULL, -- access, export, rectify, erase, restrict, object
    regime      TEXT NOT NULL,
    source      TEXT NOT NULL, -- client, desk
    sealed_note BYTEA,
    received_at BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    extended    BOOLEAN NOT NULL DEFAULT FALSE,
    closed_at   BIGINT NOT NULL DEFAULT 0, -- 0: open
    outcome     TEXT NOT NULL DEFAULT '', -- done, refused, withdrawn
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX privacy_request_client ON privacy_request (business_id, client_id);
CREATE INDEX privacy_request_due ON privacy_request (business_id, closed_at, due_at, id);

-- How a business keeps data: its law, retention rules, register, whether channels abroad are shut; body is a JSON object.
CREATE TABLE privacy_policy (
    business_id TEXT PRIMARY KEY REFERENCES business (id),
    body        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    swept_at    BIGINT NOT NULL DEFAULT 0 -- when the retention rules were last kept
);

CREATE TABLE breach (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    regime        TEXT NOT NULL,
    noticed_at    BIGINT NOT NULL,
    happened_at   BIGINT NOT NULL DEFAULT 0, -- 0: not known
    categories    TEXT NOT NULL, -- words, told apart by commas
    sealed_title  BYTEA NOT NULL, -- with the key of the business
    sealed_report BYTEA, -- what happened, consequences, measures
    notified_at   BIGINT NOT NULL DEFAULT 0, -- first notice to the authority; the instants are 0 for not yet
    reported_at   BIGINT NOT NULL DEFAULT 0, -- the result of the investigation
    told_at       BIGINT NOT NULL DEFAULT 0, -- the persons
    closed_at     BIGINT NOT NULL DEFAULT 0,
    actor_kind    TEXT NOT NULL,
    actor_id      TEXT NOT NULL,
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (business_id, id)
);

-- Whom a breach concerns.
CREATE TABLE breach_person (
    business_id TEXT NOT NULL REFERENCES business (id),
    breach_id   TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    PRIMARY KEY (business_id, breach_id, client_id)
);
CREATE INDEX breach_person_client ON breach_person (business_id, client_id);
