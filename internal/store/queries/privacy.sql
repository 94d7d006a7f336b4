-- name: ClassKey :one
SELECT sealed_key FROM client_key WHERE business_id = $1 AND client_id = $2 AND class = $3;

-- The row may be there already, carrying a hold and no key.
-- name: InsertClassKey :exec
INSERT INTO client_key (business_id, client_id, class, sealed_key)
VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, client_id, class) DO UPDATE SET sealed_key = COALESCE(client_key.sealed_key, EXCLUDED.sealed_key);

-- name: ListHolds :many
SELECT * FROM client_key WHERE business_id = $1 AND client_id = $2 AND hold_until > 0 ORDER BY class;

-- name: ListAllHolds :many
SELECT * FROM client_key
WHERE business_id = sqlc.arg(business_id) AND hold_until > 0 AND (client_id, class) > (sqlc.arg(after_client), sqlc.arg(after_class))
ORDER BY client_id, class LIMIT sqlc.arg(most);

-- name: SetHold :exec
INSERT INTO client_key (business_id, client_id, class, hold_until, hold_reason)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (business_id, client_id, class) DO UPDATE SET hold_until = EXCLUDED.hold_until, hold_reason = EXCLUDED.hold_reason;

-- Classes of erased people whose hold is over.
-- name: EndedHolds :many
SELECT k.client_id FROM client_key k
JOIN client c ON c.business_id = k.business_id AND c.id = k.client_id
WHERE k.business_id = sqlc.arg(business_id) AND c.erased_at IS NOT NULL AND k.hold_until <= sqlc.arg(now)
ORDER BY k.client_id LIMIT sqlc.arg(most);

-- name: ClientErased :one
SELECT erased_at FROM client WHERE business_id = $1 AND id = $2;

-- Those who were erased, for the list beside the database.
-- name: ListErased :many
SELECT business_id, id, erased_at FROM client
WHERE erased_at IS NOT NULL AND (business_id, id) > (sqlc.arg(after_business), sqlc.arg(after_id))
ORDER BY business_id, id LIMIT sqlc.arg(most);

-- name: InsertErasure :exec
INSERT INTO erasure (business_id, id, client_id, reason, regime, actor_kind, actor_id, counts, kept, cancelled, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: FindErasure :one
SELECT * FROM erasure WHERE business_id = $1 AND id = $2;

-- name: ListErasures :many
SELECT * FROM erasure
WHERE business_id = sqlc.arg(business_id) AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: InsertPrivacyRequest :exec
INSERT INTO privacy_request (business_id, id, client_id, kind, regime, source, sealed_note, received_at, due_at, actor_kind, actor_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: UpdatePrivacyRequest :execrows
UPDATE privacy_request SET due_at = $4, extended = $5, closed_at = $6, outcome = $7, version = version + 1
WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: FindPrivacyRequest :one
SELECT * FROM privacy_request WHERE business_id = $1 AND id = $2;

-- name: ListPrivacyRequests :many
SELECT * FROM privacy_request
WHERE business_id = sqlc.arg(business_id) AND (CAST(sqlc.arg(of_client) AS TEXT) = '' OR client_id = sqlc.arg(of_client))
  AND (NOT CAST(sqlc.arg(open_only) AS BOOLEAN) OR closed_at = 0)
  AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: FindPrivacyPolicy :one
SELECT * FROM privacy_policy WHERE business_id = $1;

-- name: InsertPrivacyPolicy :execrows
INSERT INTO privacy_policy (business_id, body, version) VALUES ($1, $2, 1) ON CONFLICT (business_id) DO NOTHING;

-- name: UpdatePrivacyPolicy :execrows
UPDATE privacy_policy SET body = $3, version = version + 1 WHERE business_id = $1 AND version = $2;

-- name: MarkSwept :exec
UPDATE privacy_policy SET swept_at = $2 WHERE business_id = $1;

-- name: InsertBreach :exec
INSERT INTO breach (business_id, id, regime, noticed_at, happened_at, categories, sealed_title, sealed_report, actor_kind, actor_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: UpdateBreach :execrows
UPDATE breach SET
    regime = $4, happened_at = $5, categories = $6, sealed_title = $7, sealed_report = $8,
    notified_at = $9, reported_at = $10, told_at = $11, closed_at = $12, version = version + 1
WHERE business_id = $1 AND id = $2 AND version = $3;

-- name: FindBreach :one
SELECT * FROM breach WHERE business_id = $1 AND id = $2;

-- name: ListBreaches :many
SELECT * FROM breach
WHERE business_id = sqlc.arg(business_id) AND (CAST(sqlc.arg(before_id) AS TEXT) = '' OR id < sqlc.arg(before_id))
ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: InsertBreachPerson :exec
INSERT INTO breach_person (business_id, breach_id, client_id) VALUES ($1, $2, $3) ON CONFLICT (business_id, breach_id, client_id) DO NOTHING;

-- name: ListBreachPersons :many
SELECT client_id FROM breach_person
WHERE business_id = sqlc.arg(business_id) AND breach_id = sqlc.arg(breach_id) AND client_id > sqlc.arg(after_id)
ORDER BY client_id LIMIT sqlc.arg(most);

-- name: CountBreachPersons :one
SELECT COUNT(*) FROM breach_person WHERE business_id = $1 AND breach_id = $2;

-- Cards that nobody came with since an instant, and nothing holds.
-- name: IdleClients :many
SELECT c.id, c.created_at, CAST(COALESCE(MAX(b.end_at), 0) AS BIGINT) AS last_end FROM client c
LEFT JOIN booking b ON b.business_id = c.business_id AND b.client_id = c.id
WHERE c.business_id = sqlc.arg(business_id) AND c.erased_at IS NULL AND c.merged_into = '' AND c.created_at < sqlc.arg(since) AND c.id > sqlc.arg(after_id)
  AND NOT EXISTS (
    SELECT 1 FROM client_key k WHERE k.business_id = c.business_id AND k.client_id = c.id
      AND k.class <> 'statute' AND k.hold_until > sqlc.arg(now)
  )
GROUP BY c.id, c.created_at
HAVING COALESCE(MAX(b.end_at), 0) < sqlc.arg(since)
ORDER BY c.id LIMIT sqlc.arg(most);

-- name: CountOldMessageTexts :one
SELECT COUNT(*) FROM message
WHERE message.business_id = sqlc.arg(business_id) AND message.due_at < sqlc.arg(before) AND status NOT IN ('planned', 'sending')
  AND (sealed_text IS NOT NULL OR sealed_subject IS NOT NULL OR sealed_address IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM client_key k
    WHERE k.business_id = message.business_id AND k.client_id = message.client_id AND k.class = 'personal' AND k.hold_until > sqlc.arg(now));

-- name: BlankOldMessageTexts :execrows
UPDATE message SET sealed_text = NULL, sealed_subject = NULL, sealed_address = NULL
WHERE message.business_id = sqlc.arg(business_id) AND message.due_at < sqlc.arg(before) AND status NOT IN ('planned', 'sending')
  AND (sealed_text IS NOT NULL OR sealed_subject IS NOT NULL OR sealed_address IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM client_key k
    WHERE k.business_id = message.business_id AND k.client_id = message.client_id AND k.class = 'personal' AND k.hold_until > sqlc.arg(now));

-- name: BusinessAnswers :many
SELECT caller, route, key, sealed_answer FROM idempotency
WHERE business_id = sqlc.arg(business_id) AND status > 0
  AND (caller, route, key) > (sqlc.arg(after_caller), sqlc.arg(after_route), sqlc.arg(after_key))
ORDER BY caller, route, key LIMIT sqlc.arg(most);

-- name: DropAnswer :exec
DELETE FROM idempotency WHERE business_id = $1 AND caller = $2 AND route = $3 AND key = $4;

-- name: InsertAllBreachPersons :exec
INSERT INTO breach_person (business_id, breach_id, client_id)
SELECT c.business_id, CAST(sqlc.arg(breach_id) AS TEXT), c.id FROM client c
WHERE c.business_id = sqlc.arg(business_id) AND c.erased_at IS NULL
ON CONFLICT (business_id, breach_id, client_id) DO NOTHING;

-- name: MergedInto :many
SELECT id FROM client WHERE business_id = $1 AND merged_into = $2 AND erased_at IS NULL ORDER BY id;

-- name: CountOldDocuments :one
SELECT COUNT(*) FROM document d
WHERE d.business_id = sqlc.arg(business_id) AND d.created_at < sqlc.arg(before)
  AND (CAST(sqlc.arg(class) AS TEXT) = '' OR d.class = sqlc.arg(class))
  AND NOT EXISTS (SELECT 1 FROM client_key k
    WHERE k.business_id = d.business_id AND k.client_id = d.client_id AND k.class = d.class AND k.hold_until > sqlc.arg(now));

-- name: DropOldDocumentParts :exec
DELETE FROM document_part WHERE document_part.business_id = sqlc.arg(business_id) AND document_part.document_id IN (
    SELECT d.id FROM document d
    WHERE d.business_id = sqlc.arg(business_id) AND d.created_at < sqlc.arg(before)
      AND (CAST(sqlc.arg(class) AS TEXT) = '' OR d.class = sqlc.arg(class))
      AND NOT EXISTS (SELECT 1 FROM client_key k
        WHERE k.business_id = d.business_id AND k.client_id = d.client_id AND k.class = d.class AND k.hold_until > sqlc.arg(now))
);

-- name: DropOldDocuments :execrows
DELETE FROM document WHERE document.business_id = sqlc.arg(business_id) AND document.id IN (
    SELECT d.id FROM document d
    WHERE d.business_id = sqlc.arg(business_id) AND d.created_at < sqlc.arg(before)
      AND (CAST(sqlc.arg(class) AS TEXT) = '' OR d.class = sqlc.arg(class))
      AND NOT EXISTS (SELECT 1 FROM client_key k
        WHERE k.business_id = d.business_id AND k.client_id = d.client_id AND k.class = d.class AND k.hold_until > sqlc.arg(now))
);
