-- name: ReceiveMessage :execrows
UPDATE message SET status = sqlc.arg(status), reason = sqlc.arg(reason)
WHERE business_id = sqlc.arg(business_id) AND id = sqlc.arg(id) AND status = 'sent' AND channel = sqlc.arg(channel);
