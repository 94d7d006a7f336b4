-- name: InsertAuditEntry :exec
INSERT INTO audit_entry (
    business_id, id, client_id, actor_kind, actor_id, action, ref, sealed_from, sealed_reason, digest, at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: ListAuditEntries :many
SELECT * FROM audit_entry
WHERE business_id = sqlc.arg(business_id) AND id < sqlc.arg(before_id) AND id >= sqlc.arg(from_id)
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(action) AS TEXT) = '' OR action = sqlc.arg(action))
ORDER BY id DESC
LIMIT sqlc.arg(most);

-- name: ListAuditEntriesOf :many
-- Those that concern one client.
SELECT * FROM audit_entry
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND id < sqlc.arg(before_id) AND (CAST(sqlc.arg(from_id) AS TEXT) = '' OR id >= sqlc.arg(from_id))
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(action) AS TEXT) = '' OR action = sqlc.arg(action))
ORDER BY id DESC
LIMIT sqlc.arg(most);

-- name: ListAuditEvents :many
SELECT id, seq, type, at, actor_kind, actor_id, booking_id, client_id, data, sealed_from FROM event
WHERE business_id = sqlc.arg(business_id) AND id < sqlc.arg(before_id) AND id >= sqlc.arg(from_id)
  AND (CAST(sqlc.arg(client_id) AS TEXT) = '' OR client_id = sqlc.arg(client_id))
  AND (CAST(sqlc.arg(actor_id) AS TEXT) = '' OR actor_id = sqlc.arg(actor_id))
  AND (CAST(sqlc.arg(type) AS TEXT) = '' OR type = sqlc.arg(type))
ORDER BY id DESC
LIMIT sqlc.arg(most);
