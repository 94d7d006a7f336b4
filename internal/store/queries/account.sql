-- name: AnyUser :one
SELECT EXISTS (SELECT 1 FROM app_user);

-- name: LockSignUp :exec
INSERT INTO lease (name, holder, until) VALUES ('sign_up', '', 0)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder;

-- name: InsertUser :exec
INSERT INTO app_user (id, email_index, sealed_email, sealed_name, language, password_hash, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: FindUser :one
SELECT * FROM app_user WHERE id = $1;

-- name: UserByEmail :one
SELECT * FROM app_user WHERE email_index = $1;

-- name: UpdateUser :execrows
UPDATE app_user SET sealed_name = $2, language = $3, password_hash = $4 WHERE id = $1;

-- name: PutMember :exec
INSERT INTO member (business_id, user_id, role, staff_id, created_at, reach, location_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (business_id, user_id) DO UPDATE SET
    role = excluded.role, staff_id = excluded.staff_id, reach = excluded.reach, location_id = excluded.location_id;

-- name: DeleteMember :execrows
DELETE FROM member WHERE business_id = $1 AND user_id = $2;

-- name: MembershipsOfUser :many
SELECT m.business_id, m.user_id, m.role, m.staff_id, m.reach, m.location_id, b.slug
FROM member m JOIN business b ON b.id = m.business_id
WHERE m.user_id = $1
ORDER BY b.slug;

-- name: MembersOfBusiness :many
SELECT m.business_id, m.user_id, m.role, m.staff_id, m.reach, m.location_id, b.slug
FROM member m JOIN business b ON b.id = m.business_id
WHERE m.business_id = sqlc.arg(business_id) AND m.user_id > sqlc.arg(after_id)
ORDER BY m.user_id
LIMIT sqlc.arg(most);

-- name: FindMember :one
SELECT m.business_id, m.user_id, m.role, m.staff_id, m.reach, m.location_id, b.slug
FROM member m JOIN business b ON b.id = m.business_id
WHERE m.business_id = $1 AND m.user_id = $2;

-- name: LockMembers :exec
INSERT INTO lease (name, holder, until) VALUES ($1, '', 0)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder;

-- name: CountMembers :one
SELECT COUNT(*) FROM member WHERE business_id = $1 AND role = $2;

-- name: MemberPIN :one
SELECT pin_hash FROM member WHERE business_id = $1 AND user_id = $2;

-- name: SetMemberPIN :execrows
UPDATE member SET pin_hash = $3 WHERE business_id = $1 AND user_id = $2;

-- name: InsertSession :exec
INSERT INTO session (
    token_hash, id, user_id, created_at, last_seen_at, expires_at, sealed_origin, shared_business, locked_at, proved_at, proved_by, second_by
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: FindSession :one
SELECT * FROM session WHERE token_hash = $1;

-- name: UpdateSession :execrows
UPDATE session SET
    token_hash = sqlc.arg(renewed), user_id = sqlc.arg(user_id), last_seen_at = sqlc.arg(last_seen_at), expires_at = sqlc.arg(expires_at),
    sealed_origin = sqlc.arg(sealed_origin), shared_business = sqlc.arg(shared_business), locked_at = sqlc.arg(locked_at),
    proved_at = sqlc.arg(proved_at), proved_by = sqlc.arg(proved_by), second_by = sqlc.arg(second_by)
WHERE token_hash = sqlc.arg(token_hash);

-- name: DeleteSession :exec
DELETE FROM session WHERE token_hash = $1;

-- name: DeleteSessionsOfUser :exec
DELETE FROM session WHERE user_id = $1 AND id <> $2;

-- name: DeleteSessionOfUser :execrows
DELETE FROM session WHERE user_id = $1 AND id = $2;

-- name: SessionsOfUser :many
SELECT * FROM session WHERE user_id = $1 ORDER BY last_seen_at DESC, id;

-- name: FindStay :one
SELECT m.business_id, m.user_id, m.role, m.staff_id, m.reach, m.location_id, b.slug, b.terms,
    COALESCE(s.seen_at, 0) AS seen_at, COALESCE(s.shut_at, 0) AS shut_at,
    CAST(u.sealed_totp IS NOT NULL OR EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = u.id) AS BOOLEAN) AS has_second
FROM member m JOIN business b ON b.id = m.business_id JOIN app_user u ON u.id = m.user_id
LEFT JOIN session_stay s ON s.business_id = m.business_id AND s.session_id = sqlc.arg(session_id)
WHERE m.business_id = sqlc.arg(business_id) AND m.user_id = sqlc.arg(user_id);

-- name: TouchStay :exec
INSERT INTO session_stay (business_id, session_id, seen_at)
SELECT sqlc.arg(business_id), id, sqlc.arg(seen_at) FROM session WHERE id = sqlc.arg(session_id)
ON CONFLICT (business_id, session_id) DO UPDATE SET seen_at = excluded.seen_at;

-- name: ShutStay :execrows
UPDATE session_stay SET shut_at = sqlc.arg(shut_at)
WHERE business_id = sqlc.arg(business_id) AND session_id = sqlc.arg(session_id) AND shut_at = 0;

-- name: StaysOf :many
SELECT sqlc.embed(session), y.seen_at
FROM session_stay y JOIN session ON session.id = y.session_id
WHERE y.business_id = sqlc.arg(business_id) AND session.user_id = sqlc.arg(user_id) AND y.shut_at = 0
    AND (session.shared_business = '' OR session.shared_business = y.business_id)
ORDER BY y.seen_at DESC, session.id;

-- name: SweepSessions :execrows
DELETE FROM session WHERE expires_at <= $1;

-- name: InsertKey :exec
INSERT INTO api_key (secret_hash, business_id, id, name, role, staff_id, scopes, created_at, expires_at, reach, location_id, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: KeyByHash :one
SELECT * FROM api_key WHERE secret_hash = $1;

-- name: ListKeys :many
SELECT * FROM api_key
WHERE business_id = sqlc.arg(business_id) AND id > sqlc.arg(after_id)
ORDER BY id
LIMIT sqlc.arg(most);

-- name: DeleteKey :execrows
DELETE FROM api_key WHERE business_id = $1 AND id = $2;

-- name: UsedKey :exec
UPDATE api_key SET last_used_at = sqlc.arg(at) WHERE business_id = sqlc.arg(business_id) AND id = sqlc.arg(id) AND last_used_at < sqlc.arg(at);
