package calsync

import (
	"errors"
	"strings"
	"time"

	"kept/span"
)

// stamp is an instant as iCalendar writes it.
const stamp = "20060102T150405Z"

var errBusy = errors.New("calsync: this is no list of periods")

// WriteBusy writes times as the value of a FREEBUSY property (RFC 5545, 3.8.2.6)
// does: periods with their ends, in whole minutes that hold them.
func WriteBusy(busy span.Set) string {
	if len(busy) == 0 {
		return ""
	}
	out := make([]byte, 0, len(busy)*(2*len(stamp)+2))
	for i, s := range busy {
		if i > 0 {
			out = append(out, ',')
		}
		out = floor(s.Start).UTC().AppendFormat(out, stamp)
		out = append(out, '/')
		out = floor(s.End+span.Minute-1).UTC().AppendFormat(out, stamp)
	}
	return string(out)
}

// floor is the minute that an instant falls into.
func floor(at span.Instant) span.Instant {
	rest := at % span.Minute
	if rest < 0 {
		rest += span.Minute
	}
	return at - rest
}

// ReadBusy reads what WriteBusy has written.
func ReadBusy(text string) (span.Set, error) {
	if text == "" {
		return nil, nil
	}
	out := make([]span.Span, 0, strings.Count(text, ",")+1)
	for period := range strings.SplitSeq(text, ",") {
		from, till, ok := strings.Cut(period, "/")
		start, err := time.Parse(stamp, from)
		end, err2 := time.Parse(stamp, till)
		if !ok || err != nil || err2 != nil || end.Before(start) {
			return nil, errBusy
		}
		out = append(out, span.Span{Start: span.At(start), End: span.At(end)})
	}
	return span.SetOf(out...), nil
}
