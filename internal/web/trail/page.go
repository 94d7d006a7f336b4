package trail

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kept/account"
	"kept/audit"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// linesOnPage is how many lines a page lists.
const linesOnPage = 50

// Pages registers the page of the record.
func (d *Desk) Pages(mux *http.ServeMux, staff *shell.Staff) {
	mux.Handle("GET /app/{slug}/audit", staff.Page(account.ReadAudit, func(t *shell.Turn) error { return d.page(staff, t) }))
	mux.Handle("POST /app/{slug}/clients/{id}"+web.GlassPath, staff.Page(account.ReadClients, func(t *shell.Turn) error { return d.breakGlass(staff, t) }))
	d.beyondPages(mux, staff)
	mux.Handle("GET /app/{slug}/audit/export", staff.Page(account.ReadAudit, func(t *shell.Turn) error {
		f, _, err := filterOf(t)
		if err != nil {
			return err
		}
		format := "csv"
		if t.R.URL.Query().Get("format") == "jsonl" {
			format = "jsonl"
		}
		f.Before = ""
		d.export(t.W, t.R, t.Who, f, format, t.Home)
		return nil
	}))
}

// filterOf reads what the address asks for, and gives it cleaned.
func filterOf(t *shell.Turn) (audit.Filter, url.Values, error) {
	q, kept := t.R.URL.Query(), url.Values{}
	f := audit.Filter{Limit: linesOnPage}
	for name, into := range map[string]func(string){
		"client": func(v string) { f.Client = id.Client(v) },
		"actor":  func(v string) { f.Actor = v },
		"before": func(v string) { f.Before = v },
	} {
		if v := q.Get(name); id.Valid(v) {
			into(v)
			if name != "before" {
				kept.Set(name, v)
			}
		} else if v != "" {
			return f, nil, fault.Missing(name)
		}
	}
	if v := q.Get("action"); v != "" && len(v) <= 60 {
		f.Action = v
		kept.Set("action", v)
	}
	var none span.Date
	if day := shell.ReadDay(q.Get("from"), none); day != none {
		f.From = day.Span(t.Home).Start
		kept.Set("from", day.String())
	}
	if day := shell.ReadDay(q.Get("to"), none); day != none {
		f.Until = day.Span(t.Home).End
		kept.Set("to", day.String())
	}
	return f, kept, nil
}

// page shows the record.
func (d *Desk) page(staff *shell.Staff, t *shell.Turn) error {
	f, kept, err := filterOf(t)
	if err != nil {
		return err
	}
	lines, next, err := d.list(t.Ctx(), t.Who, f)
	if err != nil {
		return err
	}
	at := t.Root() + "/audit"
	m := view.AuditModel{At: at, From: kept.Get("from"), To: kept.Get("to")}
	if m.Staff, err = staff.Frame(t, "audit", t.P.T("audit.title")); err != nil {
		return err
	}
	m.Stream = "" // looking is recorded: the page must not look again by itself
	for _, name := range []string{"client", "actor"} {
		if v := kept.Get(name); v != "" {
			m.Kept = append(m.Kept, view.Pair{Name: name, Value: v})
			m.About = append(m.About, view.AuditAbout{Text: aboutWhom(t, lines, name), Remove: with(at, kept, name, "")})
		}
	}
	m.Actions = actions(t, f.Action)
	if f.Before != "" {
		m.Prev = with(at, kept, "", "")
	}
	if next != "" {
		m.Next = with(at, kept, "before", next)
	}
	m.CSV, m.JSON = with(at+"/export", kept, "format", "csv"), with(at+"/export", kept, "format", "jsonl")
	m.Prove = with(at, kept, "prove", "1")
	if t.R.URL.Query().Get("prove") != "" {
		if m.Proof, err = d.proof(t); err != nil {
			return err
		}
	}
	m.Days = days(t, at, lines)
	return t.Show(view.AuditPage(m), http.StatusOK)
}

// with is an address with one of its filters set, or taken away.
func with(at string, kept url.Values, name, value string) string {
	q := url.Values{}
	maps.Copy(q, kept)
	if name != "" {
		q.Del(name)
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return at
	}
	return at + "?" + q.Encode()
}

// aboutWhom names whom the list is narrowed to.
func aboutWhom(t *shell.Turn, lines []line, what string) string {
	for _, l := range lines {
		if what == "client" && l.client != "" {
			return l.client
		}
		if what == "actor" {
			return who(t, l)
		}
	}
	return t.P.T("audit.one_" + what)
}

// actions are the choices of what to show.
func actions(t *shell.Turn, chosen string) []view.Option {
	out := []view.Option{{Value: "", Text: t.P.T("audit.everything"), Chosen: chosen == ""}}
	known := false
	for _, a := range shown() {
		known = known || a == chosen
		out = append(out, view.Option{Value: a, Text: said(t, a), Chosen: a == chosen})
	}
	if chosen != "" && !known {
		out = append(out, view.Option{Value: chosen, Text: said(t, chosen), Chosen: true})
	}
	return out
}

// shown are the actions that can be chosen: what was read, what was done about accounts, and the events that
// concern cards.
func shown() []string {
	var out []string
	for _, a := range audit.Actions() {
		out = append(out, string(a))
	}
	return append(out, account.DidSignIn, account.DidFailSignIn, account.DidChangeMember, account.DidRemoveMember,
		account.DidMakeKey, account.DidRevokeKey, "client.created", "client.updated", "client.erased", "client.merged",
		"booking.confirmed", "booking.moved", "booking.cancelled", "settings.changed")
}

// said puts an action in words; one without words speaks for itself.
func said(t *shell.Turn, action string) string {
	if key := "audit.did." + action; t.P.Has(key) {
		return t.P.T(key)
	}
	return action
}

// detail puts the words of a detail in words, "staff → owner" one by one; what
// has none, such as a route, speaks for itself.
func detail(t *shell.Turn, text string) string {
	words := strings.Split(text, " → ")
	for i, word := range words {
		if key := "audit.detail_" + word; t.P.Has(key) {
			words[i] = t.P.T(key)
		}
	}
	return strings.Join(words, " → ")
}

// who names the actor.
func who(t *shell.Turn, l line) string {
	if l.actor != "" {
		return l.actor
	}
	if key := "audit.who_" + l.Actor.Kind; t.P.Has(key) {
		return t.P.T(key)
	}
	return l.Actor.Kind
}

// days puts lines under their days.
func days(t *shell.Turn, at string, lines []line) []view.AuditDay {
	var out []view.AuditDay
	for _, l := range lines {
		when := l.At.In(t.Home)
		title := shell.Capital(t.P.Relative(when, t.Now.In(t.Home)))
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, view.AuditDay{Title: title})
		}
		v := view.AuditLine{
			Time: t.P.Time(when), What: said(t, l.Action), Who: who(t, l), Client: l.client,
			More: view.Joined(l.branch, l.Actor.From, detail(t, l.Detail)), Reason: l.Reason,
		}
		if l.Client != "" && v.Client == "" {
			v.Client = t.P.T("audit.one_client")
		}
		if id.Valid(l.Actor.ID) {
			v.WhoAt = at + "?actor=" + l.Actor.ID
		}
		if l.Client != "" {
			v.CardAt = at + "?client=" + string(l.Client)
		}
		v.Chip = marked(t, l)
		if l.Damaged {
			v.Chip = view.Chip{Text: t.P.T("audit.damaged"), Tone: view.Bad}
		}
		day := &out[len(out)-1]
		day.Lines = append(day.Lines, v)
	}
	return out
}

// marked highlights what an owner should look at.
func marked(t *shell.Turn, l line) view.Chip {
	switch audit.Action(l.Action) {
	case audit.CardForced, audit.SearchForced:
		return view.Chip{Text: t.P.T("audit.forced"), Tone: view.Look}
	case audit.Refused:
		return view.Chip{Text: t.P.T("audit.refused"), Tone: view.Look}
	default:
		return view.Chip{}
	}
}

// proof verifies the record, and says so.
func (d *Desk) proof(t *shell.Turn) (*view.AuditProof, error) {
	r, err := d.Verifier.Verify(t.Ctx(), t.Who.Business)
	if err != nil {
		return nil, err
	}
	p := &view.AuditProof{
		OK: r.OK(), Head: fmt.Sprintf("%d:%x", r.Head.Number, r.Head.Hash),
		Line: t.P.T("audit.proof_line", "blocks", t.P.Number(int(r.Blocks)), "events", t.P.Number(int(r.Events)),
			"entries", t.P.Number(int(r.Entries)), "open", t.P.Number(int(r.Open))),
	}
	for _, f := range r.Findings {
		p.Findings = append(p.Findings, view.Joined(t.P.T("audit.found_"+f.Code), strconv.FormatInt(f.Block, 10), f.Row))
	}
	return p, nil
}
