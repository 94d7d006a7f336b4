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
