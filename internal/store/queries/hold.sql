-- name: InsertHold :exec
INSERT INTO hold (business_id, id, request, placement, quote, expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: FindHold :one
SELECT * FROM hold WHERE business_id = $1 AND id = $2;

-- name: DeleteHold :execrows
DELETE FROM hold WHERE business_id = $1 AND id = $2;

-- name: ExpiredHolds :many
SELECT * FROM hold WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2;

-- name: NextHoldExpiry :one
SELECT CAST(COALESCE(MIN(expires_at), 0) AS BIGINT) AS expires_at FROM hold;
