-- +goose Up

-- What a business asks of its clients: forms, and consents by purpose.

-- A form of the owner's; body is JSON: for what, when it is asked, its fields.
-- Its name stands in text.
CREATE TABLE form (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    position    BIGINT NOT NULL,
    body        TEXT NOT NULL,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

-- To what clients are asked to agree; the newest texts stand in text.
CREATE TABLE notice (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    position    BIGINT NOT NULL,
    purpose     TEXT NOT NULL, -- marketing, health, photos, sharing, recall ...
    version     BIGINT NOT NULL,
    body        TEXT NOT NULL,
    archived    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (business_id, id)
);

-- Every version of a notice's text, as it was shown.
CREATE TABLE notice_version (
    business_id TEXT NOT NULL REFERENCES business (id),
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    texts       TEXT NOT NULL, -- JSON by language
    hash        BYTEA NOT NULL, -- SHA-256 of texts
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (business_id, id, version)
);

-- A form filled in. What it asked stands with the answers, so that a form that
-- is changed later does not change what was said.
CREATE TABLE form_answer (
    business_id    TEXT NOT NULL REFERENCES business (id),
    id             TEXT NOT NULL,
    class          TEXT NOT NULL, -- personal, health: a row for each, under its own key
    client_id      TEXT NOT NULL,
    booking_id     TEXT NOT NULL, -- empty where it belongs to none
    form_id        TEXT NOT NULL,
    source         TEXT NOT NULL, -- client, staff
    actor_kind     TEXT NOT NULL,
    actor_id       TEXT NOT NULL,
    sealed_answers BYTEA NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (business_id, id, class)
);
CREATE INDEX form_answer_client ON form_answer (business_id, client_id, id);
CREATE INDEX form_answer_booking ON form_answer (business_id, booking_id, form_id);

-- A consent is given once and may be withdrawn once; given again, it is another row.
CREATE TABLE consent (
    business_id      TEXT NOT NULL REFERENCES business (id),
    id               TEXT NOT NULL,
    client_id        TEXT NOT NULL,
    booking_id       TEXT NOT NULL,
    notice_id        TEXT NOT NULL,
    version          BIGINT NOT NULL,
    purpose          TEXT NOT NULL,
    language         TEXT NOT NULL, -- in which the text was read
    channel          TEXT NOT NULL, -- booking, card, desk, message
    sealed_from      BYTEA, -- the network address it came from
    actor_kind       TEXT NOT NULL,
    actor_id         TEXT NOT NULL,
    given_at         BIGINT NOT NULL,
    withdrawn_at     BIGINT NOT NULL DEFAULT 0,
    withdrawn_by     TEXT NOT NULL DEFAULT '', -- the channel
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX consent_live ON consent (business_id, client_id, purpose) WHERE withdrawn_at = 0;
CREATE INDEX consent_client ON consent (business_id, client_id, id);

-- Who said no to what is sent unless one objects: reminders that something is due.
CREATE TABLE objection (
    business_id TEXT NOT NULL REFERENCES business (id),
    client_id   TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (business_id, client_id, purpose)
);
