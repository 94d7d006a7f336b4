-- name: ClaimIdempotency :execrows
INSERT INTO idempotency (business_id, caller, route, key, request_hash, status, sealed_answer, expires_at)
VALUES (sqlc.arg(business_id), sqlc.arg(caller), sqlc.arg(route), sqlc.arg(key), sqlc.arg(request_hash), 0, NULL, sqlc.arg(expires_at))
ON CONFLICT (business_id, caller, route, key) DO UPDATE
SET request_hash = excluded.request_hash, status = 0, sealed_answer = NULL, expires_at = excluded.expires_at
WHERE idempotency.expires_at <= sqlc.arg(now);

-- name: FindIdempotency :one
SELECT request_hash, status, sealed_answer, expires_at FROM idempotency
WHERE business_id = $1 AND caller = $2 AND route = $3 AND key = $4;

-- name: FinishIdempotency :execrows
UPDATE idempotency SET status = $5, sealed_answer = $6
WHERE business_id = $1 AND caller = $2 AND route = $3 AND key = $4;

-- name: SweepIdempotency :execrows
DELETE FROM idempotency WHERE business_id = $1 AND expires_at <= $2;
