-- name: InsertDocument :exec
INSERT INTO document (
    business_id, id, client_id, booking_id, class, state, media, scan, size, sealed_name, actor_kind, actor_id, created_at
) VALUES ($1, $2, $3, $4, $5, 'writing', $6, $7, $8, $9, $10, $11, $12);

-- name: InsertDocumentPart :exec
INSERT INTO document_part (business_id, id, document_id, position, sealed_data) VALUES ($1, $2, $3, $4, $5);

-- name: KeepDocument :execrows
UPDATE document SET state = 'kept' WHERE business_id = $1 AND id = $2 AND state = 'writing';

-- name: FindDocument :one
SELECT * FROM document WHERE business_id = $1 AND id = $2 AND state = 'kept';

-- name: ListDocuments :many
SELECT * FROM document
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id) AND state = 'kept' AND class <> sqlc.arg(hidden)
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: DocumentPart :one
SELECT sealed_data FROM document_part WHERE business_id = $1 AND id = $2;

-- name: DeleteDocumentParts :exec
DELETE FROM document_part WHERE business_id = $1 AND document_id = $2;

-- name: DeleteDocument :execrows
DELETE FROM document WHERE business_id = $1 AND id = $2;

-- name: HalfDocuments :many
SELECT business_id, id FROM document WHERE state = 'writing' AND created_at < $1 ORDER BY created_at LIMIT 100;
