-- +goose Up

-- Whoever was erased is looked for at every start, before anybody is served.
CREATE INDEX client_erased ON client (business_id, id) WHERE erased_at IS NOT NULL;
