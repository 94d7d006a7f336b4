// Package ical reads calendars that lie behind the address of a file: the
// "secret address" or "subscription link" that Google, Outlook, iCloud and
// every booking site give out.
//
// One request is made. The entity tag and the date of the last answer go
// along, so that a file that has not changed is not sent again; a server that
// knows neither is asked in full each time, and what has not changed is then
// known by the file's own hash. Times are read by package busy.
package ical

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"kept/calsync"
	"kept/internal/calendar"
	"kept/internal/ical/busy"
	"kept/span"
)

// Source reads files. It is safe for concurrent use.
type Source struct {
	client *http.Client
	zones  *span.Zones
}

var _ calsync.Source = (*Source)(nil)

// New makes a source that asks with a client of package dial.
func New(client *http.Client) *Source { return &Source{client: client, zones: &span.Zones{}} }

// hashMark begins the entity tag of a file whose server gives none.
const hashMark = "kept:"

// Read implements calsync.Source.
func (s *Source) Read(ctx context.Context, at calsync.Address, q calsync.Question) (calsync.Answer, error) {
	var none calsync.Answer
	zone, err := s.zones.Load(q.Zone)
	if err != nil {
		return none, &calsync.Trouble{Code: calsync.Internal, Cause: err}
	}
	r, err := calendar.Request(ctx, http.MethodGet, at, nil)
	if err != nil {
		return none, err //nolint:wrapcheck // it is a Trouble
	}
	r.Header.Set("Accept", "text/calendar, */*;q=0.5")
	if tag := q.Since.ETag; tag != "" && !strings.HasPrefix(tag, hashMark) {
		r.Header.Set("If-None-Match", tag)
	}
	if q.Since.Token != "" { // of a file, when it was last changed
		r.Header.Set("If-Modified-Since", q.Since.Token)
	}
	answer, err := calendar.Do(s.client, r, http.StatusOK, http.StatusNotModified)
	if err != nil {
		return none, err //nolint:wrapcheck // it is a Trouble
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode == http.StatusNotModified {
		return calsync.Answer{Unchanged: true, Mark: q.Since}, nil
	}
	sum := &summing{in: answer.Body, hash: sha256.New()}
	got, err := busy.Read(busy.Question{Zone: zone, Window: q.Window, Zones: s.zones}, sum)
	if err != nil {
		return none, calendar.Trouble(err) //nolint:wrapcheck // it is a Trouble
	}
	mark := markOf(answer, sum)
	if mark == q.Since {
		return calsync.Answer{Unchanged: true, Mark: mark}, nil
	}
	return calsync.Answer{Mark: mark, Busy: got.Busy, Events: got.Events, Skipped: got.Skipped, Limits: got.Limits}, nil
}

// markOf tells what an answer will be known by.
func markOf(answer *http.Response, sum *summing) calsync.Mark {
	mark := calsync.Mark{ETag: answer.Header.Get("ETag")}
	if at, err := http.ParseTime(answer.Header.Get("Last-Modified")); err == nil && mark.ETag == "" {
		mark.Token = at.UTC().Format(http.TimeFormat)
	}
	if len(mark.ETag) > 500 || mark == (calsync.Mark{}) || recent(answer) {
		mark = calsync.Mark{ETag: hashMark + hex.EncodeToString(sum.hash.Sum(nil))}
	}
	return mark
}

// recent tells that a date of change cannot be trusted yet: within the same
// second there may be another change.
func recent(answer *http.Response) bool {
	if answer.Header.Get("ETag") != "" {
		return false
	}
	changed, err := http.ParseTime(answer.Header.Get("Last-Modified"))
	asked, err2 := http.ParseTime(answer.Header.Get("Date"))
	return err == nil && err2 == nil && asked.Sub(changed) < 2*time.Second
}

// summing hashes what is read through it, but for what changes each time it
// is asked: nothing is left out, so such a file is simply read anew.
type summing struct {
	in   io.Reader
	hash hash.Hash
}

// Read implements io.Reader.
func (s *summing) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	_, _ = s.hash.Write(p[:n])
	return n, err //nolint:wrapcheck // a reader gives io.EOF as it is
}
