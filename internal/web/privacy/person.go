package privacy

import (
	"net/http"
	"slices"
	"strconv"

	"kept/account"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/dossier"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/privacy"
	"kept/span"
)

// said is what a page tells of a form that was refused.
type said struct {
	form  string // erase, ask, hold
	text  string
	wrong view.Errors
}

// person is one client: to be erased or taken out, what they ask for, what is held.
func (p *Pages) person(t *turn) error { return p.personSaying(t, said{}, http.StatusOK) }

func (p *Pages) personSaying(t *turn, s said, status int) error {
	who, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	card, err := p.Cards.Open(t.Ctx(), t.Who.Business, who, t.Who.Actor(), client.ReadCard)
	if err != nil {
		return err
	}
	m := view.Leaf{
		Heading: card.Name, Line: t.P.T("privacy.person_line"),
		Back: view.Link{Text: t.P.T("privacy.card"), Href: t.Root() + "/clients/" + string(who)},
	}
	at := t.at("/clients/" + string(who))
	if t.Who.May(account.ManagePrivacy) {
		asks, err := p.asks(t, who, at, s)
		if err != nil {
			return err
		}
		held, err := p.held(t, who, at, s)
		if err != nil {
			return err
		}
		m.Sections = append(m.Sections, asks, held)
	}
	if t.Who.May(account.ExportClients) {
		m.Sections = append(m.Sections, view.LeafSection{
			Heading: t.P.T("privacy.export"), Line: t.P.T("privacy.export_line"),
			Forms: []view.LeafForm{{Action: at + "/export", Button: t.P.T("privacy.export_do")}},
		})
	}
	if t.Who.May(account.EraseClients) {
		m.Sections = append(m.Sections, p.erasing(t, at, s))
	}
	return p.show(t, m, status)
}

func (s said) of(form string) (string, view.Errors) {
	if s.form != form {
		return "", nil
	}
	return s.text, s.wrong
}

func (p *Pages) erasing(t *turn, at string, s said) view.LeafSection {
	text, wrong := s.of("erase")
	v := t.typed()
	return view.LeafSection{
		Heading: t.P.T("privacy.erase"), Line: t.P.T("privacy.erase_line"),
		Forms: []view.LeafForm{{
			Action: at + "/erase", Button: t.P.T("privacy.erase_do"), Danger: true, Said: text, Errors: wrong,
			Fields: []view.LeafField{
				{Name: "reason", Label: t.P.T("privacy.why"), Options: t.choices("privacy.reason_", privacy.Reasons(), v.Get("reason"))},
				{Name: "ahead", Label: t.P.T("privacy.ahead"), Options: t.choices("privacy.ahead_", []string{"refuse", privacy.Cancel, privacy.Keep}, v.Get("ahead"))},
				{Name: "sure", Label: t.P.T("privacy.sure"), Ticks: []view.Option{{Value: "yes", Text: t.P.T("privacy.sure_yes")}}},
			},
		}},
	}
}

func (p *Pages) erase(t *turn) error {
	who, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	if v.Get("sure") != "yes" {
		return p.personSaying(t, said{form: "erase", wrong: view.Errors{{Field: "sure", Text: t.P.T("privacy.sure_need")}}}, http.StatusUnprocessableEntity)
	}
	order := privacy.Order{Client: who, Reason: v.Get("reason"), Ahead: v.Get("ahead")}
	if order.Ahead == "refuse" {
		order.Ahead = privacy.Refuse
	}
	r, err := p.Office.Erase(t.Ctx(), t.Who, order)
	to := t.at("/erasures/" + string(r.ID))
	if !t.Who.May(account.ManagePrivacy) {
		to = t.Root() + "/clients"
	}
	return p.after(t, to, "privacy_erased", err, func(text string, wrong view.Errors) error {
		return p.personSaying(t, said{"erase", text, wrong}, http.StatusConflict)
	})
}

func (p *Pages) export(t *turn) error {
	who, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	d, err := p.Office.Export(t.Ctx(), t.Who, who)
	if err != nil {
		return err
	}
	body, err := dossier.Pack(d, t.Set, p.Host)
	if err != nil {
		return err
	}
	h := t.W.Header()
	h.Set("Content-Type", dossier.ContentType)
	h.Set("Content-Disposition", `attachment; filename="kept-`+string(who)+`.zip"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, err = t.W.Write(body)
	return err
}

// asks lists what a client asks for, and takes down more.
func (p *Pages) asks(t *turn, who id.Client, at string, s said) (view.LeafSection, error) {
	list, err := p.Office.ListPetitions(t.Ctx(), t.Who, privacy.PetitionFilter{Client: who})
	text, wrong := s.of("ask")
	out := view.LeafSection{Heading: t.P.T("privacy.requests"), Forms: []view.LeafForm{{
		Action: at + "/ask", Button: t.P.T("privacy.ask_do"), Said: text, Errors: wrong,
		Fields: []view.LeafField{
			{Name: "kind", Label: t.P.T("privacy.ask_what"), Options: t.choices("privacy.ask_", privacy.Asks(), "")},
			{Name: "note", Label: t.P.T("privacy.ask_note"), Kind: "area", Optional: true},
		},
	}}}
	for _, x := range list {
		out.Rows = append(out.Rows, p.petitionRow(t, x, false))
	}
	return out, err
}

func (p *Pages) ask(t *turn) error {
	who, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	_, err = p.Office.Ask(t.Ctx(), t.Who, who, v.Get("kind"), v.Get("note"), 0)
	return p.after(t, t.at("/clients/"+string(who)), "privacy_asked", err, func(text string, wrong view.Errors) error {
		return p.personSaying(t, said{"ask", text, wrong}, http.StatusUnprocessableEntity)
	})
}

// held lists what is held of a client, and holds more.
func (p *Pages) held(t *turn, who id.Client, at string, s said) (view.LeafSection, error) {
	holds, err := p.Office.Holds(t.Ctx(), t.Who, who)
	text, wrong := s.of("hold")
	out := view.LeafSection{Heading: t.P.T("privacy.holds"), Line: t.P.T("privacy.hold_line"), Forms: []view.LeafForm{{
		Action: at + "/hold", Button: t.P.T("privacy.hold_do"), Said: text, Errors: wrong,
		Fields: []view.LeafField{
			{Name: "class", Label: t.P.T("privacy.hold_class"), Options: t.choices("privacy.class_", privacy.Classes(), privacy.ClassStatute)},
			{Name: "until", Label: t.P.T("privacy.hold_until"), Kind: "date"},
			{Name: "reason", Label: t.P.T("privacy.why"), Options: t.choices("privacy.hold_", privacy.HoldReasons(), "")},
		},
	}}}
	for _, h := range holds {
		out.Rows = append(out.Rows, view.LeafRow{
			Name: t.P.T("privacy.class_" + h.Class), Line: t.P.T("privacy.hold_" + h.Reason), Side: t.P.T("privacy.until", "when", t.when(h.Until)),
			Acts: []view.LeafForm{{
				Action: at + "/hold", Button: t.P.T("privacy.hold_end"), Hidden: []view.Pair{{Name: "class", Value: h.Class}, {Name: "end", Value: "1"}},
			}},
		})
	}
	return out, err
}

func (p *Pages) hold(t *turn) error {
	who, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	h := privacy.Hold{Client: who, Class: v.Get("class"), Reason: v.Get("reason")}
	if v.Get("end") == "" {
		day, bad := span.ParseDate(v.Get("until"))
		if bad != nil {
			wrong := view.Errors{{Field: "until", Text: t.P.T("form.date_wrong")}}
			return p.personSaying(t, said{form: "hold", wrong: wrong}, http.StatusUnprocessableEntity)
		}
		h.Until = day.AddDays(1).Start(t.Home)
	}
	err = p.Office.SetHold(t.Ctx(), t.Who, h)
	return p.after(t, t.at("/clients/"+string(who)), "privacy_held", err, func(text string, wrong view.Errors) error {
		return p.personSaying(t, said{"hold", text, wrong}, http.StatusUnprocessableEntity)
	})
}

// holds lists what is held of anybody.
func (p *Pages) holds(t *turn) error {
	holds, err := p.Office.AllHolds(t.Ctx(), t.Who, privacy.Hold{}, 200)
	if err != nil {
		return err
	}
	s := view.LeafSection{None: t.P.T("privacy.holds_none")}
	for _, h := range holds {
		s.Rows = append(s.Rows, view.LeafRow{
			Name: p.who(t, h.Client), Line: t.P.T("privacy.class_"+h.Class) + " · " + t.P.T("privacy.hold_"+h.Reason),
			Side: t.P.T("privacy.until", "when", t.when(h.Until)), Href: t.at("/clients/" + string(h.Client)),
		})
	}
	return p.show(t, view.Leaf{Heading: t.P.T("privacy.holds"), Line: t.P.T("privacy.hold_line"), Back: t.home(), Sections: []view.LeafSection{s}}, http.StatusOK)
}

// records lists records of destruction.
func (p *Pages) records(t *turn) error {
	list, err := p.Office.ListRecords(t.Ctx(), t.Who, id.Erasure(t.R.URL.Query().Get("before")), 51)
	if err != nil {
		return err
	}
	s := view.LeafSection{None: t.P.T("privacy.erasures_none")}
	if len(list) > 50 {
		list = list[:50]
		s.Links = []view.Link{{Text: t.P.T("privacy.older"), Href: t.at("/erasures?before=" + string(list[49].ID))}}
	}
	for _, r := range list {
		s.Rows = append(s.Rows, view.LeafRow{
			Name: t.P.T("privacy.erased_client", "id", short(string(r.Client))), Line: t.P.T("privacy.reason_" + r.Reason),
			Side: t.when(r.At), Href: t.at("/erasures/" + string(r.ID)),
		})
	}
	return p.show(t, view.Leaf{Heading: t.P.T("privacy.erasures"), Line: t.P.T("privacy.erasures_line"), Back: t.home(), Sections: []view.LeafSection{s}}, http.StatusOK)
}

// record is a record of destruction, to be printed and signed.
func (p *Pages) record(t *turn) error {
	want, err := shell.ID[id.Erasure](t.Turn, "record")
	if err != nil {
		return err
	}
	r, err := p.Office.Record(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, n := range r.Counts {
		rows += n
	}
	facts := []view.Pair{
		{Name: t.P.T("privacy.act_number"), Value: string(r.ID)},
		{Name: t.P.T("privacy.act_operator"), Value: t.Name(t.Set.Catalog.Business.Names)},
		{Name: t.P.T("privacy.act_subject"), Value: string(r.Client)},
		{Name: t.P.T("privacy.act_when"), Value: t.P.DateYear(r.At.In(t.Home)) + ", " + r.At.In(t.Home).Format("15:04:05 -07:00")},
		{Name: t.P.T("privacy.why"), Value: t.P.T("privacy.reason_" + r.Reason)},
		{Name: t.P.T("privacy.act_law"), Value: t.P.T("privacy.regime_" + string(r.Regime))},
		{Name: t.P.T("privacy.act_how"), Value: t.P.T("privacy.act_method")},
		{Name: t.P.T("privacy.act_what"), Value: t.P.T("privacy.act_rows", "n", int(rows))},
		{Name: t.P.T("privacy.act_by"), Value: p.actor(t, r.Actor)},
		{Name: t.P.T("privacy.act_cancelled"), Value: strconv.Itoa(r.Cancelled)},
	}
	what := view.LeafSection{Heading: t.P.T("privacy.act_tables")}
	tables := make([]string, 0, len(r.Counts))
	for table := range r.Counts {
		tables = append(tables, table)
	}
	slices.Sort(tables)
	for _, table := range tables {
		what.Facts = append(what.Facts, view.Pair{Name: table, Value: strconv.FormatInt(r.Counts[table], 10)})
	}
	kept := view.LeafSection{Heading: t.P.T("privacy.act_kept"), None: t.P.T("privacy.act_kept_none")}
	for _, h := range r.Kept {
		kept.Rows = append(kept.Rows, view.LeafRow{Name: t.P.T("privacy.class_" + h.Class), Line: t.P.T("privacy.hold_" + h.Reason), Side: t.P.T("privacy.until", "when", t.when(h.Until))})
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("privacy.act"), Line: t.P.T("privacy.act_line"), Back: view.Link{Text: t.P.T("privacy.erasures"), Href: t.at("/erasures")},
		Sections: []view.LeafSection{{Facts: facts}, what, kept, {Line: t.P.T("privacy.act_sign")}},
	}, http.StatusOK)
}

// actor names who did something.
func (p *Pages) actor(t *turn, a event.Actor) string {
	if a.Kind == string(account.KindUser) {
		if u, err := p.Gate.FindUser(t.Ctx(), id.User(a.ID)); err == nil {
			return u.Name
		} else if fault.KindOf(err) != fault.NotFound {
			return a.ID
		}
	}
	return t.P.T("privacy.by_" + a.Kind)
}
