-- name: InsertContact :exec
INSERT INTO client_contact (
    business_id, id, client_id, kind, sealed_value, value_index, sealed_label, verified_at, verified_by, created_at, updated_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: ListContacts :many
SELECT * FROM client_contact WHERE business_id = $1 AND client_id = $2 ORDER BY kind, id;

-- name: UpdateContact :execrows
UPDATE client_contact SET sealed_label = $4, verified_at = $5, verified_by = $6, updated_at = $7
WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: DeleteContact :execrows
DELETE FROM client_contact WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: ContactHolders :many
SELECT client_id FROM client_contact
WHERE business_id = $1 AND kind = $2 AND value_index = $3 AND verified_at IS NOT NULL
ORDER BY client_id;
