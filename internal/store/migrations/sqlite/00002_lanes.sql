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
