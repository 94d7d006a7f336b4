// Package caldav reads calendars of CalDAV servers (RFC 4791): Radicale,
// Nextcloud, iCloud, Fastmail and many more.
//
// The address may be a calendar's own, or the server's or user's, from which
// the one calendar there is found (RFC 6764). Then
//
//	PROPFIND          is it a calendar, and what is it known by: sync token or ctag
//	   │ the same as before: unchanged
//	sync-collection   if only the token is another (RFC 6578): has any entry changed?
//	   │ none: unchanged
//	calendar-query    all entries that meet the window, with all that belongs to them
//
// Entries are not kept between two looks, so that nothing but times is stored;
// a change means one more query. A server that knows no queries is asked for
// the calendar as one file. Redirects are followed here and not by the client,
// which would turn every request into a GET; a password goes to the host that
// it was given for, and to hosts of the same domain over TLS.
package caldav

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kept/calsync"
	"kept/internal/calendar"
	"kept/internal/ical/busy"
	"kept/span"
)

// Source reads calendars of CalDAV servers. It is safe for concurrent use.
type Source struct {
	client *http.Client
	zones  *span.Zones
}

var _ calsync.Source = (*Source)(nil)

// New makes a source that asks with a client of package dial.
func New(client *http.Client) *Source {
	own := *client
	guard := client.CheckRedirect
	own.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if guard != nil {
			if err := guard(r, via); err != nil {
				return err
			}
		}
		return http.ErrUseLastResponse
	}
	return &Source{client: &own, zones: &span.Zones{}}
}

// ctagMark begins the mark of a calendar that has a ctag and no sync token.
const ctagMark = "ctag:"

// Read implements calsync.Source.
func (s *Source) Read(ctx context.Context, at calsync.Address, q calsync.Question) (calsync.Answer, error) {
	zone, err := s.zones.Load(q.Zone)
	if err != nil {
		return calsync.Answer{}, &calsync.Trouble{Code: calsync.Internal, Cause: err}
	}
	v := visit{client: s.client, at: at}
	found, err := v.find(ctx)
	if err != nil {
		return calsync.Answer{}, err
	}
	mark := calsync.Mark{Token: found.prop.SyncToken}
	if mark.Token == "" && found.prop.CTag != "" {
		mark.ETag = ctagMark + found.prop.CTag
	}
	if q.Since != (calsync.Mark{}) {
		same := mark == q.Since
		if !same && mark.Token != "" && q.Since.Token != "" {
			if same, err = v.same(ctx, q.Since.Token); err != nil {
				return calsync.Answer{}, err
			}
		}
		if same {
			return calsync.Answer{Unchanged: true, Mark: mark}, nil
		}
	}
	files, err := v.query(ctx, q.Window)
	if err != nil {
		return calsync.Answer{}, err
	}
	got, err := busy.Read(busy.Question{Zone: zone, Window: q.Window, Zones: s.zones}, files...)
	if err != nil {
		return calsync.Answer{}, calendar.Trouble(err) //nolint:wrapcheck // it is a Trouble
	}
	return calsync.Answer{Mark: mark, Busy: got.Busy, Events: got.Events, Skipped: got.Skipped, Limits: got.Limits}, nil
}

// visit is one look at a server; at becomes the calendar's own address.
type visit struct {
	client *http.Client
	at     calsync.Address
}

const propfindBody = `<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"><prop>
<resourcetype/><sync-token/><current-user-principal/><s:getctag/><c:calendar-home-set/><c:supported-calendar-component-set/>
</prop></propfind>`

// find makes sure that the visit is at a calendar, looking for it where the
// address is not one.
func (v *visit) find(ctx context.Context) (response, error) {
	self, err := v.self(ctx)
	if err != nil {
		return response{}, err
	}
	if self.prop.isCalendar() {
		return self, nil
	}
	home := self.prop.Home.Href
	if home == "" && self.prop.Principal.Href != "" {
		if err := v.move(self.prop.Principal.Href); err != nil {
			return response{}, err
		}
		principal, err := v.propfind(ctx, "0")
		if err != nil {
			return response{}, err
		}
		if len(principal) > 0 {
			home = principal[0].prop.Home.Href
		}
	}
	if home != "" {
		if err := v.move(home); err != nil {
			return response{}, err
		}
	}
	return v.only(ctx)
}

// self asks the address what it is; a server's root may refer to where its
// calendars are.
func (v *visit) self(ctx context.Context) (response, error) {
	all, err := v.propfind(ctx, "0")
	if t, ok := errors.AsType[*calsync.Trouble](err); ok && v.atRoot() && (t.Code == calsync.Missing || t.Code == calsync.Refused) {
		first := *v
		if v.move("/.well-known/caldav") != nil {
			return response{}, err
		}
		known, notKnown := v.propfind(ctx, "0")
		if notKnown != nil {
			*v = first
			return response{}, err // the first answer says more
		}
		all, err = known, nil
	}
	if err != nil {
		return response{}, err
	}
	if len(all) == 0 {
		return response{}, &calsync.Trouble{Code: calsync.NotCalendar}
	}
	return all[0], nil
}

// atRoot tells whether the address names a server and nothing on it: only
// then is another place looked for, for a calendar that is gone must not become
// another one.
func (v *visit) atRoot() bool {
	u, err := url.Parse(v.at.URL)
	return err == nil && strings.Trim(u.Path, "/") == ""
}

// only finds the one calendar in the collection where the visit is.
func (v *visit) only(ctx context.Context) (response, error) {
	all, err := v.propfind(ctx, "1")
	if err != nil {
		return response{}, err
	}
	all = slices.DeleteFunc(all, func(r response) bool { return !r.prop.isCalendar() || !r.prop.takesEvents() })
	switch len(all) {
	case 0:
		return response{}, &calsync.Trouble{Code: calsync.NotCalendar}
	case 1:
		return all[0], v.move(all[0].href)
	default:
		return response{}, &calsync.Trouble{Code: calsync.Several}
	}
}

func (v *visit) propfind(ctx context.Context, depth string) ([]response, error) {
	answer, err := v.send(ctx, "PROPFIND", depth, propfindBody, http.StatusMultiStatus)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	m, err := readMultistatus(answer.Body)
	return m.responses, err
}

// same asks whether nothing has changed since a sync token; a token that the
// server has forgotten means that something may have.
func (v *visit) same(ctx context.Context, token string) (bool, error) {
	body := `<?xml version="1.0" encoding="utf-8"?><sync-collection xmlns="DAV:"><sync-token>` + escape(token) +
		`</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`
	answer, err := v.send(ctx, "REPORT", "0", body, http.StatusMultiStatus)
	if t, ok := errors.AsType[*calsync.Trouble](err); ok && !t.Code.Down() {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = answer.Body.Close() }()
	m, err := readMultistatus(answer.Body)
	return len(m.responses) == 0, err
}

// query gets the entries that meet the window, each as a file of its own.
func (v *visit) query(ctx context.Context, window span.Span) ([]io.Reader, error) {
	body := `<?xml version="1.0" encoding="utf-8"?><c:calendar-query xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><c:calendar-data/></prop>` +
		`<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="` + stamp(window.Start) +
		`" end="` + stamp(window.End) + `"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`
	answer, err := v.send(ctx, "REPORT", "1", body, http.StatusMultiStatus)
	if t, ok := errors.AsType[*calsync.Trouble](err); ok && t.Code == calsync.Refused {
		return v.whole(ctx)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	m, err := readMultistatus(answer.Body)
	if err != nil {
		return nil, err
	}
	var files []io.Reader
	for _, r := range m.responses {
		if r.prop.Data != "" {
			files = append(files, strings.NewReader(r.prop.Data))
		}
	}
	return files, nil
}

// whole gets the calendar as one file, from servers that answer no queries.
func (v *visit) whole(ctx context.Context) ([]io.Reader, error) {
	answer, err := v.send(ctx, http.MethodGet, "", "", http.StatusOK)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	var b strings.Builder
	if _, err := io.Copy(&b, answer.Body); err != nil {
		return nil, calendar.Trouble(err) //nolint:wrapcheck // it is a Trouble
	}
	return []io.Reader{strings.NewReader(b.String())}, nil
}

// stamp writes an instant as time-range wants it.
func stamp(i span.Instant) string { return i.UTC().Truncate(time.Second).Format("20060102T150405Z") }
