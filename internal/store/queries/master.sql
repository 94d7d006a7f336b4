-- name: LeaveFingerprint :exec
INSERT INTO master (id, fingerprint) VALUES (1, $1) ON CONFLICT (id) DO NOTHING;

-- name: Fingerprint :one
SELECT fingerprint FROM master WHERE id = 1;

-- name: ChangeFingerprint :exec
UPDATE master SET fingerprint = $1 WHERE id = 1;
