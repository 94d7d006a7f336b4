-- name: AllLocations :many
SELECT * FROM location WHERE business_id = $1 ORDER BY position, id;

-- name: InsertLocation :exec
INSERT INTO location (business_id, id, position, zone, travel, archived) VALUES ($1, $2, $3, $4, $5, $6);

-- name: UpdateLocation :execrows
UPDATE location SET position = $3, zone = $4, travel = $5, archived = $6 WHERE business_id = $1 AND id = $2;

-- name: AllServices :many
SELECT * FROM service WHERE business_id = $1 ORDER BY position, id;

-- name: InsertService :exec
INSERT INTO service (
    business_id, id, position, segments, interval_min, edge_starts, buffer_before_min, buffer_after_min,
    notice_min, horizon_days, price_amount, price_currency, locations, public, archived, options
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: UpdateService :execrows
UPDATE service SET
    position = $3, segments = $4, interval_min = $5, edge_starts = $6, buffer_before_min = $7, buffer_after_min = $8,
    notice_min = $9, horizon_days = $10, price_amount = $11, price_currency = $12, locations = $13, public = $14,
    archived = $15, options = $16
WHERE business_id = $1 AND id = $2;

-- name: AllStaff :many
SELECT * FROM staff WHERE business_id = $1 ORDER BY position, id;

-- name: InsertStaff :exec
INSERT INTO staff (
    business_id, id, position, services, all_services, skills, color, language, sealed_email, archived, preferences
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: UpdateStaff :execrows
UPDATE staff SET
    position = $3, services = $4, all_services = $5, skills = $6, color = $7, language = $8, sealed_email = $9,
    archived = $10, preferences = $11
WHERE business_id = $1 AND id = $2;

-- name: AllResources :many
SELECT * FROM resource WHERE business_id = $1 ORDER BY position, id;

-- name: InsertResource :exec
INSERT INTO resource (business_id, id, position, kind, units, location_id, archived)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: UpdateResource :execrows
UPDATE resource SET position = $3, kind = $4, units = $5, location_id = $6, archived = $7
WHERE business_id = $1 AND id = $2;

-- name: AllRules :many
SELECT * FROM rule WHERE business_id = $1 ORDER BY position, id;

-- name: InsertRule :exec
INSERT INTO rule (business_id, id, position, kind, body, off, archived) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: UpdateRule :execrows
UPDATE rule SET position = $3, kind = $4, body = $5, off = $6, archived = $7 WHERE business_id = $1 AND id = $2;
