// Package card is the personal card as the staff of a business see it, made
// for the two minutes before a visit: /app/{slug}/clients/{id}. What must be
// seen stands first, then what comes next and what is due, then what was; who
// it is, their things and their wishes stand beside it.
//
// The page is drawn from the same parts by which programs know the card
// (client.Registry and its neighbours, plan, intake); each part has its short
// forms, which stand folded until they are wanted, work without scripts and do
// their work once. Opening the page is recorded. It follows the stream of its
// own client's events, so what the client changes on their side stands here
// within a second.
package card

import (
	"context"
	"net/http"
	"net/url"
	"sync"

	"kept/account"
	"kept/booking"
	"kept/calsync"
	"kept/chain"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/message"
	"kept/plan"
	"kept/visitor"
)

// Tallies gives what is counted of a client.
type Tallies interface {
	// Tally gives the counters; the zero value where nothing was counted yet.
	Tally(ctx context.Context, business id.Business, client id.Client) (client.Tally, error)
}

// Parts are what the page is drawn from.
type Parts struct {
	*shell.Staff

	Clients  *client.Registry
	Bookings *booking.Desk
	Talks    *client.Talks
	Tallies  Tallies
	Plans    *plan.Planner
	Intake   *intake.Desk
	Archive  *client.Archive
	Merger   *client.Merger
	Lender   *chain.Lender
	Watches  *calsync.Watches
	Family   Family
}

// Pages are the pages of a card.
type Pages struct{ Parts }

// turn is one request about one card.
type turn struct {
	*shell.Turn

	client id.Client
	form   url.Values // that was sent
}

// at is the address of the card.
func (t *turn) at(path string) string { return t.Root() + "/clients/" + string(t.client) + path }

// Register mounts the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	handle := func(method, path string, need account.Action, fn func(*turn) error) {
		mux.Handle(method+" /app/{slug}/clients/{id}"+path, p.Page(need, func(s *shell.Turn) error {
			want, err := shell.ID[id.Client](s, "client")
			if err != nil {
				return err
			}
			return fn(&turn{Turn: s, client: want})
		}))
	}
	handle("GET", "", account.ReadClients, func(t *turn) error { return p.show(t, nil, nil, http.StatusOK) })
	for path, fn := range p.acts() {
		handle("POST", path, account.WriteClients, func(t *turn) error { return p.act(t, path, fn) })
	}
	handle("POST", "/files", account.WriteClients, p.upload)
	handle("GET", "/files/{document}", account.ReadClients, p.download)
	handle("GET", "/forms/{form}", account.WriteClients, p.formPage)
	handle("GET", "/preferences", account.WriteClients, p.preferences)
	handle("POST", "/preferences", account.WriteClients, p.preferences)
	p.registerPast(handle)
	p.registerFamily(handle)
	p.registerLent(mux)
}

// show draws the card; typed is what somebody filled in and err why it was refused.
func (p *Pages) show(t *turn, typed map[string][]string, refused error, status int) error {
	d := &drawing{Pages: p, turn: t, typed: typed, next: map[string]*string{}}
	if err := d.load(); err != nil {
		return err
	}
	f, err := p.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	if f.Stream != "" {
		f.Stream += "?client=" + string(t.client)
	}
	if status != http.StatusOK {
		f.Path = t.at("")
	}
	c := d.sheet.Client
	m := view.SheetModel{
		Staff: f, Name: c.Name, Line: d.since(), Back: t.Root() + "/clients", Chips: d.chips(), Warnings: d.warnings(), Next: d.coming(),
	}
	if t.Who.May(account.WriteClients) {
		m.Edit = t.at("/edit")
	}
	if t.Who.May(account.WriteBookings) {
		m.Book = t.Root() + "/new?client=" + string(c.ID)
	}
	if refused != nil {
		m.Errors = p.Wrong(t.Turn, refused, "")
		if len(m.Errors) == 0 {
			m.Errors = view.Errors{{Field: "live", Text: p.Refusal(t.Turn, refused)}}
		}
	}
	m.Main = d.drawn(d.conflicts(), d.due(), d.talks(), d.history(), d.answers(), d.files(), d.mail())
	m.Aside = d.drawn(d.elsewhere(), d.contacts(), d.facts())
	m.Aside = append(m.Aside, d.drawn(d.subjects()...)...)
	m.Aside = append(m.Aside, d.drawn(d.family(), d.habits(), d.wishes(), d.consents(), d.twins(), d.joined())...)
	return t.Show(view.SheetPage(m), status)
}

// act does what a form of the card asks for, once, and shows the card again
// with what was typed where it is refused.
func (p *Pages) act(t *turn, path string, fn act) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	t.form = t.R.PostForm //nolint:forbidigo // a field of the request, no call
	form := t.form
	to, err := p.Once(t.Ctx(), t.Who.Business, "POST /clients"+path, form.Get("key"), []string{string(t.client), form.Encode()},
		func(ctx context.Context) (string, error) {
			at, err := fn(ctx, p, t)
			return t.at(at), err
		})
	switch {
	case err == nil:
		http.Redirect(t.W, t.R, to, http.StatusSeeOther)
		return nil
	case !shell.Expected(err):
		return err
	}
	return p.show(t, form, err, http.StatusUnprocessableEntity)
}

// most bounds how much of a list a card shows at once.
const (
	mostVisits   = 50
	mostTalks    = 20 // and of files, answers, consents, messages, plans
	mostFacts    = 40 // of the client, and of each subject
	mostSubjects = 12
	mostTies     = 10 // of cards that are, or may be, the same person's
)

// drawing is a card on its way to the page.
type drawing struct {
	*Pages
	*turn

	typed    map[string][]string
	sheet    client.Sheet
	tally    client.Tally
	upcoming []*booking.Booking // the next one, if there is one
	planned  []plan.Item
	older    []*booking.Booking // of the page that is asked for, the newest first
	turning  sync.Mutex         // guards next while the card is loaded
	next     map[string]*string // where lists of the card go on, by section
	said     []client.Entry
	messages []message.Message
	filled   []intake.Filled
	consent  []intake.Consent
	against  []intake.Objection

	watches   []calsync.Watch
	documents []client.Document
	doubles   []client.Twin
	merges    []client.Merge
	branches  []chain.Branch
	ties      []visitor.RelationSpot
	kin       []client.Client // the cards of ties that are within reach
	lent      bool            // another branch's, to be read
}

// load reads all that the reader may see: who it is first, which also tells
// whether they may, then what lies beside each other.
func (d *drawing) load() error {
	var err error
	health := d.Who.May(account.ReadHealth)
	if d.sheet, err = d.Clients.Sheet(d.Ctx(), d.Who.Business, d.client, d.Who.Actor(), client.ReadCard, health); err != nil {
		return err
	}
	return beside(
		d.loadVisits,
		func() error { return d.loadLists(health) },
		d.loadTies,
		d.loadFamily,
	)
}

// loadTies reads what ties the card to others: what was objected to, other
// cards, branches and calendars.
func (d *drawing) loadTies() (err error) {
	ctx, b := d.Ctx(), d.Who.Business
	if d.against, err = d.Intake.Consents.ListObjections(ctx, b, d.client); err != nil {
		return err
	}
	d.merges, err = turned(d, "merges", mostTies, by(func(m client.Merge) id.Merge { return m.ID }), func(from wire.Cursor, limit int) ([]client.Merge, error) {
		return d.Merger.List(ctx, b, client.MergeFilter{Client: d.client, Standing: true, Before: id.Merge(from.ID), Limit: limit})
	})
	if err != nil {
		return err
	}
	if d.branches, err = d.Lender.Branches(ctx, d.Who, d.client); err != nil {
		return err
	}
	if d.watches, err = d.Watches.List(ctx, d.Who, d.client); err != nil {
		return err
	}
	if d.R.URL.Query().Has("twins") {
		return d.loadTwins()
	}
	return err
}

// drawn leaves out sections in which nothing stands and nothing can be done.
func (d *drawing) drawn(all ...view.SheetSection) []view.SheetSection {
	out := make([]view.SheetSection, 0, len(all))
	for _, s := range all {
		if !s.Empty() || s.Prev != "" || s.Next != "" || s.Teach != "" || len(s.Forms) > 0 {
			out = append(out, s)
		}
	}
	return out
}
