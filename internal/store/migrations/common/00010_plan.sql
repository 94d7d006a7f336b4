-- +goose Up

-- Services that are due for clients.
CREATE TABLE plan_item (
    business_id   TEXT NOT NULL REFERENCES business (id),
    id            TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    subject_id    TEXT NOT NULL, -- empty: the client themselves
    service_id    TEXT NOT NULL,
    rule          TEXT NOT NULL, -- which recall of the service made it; empty for none
    origin        TEXT NOT NULL, -- staff, client, rule, visit, course
    kind          TEXT NOT NULL, -- date, interval, usage, course
    step          BIGINT NOT NULL,
    steps         BIGINT NOT NULL,
    due_day       TEXT NOT NULL,
    window_from   TEXT NOT NULL,
    window_to     TEXT NOT NULL,
    since_day     TEXT NOT NULL, -- the visit from which it is counted; empty for none
    status        TEXT NOT NULL, -- planned, offered, booked, done, skipped, expired
    booking_id    TEXT NOT NULL,
    tell_at       BIGINT NOT NULL, -- 0 is never by itself
    expires_at    BIGINT NOT NULL,
    ripe_at       BIGINT, -- when something happens to it by itself
    offered_at    BIGINT, -- once
    sealed_detail BYTEA, -- note and forecast
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (business_id, id)
);
-- Whatever two nodes think at once, a rule makes one open item for somebody.
CREATE UNIQUE INDEX plan_item_open ON plan_item (business_id, client_id, subject_id, service_id, rule)
    WHERE status IN ('planned', 'offered', 'booked');
CREATE INDEX plan_item_client ON plan_item (business_id, client_id, due_day, id);
CREATE INDEX plan_item_due ON plan_item (business_id, due_day, id);
CREATE INDEX plan_item_ripe ON plan_item (ripe_at) WHERE ripe_at IS NOT NULL;
