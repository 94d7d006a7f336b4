-- name: LockClient :exec
UPDATE client SET version = version WHERE business_id = $1 AND id = $2;

-- name: InsertClientMerge :exec
INSERT INTO client_merge (business_id, id, survivor_id, merged_id, actor_kind, actor_id, at, sealed_was)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: FindClientMerge :one
SELECT * FROM client_merge WHERE business_id = $1 AND id = $2;

-- name: ClientMergesOf :many
SELECT * FROM client_merge WHERE business_id = $1 AND survivor_id = $2 ORDER BY id DESC;

-- name: UndoClientMerge :exec
UPDATE client_merge SET undone_at = $3, sealed_was = NULL WHERE business_id = $1 AND id = $2;

-- name: InsertClientMergeRow :exec
INSERT INTO client_merge_row (business_id, merge_id, position, in_table, row_id, note) VALUES ($1, $2, $3, $4, $5, $6);

-- name: ClientMergeRows :many
SELECT in_table, row_id, note FROM client_merge_row WHERE business_id = $1 AND merge_id = $2 ORDER BY position;

-- name: DeleteClientMergeRows :exec
DELETE FROM client_merge_row WHERE business_id = $1 AND merge_id = $2;

-- name: MergeClient :execrows
UPDATE client SET merged_into = $3, name_index = NULL, email_index = NULL, phone_index = NULL, version = version + 1, updated_at = $4
WHERE business_id = $1 AND id = $2 AND merged_into = '' AND erased_at IS NULL;

-- name: PartClient :execrows
UPDATE client SET merged_into = '', version = version + 1, updated_at = $4
WHERE business_id = $1 AND id = $2 AND merged_into = $3 AND erased_at IS NULL;

-- name: ClientLaneRows :many
SELECT start_at, end_at, exclusive, source_kind, source_id, expires_at, location_id FROM occupancy
WHERE business_id = $1 AND lane_kind = 'client' AND lane_id = $2
ORDER BY start_at, source_id;

-- name: DeleteClientLaneRow :exec
DELETE FROM occupancy
WHERE business_id = $1 AND lane_kind = 'client' AND lane_id = $2 AND start_at = $3 AND source_id = $4;

-- name: SharedPhones :many
SELECT CAST(c.id AS TEXT) AS a, CAST(d.id AS TEXT) AS b FROM client c
JOIN client d ON d.business_id = c.business_id AND d.phone_index = c.phone_index AND d.id > c.id
WHERE c.business_id = $1 AND c.phone_index IS NOT NULL
LIMIT $2;

-- name: SharedEmails :many
SELECT CAST(c.id AS TEXT) AS a, CAST(d.id AS TEXT) AS b FROM client c
JOIN client d ON d.business_id = c.business_id AND d.email_index = c.email_index AND d.id > c.id
WHERE c.business_id = $1 AND c.email_index IS NOT NULL
LIMIT $2;

-- name: SharedNames :many
SELECT CAST(c.id AS TEXT) AS a, CAST(d.id AS TEXT) AS b FROM client c
JOIN client d ON d.business_id = c.business_id AND d.name_index = c.name_index AND d.id > c.id
WHERE c.business_id = $1 AND c.name_index IS NOT NULL
LIMIT $2;
