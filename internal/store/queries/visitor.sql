-- name: InsertAsk :exec
INSERT INTO visitor_ask (
    id, ticket_hash, kind, sealed_contact, business_id, language, next_path, state, reason, attempts, tries,
    created_at, due_at, expires_at, purpose
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: DueAsks :many
SELECT * FROM visitor_ask WHERE state = 'asked' AND due_at <= $1 ORDER BY due_at, id LIMIT $2;

-- name: NextAsk :one
SELECT CAST(COALESCE(MIN(due_at), -1) AS BIGINT) FROM visitor_ask WHERE state = 'asked';

-- name: ClaimAsk :execrows
UPDATE visitor_ask SET due_at = sqlc.arg(until)
WHERE id = sqlc.arg(id) AND state = 'asked' AND due_at <= sqlc.arg(now);

-- name: SettleAsk :execrows
UPDATE visitor_ask SET state = $2, reason = $3, proof = $4, link_hash = $5, attempts = $6, due_at = $7
WHERE id = $1 AND state NOT IN ('used', 'proven');

-- name: TryAsk :one
UPDATE visitor_ask SET tries = tries + 1
WHERE ticket_hash = sqlc.arg(ticket_hash) AND tries < sqlc.arg(most) AND state <> 'used' AND expires_at > sqlc.arg(now)
RETURNING *;

-- name: AskByLink :one
SELECT * FROM visitor_ask WHERE link_hash = $1;

-- name: UseAsk :execrows
UPDATE visitor_ask SET state = 'used'
WHERE id = sqlc.arg(id) AND state = sqlc.arg(state) AND expires_at > sqlc.arg(now);

-- name: ProveAsk :execrows
UPDATE visitor_ask SET state = 'proven', link_hash = sqlc.arg(link_hash), expires_at = sqlc.arg(until)
WHERE id = sqlc.arg(id) AND state IN ('sent', 'proven') AND expires_at > sqlc.arg(now);

-- name: PutVisitor :one
INSERT INTO visitor (id, kind, contact_index, sealed_contact, created_at, checked_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (kind, contact_index) DO UPDATE SET checked_at = excluded.checked_at
RETURNING *;

-- name: StaleVisitors :many
SELECT * FROM visitor WHERE checked_at <= $1 ORDER BY checked_at, id LIMIT $2;

-- name: CheckVisitor :exec
UPDATE visitor SET checked_at = $2 WHERE id = $1;

-- name: FindVisitor :one
SELECT * FROM visitor WHERE id = $1;

-- name: DropVisitor :exec
DELETE FROM visitor WHERE id = $1;

-- name: DropVisitorSessions :exec
DELETE FROM visitor_session WHERE visitor_id = sqlc.arg(visitor_id) AND id <> sqlc.arg(but);

-- name: InsertVisitorSession :exec
INSERT INTO visitor_session (token_hash, id, visitor_id, sealed_agent, created_at, seen_at, turned_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: VisitorSession :one
SELECT * FROM visitor_session WHERE token_hash = $1;

-- name: VisitorSessionBefore :one
SELECT * FROM visitor_session WHERE old_hash = $1;

-- name: TurnVisitorSession :execrows
UPDATE visitor_session SET
    old_hash = token_hash, token_hash = sqlc.arg(fresh), turned_at = sqlc.arg(now), seen_at = sqlc.arg(now), used_at = 0,
    expires_at = sqlc.arg(expires_at)
WHERE token_hash = sqlc.arg(old);

-- name: SeeVisitorSession :exec
UPDATE visitor_session SET used_at = $2, seen_at = $2 WHERE id = $1 AND used_at = 0;

-- name: VisitorSessions :many
SELECT * FROM visitor_session WHERE visitor_id = $1 ORDER BY id DESC;

-- name: DropVisitorSession :execrows
DELETE FROM visitor_session WHERE visitor_id = $1 AND id = $2;

-- name: SweepVisitorSessions :exec
DELETE FROM visitor_session WHERE expires_at <= $1;

-- name: SweepAsks :exec
DELETE FROM visitor_ask WHERE expires_at <= $1;

-- name: SweepVisitorCounts :exec
DELETE FROM visitor_count WHERE since <= $1;

-- name: TouchVisitorCount :one
INSERT INTO visitor_count (scope, key_index, since) VALUES ($1, $2, $3)
ON CONFLICT (scope, key_index, since) DO UPDATE SET n = visitor_count.n
RETURNING n, last_at;

-- name: RaiseVisitorCount :exec
UPDATE visitor_count SET n = n + 1, last_at = $4 WHERE scope = $1 AND key_index = $2 AND since = $3;

-- name: CardsByEmail :many
SELECT c.id FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.email_index = sqlc.arg(value_index) AND c.merged_into = '' AND (c.email_verified_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM client_doubt d WHERE d.business_id = c.business_id AND d.client_id = c.id AND d.value_index = sqlc.arg(value_index)))
UNION
SELECT x.client_id FROM client_contact x
WHERE x.business_id = sqlc.arg(business_id) AND x.kind = 'email' AND x.value_index = sqlc.arg(value_index) AND x.verified_at IS NOT NULL
ORDER BY 1;

-- name: CardsByPhone :many
SELECT c.id FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.phone_index = sqlc.arg(value_index) AND c.merged_into = '' AND (c.phone_verified_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM client_doubt d WHERE d.business_id = c.business_id AND d.client_id = c.id AND d.value_index = sqlc.arg(value_index)))
UNION
SELECT x.client_id FROM client_contact x
WHERE x.business_id = sqlc.arg(business_id) AND x.kind = 'phone' AND x.value_index = sqlc.arg(value_index) AND x.verified_at IS NOT NULL
ORDER BY 1;

-- name: InsertDoubt :exec
INSERT INTO client_doubt (business_id, client_id, value_index, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, client_id, value_index) DO NOTHING;

-- name: DoubtsOf :many
SELECT value_index FROM client_doubt WHERE business_id = $1 AND client_id = $2;

-- name: ForgetNamed :exec
UPDATE booking SET named = '' WHERE business_id = $1 AND client_id = $2 AND named <> '';

-- name: BusinessIDs :many
SELECT id, sealed_key FROM business WHERE id > $1 ORDER BY id LIMIT 500;

-- name: KinOf :many
SELECT * FROM client_kin WHERE business_id = $1 AND guardian_id = $2 ORDER BY created_at, client_id;

-- name: WardsAfter :many
SELECT * FROM client_kin
WHERE business_id = @business_id AND guardian_id = @guardian_id
  AND (created_at, client_id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY created_at, client_id LIMIT CAST(@count AS INTEGER);

-- name: GuardiansAfter :many
SELECT * FROM client_kin
WHERE business_id = @business_id AND client_id = @client_id
  AND (created_at, guardian_id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY created_at, guardian_id LIMIT CAST(@count AS INTEGER);

-- name: FindKin :one
SELECT * FROM client_kin WHERE business_id = $1 AND guardian_id = $2 AND client_id = $3;

-- name: PutKin :exec
INSERT INTO client_kin (business_id, guardian_id, client_id, actor_kind, actor_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (business_id, guardian_id, client_id) DO NOTHING;

-- name: DropKin :execrows
DELETE FROM client_kin WHERE business_id = $1 AND guardian_id = $2 AND client_id = $3;

-- name: PutBlock :exec
INSERT INTO visitor_block (business_id, id, kind, prefix, value_index, sealed_value, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (business_id, kind, prefix, value_index) DO NOTHING;

-- name: DropBlock :execrows
DELETE FROM visitor_block WHERE business_id = $1 AND id = $2;

-- name: ListBlocks :many
SELECT * FROM visitor_block WHERE business_id = $1 ORDER BY id DESC LIMIT 500;

-- name: BlockedContact :one
SELECT EXISTS (
    SELECT 1 FROM visitor_block
    WHERE business_id = sqlc.arg(business_id) AND kind = sqlc.arg(kind) AND prefix = '' AND value_index = sqlc.arg(value_index));

-- name: BlockedPrefixes :many
SELECT prefix FROM visitor_block WHERE business_id = $1 AND kind = 'phone' AND prefix <> '';

-- name: FindClientFeed :one
SELECT epoch FROM client_feed WHERE business_id = $1 AND client_id = $2;

-- name: PutClientFeed :one
INSERT INTO client_feed (business_id, client_id, epoch, created_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (business_id, client_id) DO UPDATE SET epoch = client_feed.epoch + 1, created_at = excluded.created_at
RETURNING epoch;

-- name: InsertVisitorKey :exec
INSERT INTO visitor_key (key_id, id, visitor_id, sealed_name, sealed_record, created_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: VisitorKeys :many
SELECT * FROM visitor_key WHERE visitor_id = $1 ORDER BY id;

-- name: UseVisitorKey :execrows
UPDATE visitor_key SET sealed_record = $3, used_at = $4 WHERE visitor_id = $1 AND id = $2;

-- name: DropVisitorKey :execrows
DELETE FROM visitor_key WHERE visitor_id = $1 AND id = $2;

-- name: DropVisitorKeys :exec
DELETE FROM visitor_key WHERE visitor_id = $1;

-- name: PutVisitorQuestion :exec
INSERT INTO visitor_question (token_hash, visitor_id, sealed_state, expires_at) VALUES ($1, $2, $3, $4);

-- name: TakeVisitorQuestion :one
DELETE FROM visitor_question WHERE token_hash = $1 RETURNING *;

-- name: SweepVisitorQuestions :exec
DELETE FROM visitor_question WHERE expires_at <= $1;
