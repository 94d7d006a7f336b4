package policy

import (
	"kept/catalog"
	"kept/span"
)

// Snapshot is the part of a business's terms that a booking keeps.
type Snapshot struct {
	CancelCutoffMin int `json:"cancel_cutoff_min"`
	MoveCutoffMin   int `json:"move_cutoff_min"`
}

// Of takes the snapshot.
func Of(t catalog.Terms) Snapshot {
	return Snapshot{CancelCutoffMin: t.CancelCutoffMin, MoveCutoffMin: t.MoveCutoffMin}
}

// CancelUntil is the first instant at which a client may no longer cancel.
func (s Snapshot) CancelUntil(start span.Instant) span.Instant {
	return start - span.Minutes(s.CancelCutoffMin)
}

// MoveUntil is the first instant at which a client may no longer move.
func (s Snapshot) MoveUntil(start span.Instant) span.Instant {
	return start - span.Minutes(s.MoveCutoffMin)
}

// MayCancel tells whether a client may cancel now.
func (s Snapshot) MayCancel(now, start span.Instant) bool { return now < s.CancelUntil(start) }

// MayMove tells whether a client may move now.
func (s Snapshot) MayMove(now, start span.Instant) bool { return now < s.MoveUntil(start) }
