-- name: LockClientSearch :one
INSERT INTO client_search (business_id) VALUES ($1)
ON CONFLICT (business_id) DO UPDATE SET next_number = client_search.next_number
RETURNING next_number, folding_to;

-- name: TakeClientNumbers :exec
UPDATE client_search SET next_number = $2 WHERE business_id = $1;

-- name: ClientSearchFilled :one
SELECT filled_to FROM client_search WHERE business_id = $1;

-- name: SetClientSearchFilled :exec
UPDATE client_search SET filled_to = $2 WHERE business_id = $1;

-- name: UnmarkedClients :many
SELECT c.id FROM client c
WHERE c.business_id = $1 AND c.id > $2
    AND NOT EXISTS (SELECT 1 FROM client_mark m WHERE m.business_id = c.business_id AND m.client_id = c.id)
ORDER BY c.id LIMIT $3;

-- name: NewestClient :one
SELECT id FROM client WHERE business_id = $1 ORDER BY id DESC LIMIT 1;

-- name: ClientMark :one
SELECT * FROM client_mark WHERE business_id = $1 AND client_id = $2;

-- name: InsertClientMark :exec
INSERT INTO client_mark (business_id, client_id, number, grams) VALUES ($1, $2, $3, $4);

-- name: DeleteClientMark :exec
DELETE FROM client_mark WHERE business_id = $1 AND client_id = $2;

-- name: FreshClientMarks :many
SELECT number, grams FROM client_mark
WHERE business_id = @business_id AND NOT folded ORDER BY number DESC LIMIT CAST(@count AS INTEGER);

-- name: OldestFreshClientMarks :many
SELECT number, grams FROM client_mark
WHERE business_id = $1 AND NOT folded AND number <= $2 ORDER BY number LIMIT $3;

-- name: FoldingClientMarks :many
SELECT number FROM client_mark WHERE business_id = $1 AND NOT folded AND number <= $2;

-- name: SetClientFolding :exec
UPDATE client_search SET folding_to = $2 WHERE business_id = $1;

-- name: CountFreshClientMarks :one
SELECT count(*) FROM client_mark WHERE business_id = $1 AND NOT folded;

-- name: FoldClientMarks :exec
UPDATE client_mark SET folded = TRUE WHERE business_id = $1 AND NOT folded AND number <= $2;

-- name: ClientGram :many
SELECT block, numbers FROM client_gram WHERE business_id = $1 AND gram = $2 ORDER BY block;

-- name: ClientGramBlock :one
SELECT numbers FROM client_gram WHERE business_id = $1 AND gram = $2 AND block = $3;

-- name: PutClientGram :exec
INSERT INTO client_gram (business_id, gram, block, numbers) VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, gram, block) DO UPDATE SET numbers = excluded.numbers;

-- name: DeleteClientGram :exec
DELETE FROM client_gram WHERE business_id = $1 AND gram = $2 AND block = $3;

-- name: MarkedClients :many
SELECT m.number, sqlc.embed(c) FROM client_mark m
JOIN client c ON c.business_id = m.business_id AND c.id = m.client_id
WHERE m.business_id = sqlc.arg(business_id) AND m.number IN (
    sqlc.arg(n1), sqlc.arg(n2), sqlc.arg(n3), sqlc.arg(n4), sqlc.arg(n5), sqlc.arg(n6), sqlc.arg(n7), sqlc.arg(n8)
);

-- name: ClientTraces :many
SELECT CAST('contact' AS TEXT) AS part, k.id, k.kind, k.sealed_value AS sealed FROM client_contact k
WHERE k.business_id = sqlc.arg(business_id) AND k.client_id = sqlc.arg(client_id)
UNION ALL
SELECT CAST('subject' AS TEXT), n.id, n.kind, n.sealed_name FROM subject n
WHERE n.business_id = sqlc.arg(business_id) AND n.client_id = sqlc.arg(client_id) AND n.sealed_name IS NOT NULL
UNION ALL
SELECT CAST('fact' AS TEXT), f.id, f.fact_key, f.sealed_value FROM fact f
WHERE f.business_id = sqlc.arg(business_id) AND f.client_id = sqlc.arg(client_id) AND f.replaced_at IS NULL
  AND f.value_index IS NOT NULL AND f.class <> 'health' AND f.sealed_value IS NOT NULL;

-- name: ClientStands :one
SELECT count(*) FROM client WHERE business_id = $1 AND id = $2 AND erased_at IS NULL AND merged_into = '';

-- name: ClientGramBlocks :many
-- So many at once; a place that is left over names a piece again.
SELECT gram, numbers FROM client_gram
WHERE business_id = @business_id AND block = @block AND gram IN (
    CAST(@g1 AS BIGINT), CAST(@g2 AS BIGINT), CAST(@g3 AS BIGINT), CAST(@g4 AS BIGINT),
    CAST(@g5 AS BIGINT), CAST(@g6 AS BIGINT), CAST(@g7 AS BIGINT), CAST(@g8 AS BIGINT),
    CAST(@g9 AS BIGINT), CAST(@g10 AS BIGINT), CAST(@g11 AS BIGINT), CAST(@g12 AS BIGINT),
    CAST(@g13 AS BIGINT), CAST(@g14 AS BIGINT), CAST(@g15 AS BIGINT), CAST(@g16 AS BIGINT));
