-- name: ClassKey :one
SELECT sealed_key FROM client_key WHERE business_id = $1 AND client_id = $2 AND class = $3;

-- The row may be there already, carrying a hold and no key.
-- name: InsertClassKey :exec
INSERT INTO client_key (business_id, client_id, class, sealed_key)
VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, client_id, class) DO UPDATE SET sealed_key = COALESCE(client_key.sealed_key, EXCLUDED.sealed_key);
