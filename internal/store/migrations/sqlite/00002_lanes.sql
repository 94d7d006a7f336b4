-- +goose Up

-- The second belt: whatever the program believes, no two exclusive rows of a
-- lane overlap. A span that overlaps the new one starts before its end; among
-- exclusive rows, which never overlap each other, only the last such one can
-- reach past the new start, so one index step decides.
-- +goose StatementBegin
CREATE TRIGGER occupancy_no_overlap BEFORE INSERT ON occupancy WHEN NEW.exclusive
BEGIN
    SELECT RAISE(ABORT, 'lane is taken')
    WHERE (
        SELECT o.end_at FROM occupancy o
        WHERE o.business_id = NEW.business_id AND o.lane_kind = NEW.lane_kind AND o.lane_id = NEW.lane_id
          AND o.start_at < NEW.end_at AND o.exclusive
        ORDER BY o.start_at DESC LIMIT 1
    ) > NEW.start_at;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER occupancy_never_updated BEFORE UPDATE ON occupancy
BEGIN
    SELECT RAISE(ABORT, 'rows of a lane are deleted and inserted, never changed');
END;
-- +goose StatementEnd

-- What the planner is to believe of the tables that grow, since it only ever looks when told to: that a
-- business has many rows, and a booking, a client or a lane few of them. Without it every index that begins
-- with business_id looks as good as any other, and a list of one booking's messages reads all messages.
-- The numbers: rows in all, then rows alike in the first column, in the first two ...
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('booking', 'sqlite_autoindex_booking_1', '200000 50000 1'),
    ('booking', 'booking_start', '200000 50000 4 1'),
    ('booking', 'booking_client', '200000 50000 8 1'),
    ('occupancy', 'sqlite_autoindex_occupancy_1', '500000 120000 60000 400 1 1'),
    ('occupancy', 'occupancy_source', '500000 120000 3'),
    ('lane', 'sqlite_autoindex_lane_1', '30000 8000 4000 1'),
    ('client', 'sqlite_autoindex_client_1', '25000 6000 1'),
    ('client', 'client_email', '25000 6000 2 1'),
    ('client', 'client_phone', '25000 6000 2 1'),
    ('client', 'client_name', '25000 6000 2'),
    ('card_access', 'sqlite_autoindex_card_access_1', '500000 120000 1'),
    ('card_access', 'card_access_client', '500000 120000 20 1'),
    ('message', 'sqlite_autoindex_message_1', '1000000 250000 1'),
    ('message', 'message_booking', '1000000 250000 6'),
    ('message', 'message_client', '1000000 250000 50 2'),
    ('message', 'message_list', '1000000 250000 4 1'),
    ('message', 'message_due', '20000 4'),
    ('message', 'message_waiting', '5000 2500 2500'),
    ('event', 'sqlite_autoindex_event_1', '1000000 250000 1'),
    ('event', 'event_seq', '1000000 250000 1'),
    ('event', 'event_unnumbered', '20 1'),
    ('text', 'sqlite_autoindex_text_1', '2000 500 100 4 2 1'),
    ('demo_mail', 'sqlite_autoindex_demo_mail_1', '1000 300 1'),
    ('demo_mail', 'demo_mail_at', '1000 300 1');
