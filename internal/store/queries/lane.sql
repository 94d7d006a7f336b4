-- name: LaneVersionsAll :many
SELECT b.config_version, CAST(COALESCE(l.kind, '') AS TEXT) AS kind, CAST(COALESCE(l.id, '') AS TEXT) AS id,
       CAST(COALESCE(l.version, 0) AS BIGINT) AS version
FROM business b
LEFT JOIN lane l ON l.business_id = b.id AND l.kind IN ('counter', 'overflow', 'place', 'staff', 'unit')
WHERE b.id = $1;

-- name: LaneVersionsOf :many
SELECT b.config_version, CAST(COALESCE(l.kind, '') AS TEXT) AS kind, CAST(COALESCE(l.id, '') AS TEXT) AS id,
       CAST(COALESCE(l.version, 0) AS BIGINT) AS version
FROM business b
LEFT JOIN lane l ON l.business_id = b.id AND (l.kind = 'place' OR (l.kind = $2 AND l.id = $3))
WHERE b.id = $1;

-- name: TouchLane :exec
INSERT INTO lane (business_id, kind, id) VALUES ($1, $2, $3)
ON CONFLICT (business_id, kind, id) DO UPDATE SET version = lane.version + 1;

-- name: TouchLanes :exec
-- Up to four at once, locked one after the other as they are listed; places left over have an empty kind.
INSERT INTO lane (business_id, kind, id)
SELECT CAST(@business_id AS TEXT), v.column1, v.column2
FROM (VALUES
    (CAST(@kind1 AS TEXT), CAST(@id1 AS TEXT)), (CAST(@kind2 AS TEXT), CAST(@id2 AS TEXT)),
    (CAST(@kind3 AS TEXT), CAST(@id3 AS TEXT)), (CAST(@kind4 AS TEXT), CAST(@id4 AS TEXT))
) AS v
WHERE v.column1 <> ''
ON CONFLICT (business_id, kind, id) DO UPDATE SET version = lane.version + 1;

-- name: LaneRows :many
SELECT start_at, end_at, exclusive, source_kind, source_id, expires_at, location_id
FROM occupancy
WHERE business_id = $1 AND lane_kind = $2 AND lane_id = $3
  AND start_at > $4 AND start_at < $5 AND end_at > $6
ORDER BY start_at;

-- name: LanesRows :many
-- The rows of up to four lanes; places left over have an empty kind, which no lane has. The lanes lead, so
-- that each is one look into the index.
SELECT o.lane_kind, o.lane_id, o.start_at, o.end_at, o.exclusive, o.source_kind, o.source_id, o.expires_at,
       o.location_id
FROM (VALUES
    (CAST(@kind1 AS TEXT), CAST(@id1 AS TEXT)), (CAST(@kind2 AS TEXT), CAST(@id2 AS TEXT)),
    (CAST(@kind3 AS TEXT), CAST(@id3 AS TEXT)), (CAST(@kind4 AS TEXT), CAST(@id4 AS TEXT))
) AS v
CROSS JOIN occupancy o
WHERE o.business_id = @business_id AND o.lane_kind = v.column1 AND o.lane_id = v.column2
  AND o.start_at > @starts_after AND o.start_at < @starts_before AND o.end_at > @ends_after
ORDER BY o.start_at;

-- name: LanesRowsNow :many
-- LanesRows and, in a row of no lane, at whose start the version of the configuration stands.
SELECT o.lane_kind, o.lane_id, o.start_at, o.end_at, o.exclusive, o.source_kind, o.source_id, o.expires_at,
       o.location_id
FROM (VALUES
    (CAST(@kind1 AS TEXT), CAST(@id1 AS TEXT)), (CAST(@kind2 AS TEXT), CAST(@id2 AS TEXT)),
    (CAST(@kind3 AS TEXT), CAST(@id3 AS TEXT)), (CAST(@kind4 AS TEXT), CAST(@id4 AS TEXT))
) AS v
CROSS JOIN occupancy o
WHERE o.business_id = @business_id AND o.lane_kind = v.column1 AND o.lane_id = v.column2
  AND o.start_at > @starts_after AND o.start_at < @starts_before AND o.end_at > @ends_after
UNION ALL
SELECT '', '', b.config_version, b.config_version, FALSE, '', '', b.config_version, '' FROM business b WHERE b.id = @business_id
ORDER BY start_at;

-- name: InsertOccupancy :exec
INSERT INTO occupancy (
    business_id, lane_kind, lane_id, start_at, end_at, exclusive, source_kind, source_id, expires_at, location_id
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: InsertTwoOccupancies :exec
-- What most visits need, the staff's lane and the client's, in one go.
INSERT INTO occupancy (
    business_id, lane_kind, lane_id, start_at, end_at, exclusive, source_kind, source_id, expires_at, location_id
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: DeleteOccupancy :many
DELETE FROM occupancy WHERE business_id = $1 AND source_id = $2
RETURNING lane_kind, lane_id;

-- name: DeleteOccupancyKind :exec
DELETE FROM occupancy WHERE business_id = $1 AND lane_kind = $2;

-- name: CountOverlaps :one
SELECT COUNT(*) FROM occupancy a
JOIN occupancy b ON b.business_id = a.business_id AND b.lane_kind = a.lane_kind AND b.lane_id = a.lane_id
 AND (b.start_at > a.start_at OR (b.start_at = a.start_at AND b.source_id > a.source_id)) AND b.start_at < a.end_at
WHERE a.exclusive AND b.exclusive;
