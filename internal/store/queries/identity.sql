-- name: FindTOTP :one
SELECT sealed_totp, totp_step FROM app_user WHERE id = $1;

-- name: SetTOTP :execrows
UPDATE app_user SET sealed_totp = $2, totp_step = $3 WHERE id = $1;

-- name: UseTOTPStep :execrows
UPDATE app_user SET totp_step = sqlc.arg(step) WHERE id = sqlc.arg(id) AND totp_step < sqlc.arg(step);

-- name: InsertRecovery :exec
INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2);

-- name: DeleteRecovery :execrows
DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2;

-- name: DeleteRecoveryOfUser :exec
DELETE FROM recovery_code WHERE user_id = $1;

-- name: CountRecovery :one
SELECT COUNT(*) FROM recovery_code WHERE user_id = $1;

-- name: InsertPasskey :exec
INSERT INTO passkey (key_id, id, user_id, sealed_name, sealed_record, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: PasskeysOfUser :many
SELECT * FROM passkey WHERE user_id = $1 ORDER BY id;

-- name: UpdatePasskey :execrows
UPDATE passkey SET sealed_name = $3, sealed_record = $4, used_at = $5 WHERE user_id = $1 AND id = $2;

-- name: DeletePasskey :execrows
DELETE FROM passkey WHERE user_id = $1 AND id = $2;

-- name: OutsideUser :one
SELECT user_id FROM outside_login WHERE issuer = $1 AND subject = $2;

-- name: LinkOutside :exec
INSERT INTO outside_login (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4);

-- name: InsertInvitation :exec
INSERT INTO invitation (
    business_id, id, token_hash, email_index, sealed_email, role, staff_id, reach, location_id, made_by, created_at, expires_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: InvitationByHash :one
SELECT * FROM invitation WHERE token_hash = $1;

-- name: InvitationsTo :many
SELECT * FROM invitation WHERE email_index = $1 ORDER BY id;

-- name: InvitationsOf :many
SELECT * FROM invitation WHERE business_id = $1 ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: DeleteInvitation :execrows
DELETE FROM invitation WHERE business_id = $1 AND id = $2;

-- name: SweepInvitations :exec
DELETE FROM invitation WHERE expires_at <= $1;

-- name: PutCeremony :exec
INSERT INTO ceremony (token_hash, kind, holder, sealed_state, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: FindCeremony :one
SELECT * FROM ceremony WHERE token_hash = $1;

-- name: TakeCeremony :one
DELETE FROM ceremony WHERE token_hash = $1 RETURNING *;

-- name: DropCeremonies :exec
DELETE FROM ceremony WHERE holder = $1 AND kind = $2;

-- name: SweepCeremonies :exec
DELETE FROM ceremony WHERE expires_at <= $1;

-- name: TryAttempt :one
INSERT INTO attempt (try_key, began_at, tries) VALUES (sqlc.arg(try_key), CAST(sqlc.arg(now) AS BIGINT), 1)
ON CONFLICT (try_key) DO UPDATE SET
    tries = CASE WHEN attempt.began_at <= CAST(sqlc.arg(over) AS BIGINT) THEN 1 ELSE attempt.tries + 1 END,
    began_at = CASE WHEN attempt.began_at <= CAST(sqlc.arg(over) AS BIGINT) THEN excluded.began_at ELSE attempt.began_at END
RETURNING tries, began_at;

-- name: ForgiveAttempt :exec
UPDATE attempt SET tries = tries - 1 WHERE try_key = $1 AND tries > 0;

-- name: ClearAttempts :exec
DELETE FROM attempt WHERE try_key = $1;

-- name: SweepAttempts :exec
DELETE FROM attempt WHERE began_at < $1;

-- name: InsertLetter :exec
INSERT INTO letter (id, business_id, sealed_body, due_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: DueLetters :many
SELECT * FROM letter WHERE due_at <= $1 ORDER BY due_at, id LIMIT sqlc.arg(most);

-- name: NextLetter :one
SELECT CAST(COALESCE(MIN(due_at), 0) AS BIGINT) AS due FROM letter;

-- name: DelayLetter :execrows
UPDATE letter SET tries = tries + 1, due_at = sqlc.arg(due_at) WHERE id = sqlc.arg(id) AND tries = sqlc.arg(tries);

-- name: DeleteLetter :exec
DELETE FROM letter WHERE id = $1;

-- name: OwnsCard :one
SELECT EXISTS (
    SELECT 1 FROM booking b WHERE b.business_id = sqlc.arg(business_id) AND b.client_id = sqlc.arg(client) AND b.staff_id = sqlc.arg(staff)
) OR EXISTS (
    SELECT 1 FROM booking b JOIN occupancy o ON o.business_id = b.business_id AND o.source_id = b.id
    WHERE b.business_id = sqlc.arg(business_id) AND b.client_id = sqlc.arg(client) AND o.lane_kind = 'staff' AND o.lane_id = sqlc.arg(staff)
) OR EXISTS (
    SELECT 1 FROM event e WHERE e.business_id = sqlc.arg(business_id) AND e.client_id = sqlc.arg(client)
      AND e.type = 'client.created' AND e.actor_id = sqlc.arg(actor)
) AS own;

-- name: LocalCard :one
SELECT EXISTS (
    SELECT 1 FROM booking b WHERE b.business_id = sqlc.arg(business_id) AND b.client_id = sqlc.arg(client) AND b.location_id = sqlc.arg(location)
) OR EXISTS (
    SELECT 1 FROM event e WHERE e.business_id = sqlc.arg(business_id) AND e.client_id = sqlc.arg(client)
      AND e.type = 'client.created' AND e.actor_id = sqlc.arg(actor)
) AS own;

-- name: ListOwnClients :many
SELECT c.* FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.erased_at IS NULL
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR c.id < sqlc.arg(before_id))
  AND c.id IN (
    SELECT b.client_id FROM booking b WHERE b.business_id = sqlc.arg(business_id) AND b.staff_id = sqlc.arg(staff)
    UNION
    SELECT b.client_id FROM occupancy o JOIN booking b ON b.business_id = o.business_id AND b.id = o.source_id
    WHERE o.business_id = sqlc.arg(business_id) AND o.lane_kind = 'staff' AND o.lane_id = sqlc.arg(staff)
  )
ORDER BY c.id DESC
LIMIT sqlc.arg(most);

-- name: ListLocalClients :many
SELECT c.* FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.erased_at IS NULL
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR c.id < sqlc.arg(before_id))
  AND c.id IN (SELECT b.client_id FROM booking b WHERE b.business_id = sqlc.arg(business_id) AND b.location_id = sqlc.arg(location))
ORDER BY c.id DESC
LIMIT sqlc.arg(most);
