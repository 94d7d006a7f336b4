package wire

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"kept/fault"
	"kept/span"
)

// Page is the frame of every list.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"The cursor of the next page, null on the last"`
}

// Paging is the part of a request that asks for a page.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"At most so many"`
	Cursor string `query:"cursor" maxLength:"500" doc:"Where to go on: next of the page before"`
}

// Cursor names the last thing of a page: a number and an id, and the word that
// lists of several sorts are ordered by first.
type Cursor struct {
	At   int64  `json:"a"`
	ID   string `json:"i"`
	Kind string `json:"k,omitempty"`
}

// String is the cursor as it stands in next.
func (c Cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor reads what String wrote; empty is the beginning.
func ReadCursor(text string) (Cursor, error) {
	var c Cursor
	if text == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, fault.BadField("cursor", "format", "take it from next of the page before")
	}
	return c, nil
}

// DayNumber writes a day as 20261122, for a cursor.
func DayNumber(d span.Date) int64 { return int64(d.Year)*10_000 + int64(d.Month)*100 + int64(d.Day) }

// DayOf reads what DayNumber wrote; for anything else any day will do.
func DayOf(n int64) span.Date {
	if n <= 0 || n > DayNumber(span.Date{Year: 9999, Month: 12, Day: 31}) {
		return span.Date{}
	}
	return span.Date{Year: int(n / 10_000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}
}

// PageOf cuts a list that was read one longer than asked.
func PageOf[T any](list []T, limit int, name func(T) Cursor) ([]T, *string) {
	if len(list) <= limit {
		return list, nil
	}
	next := name(list[limit-1]).String()
	return list[:limit], &next
}

// Slice gives the page that was asked for of a list that is read whole, because
// a thing has few of them, in its own order. Where what a page ended with is
// not there any more, the next goes on at its place. Fault Invalid for a cursor
// that is none.
func Slice[T any](list []T, in Paging, name func(T) string) (Page[T], error) {
	last, err := ReadCursor(in.Cursor)
	if err != nil {
		return Page[T]{}, err
	}
	from := 0
	if last.ID != "" {
		from = slices.IndexFunc(list, func(one T) bool { return name(one) == last.ID }) + 1
		if from == 0 { // those after it moved up by one
			from = min(max(int(last.At)-1, 0), len(list))
		}
	}
	items, next := PageOf(list[from:], in.Limit, func(one T) Cursor { return Cursor{At: int64(from + in.Limit), ID: name(one)} })
	return Page[T]{Items: items, Next: next}, nil
}

// Ordered gives the page that was asked for of a list that is read whole,
// because a thing has few of them, and stands in the order of its names: what
// comes and goes meanwhile moves nothing else. Fault Invalid for a cursor that
// is none.
func Ordered[T any](list []T, in Paging, name func(T) string) (Page[T], error) {
	last, err := ReadCursor(in.Cursor)
	if err != nil {
		return Page[T]{}, err
	}
	from := 0
	for from < len(list) && last.ID != "" && name(list[from]) <= last.ID {
		from++
	}
	items, next := PageOf(list[from:], in.Limit, func(one T) Cursor { return Cursor{ID: name(one)} })
	return Page[T]{Items: items, Next: next}, nil
}

// Told makes a page of what is written otherwise on the wire.
func Told[T, B any](p Page[T], body func(T) B) Page[B] {
	out := Page[B]{Items: make([]B, len(p.Items)), Next: p.Next}
	for i, one := range p.Items {
		out.Items[i] = body(one)
	}
	return out
}

// Cut gives the page that was asked for of a list that is read whole, because
// a business has few of its things: in the order of their identifiers, which is
// that in which they were made. Fault Invalid for a cursor that is none.
func Cut[T any](list []T, in Paging, name func(T) string) ([]T, *string, error) {
	after, err := ReadCursor(in.Cursor)
	if err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(one T) bool { return name(one) <= after.ID })
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	page, next := PageOf(list, in.Limit, func(one T) Cursor { return Cursor{ID: name(one)} })
	return page, next, nil
}
