-- name: ClockOffset :one
SELECT offset_us FROM clock WHERE id = 1;

-- name: StartClock :exec
INSERT INTO clock (id, offset_us) VALUES (1, $1) ON CONFLICT (id) DO NOTHING;

-- name: RaiseClock :exec
-- Time goes forward only, whichever node moves it.
INSERT INTO clock (id, offset_us) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET offset_us = excluded.offset_us WHERE clock.offset_us < excluded.offset_us;
