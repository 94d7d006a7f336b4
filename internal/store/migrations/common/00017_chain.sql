-- +goose Up

-- Businesses that agreed to lend each other cards. A chain belongs to no business; nothing in these tables is about
-- clients: what opens a card is asked anew each time.
CREATE TABLE chain (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 0, -- touched by whoever joins, leaves or invites
    created_at BIGINT NOT NULL
);

-- A business is in one chain at most.
CREATE TABLE chain_member (
    business_id TEXT PRIMARY KEY REFERENCES business (id),
    chain_id    TEXT NOT NULL REFERENCES chain (id),
    joined_at   BIGINT NOT NULL
);
CREATE INDEX chain_member_chain ON chain_member (chain_id, joined_at, business_id);

-- A code lets one business in, once; its text is known to whom it was given.
CREATE TABLE chain_invitation (
    code_hash   BYTEA PRIMARY KEY,
    id          TEXT NOT NULL,
    chain_id    TEXT NOT NULL REFERENCES chain (id),
    business_id TEXT NOT NULL REFERENCES business (id), -- who invites
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX chain_invitation_chain ON chain_invitation (chain_id, id);
