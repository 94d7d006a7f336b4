package me

import (
	"kept/internal/web/view"
	"kept/internal/web/wire"
)

// onePage is how much of a list a page shows.
const onePage = 30

// turned reads the page of a list that the address asks for, and puts the ways
// to the others on the model. What is no cursor is the beginning.
func turned[T any](
	t *turn, m *view.MeListModel, part string, name func(T) wire.Cursor, read func(from wire.Cursor, limit int) ([]T, error),
) ([]T, error) {
	text := t.R.URL.Query().Get("cursor")
	from, err := wire.ReadCursor(text)
	if err != nil {
		from = wire.Cursor{}
	}
	list, err := read(from, onePage+1)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, onePage, name)
	if text != "" {
		m.Prev = t.at(part)
	}
	if next != nil {
		m.Next = t.with(part, "cursor", *next)
	}
	return list, nil
}
