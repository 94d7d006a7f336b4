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

-- name: LatestReadings :many
WITH ranked AS (
    SELECT reading.id AS reading_id, row_number() OVER (PARTITION BY subject_id, kind ORDER BY day DESC, id DESC) AS nth
    FROM reading WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
)
SELECT reading.* FROM reading
JOIN ranked ON ranked.reading_id = reading.id
WHERE reading.business_id = sqlc.arg(business_id) AND reading.client_id = sqlc.arg(client_id) AND ranked.nth <= CAST(sqlc.arg(most) AS BIGINT)
ORDER BY reading.subject_id, reading.kind, reading.day, reading.id;

-- name: PageReadings :many
SELECT * FROM reading
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id) AND subject_id = sqlc.arg(subject_id)
  AND (CAST(sqlc.arg(kind) AS TEXT) = '' OR kind = sqlc.arg(kind))
  AND (CAST(sqlc.arg(after_id) AS TEXT) = '' OR kind > sqlc.arg(after_kind) OR kind = sqlc.arg(after_kind)
    AND (day, id) < (CAST(sqlc.arg(after_day) AS TEXT), CAST(sqlc.arg(after_id) AS TEXT)))
ORDER BY kind, day DESC, id DESC
LIMIT sqlc.arg(most);

-- name: DoubtReading :execrows
UPDATE reading SET doubtful = $4 WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: DeleteReading :execrows
DELETE FROM reading WHERE business_id = $1 AND client_id = $2 AND subject_id = $3 AND id = $4;

-- name: DeleteReadingsOf :exec
DELETE FROM reading
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(subject_id) AS TEXT) = '' OR subject_id = sqlc.arg(subject_id));
