// Package span is Kept's arithmetic of time: instants, half-open intervals
// [start, end) and sets of them, and the road from a wall clock in a zone to
// an instant and back.
//
// Rules ("open Tuesdays 09:00 to 18:00") are wall clock plus zone and become
// spans here; everything after that computes with whole microseconds UTC and
// knows nothing of zones. Where a wall clock skips or repeats, RFC 5545
// section 3.3.5 decides: a time that does not exist is read with the offset
// before the gap, a time that happens twice is the first one unless the
// second (Fold 1) is asked for.
package span

import (
	"fmt"
	"time"
)

// Instant is a point in time: microseconds since 1970-01-01T00:00:00Z. Zero
// stands for "none" where a field may be empty.
type Instant int64

// Lengths in microseconds.
const (
	Second Instant = 1_000_000
	Minute         = 60 * Second
	Hour           = 60 * Minute
	Day            = 24 * Hour
)

// At turns a time into an instant; below a microsecond it is cut off.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Minutes is n minutes as a length.
func Minutes(n int) Instant { return Instant(n) * Minute }

// UTC gives the instant as a time in UTC.
func (i Instant) UTC() time.Time { return time.UnixMicro(int64(i)).UTC() }

// In gives the instant as a time in a zone.
func (i Instant) In(zone *time.Location) time.Time { return time.UnixMicro(int64(i)).In(zone) }

// Add gives the instant a duration later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Sub gives the duration from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Microsecond }

// String gives RFC 3339 in UTC.
func (i Instant) String() string { return i.UTC().Format(time.RFC3339Nano) }

// MarshalJSON writes RFC 3339 in UTC, null for none.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return i.UTC().AppendFormat([]byte{'"'}, time.RFC3339Nano+`"`), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*i = 0
		return nil
	}
	t, err := time.Parse(`"`+time.RFC3339Nano+`"`, string(b))
	if err != nil {
		return fmt.Errorf("span: %s is no instant", b)
	}
	*i = At(t)
	return nil
}
