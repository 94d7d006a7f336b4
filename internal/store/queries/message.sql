-- name: InsertMessages :exec
-- Six at a time, what a booking usually plans; places left over have an empty id.
INSERT INTO message (business_id, booking_id, client_id, created_at, channel, status,
    id, recipient_kind, recipient_id, step, anchor, due_at, next_at, useless_after)
SELECT CAST(@business_id AS TEXT), CAST(@booking_id AS TEXT), CAST(@client_id AS TEXT), CAST(@created_at AS BIGINT), '', 'planned',
    v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column6, v.column7
FROM (VALUES
    (CAST(@id1 AS TEXT), CAST(@recipient_kind1 AS TEXT), CAST(@recipient_id1 AS TEXT), CAST(@step1 AS TEXT),
     CAST(@anchor1 AS TEXT), CAST(@due_at1 AS BIGINT), CAST(@useless_after1 AS BIGINT)),
    (CAST(@id2 AS TEXT), CAST(@recipient_kind2 AS TEXT), CAST(@recipient_id2 AS TEXT), CAST(@step2 AS TEXT),
     CAST(@anchor2 AS TEXT), CAST(@due_at2 AS BIGINT), CAST(@useless_after2 AS BIGINT)),
    (CAST(@id3 AS TEXT), CAST(@recipient_kind3 AS TEXT), CAST(@recipient_id3 AS TEXT), CAST(@step3 AS TEXT),
     CAST(@anchor3 AS TEXT), CAST(@due_at3 AS BIGINT), CAST(@useless_after3 AS BIGINT)),
    (CAST(@id4 AS TEXT), CAST(@recipient_kind4 AS TEXT), CAST(@recipient_id4 AS TEXT), CAST(@step4 AS TEXT),
     CAST(@anchor4 AS TEXT), CAST(@due_at4 AS BIGINT), CAST(@useless_after4 AS BIGINT)),
    (CAST(@id5 AS TEXT), CAST(@recipient_kind5 AS TEXT), CAST(@recipient_id5 AS TEXT), CAST(@step5 AS TEXT),
     CAST(@anchor5 AS TEXT), CAST(@due_at5 AS BIGINT), CAST(@useless_after5 AS BIGINT)),
    (CAST(@id6 AS TEXT), CAST(@recipient_kind6 AS TEXT), CAST(@recipient_id6 AS TEXT), CAST(@step6 AS TEXT),
     CAST(@anchor6 AS TEXT), CAST(@due_at6 AS BIGINT), CAST(@useless_after6 AS BIGINT))
) AS v
WHERE v.column1 <> ''
ON CONFLICT (business_id, id) DO NOTHING;

-- name: DropMessages :exec
-- A booking's messages are found by its client, from a day before it was made: they have no index of their own.
DELETE FROM message
WHERE message.business_id = @business_id AND booking_id = @booking_id AND message.status = 'planned'
  AND message.client_id = (SELECT b.client_id FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id)
  AND message.due_at >= (SELECT b.created_at FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id) - 86400000000
  AND (CAST(@anchor AS TEXT) = '' OR anchor = @anchor) AND (CAST(@step AS TEXT) = '' OR step = @step);

-- name: WithdrawMessage :exec
-- By its key, which its id is made of; the bookingless have nothing else in common.
DELETE FROM message WHERE business_id = $1 AND id = $2 AND status = 'planned';

-- name: DropClientMessages :exec
DELETE FROM message WHERE business_id = $1 AND client_id = $2 AND status = 'planned';

-- name: DropClientMail :exec
DELETE FROM demo_mail
WHERE demo_mail.business_id = @business_id AND demo_mail.id IN (
    SELECT m.id FROM message m WHERE m.business_id = @business_id AND m.client_id = @client_id
);

-- name: DueMessages :many
-- What may be claimed now, the oldest first. now is our clock's, claims run on real time.
-- Every business is looked at: PostgreSQL has an index by time for this, SQLite one by business and time.
SELECT business_id, id, booking_id, client_id, step, anchor FROM message
WHERE business_id IN (SELECT b.id FROM business b)
  AND status IN ('planned', 'sending') AND next_at <= @now AND claimed_until <= @real
ORDER BY next_at LIMIT CAST(@count AS INTEGER);

-- name: CountReminders :one
-- Those of the same visit at the same time that have gone out already.
SELECT COUNT(*) FROM message m
WHERE m.business_id = @business_id AND m.booking_id = @booking_id AND m.recipient_kind = 'client' AND m.anchor = @anchor
  AND m.step <> @step AND m.step <> 'thanks' AND m.status IN ('sent', 'delivered')
  AND m.client_id = (SELECT b.client_id FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id)
  AND m.due_at >= (SELECT b.created_at FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id) - 86400000000;

-- name: NextMessage :one
-- By the index by time, which PostgreSQL has.
SELECT next_at FROM message
WHERE status IN ('planned', 'sending') AND claimed_until <= @real
ORDER BY next_at LIMIT 1;

-- name: NextMessageOfEach :one
-- The same by the index by business and time; 0 for none.
SELECT CAST(COALESCE(MIN(x.at), 0) AS BIGINT) AS at FROM (
    SELECT (SELECT m.next_at FROM message m
            WHERE m.business_id = b.id AND m.status IN ('planned', 'sending') AND m.claimed_until <= @real
            ORDER BY m.next_at LIMIT 1) AS at
    FROM business b) AS x;

-- name: TouchBooking :one
-- The lock between a claim and a change of the booking: whoever comes second sees what the first did.
UPDATE booking SET version = version WHERE business_id = $1 AND id = $2
RETURNING status, start_at;

-- name: ClaimMessage :one
UPDATE message SET status = 'sending', claimed_until = @until, attempts = attempts + 1
WHERE business_id = @business_id AND id = @id
  AND status IN ('planned', 'sending') AND next_at <= @now AND claimed_until <= @real
RETURNING *;

-- name: FinishMessage :execrows
-- Only by the holder of the claim: one that has run out may be somebody else's by now.
UPDATE message SET status = @status, channel = @channel, next_at = @next_at, attempts = @attempts, sent_at = @sent_at,
    reason = @reason, sealed_address = @sealed_address, sealed_subject = @sealed_subject, sealed_text = @sealed_text,
    claimed_until = 0
WHERE business_id = @business_id AND id = @id AND status = 'sending' AND claimed_until = @claimed_until;

-- name: PostponeMessages :exec
-- Nothing can send them before until. Where that is never (0), they wait until they are of no use, to be woken by
-- RequeueMessages.
UPDATE message SET status = 'planned', reason = @reason,
    next_at = CASE WHEN CAST(@until AS BIGINT) = 0 THEN useless_after ELSE CAST(@until AS BIGINT) END
WHERE business_id = @business_id AND status IN ('planned', 'sending') AND next_at <= @now
  AND claimed_until <= @real AND useless_after > @now;

-- name: RequeueMessages :exec
-- The index of those that wait holds reasons that are not empty: saying so lets SQLite use it.
UPDATE message SET next_at = due_at, reason = ''
WHERE business_id = @business_id AND status = 'planned' AND reason <> '' AND reason = 'no_channel';

-- name: PostponedBusinesses :many
SELECT b.id FROM business b WHERE EXISTS (
    SELECT 1 FROM message m
    WHERE m.business_id = b.id AND m.status = 'planned' AND m.reason <> '' AND m.reason = 'no_channel'
)
ORDER BY b.id;

-- name: ExpireMessages :execrows
UPDATE message SET status = 'skipped', reason = 'too_late'
WHERE business_id IN (SELECT b.id FROM business b)
  AND message.status IN ('planned', 'sending') AND next_at <= @now AND claimed_until <= @real
  AND useless_after <= @now;

-- name: SendingMessage :one
SELECT EXISTS (
    SELECT 1 FROM message m
    WHERE m.business_id = @business_id AND m.booking_id = @booking_id AND m.status = 'sending' AND m.claimed_until > @real
      AND m.client_id = (SELECT b.client_id FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id)
      AND m.due_at >= (SELECT b.created_at FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id) - 86400000000
);

-- name: FindMessage :one
SELECT * FROM message WHERE business_id = $1 AND id = $2;

-- name: ListMessagesAhead :many
-- What is to come. It has not been tried or held up yet, so that it is next looked at when it is due.
SELECT * FROM message
WHERE business_id = @business_id AND status IN ('planned', 'sending') AND next_at > @now AND due_at > @now
  AND (next_at, id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
ORDER BY next_at, id LIMIT CAST(@count AS INTEGER);

-- name: ListMessagesPast :many
-- Of what was sent, failed or was skipped; status may be empty.
SELECT * FROM message
WHERE business_id = @business_id AND status NOT IN ('planned', 'sending')
  AND (due_at, id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
  AND (CAST(@status AS TEXT) = '' OR status = @status)
ORDER BY due_at, id LIMIT CAST(@count AS INTEGER);

-- name: WaitingMessages :many
-- What should have gone out by now and has not. Either nobody has come to it yet, or something keeps it, and then
-- there is a reason. Each has its index.
SELECT * FROM message m
WHERE m.business_id = @business_id AND m.id IN (
    SELECT x.id FROM (
        SELECT d.id, d.due_at FROM message d
        WHERE d.business_id = @business_id AND d.status IN ('planned', 'sending') AND d.next_at <= @now
          AND d.due_at <= @now AND (d.status = 'sending' OR d.reason = '')
        UNION ALL
        SELECT w.id, w.due_at FROM message w
        WHERE w.business_id = @business_id AND w.status = 'planned' AND w.reason <> '' AND w.due_at <= @now) AS x
    WHERE (x.due_at, x.id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
    ORDER BY x.due_at, x.id LIMIT CAST(@count AS INTEGER))
ORDER BY m.due_at, m.id;

-- name: CountWaitingMessages :one
-- The same, at most so many.
SELECT COUNT(*) FROM (
    SELECT d.id FROM message d
    WHERE d.business_id = @business_id AND d.status IN ('planned', 'sending') AND d.next_at <= @now
      AND d.due_at <= @now AND (d.status = 'sending' OR d.reason = '')
    UNION ALL
    SELECT w.id FROM message w
    WHERE w.business_id = @business_id AND w.status = 'planned' AND w.reason <> '' AND w.due_at <= @now
    LIMIT CAST(@count AS INTEGER)) AS x;

-- name: ListBookingMessages :many
SELECT * FROM message m
WHERE m.business_id = @business_id AND m.booking_id = @booking_id
  AND m.client_id = (SELECT b.client_id FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id)
  AND m.due_at >= (SELECT b.created_at FROM booking b WHERE b.business_id = @business_id AND b.id = @booking_id) - 86400000000
  AND (CAST(@client_id AS TEXT) = '' OR m.client_id = @client_id)
  AND (m.due_at, m.id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
  AND m.due_at > @due_after AND m.due_at <= @due_until
  AND (CAST(@status AS TEXT) = '' OR m.status = @status OR m.status = @or_status)
ORDER BY m.due_at, m.id LIMIT CAST(@count AS INTEGER);

-- name: LatestClientMessages :many
SELECT * FROM message
WHERE business_id = @business_id AND client_id = @client_id
  AND (due_at, id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
ORDER BY due_at DESC, id DESC LIMIT CAST(@count AS INTEGER);

-- name: ListClientMessages :many
SELECT * FROM message
WHERE business_id = @business_id AND client_id = @client_id
  AND (due_at, id) > (CAST(@after_at AS BIGINT), CAST(@after_id AS TEXT))
  AND due_at > @due_after AND due_at <= @due_until
  AND (CAST(@status AS TEXT) = '' OR status = @status OR status = @or_status)
ORDER BY due_at, id LIMIT CAST(@count AS INTEGER);
