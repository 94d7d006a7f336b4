-- name: AllForms :many
SELECT * FROM form WHERE business_id = $1 ORDER BY position, id;

-- name: InsertForm :exec
INSERT INTO form (business_id, id, position, body, archived) VALUES ($1, $2, $3, $4, $5);

-- name: UpdateForm :execrows
UPDATE form SET position = $3, body = $4, archived = $5 WHERE business_id = $1 AND id = $2;

-- name: AllNotices :many
SELECT * FROM notice WHERE business_id = $1 ORDER BY position, id;

-- name: InsertNotice :exec
INSERT INTO notice (business_id, id, position, purpose, version, body, archived) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: UpdateNotice :execrows
UPDATE notice SET position = $3, version = $4, body = $5, archived = $6 WHERE business_id = $1 AND id = $2;

-- name: InsertNoticeVersion :exec
INSERT INTO notice_version (business_id, id, version, texts, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (business_id, id, version) DO NOTHING;

-- name: FindNoticeVersion :one
SELECT * FROM notice_version WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: InsertFormAnswer :exec
INSERT INTO form_answer (
    business_id, id, class, client_id, booking_id, form_id, source, actor_kind, actor_id, sealed_answers, at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: ListFormAnswers :many
SELECT * FROM form_answer
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC, class DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: ListFormAnswersOf :many
SELECT * FROM form_answer WHERE business_id = $1 AND booking_id = $2 ORDER BY id DESC, class DESC;

-- name: InsertConsent :exec
INSERT INTO consent (
    business_id, id, client_id, booking_id, notice_id, version, purpose, language, channel, sealed_from, actor_kind, actor_id, given_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: ListConsents :many
SELECT * FROM consent
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(most) AS INTEGER);

-- name: LiveConsents :many
SELECT * FROM consent WHERE business_id = $1 AND client_id = $2 AND withdrawn_at = 0 ORDER BY id;

-- name: WithdrawConsent :execrows
UPDATE consent SET withdrawn_at = $4, withdrawn_by = $5
WHERE business_id = $1 AND client_id = $2 AND purpose = $3 AND withdrawn_at = 0;

-- name: PutObjection :exec
INSERT INTO objection (business_id, client_id, purpose, channel, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (business_id, client_id, purpose) DO NOTHING;

-- name: DeleteObjection :execrows
DELETE FROM objection WHERE business_id = $1 AND client_id = $2 AND purpose = $3;

-- name: ListObjections :many
SELECT * FROM objection WHERE business_id = $1 AND client_id = $2 ORDER BY purpose;
