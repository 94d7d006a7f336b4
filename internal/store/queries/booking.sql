-- name: InsertBooking :exec
INSERT INTO booking (
    business_id, id, client_id, status, start_at, end_at, zone, local_start, fold, location_id, service_id, staff_id,
    items, quote, price_amount, price_currency, policy, party, squeezed, source, language, sealed_note, epoch, sequence,
    attendance_confirmed_at, checked_in_at, completed_at, cancelled_at, paid_amount, paid_method, created_at, updated_at,
    choice, group_id, series_id, series_position, subject_id, named
) VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38
);

-- name: UpdateBooking :execrows
UPDATE booking SET
    status = $4, start_at = $5, end_at = $6, zone = $7, local_start = $8, fold = $9, location_id = $10, staff_id = $11,
    items = $12, squeezed = $13, sealed_reason = $14, epoch = $15, sequence = $16, attendance_confirmed_at = $17,
    checked_in_at = $18, completed_at = $19, cancelled_at = $20, paid_amount = $21, paid_method = $22,
    updated_at = $23, choice = $24, group_id = $25, version = version + 1
WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: FindBooking :one
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = $1 AND b.id = $2;

-- name: ListBookings :many
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = sqlc.arg(business_id)
  AND b.start_at >= sqlc.arg(from_at) AND b.start_at < sqlc.arg(to_at) AND b.end_at > sqlc.arg(ends_after)
  AND (b.start_at, b.id) > (CAST(sqlc.arg(after_at) AS BIGINT), CAST(sqlc.arg(after_id) AS TEXT))
  AND (CAST(sqlc.arg(client) AS TEXT) = '' OR b.client_id = sqlc.arg(client))
  AND (CAST(sqlc.arg(status) AS TEXT) = '' OR b.status = sqlc.arg(status))
  AND (CAST(sqlc.arg(location) AS TEXT) = '' OR b.location_id = sqlc.arg(location))
  AND (CAST(sqlc.arg(staff) AS TEXT) = '' OR b.staff_id = sqlc.arg(staff)
       OR EXISTS (SELECT 1 FROM occupancy o WHERE o.business_id = b.business_id AND o.source_id = b.id
                  AND o.lane_kind = 'staff' AND o.lane_id = sqlc.arg(staff)))
ORDER BY b.start_at, b.id
LIMIT CAST(sqlc.arg(count) AS INTEGER);

-- name: ListClientBookings :many
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = sqlc.arg(business_id) AND b.client_id = sqlc.arg(client)
  AND (b.start_at, b.id) < (CAST(sqlc.arg(before_at) AS BIGINT), CAST(sqlc.arg(before_id) AS TEXT))
ORDER BY b.start_at DESC, b.id DESC
LIMIT CAST(sqlc.arg(count) AS INTEGER);

-- name: ListClientBookingsOn :many
-- Those of one client in a span, by the index of clients: ListBookings goes through everybody's.
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = sqlc.arg(business_id) AND b.client_id = sqlc.arg(client)
  AND b.start_at >= sqlc.arg(from_at) AND b.start_at < sqlc.arg(to_at) AND b.end_at > sqlc.arg(ends_after)
  AND (b.start_at, b.id) > (CAST(sqlc.arg(after_at) AS BIGINT), CAST(sqlc.arg(after_id) AS TEXT))
ORDER BY b.start_at, b.id
LIMIT CAST(sqlc.arg(count) AS INTEGER);

-- name: BookingDemand :many
SELECT service_id, COUNT(*) AS asked FROM booking
WHERE business_id = $1 AND start_at >= $2 AND start_at < $3
GROUP BY service_id;
