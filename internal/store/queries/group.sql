-- name: InsertGroup :exec
INSERT INTO group_session (
    business_id, id, service_id, status, start_at, end_at, zone, local_start, fold, location_id, placement, seats, min_seats,
    decide_at, created_at, updated_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: UpdateGroup :execrows
UPDATE group_session SET status = $4, seats = $5, min_seats = $6, decide_at = $7, updated_at = $8, version = version + 1
WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: FindGroup :one
SELECT * FROM group_session WHERE business_id = $1 AND id = $2;

-- name: ListGroups :many
SELECT * FROM group_session
WHERE business_id = sqlc.arg(business_id) AND start_at >= sqlc.arg(from_at) AND start_at < sqlc.arg(to_at)
  AND (CAST(sqlc.arg(service) AS TEXT) = '' OR service_id = sqlc.arg(service))
  AND (CAST(sqlc.arg(location) AS TEXT) = '' OR location_id = sqlc.arg(location))
  AND (CAST(sqlc.arg(status) AS TEXT) = '' OR status = sqlc.arg(status))
  AND (start_at, id) > (CAST(sqlc.arg(after_at) AS BIGINT), CAST(sqlc.arg(after_id) AS TEXT))
ORDER BY start_at, id
LIMIT sqlc.arg(count);

-- name: UndecidedGroups :many
SELECT * FROM group_session WHERE status = 'planned' AND decide_at > 0 AND decide_at <= $1 ORDER BY decide_at LIMIT $2;

-- name: NextGroupDecision :one
SELECT CAST(COALESCE(MIN(decide_at), 0) AS BIGINT) AS decide_at FROM group_session WHERE status = 'planned' AND decide_at > 0;

-- name: SeatRowsBetween :many
-- The seats taken in every session that starts in a stretch of time, each one look into the index.
SELECT g.id AS group_id, o.lane_id, o.source_id, o.expires_at
FROM group_session g
JOIN occupancy o ON o.business_id = g.business_id AND o.lane_kind = 'session' AND o.lane_id > g.id || ':' AND o.lane_id < g.id || ';'
WHERE g.business_id = $1 AND g.start_at >= $2 AND g.start_at <= $3;

-- name: SeatRows :many
-- The seats taken in one session: the lane's id is "<session>:<number>".
SELECT lane_id, source_id, expires_at FROM occupancy
WHERE business_id = $1 AND lane_kind = 'session' AND lane_id > $2 AND lane_id < $3;

-- name: GroupBookings :many
SELECT b.*, c.sealed_key, c.sealed_name FROM booking b
LEFT JOIN client c ON c.business_id = b.business_id AND c.id = b.client_id
WHERE b.business_id = $1 AND b.group_id = $2 AND b.group_id <> ''
ORDER BY b.created_at, b.id;
