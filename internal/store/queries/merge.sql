-- name: LockClient :exec
UPDATE client SET version = version WHERE business_id = $1 AND id = $2;

-- name: InsertClientMerge :exec
INSERT INTO client_merge (business_id, id, survivor_id, merged_id, actor_kind, actor_id, at, sealed_was)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: FindClientMerge :one
SELECT * FROM client_merge WHERE business_id = $1 AND id = $2;

-- name: ClientMergesOf :many
SELECT * FROM client_merge
WHERE business_id = @business_id AND survivor_id = @survivor_id AND (CAST(@before_id AS TEXT) = '' OR id < @before_id)
  AND (NOT CAST(@standing AS BOOLEAN) OR undone_at IS NULL)
ORDER BY id DESC LIMIT CAST(@count AS INTEGER);

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
-- By what several have, then by who has it: joined crosswise and with no identity bare, so that SQLite looks at the
-- indexes in this order, and not for every card at all others.
SELECT sqlc.embed(c), sqlc.embed(d) FROM (
    SELECT s.phone_index FROM client s WHERE s.business_id = @business_id AND s.phone_index IS NOT NULL
    GROUP BY s.phone_index HAVING COUNT(*) > 1
) AS several CROSS JOIN client c CROSS JOIN client d
WHERE c.business_id = @business_id AND c.phone_index IS NOT NULL AND c.phone_index = several.phone_index
  AND d.business_id = @business_id AND d.phone_index IS NOT NULL AND d.phone_index = several.phone_index AND d.id || '' > c.id
  AND (c.id || '', d.id || '') > (CAST(@after_a AS TEXT), CAST(@after_b AS TEXT))
ORDER BY c.id, d.id LIMIT CAST(@count AS INTEGER);

-- name: SharedEmails :many
SELECT sqlc.embed(c), sqlc.embed(d) FROM (
    SELECT s.email_index FROM client s WHERE s.business_id = @business_id AND s.email_index IS NOT NULL
    GROUP BY s.email_index HAVING COUNT(*) > 1
) AS several CROSS JOIN client c CROSS JOIN client d
WHERE c.business_id = @business_id AND c.email_index IS NOT NULL AND c.email_index = several.email_index
  AND d.business_id = @business_id AND d.email_index IS NOT NULL AND d.email_index = several.email_index AND d.id || '' > c.id
  AND (c.phone_index IS NULL OR d.phone_index IS NULL OR c.phone_index <> d.phone_index)
  AND (c.id || '', d.id || '') > (CAST(@after_a AS TEXT), CAST(@after_b AS TEXT))
ORDER BY c.id, d.id LIMIT CAST(@count AS INTEGER);

-- name: SharedNames :many
SELECT sqlc.embed(c), sqlc.embed(d) FROM (
    SELECT s.name_index FROM client s WHERE s.business_id = @business_id AND s.name_index IS NOT NULL
    GROUP BY s.name_index HAVING COUNT(*) > 1
) AS several CROSS JOIN client c CROSS JOIN client d
WHERE c.business_id = @business_id AND c.name_index IS NOT NULL AND c.name_index = several.name_index
  AND d.business_id = @business_id AND d.name_index IS NOT NULL AND d.name_index = several.name_index AND d.id || '' > c.id
  AND (c.phone_index IS NULL OR d.phone_index IS NULL OR c.phone_index <> d.phone_index)
  AND (c.email_index IS NULL OR d.email_index IS NULL OR c.email_index <> d.email_index)
  AND (c.id || '', d.id || '') > (CAST(@after_a AS TEXT), CAST(@after_b AS TEXT))
ORDER BY c.id, d.id LIMIT CAST(@count AS INTEGER);

-- name: PhoneTwins :many
SELECT * FROM client
WHERE business_id = @business_id AND phone_index = @phone_index AND id || '' <> @of_id AND id || '' > CAST(@after_id AS TEXT)
ORDER BY id LIMIT CAST(@count AS INTEGER);

-- name: EmailTwins :many
SELECT * FROM client
WHERE business_id = @business_id AND email_index = @email_index AND id || '' <> @of_id AND id || '' > CAST(@after_id AS TEXT)
  AND (phone_index IS NULL OR phone_index <> @phone_index)
ORDER BY id LIMIT CAST(@count AS INTEGER);

-- name: NameTwins :many
SELECT * FROM client
WHERE business_id = @business_id AND name_index = @name_index AND id || '' <> @of_id AND id || '' > CAST(@after_id AS TEXT)
  AND (phone_index IS NULL OR phone_index <> @phone_index)
  AND (email_index IS NULL OR email_index <> @email_index)
ORDER BY id LIMIT CAST(@count AS INTEGER);

-- name: KinOfBoth :many
SELECT guardian_id, client_id FROM client_kin
WHERE business_id = @business_id AND (guardian_id = @client_id OR client_id = @client_id)
ORDER BY guardian_id, client_id;

-- name: MoveGuardian :execrows
UPDATE client_kin SET guardian_id = @to_id
WHERE client_kin.business_id = @business_id AND client_kin.guardian_id = @from_id AND client_kin.client_id = @client_id
  AND NOT EXISTS (SELECT 1 FROM client_kin o WHERE o.business_id = @business_id AND o.guardian_id = @to_id AND o.client_id = @client_id);

-- name: MoveWard :execrows
UPDATE client_kin SET client_id = @to_id
WHERE client_kin.business_id = @business_id AND client_kin.client_id = @from_id AND client_kin.guardian_id = @guardian_id
  AND NOT EXISTS (SELECT 1 FROM client_kin o WHERE o.business_id = @business_id AND o.guardian_id = @guardian_id AND o.client_id = @to_id);
