-- name: InsertSeries :exec
INSERT INTO series (business_id, id, client_id, rule, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: FindSeries :one
SELECT * FROM series WHERE business_id = $1 AND id = $2;

-- name: SeriesBookings :many
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = $1 AND b.series_id = $2 AND b.series_id <> ''
ORDER BY b.start_at, b.id;
