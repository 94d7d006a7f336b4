-- name: InsertAuditEntry :exec
INSERT INTO audit_entry (
    business_id, id, client_id, actor_kind, actor_id, action, ref, detail, sealed_from, sealed_reason, digest, at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: ListAuditEntries :many
SELECT * FROM audit_entry
WHERE business_id = sqlc.arg(business_id) AND id < sqlc.arg(before_id) AND id >= sqlc.arg(from_id)
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(action) AS TEXT) = '' OR action = sqlc.arg(action))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: ListAuditEntriesOf :many
-- Those that concern one client.
SELECT * FROM audit_entry
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND id < sqlc.arg(before_id) AND (CAST(sqlc.arg(from_id) AS TEXT) = '' OR id >= sqlc.arg(from_id))
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(action) AS TEXT) = '' OR action = sqlc.arg(action))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: ListAuditEvents :many
SELECT id, seq, type, at, actor_kind, actor_id, booking_id, client_id, data, sealed_from FROM event
WHERE business_id = sqlc.arg(business_id) AND id < sqlc.arg(before_id) AND id >= sqlc.arg(from_id)
  AND (CAST(sqlc.arg(client_id) AS TEXT) = '' OR client_id = sqlc.arg(client_id))
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(type) AS TEXT) = '' OR type = sqlc.arg(type))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: PendingAudits :many
-- Where something is in no block yet.
SELECT c.business_id FROM event_counter c
WHERE c.last_seq > COALESCE((
    SELECT b.last_seq FROM audit_block b WHERE b.business_id = c.business_id ORDER BY b.number DESC LIMIT 1), 0)
UNION
SELECT e.business_id FROM audit_entry e WHERE e.block IS NULL;

-- name: LastAuditBlock :one
SELECT * FROM audit_block WHERE business_id = $1 ORDER BY number DESC LIMIT 1;

-- name: InsertAuditBlock :exec
INSERT INTO audit_block (business_id, number, last_seq, events, entries, at, hash, mac)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: ListAuditBlocks :many
SELECT * FROM audit_block WHERE business_id = $1 AND number > $2 ORDER BY number LIMIT $3;

-- name: ListChainedEvents :many
SELECT id, seq, type, at, actor_kind, actor_id, booking_id, client_id, data, sealed_from, digest FROM event
WHERE business_id = sqlc.arg(business_id) AND seq > sqlc.arg(after_seq) AND seq <= sqlc.arg(until_seq)
ORDER BY seq
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: ClaimAuditEntries :many
-- Of two nodes that claim the same ones, the second finds them taken. A range, and not a list of ids: that is one
-- walk along the index of what is fresh, whatever the planner believes of the table.
UPDATE audit_entry SET block = sqlc.arg(block)
WHERE audit_entry.business_id = sqlc.arg(business_id) AND audit_entry.block IS NULL AND audit_entry.id <= (
    SELECT MAX(f.id) FROM (
        SELECT x.id FROM audit_entry x WHERE x.business_id = sqlc.arg(business_id) AND x.block IS NULL
        ORDER BY x.id LIMIT CAST(sqlc.arg(most) AS INTEGER)) AS f)
RETURNING *;

-- name: ListChainedEntries :many
SELECT * FROM audit_entry WHERE business_id = $1 AND block = $2 ORDER BY id LIMIT $3;

-- name: CountAuditStrays :one
SELECT COUNT(*) FROM audit_entry e
WHERE e.business_id = $1 AND e.block IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM audit_block b WHERE b.business_id = e.business_id AND b.number = e.block);

-- name: CountAuditOpen :one
SELECT CAST((
    SELECT COUNT(*) FROM audit_entry e WHERE e.business_id = sqlc.arg(business_id) AND e.block IS NULL
) + (
    SELECT COUNT(*) FROM event v WHERE v.business_id = sqlc.arg(business_id) AND v.seq > COALESCE((
        SELECT b.last_seq FROM audit_block b WHERE b.business_id = sqlc.arg(business_id) ORDER BY b.number DESC LIMIT 1), 0)
) AS BIGINT) AS rows;

-- name: InsertAuditKey :exec
INSERT INTO audit_key (business_id, sealed_key) VALUES ($1, $2) ON CONFLICT (business_id) DO NOTHING;

-- name: FindAuditKey :one
SELECT sealed_key FROM audit_key WHERE business_id = $1;
