package card

import (
	"net/http"
	"strconv"

	"kept/account"
	"kept/client"
	"kept/id"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/span"
)

// registerPast mounts what a card only shows the end of: all readings of a
// subject, and all that was ever said under a key.
func (p *Pages) registerPast(handle func(method, path string, need account.Action, fn func(*turn) error)) {
	handle("GET", "/readings/{subject}", account.ReadClients, p.allReadings)
	handle("GET", "/facts/{key}", account.ReadClients, p.history)
}

// pastPages is how much of a list such a page shows.
const pastPages = 50

// past draws one list of the card, read by the caller, who was recorded.
func (p *Pages) past(d *drawing, of id.Subject, s view.SheetSection) error {
	t := d.turn
	f, err := p.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	f.Stream = "" // looking is recorded: the page must not look again by itself
	c, err := p.Clients.Find(t.Ctx(), t.Who.Business, t.client)
	if err != nil {
		return err
	}
	m := view.SheetModel{Staff: f, Name: c.Name, Back: t.at(""), Main: []view.SheetSection{s}}
	if of != "" {
		subject, err := p.Clients.FindSubject(t.Ctx(), t.Who.Business, t.client, of)
		if err != nil {
			return err
		}
		m.Line = d.subjectName(subject)
	}
	return t.Show(view.PastPage(m), http.StatusOK)
}

// turnTo puts the ways to the other pages of the only list of a page.
func (d *drawing) turnTo(s *view.SheetSection, path, query string) {
	if d.R.URL.Query().Get(s.ID) != "" {
		s.Prev = d.at(path + "?" + query)
	}
	if next := d.next[s.ID]; next != nil {
		s.Next = d.at(path + "?" + query + "&" + s.ID + "=" + *next)
	}
}

func (p *Pages) allReadings(t *turn) error {
	d := &drawing{Pages: p, turn: t, next: map[string]*string{}}
	of := id.Subject(t.R.PathValue("subject"))
	name := func(r client.Reading) wire.Cursor {
		return wire.Cursor{At: wire.DayNumber(r.Day), ID: string(r.ID), Kind: r.Kind}
	}
	list, err := turned(d, "readings", pastPages, name, func(from wire.Cursor, limit int) ([]client.Reading, error) {
		return p.Clients.ListReadings(t.Ctx(), t.Who.Business, t.client, client.ReadingFilter{
			Subject: of, AfterKind: from.Kind, AfterDay: wire.DayOf(from.At), AfterID: id.Reading(from.ID), Limit: limit,
		}, t.Who.Actor())
	})
	if err != nil {
		return err
	}
	s := view.SheetSection{ID: "readings", Heading: t.P.T("past.readings"), Teach: t.P.T("past.none")}
	for _, r := range list {
		s.Rows = append(s.Rows, d.reading(r))
	}
	d.turnTo(&s, "/readings/"+string(of), "")
	return p.past(d, of, s)
}

// reading is one reading in a row.
func (d *drawing) reading(r client.Reading) view.SheetRow {
	row := view.SheetRow{
		Title: d.readingName(r.Kind), Text: d.P.T("sheet.reading_"+r.Kind, "n", d.P.Number(int(r.Value))), Line: d.P.DateYear(noon(r.Day)),
	}
	if !d.P.Has("sheet.reading_" + r.Kind) {
		row.Text = strconv.FormatFloat(r.Value, 'f', -1, 64)
	}
	if r.Doubtful {
		row.Chip = view.Chip{Text: d.P.T("sheet.doubt"), Tone: view.Look}
	}
	return row
}

func (p *Pages) history(t *turn) error {
	d := &drawing{Pages: p, turn: t, next: map[string]*string{}}
	of, key := id.Subject(t.R.URL.Query().Get("subject")), t.R.PathValue("key")
	name := func(f client.Fact) wire.Cursor { return wire.Cursor{At: int64(f.At), ID: string(f.ID)} }
	list, err := turned(d, "history", pastPages, name, func(from wire.Cursor, limit int) ([]client.Fact, error) {
		return p.Clients.FactHistory(t.Ctx(), t.Who.Business, t.client, client.FactFilter{
			Subject: of, Key: key, Health: t.Who.May(account.ReadHealth),
			BeforeAt: span.Instant(from.At), BeforeID: id.Fact(from.ID), Limit: limit,
		}, t.Who.Actor())
	})
	if err != nil {
		return err
	}
	s := view.SheetSection{ID: "history", Heading: d.FactName(key), Teach: t.P.T("past.none")}
	for _, f := range list {
		row := view.SheetRow{Title: d.FactValue(f.Value), Line: d.source(f)}
		switch {
		case f.Value.None():
			row.Title = t.P.T("past.taken_back")
		case f.ReplacedAt == 0 && f.OverruledAt == 0:
			row.Chip = view.Chip{Text: t.P.T("past.holds"), Tone: view.Good}
		}
		s.Rows = append(s.Rows, row)
	}
	d.turnTo(&s, "/facts/"+key, "subject="+string(of))
	return p.past(d, of, s)
}
