-- name: InsertClientCalendar :exec
INSERT INTO client_calendar (business_id, id, client_id, sealed_url, for_staff, created_at, next_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: DeleteClientCalendar :execrows
DELETE FROM client_calendar WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: ListClientCalendars :many
SELECT * FROM client_calendar WHERE business_id = $1 AND client_id = $2 ORDER BY id;

-- name: GlimpseClientCalendars :many
SELECT id, for_staff, last_ok, sealed_busy FROM client_calendar WHERE business_id = $1 AND client_id = $2 ORDER BY id;

-- name: DueClientCalendars :many
SELECT business_id, id, client_id FROM client_calendar
WHERE next_at <= @now AND claimed_until <= @real
ORDER BY next_at LIMIT @count;

-- name: ClaimClientCalendar :one
UPDATE client_calendar SET claimed_until = @until
WHERE business_id = @business_id AND id = @id AND client_id = @client_id AND next_at <= @now AND claimed_until <= @real
RETURNING *;

-- name: RecordClientCalendar :execrows
-- Only by the holder of the claim, and while it is the same client's: what is written is sealed with their key.
UPDATE client_calendar SET sealed_etag = $5, sealed_token = $6, read_at = $7, last_ok = $8, failing_since = $9, trouble = $10,
    attempts = $11, next_at = $12, zone_mark = $13, claimed_until = 0
WHERE business_id = $1 AND id = $2 AND client_id = $3 AND claimed_until = $4;

-- name: KeepClientCalendar :exec
UPDATE client_calendar SET sealed_busy = $4 WHERE business_id = $1 AND id = $2 AND client_id = $3;
