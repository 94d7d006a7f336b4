-- name: InsertFact :exec
INSERT INTO fact (
    business_id, id, client_id, subject_id, fact_key, side, class, kind, sealed_value, value_index,
    source, source_id, actor_kind, actor_id, at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: ReplaceFact :exec
UPDATE fact SET replaced_at = $6, value_index = NULL
WHERE business_id = $1 AND client_id = $2 AND subject_id = $3 AND fact_key = $4 AND side = $5 AND replaced_at IS NULL;

-- name: OverruleFact :execrows
UPDATE fact SET overruled_at = $4 WHERE business_id = $1 AND client_id = $2 AND id = $3;

-- name: CurrentFacts :many
SELECT * FROM fact WHERE business_id = $1 AND client_id = $2 AND replaced_at IS NULL ORDER BY subject_id, fact_key, side;

-- name: FactHistory :many
SELECT * FROM fact
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id) AND subject_id = sqlc.arg(subject_id)
  AND fact_key = sqlc.arg(fact_key) AND class <> sqlc.arg(hidden)
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR (at, id) < (CAST(sqlc.arg(before_at) AS BIGINT), CAST(sqlc.arg(before_id) AS TEXT)))
ORDER BY at DESC, id DESC
LIMIT sqlc.arg(most);

-- name: FactHolders :many
SELECT DISTINCT client_id, subject_id FROM fact WHERE business_id = $1 AND value_index = $2 AND replaced_at IS NULL
ORDER BY client_id, subject_id;

-- name: DeleteFactsOf :exec
DELETE FROM fact
WHERE business_id = sqlc.arg(business_id) AND client_id = sqlc.arg(client_id)
  AND (CAST(sqlc.arg(subject_id) AS TEXT) = '' OR subject_id = sqlc.arg(subject_id));
