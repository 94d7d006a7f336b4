-- name: InsertChain :exec
INSERT INTO chain (id, name, created_at) VALUES ($1, $2, $3);

-- name: TouchChain :execrows
UPDATE chain SET version = version + 1 WHERE id = $1;

-- name: DeleteChainInvitations :exec
DELETE FROM chain_invitation WHERE chain_id = $1;

-- name: DeleteChain :exec
DELETE FROM chain WHERE id = $1;

-- name: ChainOf :one
SELECT c.* FROM chain_member m JOIN chain c ON c.id = m.chain_id WHERE m.business_id = $1;

-- name: FindChain :one
SELECT * FROM chain WHERE id = $1;

-- name: ChainMembers :many
SELECT * FROM chain_member WHERE chain_id = $1 ORDER BY joined_at, business_id;

-- name: InsertChainMember :exec
INSERT INTO chain_member (business_id, chain_id, joined_at) VALUES ($1, $2, $3);

-- name: DeleteChainMember :execrows
DELETE FROM chain_member WHERE business_id = $1;

-- name: InsertChainInvitation :exec
INSERT INTO chain_invitation (code_hash, id, chain_id, business_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: FindChainInvitation :one
SELECT * FROM chain_invitation WHERE code_hash = $1;

-- name: ListChainInvitations :many
SELECT * FROM chain_invitation WHERE chain_id = $1 AND expires_at > sqlc.arg(now) ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: DeleteChainInvitation :execrows
DELETE FROM chain_invitation WHERE chain_id = $1 AND id = $2;

-- name: SweepChainInvitations :exec
DELETE FROM chain_invitation WHERE expires_at <= $1;
