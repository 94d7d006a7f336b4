-- name: InsertCalendarLink :exec
INSERT INTO calendar_link (business_id, id, owner_kind, owner_id, kind, sealed_name, sealed_url, sealed_user, sealed_secret,
    stale_after, created_at, next_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: UpdateCalendarLink :execrows
-- Ends a claim: what is being read now may be of another calendar.
UPDATE calendar_link SET owner_kind = $3, owner_id = $4, kind = $5, sealed_name = $6, sealed_url = $7, sealed_user = $8,
    sealed_secret = $9, stale_after = $10, next_at = $11, attempts = $12, sealed_etag = NULL, sealed_token = NULL, claimed_until = 0
WHERE business_id = $1 AND id = $2;

-- name: DeleteCalendarLink :execrows
DELETE FROM calendar_link WHERE business_id = $1 AND id = $2;

-- name: FindCalendarLink :one
SELECT * FROM calendar_link WHERE business_id = $1 AND id = $2;

-- name: ListCalendarLinks :many
SELECT * FROM calendar_link WHERE business_id = $1 ORDER BY id;

-- name: DueCalendarLinks :many
SELECT business_id, id FROM calendar_link
WHERE next_at <= @now AND claimed_until <= @real
ORDER BY next_at LIMIT @count;

-- name: ClaimCalendarLink :one
UPDATE calendar_link SET claimed_until = @until
WHERE business_id = @business_id AND id = @id AND next_at <= @now AND claimed_until <= @real
RETURNING *;

-- name: RecordCalendarLink :execrows
-- Only by the holder of the claim: one that has run out may be somebody else's by now.
UPDATE calendar_link SET sealed_etag = $4, sealed_token = $5, read_at = $6, last_ok = $7, failing_since = $8, trouble = $9,
    attempts = $10, next_at = $11, lanes = $12, events = $13, skipped = $14, limits = $15, busy_spans = $16, claimed_until = 0
WHERE business_id = $1 AND id = $2 AND claimed_until = $3;

-- name: CalendarRows :many
SELECT lane_kind, lane_id, start_at, end_at FROM occupancy WHERE business_id = $1 AND source_id = $2;

-- name: DeleteCalendarRow :exec
DELETE FROM occupancy WHERE business_id = $1 AND source_id = $2 AND lane_kind = $3 AND lane_id = $4 AND start_at = $5;
