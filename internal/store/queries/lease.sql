-- name: AcquireLease :execrows
-- One row when the lease is ours now: it was free, had run out, or was ours already.
INSERT INTO lease (name, holder, until) VALUES (@name, @holder, @until)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until < @now;

-- name: ReleaseLease :exec
DELETE FROM lease WHERE name = $1 AND holder = $2;
