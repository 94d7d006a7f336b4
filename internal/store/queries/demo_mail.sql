-- name: InsertDemoMail :exec
-- The message's id is the key: a second try after a crash changes nothing.
INSERT INTO demo_mail (business_id, id, sealed_to, sealed_subject, sealed_text, sealed_html, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (business_id, id) DO NOTHING;

-- name: ListDemoMail :many
SELECT business_id, id, sealed_to, sealed_subject, at FROM demo_mail
WHERE business_id = @business_id AND (at, id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
ORDER BY at DESC, id DESC LIMIT @count;

-- name: FindDemoMail :one
SELECT * FROM demo_mail WHERE business_id = $1 AND id = $2;

-- name: CountDemoMail :one
SELECT COUNT(*) FROM demo_mail WHERE business_id = $1;
