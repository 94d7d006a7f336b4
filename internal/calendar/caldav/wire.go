package caldav

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept/calsync"
	"kept/internal/calendar"
)

// mostRedirects are followed on the way to an answer.
const mostRedirects = 5

// send asks where the visit is. It follows redirects with the same request,
// and stays where they led to.
func (v *visit) send(ctx context.Context, method, depth, body string, want int) (*http.Response, error) {
	moved := []int{
		http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
	}
	for range mostRedirects + 1 {
		r, err := calendar.Request(ctx, method, v.at, []byte(body))
		if err != nil {
			return nil, err //nolint:wrapcheck // it is a Trouble
		}
		if depth != "" {
			r.Header.Set("Depth", depth)
			r.Header.Set("Content-Type", "application/xml; charset=utf-8")
			r.Header.Set("Prefer", "return=minimal")
		}
		answer, err := calendar.Do(v.client, r, append(moved, want)...)
		if err != nil || answer.StatusCode == want {
			return answer, err //nolint:wrapcheck // it is a Trouble
		}
		_ = answer.Body.Close()
		if err := v.move(answer.Header.Get("Location")); err != nil {
			return nil, err
		}
	}
	return nil, &calsync.Trouble{Code: calsync.Redirected}
}

// move goes to an address that the server names. Another domain, or one
// without TLS, is not shown the password and so not gone to.
func (v *visit) move(to string) error {
	here, err := url.Parse(v.at.URL)
	if err != nil {
		return &calsync.Trouble{Code: calsync.Forbidden}
	}
	next, err := here.Parse(to)
	if err != nil || to == "" || next.User != nil {
		return &calsync.Trouble{Code: calsync.Redirected}
	}
	if next.Host != here.Host && (next.Scheme != "https" || domain(next.Hostname()) != domain(here.Hostname())) ||
		here.Scheme == "https" && next.Scheme != "https" {
		return &calsync.Trouble{Code: calsync.Redirected}
	}
	next.Fragment = ""
	v.at.URL = next.String()
	return nil
}

// domain gives the last two labels of a name: p34-caldav.icloud.com and
// caldav.icloud.com are of one. An address is only of its own.
func domain(host string) string {
	labels := strings.Split(host, ".")
	if net.ParseIP(host) != nil || len(labels) < 3 {
		return host
	}
	return strings.Join(labels[len(labels)-2:], ".")
}

// prop is what is asked of a resource, as far as it has it.
type prop struct {
	Type struct {
		Calendar *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
	} `xml:"DAV: resourcetype"`
	SyncToken string `xml:"DAV: sync-token"`
	CTag      string `xml:"http://calendarserver.org/ns/ getctag"`
	Principal href   `xml:"DAV: current-user-principal"`
	Home      href   `xml:"urn:ietf:params:xml:ns:caldav calendar-home-set"`
	Takes     struct {
		Comps []struct {
			Name string `xml:"name,attr"`
		} `xml:"urn:ietf:params:xml:ns:caldav comp"`
	} `xml:"urn:ietf:params:xml:ns:caldav supported-calendar-component-set"`
	Data string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
}

type href struct {
	Href string `xml:"DAV: href"`
}

func (p *prop) isCalendar() bool { return p.Type.Calendar != nil }

// takesEvents tells that it is not a list of tasks; a server that does not say takes all.
func (p *prop) takesEvents() bool {
	c := p.Takes.Comps
	if len(c) == 0 {
		return true
	}
	for _, comp := range c {
		if strings.EqualFold(comp.Name, "VEVENT") {
			return true
		}
	}
	return false
}

// response is what a server says of one resource.
type response struct {
	href string
	prop prop
}

// multistatus is the answer to PROPFIND and REPORT (RFC 4918, section 13).
type multistatus struct {
	responses []response
}

// readMultistatus reads an answer. Entities of a document's own, and with them
// all bombs made of such, are an error to package xml.
func readMultistatus(in io.Reader) (multistatus, error) {
	var raw struct {
		XMLName   xml.Name `xml:"DAV: multistatus"`
		Responses []struct {
			Href      string `xml:"DAV: href"`
			Status    string `xml:"DAV: status"`
			Propstats []struct {
				Status string `xml:"DAV: status"`
				Prop   prop   `xml:"DAV: prop"`
			} `xml:"DAV: propstat"`
		} `xml:"DAV: response"`
	}
	kept := &remembering{in: in}
	if err := xml.NewTokenDecoder(&shallow{Decoder: xml.NewDecoder(kept)}).Decode(&raw); err != nil {
		if kept.err != nil && kept.err != io.EOF { //nolint:errorlint // readers give io.EOF as it is
			return multistatus{}, calendar.Trouble(kept.err) //nolint:wrapcheck // it is a Trouble
		}
		return multistatus{}, &calsync.Trouble{Code: calsync.NotCalendar, Cause: err}
	}
	var out multistatus
	for _, r := range raw.Responses {
		one := response{href: strings.TrimSpace(r.Href)}
		for _, p := range r.Propstats {
			if ok := slices.Contains(strings.Fields(p.Status), "200"); ok {
				one.prop = p.Prop
				one.prop.SyncToken = strings.TrimSpace(p.Prop.SyncToken)
				one.prop.CTag = strings.TrimSpace(p.Prop.CTag)
			}
		}
		out.responses = append(out.responses, one)
	}
	return out, nil
}

// shallow refuses documents that are deeper than any answer.
type shallow struct {
	*xml.Decoder
	depth int
}

var errDeep = errors.New("the document is too deep")

// Token implements xml.TokenReader; names are told apart by who reads it.
func (s *shallow) Token() (xml.Token, error) {
	t, err := s.RawToken()
	switch t.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > 64 {
			return nil, errDeep
		}
	case xml.EndElement:
		s.depth--
	}
	return t, err //nolint:wrapcheck // a reader gives io.EOF as it is
}

// remembering keeps the error of a reader, which package xml words anew.
type remembering struct {
	in  io.Reader
	err error
}

// Read implements io.Reader.
func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	if err != nil {
		r.err = err
	}
	return n, err //nolint:wrapcheck // a reader gives io.EOF as it is
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
