package wire

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"

	"kept/fault"
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

// Cursor names the last thing of a page: a number and an id.
type Cursor struct {
	At int64  `json:"a"`
	ID string `json:"i"`
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

// PageOf cuts a list that was read one longer than asked.
func PageOf[T any](list []T, limit int, name func(T) Cursor) ([]T, *string) {
	if len(list) <= limit {
		return list, nil
	}
	next := name(list[limit-1]).String()
	return list[:limit], &next
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
