package wire

import (
	"math"
	"strings"

	"kept/client"
	"kept/id"
)

// near marks the cursors of pairs whose names are alike, before the reason of
// the others.
const near = "near"

// TwinCursor is the cursor of a pair: the second card by its identity, the
// first behind the reason.
func TwinCursor(t client.Twin) Cursor {
	s := t.Spot()
	if s.Near {
		return Cursor{At: int64(math.Float64bits(s.Likely)), ID: string(s.B), Kind: near}
	}
	return Cursor{ID: string(s.B), Kind: s.Why + " " + string(s.A)}
}

// TwinSpot reads what TwinCursor wrote.
func TwinSpot(c Cursor) client.TwinSpot {
	if c.Kind == near {
		return client.TwinSpot{Why: client.TwinName, Near: true, Likely: math.Float64frombits(uint64(c.At)), B: id.Client(c.ID)}
	}
	why, first, _ := strings.Cut(c.Kind, " ")
	return client.TwinSpot{Why: why, A: id.Client(first), B: id.Client(c.ID)}
}
