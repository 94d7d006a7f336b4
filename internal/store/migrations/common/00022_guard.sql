-- +goose Up

-- By what a session's person showed a second factor: totp, recovery, passkey,
-- outside (another house said so); '' for not.
ALTER TABLE session ADD COLUMN second_by TEXT NOT NULL DEFAULT '';

-- In which businesses a session has worked, so that each sees its own alone; and
-- since when it is shut there, 0 for open.
CREATE TABLE session_stay (
    business_id TEXT NOT NULL REFERENCES business (id),
    session_id  TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    seen_at     BIGINT NOT NULL,
    shut_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (business_id, session_id)
);
CREATE INDEX session_stay_of_session ON session_stay (session_id);
