-- name: InsertBusiness :exec
INSERT INTO business (id, slug, zone, currency, language, preset, terms, sealed_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: FindBusiness :one
SELECT * FROM business WHERE id = $1;

-- name: BusinessBySlug :one
SELECT id FROM business WHERE slug = $1;

-- name: BusinessKey :one
SELECT sealed_key FROM business WHERE id = $1;

-- name: ListBusinesses :many
SELECT id, slug FROM business WHERE slug > $1 ORDER BY slug LIMIT $2;

-- name: UpdateBusiness :execrows
UPDATE business SET zone = $2, currency = $3, language = $4, terms = $5 WHERE id = $1;

-- name: ConfigVersion :one
SELECT config_version FROM business WHERE id = $1;

-- name: BumpConfig :one
UPDATE business SET config_version = config_version + 1 WHERE id = $1 RETURNING config_version;

-- name: AllTexts :many
SELECT kind, id, field, language, value FROM text WHERE business_id = $1;

-- name: InsertText :exec
INSERT INTO text (business_id, kind, id, field, language, value) VALUES ($1, $2, $3, $4, $5, $6);

-- name: DeleteTexts :exec
DELETE FROM text WHERE business_id = $1 AND kind = $2 AND id = $3;
