-- name: InsertSubject :exec
INSERT INTO subject (business_id, id, client_id, kind, sealed_name, left_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: UpdateSubject :execrows
UPDATE subject SET kind = $5, sealed_name = $6, left_at = $7, updated_at = $8, version = version + 1
WHERE business_id = $1 AND client_id = $2 AND id = $3 AND version = $4;

-- name: ListSubjects :many
SELECT * FROM subject WHERE business_id = $1 AND client_id = $2 ORDER BY id;

-- name: DeleteSubject :execrows
DELETE FROM subject WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: InsertReading :exec
INSERT INTO reading (
    business_id, id, client_id, subject_id, kind, sealed_value, day, doubtful, source, source_id, actor_kind, actor_id, created_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: ListReadings :many
SELECT * FROM reading
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(subject_id) AS TEXT) = '' OR subject_id = sqlc.arg(subject_id))
ORDER BY subject_id, kind, day, id;

-- name: DoubtReading :execrows
UPDATE reading SET doubtful = $4 WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: DeleteReading :execrows
DELETE FROM reading WHERE business_id = $1 AND client_id = $2 AND subject_id = $3 AND id = $4;

-- name: DeleteReadingsOf :exec
DELETE FROM reading
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(subject_id) AS TEXT) = '' OR subject_id = sqlc.arg(subject_id));
