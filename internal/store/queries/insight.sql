-- name: AskedVisits :many
-- What was asked for, whatever became of it.
SELECT start_at, end_at, status, staff_id FROM booking
WHERE business_id = @business_id AND start_at >= @from_at AND start_at < @to_at
  AND (CAST(@location AS TEXT) = '' OR location_id = @location)
ORDER BY start_at, id;

-- name: UsedServices :many
SELECT service_id, CAST(COUNT(*) AS BIGINT) AS visits, CAST(SUM(end_at - start_at) AS BIGINT) AS length,
       CAST(SUM(price_amount) AS BIGINT) AS value
FROM booking
WHERE business_id = @business_id AND start_at >= @from_at AND start_at < @to_at
  AND status NOT IN ('cancelled', 'declined', 'expired')
GROUP BY service_id
ORDER BY visits DESC, service_id;
