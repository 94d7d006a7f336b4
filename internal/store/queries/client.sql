-- name: InsertClient :exec
INSERT INTO client (
    business_id, id, sealed_key, sealed_name, sealed_email, sealed_phone, sealed_note,
    name_index, email_index, phone_index, language, zone, created_at, updated_at, claimed
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: MatchClient :many
SELECT c.* FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.email_index = sqlc.arg(email_index) AND c.name_index = sqlc.arg(name_index)
UNION ALL
SELECT d.* FROM client d
WHERE d.business_id = sqlc.arg(business_id) AND d.phone_index = sqlc.arg(phone_index) AND d.name_index = sqlc.arg(name_index)
ORDER BY created_at, id
LIMIT 40;

-- name: FindClient :one
SELECT * FROM client WHERE business_id = $1 AND id = $2;

-- name: ClientKey :one
SELECT sealed_key FROM client WHERE business_id = $1 AND id = $2;

-- name: UpdateClient :execrows
UPDATE client SET
    sealed_name = $4, sealed_email = $5, sealed_phone = $6, sealed_note = $7,
    name_index = $8, email_index = $9, phone_index = $10, language = $11, zone = $12,
    version = version + 1, updated_at = $13, email_verified_at = $14, phone_verified_at = $15, claimed = $16
WHERE business_id = $1 AND id = $2 AND version = $3 AND erased_at IS NULL;

-- name: UpdateProfile :execrows
UPDATE client SET
    sealed_preferences = $4, sealed_tags = $5, tier = $6, version = version + 1, updated_at = $7
WHERE business_id = $1 AND id = $2 AND version = $3 AND erased_at IS NULL;

-- name: TouchClient :execrows
UPDATE client SET updated_at = $3 WHERE business_id = $1 AND id = $2 AND erased_at IS NULL AND merged_into = '';

-- name: EraseClient :execrows
UPDATE client SET
    sealed_key = NULL, sealed_name = NULL, sealed_email = NULL, sealed_phone = NULL, sealed_note = NULL,
    sealed_preferences = NULL, sealed_tags = NULL, tier = '', email_verified_at = NULL, phone_verified_at = NULL,
    name_index = NULL, email_index = NULL, phone_index = NULL, language = '', zone = '',
    version = version + 1, erased_at = $3, updated_at = $3
WHERE business_id = $1 AND id = $2 AND erased_at IS NULL;

-- name: ListClients :many
SELECT * FROM client
WHERE business_id = sqlc.arg(business_id) AND erased_at IS NULL AND merged_into = ''
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: SearchClients :many
SELECT c.* FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.id IN (
    SELECT n.id FROM client n WHERE n.business_id = sqlc.arg(business_id) AND n.name_index = sqlc.arg(name_index)
    UNION ALL
    SELECT e.id FROM client e WHERE e.business_id = sqlc.arg(business_id) AND e.email_index = sqlc.arg(email_index)
    UNION ALL
    SELECT p.id FROM client p WHERE p.business_id = sqlc.arg(business_id) AND p.phone_index = sqlc.arg(phone_index)
) AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR c.id < sqlc.arg(before_id))
ORDER BY c.id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);
