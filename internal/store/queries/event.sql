-- name: InsertEvent :exec
INSERT INTO event (business_id, id, type, at, actor_kind, actor_id, booking_id, client_id, data, sealed_from, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: InsertTwoEvents :exec
-- A booking and the card that was made for it, in one go.
INSERT INTO event (business_id, id, type, at, actor_kind, actor_id, booking_id, client_id, data, sealed_from, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), ($12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22);

-- name: UnnumberedEvents :many
-- The oldest committed events without a number, by business: between which ids they lie.
SELECT fresh.business_id, CAST(MIN(fresh.id) AS TEXT) AS first_id, CAST(MAX(fresh.id) AS TEXT) AS last_id
FROM (SELECT e.business_id, e.id FROM event e WHERE e.seq IS NULL ORDER BY e.id LIMIT $1) AS fresh
GROUP BY fresh.business_id;

-- name: HasUnnumberedEvents :one
SELECT EXISTS (SELECT 1 FROM event WHERE seq IS NULL);

-- name: LockEventCounter :one
-- Writing the row is the lock: of two sequencers that overlap, one waits here for the other's commit.
INSERT INTO event_counter (business_id, last_seq) VALUES ($1, 0)
ON CONFLICT (business_id) DO UPDATE SET last_seq = event_counter.last_seq
RETURNING last_seq;

-- name: NumberEvents :execrows
WITH fresh AS (
    SELECT e.id, row_number() OVER (ORDER BY e.id) AS n
    FROM event e
    WHERE e.business_id = @business_id AND e.seq IS NULL AND e.id >= @first_id AND e.id <= @last_id
)
UPDATE event SET seq = CAST(@last_seq AS BIGINT) + fresh.n
FROM fresh
WHERE event.business_id = @business_id AND event.id = fresh.id;

-- name: RaiseEventCounter :exec
UPDATE event_counter SET last_seq = $2 WHERE business_id = $1;

-- name: ListEvents :many
SELECT id, seq, type, at, actor_kind, actor_id, booking_id, client_id, data
FROM event WHERE business_id = $1 AND seq > $2 ORDER BY seq LIMIT $3;

-- name: LastEventSeq :one
SELECT last_seq FROM event_counter WHERE business_id = $1;

-- name: LaggingBusinesses :many
-- Where a reactor has not seen every numbered event.
SELECT c.business_id FROM event_counter c
LEFT JOIN event_cursor k ON k.business_id = c.business_id AND k.reactor = $1
WHERE c.last_seq > COALESCE(k.seq, 0)
ORDER BY c.business_id;

-- name: EventCursor :one
SELECT seq FROM event_cursor WHERE business_id = $1 AND reactor = $2;

-- name: SetEventCursor :exec
-- Never backwards: a reactor that was slow may find that another node has taken over.
INSERT INTO event_cursor (business_id, reactor, seq) VALUES ($1, $2, $3)
ON CONFLICT (business_id, reactor) DO UPDATE SET seq = excluded.seq WHERE event_cursor.seq < excluded.seq;
