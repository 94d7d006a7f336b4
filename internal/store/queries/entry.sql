-- name: InsertEntry :exec
INSERT INTO entry (
    business_id, id, client_id, kind, direction, state, outcome, booking_id, due_at, sealed_text, sealed_number, number_index,
    actor_kind, actor_id, at, done_at, created_at, updated_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: UpdateEntry :execrows
UPDATE entry SET state = $4, outcome = $5, due_at = $6, sealed_text = $7, done_at = $8, version = version + 1, updated_at = $9
WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: FindEntry :one
SELECT * FROM entry WHERE business_id = $1 AND id = $2;

-- name: ListEntries :many
SELECT * FROM entry
WHERE business_id = sqlc.arg(business_id)
  AND (CAST(sqlc.arg(state) AS TEXT) = '' OR state = sqlc.arg(state))
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: ListClientEntries :many
SELECT * FROM entry
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(state) AS TEXT) = '' OR state = sqlc.arg(state))
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: LastCall :one
SELECT * FROM entry WHERE business_id = $1 AND number_index = $2 ORDER BY id DESC LIMIT 1;

-- name: PhoneHolders :many
SELECT c.id FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.phone_index = sqlc.arg(number_index) AND c.merged_into = ''
UNION
SELECT k.client_id FROM client_contact k
WHERE k.business_id = sqlc.arg(business_id) AND k.kind = 'phone' AND k.value_index = sqlc.arg(number_index)
ORDER BY id DESC;

-- name: TellCaller :execrows
INSERT INTO call_told (business_id, number_index, told_at) VALUES (sqlc.arg(business_id), sqlc.arg(number_index), sqlc.arg(now))
ON CONFLICT (business_id, number_index) DO UPDATE SET told_at = excluded.told_at
WHERE call_told.told_at <= sqlc.arg(since);

-- name: SweepCallers :exec
DELETE FROM call_told WHERE business_id = $1 AND told_at < $2;

-- name: TouchEntry :one
-- The lock between a message's claim and a change of the call that it answers.
UPDATE entry SET updated_at = updated_at WHERE business_id = $1 AND id = $2
RETURNING state, outcome;

-- name: SweepUnknownCalls :exec
DELETE FROM entry WHERE business_id = $1 AND client_id = '' AND at < $2;
