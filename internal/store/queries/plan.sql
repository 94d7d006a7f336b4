-- name: InsertPlan :execrows
INSERT INTO plan_item (
    business_id, id, client_id, subject_id, service_id, rule, origin, kind, step, steps, due_day, window_from, window_to,
    since_day, status, booking_id, tell_at, expires_at, ripe_at, offered_at, sealed_detail, created_at, updated_at, version
) VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24
)
ON CONFLICT (business_id, client_id, subject_id, service_id, rule) WHERE status IN ('planned', 'offered', 'booked') DO NOTHING;

-- name: UpdatePlan :execrows
UPDATE plan_item SET
    kind = @kind, step = @step, steps = @steps, due_day = @due_day, window_from = @window_from, window_to = @window_to,
    since_day = @since_day, status = @status, booking_id = @booking_id, tell_at = @tell_at, expires_at = @expires_at,
    ripe_at = @ripe_at, offered_at = @offered_at, sealed_detail = @sealed_detail, updated_at = @updated_at,
    version = version + 1
WHERE business_id = @business_id AND id = @id AND version = @version;

-- name: DeletePlan :execrows
DELETE FROM plan_item WHERE business_id = $1 AND id = $2;

-- name: FindPlan :one
SELECT * FROM plan_item WHERE business_id = $1 AND id = $2;

-- name: OpenPlans :many
SELECT * FROM plan_item
WHERE business_id = $1 AND client_id = $2 AND status IN ('planned', 'offered', 'booked')
ORDER BY due_day, id;

-- name: TouchPlan :one
-- The lock between a message's claim and a change of what it tells of.
UPDATE plan_item SET updated_at = updated_at WHERE business_id = $1 AND id = $2
RETURNING status;

-- name: ListPlans :many
SELECT * FROM plan_item
WHERE business_id = @business_id AND (due_day, id) > (CAST(@after_day AS TEXT), CAST(@after_id AS TEXT))
  AND due_day >= @from_day AND due_day <= @to_day
  AND (CAST(@service_id AS TEXT) = '' OR service_id = @service_id) AND (CAST(@status AS TEXT) = '' OR status = @status)
  AND (NOT CAST(@open AS BOOLEAN) OR status IN ('planned', 'offered', 'booked'))
  AND (NOT CAST(@waiting AS BOOLEAN) OR status IN ('planned', 'offered'))
ORDER BY due_day, id LIMIT CAST(@count AS INTEGER);

-- name: ListClientPlans :many
SELECT * FROM plan_item
WHERE business_id = @business_id AND client_id = @client_id
  AND (due_day, id) > (CAST(@after_day AS TEXT), CAST(@after_id AS TEXT))
  AND due_day >= @from_day AND due_day <= @to_day
  AND (CAST(@service_id AS TEXT) = '' OR service_id = @service_id) AND (CAST(@status AS TEXT) = '' OR status = @status)
  AND (NOT CAST(@open AS BOOLEAN) OR status IN ('planned', 'offered', 'booked'))
  AND (NOT CAST(@waiting AS BOOLEAN) OR status IN ('planned', 'offered'))
ORDER BY due_day, id LIMIT CAST(@count AS INTEGER);

-- name: LastClientPlans :many
SELECT * FROM plan_item WHERE business_id = @business_id AND client_id = @client_id
ORDER BY due_day DESC, id DESC LIMIT CAST(@count AS INTEGER);

-- name: BookedClientPlans :many
-- What visits were planned as, by when these begin.
SELECT p.* FROM plan_item p
JOIN booking b ON b.business_id = p.business_id AND b.id = p.booking_id
WHERE p.business_id = @business_id AND p.client_id = @client_id AND p.booking_id <> ''
  AND b.start_at >= @from_at AND b.start_at <= @to_at
ORDER BY p.due_day DESC, p.id DESC;

-- name: RipePlans :many
SELECT business_id, client_id, id FROM plan_item WHERE ripe_at IS NOT NULL AND ripe_at <= @now
ORDER BY ripe_at, business_id, id LIMIT CAST(@count AS INTEGER);

-- name: NextRipePlan :one
SELECT CAST(ripe_at AS BIGINT) AS ripe_at FROM plan_item WHERE ripe_at IS NOT NULL ORDER BY ripe_at LIMIT 1;

-- name: ClientVisits :many
-- Without what is sealed: what is due asks for it at the end of every visit.
SELECT id, status, start_at, end_at, zone, items, subject_id, location_id FROM booking
WHERE business_id = @business_id AND client_id = @client_id
ORDER BY start_at DESC, id DESC LIMIT CAST(@count AS INTEGER);

-- name: ClientVisitsAfter :many
-- What took place or is agreed, on from a visit.
SELECT id, status, start_at, end_at, zone, items, subject_id, location_id FROM booking
WHERE business_id = @business_id AND client_id = @client_id
  AND status IN ('completed', 'confirmed', 'checked_in', 'requested', 'awaiting_payment')
  AND (start_at, id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY start_at, id LIMIT CAST(@count AS INTEGER);

-- name: OneVisit :one
SELECT id, status, start_at, end_at, zone, items, subject_id, location_id FROM booking WHERE business_id = $1 AND id = $2;
