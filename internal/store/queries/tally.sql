-- name: LockClientTally :one
INSERT INTO client_tally (business_id, client_id, visits, no_shows, cancels, late_cancels, spent, first_at, last_at, habits)
SELECT c.business_id, c.id, -1, 0, 0, 0, '', 0, 0, '' FROM client c
WHERE c.business_id = $1 AND c.id = $2 AND c.erased_at IS NULL
ON CONFLICT (business_id, client_id) DO UPDATE SET visits = client_tally.visits
RETURNING *;

-- name: ClientTally :one
SELECT * FROM client_tally WHERE business_id = $1 AND client_id = $2;

-- name: PutClientTally :exec
INSERT INTO client_tally (business_id, client_id, visits, no_shows, cancels, late_cancels, spent, first_at, last_at, habits)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (business_id, client_id) DO UPDATE SET
    visits = excluded.visits, no_shows = excluded.no_shows, cancels = excluded.cancels, late_cancels = excluded.late_cancels,
    spent = excluded.spent, first_at = excluded.first_at, last_at = excluded.last_at, habits = excluded.habits;

-- name: DeleteClientTally :exec
DELETE FROM client_tally WHERE business_id = $1 AND client_id = $2;

-- name: ClearClientTallies :exec
DELETE FROM client_tally WHERE business_id = $1;

-- name: ClientPasts :many
SELECT id, status, start_at, zone, staff_id, service_id, paid_amount, price_currency, policy, cancelled_at FROM booking
WHERE business_id = $1 AND client_id = $2 AND status IN ('completed', 'no_show', 'cancelled') AND id <> $3;

-- name: BookingOwner :one
SELECT client_id FROM booking WHERE business_id = $1 AND id = $2;
