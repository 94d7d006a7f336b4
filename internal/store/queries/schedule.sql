-- name: AllHours :many
SELECT owner_kind, owner_id, weekly, exceptions, seasons, roster, holidays FROM hours WHERE business_id = $1;

-- name: PutHours :exec
INSERT INTO hours (business_id, owner_kind, owner_id, weekly, exceptions, seasons, roster, holidays)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (business_id, owner_kind, owner_id) DO UPDATE SET weekly = excluded.weekly, exceptions = excluded.exceptions,
  seasons = excluded.seasons, roster = excluded.roster, holidays = excluded.holidays;

-- name: DeleteHours :exec
DELETE FROM hours WHERE business_id = $1 AND owner_kind = $2 AND owner_id = $3;

-- name: InsertTimeOff :exec
INSERT INTO time_off (business_id, id, owner_kind, owner_id, start_at, end_at, reason, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: UpdateTimeOff :execrows
UPDATE time_off SET owner_kind = $3, owner_id = $4, start_at = $5, end_at = $6, reason = $7
WHERE business_id = $1 AND id = $2;

-- name: DeleteTimeOff :execrows
DELETE FROM time_off WHERE business_id = $1 AND id = $2;

-- name: FindTimeOff :one
SELECT * FROM time_off WHERE business_id = $1 AND id = $2;

-- name: ListTimeOff :many
SELECT * FROM time_off
WHERE business_id = sqlc.arg(business_id) AND end_at > sqlc.arg(from_at) AND start_at < sqlc.arg(to_at)
  AND (CAST(sqlc.arg(owner_kind) AS TEXT) = '' OR owner_kind = sqlc.arg(owner_kind))
  AND (CAST(sqlc.arg(owner_id) AS TEXT) = '' OR owner_id = sqlc.arg(owner_id))
  AND (end_at, id) > (CAST(sqlc.arg(after_at) AS BIGINT), CAST(sqlc.arg(after_id) AS TEXT))
ORDER BY end_at, id
LIMIT sqlc.arg(most);
