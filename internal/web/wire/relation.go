package wire

import (
	"kept/id"
	"kept/span"
	"kept/visitor"
)

// RelationCursor is the cursor of a relation in the list of a card's.
func RelationCursor(r visitor.Relation, of id.Client) Cursor {
	s := r.Spot(of)
	return Cursor{At: int64(s.CreatedAt), ID: string(s.Other), Kind: s.Role()}
}

// RelationSpot reads what RelationCursor wrote.
func RelationSpot(c Cursor) visitor.RelationSpot {
	return visitor.RelationSpot{Guardian: c.Kind == visitor.Guardian, CreatedAt: span.Instant(c.At), Other: id.Client(c.ID)}
}
