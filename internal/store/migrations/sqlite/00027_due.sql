-- +goose Up

-- What is due anywhere is asked of each business by message_ahead: a file holds few of them.
DROP INDEX message_due;
