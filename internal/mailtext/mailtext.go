// Package mailtext writes what messages say: subject, text and HTML in the
// recipient's language, and the calendar file that goes along. It implements
// message.Renderer.
//
// The words stand in the catalogue "mail" of package i18n. All messages are
// built alike (letter): a greeting, one or two sentences, the facts of the
// visit, what may still be done until when, a link. Times are those of the
// place; to somebody who lives in another zone their own are shown beside.
package mailtext

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"slices"
	"strings"
	"text/template"
	"time"

	"kept/catalog"
	"kept/internal/i18n"
	"kept/internal/ical"
	"kept/message"
	"kept/span"
)

//go:embed letter.txt letter.html
var files embed.FS

// Links writes addresses.
type Links interface {
	// Manage is the absolute address at which the client sees, moves and cancels the visit.
	Manage(v message.Visit) string
	// Book is the absolute address of the business's booking page.
	Book(v message.Visit) string
	// At is the absolute address of a path of the site.
	At(path string) string
	// Host is what makes identifiers of calendar entries the world's own.
	Host() string
}

// Renderer writes messages. It is safe for concurrent use.
type Renderer struct {
	links Links
	text  *template.Template
	html  *htmltemplate.Template
	zones span.Zones
}

var _ message.Renderer = (*Renderer)(nil)

// New makes a renderer.
func New(links Links) *Renderer {
	return &Renderer{
		links: links,
		text:  template.Must(template.ParseFS(files, "letter.txt")),
		html:  htmltemplate.Must(htmltemplate.ParseFS(files, "letter.html")),
	}
}

// letter is a message in its parts; both templates write it.
type letter struct {
	Lang    string
	House   string
	Subject string
	Hello   string
	Lead    string
	Rows    []row
	Colon   string // between a label and what it labels
	Each    string // the heading above Dates
	Dates   []string
	Note    string // what may be done until when
	Action  string // the words on the link
	Link    string
	Footer  string
}

type row struct{ Label, Value string }

// Render implements message.Renderer.
func (r *Renderer) Render(m message.Message, v message.Visit) (message.Content, error) {
	w, err := r.writer(m, v)
	if err != nil {
		return message.Content{}, err
	}
	l := w.letter()
	var text, html bytes.Buffer
	if err := r.text.Execute(&text, l); err != nil {
		return message.Content{}, fmt.Errorf("mailtext: %w", err)
	}
	if err := r.html.Execute(&html, l); err != nil {
		return message.Content{}, fmt.Errorf("mailtext: %w", err)
	}
	out := message.Content{Language: l.Lang, Subject: l.Subject, Text: text.String(), HTML: html.String()}
	out.Calendar, out.Method, err = w.calendar()
	return out, err
}

// writer is one message being written.
type writer struct {
	message.Message
	visit message.Visit
	p     *i18n.Printer
	links Links
	lang  string
	place *time.Location
	own   *time.Location // of the recipient; nil when it shows the same time
}

func (r *Renderer) writer(m message.Message, v message.Visit) (*writer, error) {
	place, err := r.zone(v.Zone)
	if err != nil {
		return nil, err
	}
	w := &writer{Message: m, visit: v, links: r.links, lang: languageOf(v), place: place}
	w.p = i18n.For(w.lang)
	// A zone that cannot be read is one that somebody typed: then there is but the place's.
	if own, err := r.zone(v.Recipient.Zone); err == nil && v.Recipient.Zone != "" {
		_, here := v.Start.In(place).Zone()
		if _, there := v.Start.In(own).Zone(); here != there {
			w.own = own
		}
	}
	return w, nil
}

func (r *Renderer) zone(name string) (*time.Location, error) {
	z, err := r.zones.Load(name)
	if err != nil {
		return nil, fmt.Errorf("mailtext: zone: %w", err)
	}
	return z, nil
}

// languageOf is the recipient's language where we speak it, else the business's.
func languageOf(v message.Visit) string {
	for _, l := range []string{v.Recipient.Language, v.Language} {
		if slices.Contains(i18n.Languages(), l) {
			return l
		}
	}
	return i18n.English
}

func (w *writer) pick(t catalog.Texts) string { return flat(t.Pick(w.lang, w.visit.Language)) }

// flat makes one line of what people typed.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// kind is the step, but for a request that was declined.
func (w *writer) kind() string {
	if w.Step == message.Cancelled && w.visit.Status == "declined" {
		return "declined"
	}
	return string(w.Step)
}

func (w *writer) letter() letter {
	if w.Step.Bare() {
		return w.plain()
	}
	kind, v := w.kind(), w.visit
	start := v.Start.In(w.place)
	house := w.pick(v.House)
	l := letter{
		Lang: w.lang, House: house, Hello: w.p.T("mail.hello_all"), Colon: ": ",
		Subject: flat(w.p.T("mail."+kind+".subject", "service", w.services(), "day", w.p.Date(start), "time", w.p.Time(start))),
		Lead:    w.p.T("mail." + kind + ".lead"),
		Footer:  w.p.T("mail.footer", "house", house),
	}
	if w.lang == i18n.Chinese {
		l.Colon = "："
	}
	if name := flat(v.Recipient.Name); name != "" {
		l.Hello = w.p.T("mail.hello", "name", name)
	}
	if w.Step != message.Thanks {
		l.Rows = w.rows()
	}
	w.dates(&l)
	switch {
	case w.Step.ToStaff():
		l.Footer = house
	case w.Step == message.Thanks || w.Step == message.Cancelled:
		l.Action, l.Link = w.p.T("mail.again"), w.links.Book(v)
	default:
		l.Note = w.free()
		l.Action, l.Link = w.p.T("mail.manage"), w.links.Manage(v)
	}
	return l
}

func (w *writer) services() string {
	names := make([]string, len(w.visit.Services))
	for i, s := range w.visit.Services {
		names[i] = w.pick(s)
	}
	return strings.Join(names, " + ")
}

// rows are the facts of the visit.
func (w *writer) rows() []row {
	v := w.visit
	when := w.times(w.place)
	if w.own != nil {
		when += " (" + v.Zone + ")"
	}
	var out []row
	add := func(key, value string) {
		if value != "" {
			out = append(out, row{w.p.T("mail." + key), value})
		}
	}
	add("service", w.services())
	add("when", when)
	if w.own != nil {
		add("your_time", w.times(w.own)+" ("+v.Recipient.Zone+")")
	}
	if w.Step.ToStaff() {
		add("client", flat(v.Client))
		return out
	}
	add("with", w.people())
	if w.Step != message.Cancelled {
		add("where", w.where())
		if v.Price.Amount != 0 {
			add("price", w.p.Money(v.Price))
		}
	}
	add("call", v.Call)
	return out
}

func (w *writer) people() string {
	names := make([]string, len(w.visit.Staff))
	for i, s := range w.visit.Staff {
		names[i] = w.pick(s.Names)
	}
	return strings.Join(names, ", ")
}

func (w *writer) where() string {
	var parts []string
	for _, t := range []catalog.Texts{w.visit.Place, w.visit.Street} {
		if s := w.pick(t); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// dates lists the visits that were booked together with this one.
func (w *writer) dates(l *letter) {
	if len(w.visit.Dates) < 2 {
		return
	}
	l.Each = w.p.N("mail.dates", len(w.visit.Dates)) + strings.TrimSpace(l.Colon)
	for _, d := range w.visit.Dates {
		l.Dates = append(l.Dates, w.moment(d.In(w.place)))
	}
}

// moment writes a day with its year and the time of day.
func (w *writer) moment(at time.Time) string {
	if w.lang == i18n.Chinese {
		return w.p.DateFull(at) + " " + w.p.Time(at)
	}
	return w.p.DateFull(at) + ", " + w.p.Time(at)
}

// times writes from when to when.
func (w *writer) times(zone *time.Location) string {
	start, end := w.visit.Start.In(zone), w.visit.End.In(zone)
	from := w.moment(start)
	if span.DateOf(start) != span.DateOf(end) {
		return from + " – " + w.p.DateTime(end)
	}
	return from + "–" + w.p.Time(end)
}

// free says until when the client may move or cancel; nothing once it is too
// late to be of use.
func (w *writer) free() string {
	move, cancel := w.visit.Move, w.visit.Cancel
	until := func(key string, i span.Instant) string {
		return w.p.T("mail."+key, "until", w.p.DateTime(i.In(w.place)))
	}
	now := max(w.Due, w.Next)
	var parts []string
	switch {
	case move == cancel && move > now:
		parts = append(parts, until("free_both", move))
	default:
		if move > now {
			parts = append(parts, until("free_move", move))
		}
		if cancel > now {
			parts = append(parts, until("free_cancel", cancel))
		}
	}
	return strings.Join(parts, " ")
}

// calendar is the file that goes along: with what people put into their
// calendars, and with what they take out.
func (w *writer) calendar() (file []byte, method string, err error) {
	v := w.visit
	method = ical.Publish
	switch w.Step {
	case message.Receipt, message.Moved, message.Reminder24h, message.StaffNew, message.StaffMoved:
	case message.Cancelled, message.StaffCancelled:
		method = ical.Cancel
	default:
		return nil, "", nil
	}
	entry := ical.Visit{
		UID: string(v.Booking) + "@" + w.links.Host(), Sequence: v.Sequence, Stamp: w.Due, Start: v.Start, End: v.End,
		Location: w.where(), Cancelled: method == ical.Cancel,
	}
	if entry.Cancelled {
		entry.Sequence++ // later than what it takes out
	}
	who := w.pick(v.House)
	if w.Step.ToStaff() {
		who = flat(v.Client)
	} else {
		entry.Description, entry.URL = w.people(), w.links.Manage(v)
	}
	entry.Summary = strings.TrimSuffix(w.services()+" · "+who, " · ")
	file, err = ical.Calendar{Method: method, Name: w.pick(v.House), Zone: v.Zone, Visits: []ical.Visit{entry}}.Encode()
	return file, method, err
}
