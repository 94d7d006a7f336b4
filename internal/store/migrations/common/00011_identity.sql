-- +goose Up

-- How far a member or a key reaches: '' the whole business, location, own.
ALTER TABLE member ADD COLUMN reach TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN location_id TEXT NOT NULL DEFAULT '';
-- For changing places at a shared computer: argon2id, '' for none.
ALTER TABLE member ADD COLUMN pin_hash TEXT NOT NULL DEFAULT '';

ALTER TABLE api_key ADD COLUMN reach TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN location_id TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;

-- The second factor: a sealed secret and the last step that was used of it.
ALTER TABLE app_user ADD COLUMN sealed_totp BYTEA;
ALTER TABLE app_user ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- Where a session is, as its owner is shown it, sealed.
ALTER TABLE session ADD COLUMN sealed_origin BYTEA;
-- The one business of a shared computer, '' for a session of one person; and
-- since when it waits for somebody's PIN, 0 for open.
ALTER TABLE session ADD COLUMN shared_business TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN locked_at BIGINT NOT NULL DEFAULT 0;
-- When and how the person last proved who they are.
ALTER TABLE session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN proved_by TEXT NOT NULL DEFAULT '';

CREATE TABLE recovery_code (
    user_id   TEXT NOT NULL REFERENCES app_user (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE passkey (
    key_id        BYTEA PRIMARY KEY, -- as the device calls it
    id            TEXT NOT NULL UNIQUE,
    user_id       TEXT NOT NULL REFERENCES app_user (id),
    sealed_name   BYTEA NOT NULL,
    sealed_record BYTEA NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX passkey_of_user ON passkey (user_id);

-- A login at another house (OIDC) that is somebody's here.
CREATE TABLE outside_login (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    user_id    TEXT NOT NULL REFERENCES app_user (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX outside_login_of_user ON outside_login (user_id);

CREATE TABLE invitation (
    business_id  TEXT NOT NULL REFERENCES business (id),
    id           TEXT NOT NULL,
    token_hash   BYTEA NOT NULL UNIQUE,
    email_index  BYTEA NOT NULL,
    sealed_email BYTEA NOT NULL,
    role         TEXT NOT NULL,
    staff_id     TEXT NOT NULL,
    reach        TEXT NOT NULL,
    location_id  TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX invitation_email ON invitation (email_index);

-- What is begun and must be finished soon, once: the question of a passkey, the
-- second step of a sign-in, the way back from another house, a new password.
CREATE TABLE ceremony (
    token_hash   BYTEA PRIMARY KEY,
    kind         TEXT NOT NULL,
    holder       TEXT NOT NULL, -- the user, '' for nobody yet
    sealed_state BYTEA NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX ceremony_holder ON ceremony (holder, kind);

-- Tries of somebody or from somewhere, in windows. The key is a blind index.
CREATE TABLE attempt (
    try_key  BYTEA PRIMARY KEY,
    began_at BIGINT NOT NULL,
    tries    BIGINT NOT NULL
);
CREATE INDEX attempt_began ON attempt (began_at);

-- Letters to people who sign in: invitations, new passwords. Sent soon, once.
CREATE TABLE letter (
    id          TEXT PRIMARY KEY,
    business_id TEXT NOT NULL, -- '' where it belongs to none
    sealed_body BYTEA NOT NULL,
    due_at      BIGINT NOT NULL,
    tries       BIGINT NOT NULL DEFAULT 0,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX letter_due ON letter (due_at);

-- Whose cards a member of own or local reach may open is asked by these.
CREATE INDEX booking_staff ON booking (business_id, staff_id, client_id);
CREATE INDEX booking_location ON booking (business_id, location_id, client_id);
-- Who made a card may open it before its first visit.
CREATE INDEX event_card_made ON event (business_id, client_id) WHERE type = 'client.created';
