package privacy

import (
	"cmp"
	"encoding/csv"
	"net/http"
	"strings"

	"kept/client"
	"kept/id"
	"kept/internal/dossier"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/privacy"
	"kept/span"
)

// breachRow is a leak in a list, with its next countdown.
func (p *Pages) breachRow(t *turn, b privacy.Breach) view.LeafRow {
	row := view.LeafRow{Name: b.Title, Line: t.P.T("privacy.noticed", "when", t.when(b.Noticed)), Href: t.at("/breaches/" + string(b.ID))}
	if b.Closed != 0 {
		row.Chip = view.Chip{Text: t.P.T("privacy.step_closed"), Tone: view.Quiet}
		return row
	}
	for _, c := range b.Countdowns() {
		if c.Done != 0 {
			continue
		}
		row.Side = t.P.T("privacy.count_"+c.What) + ": " + t.when(c.Due)
		row.Chip = view.Chip{Text: t.P.T("privacy.open"), Tone: view.Look}
		if c.Late(t.Now) {
			row.Chip = view.Chip{Text: t.P.T("privacy.late"), Tone: view.Bad}
		}
		break
	}
	return row
}

// breaches lists leaks, and takes down another.
func (p *Pages) breaches(t *turn) error { return p.breachesSaying(t, "", nil, http.StatusOK) }

func (p *Pages) breachesSaying(t *turn, text string, wrong view.Errors, status int) error {
	list, err := p.Office.ListBreaches(t.Ctx(), t.Who, "", 200)
	if err != nil {
		return err
	}
	s := view.LeafSection{None: t.P.T("privacy.breaches_none")}
	for _, b := range list {
		s.Rows = append(s.Rows, p.breachRow(t, b))
	}
	have, err := p.Office.Policy(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	add := view.LeafSection{Heading: t.P.T("privacy.breach_new"), Line: t.P.T("privacy.breach_new_line"), Forms: []view.LeafForm{{
		Action: t.at("/breaches"), Button: t.P.T("privacy.breach_do"), Said: text, Errors: wrong,
		Fields: p.breachFields(t, privacy.Breach{Regime: have.Law(), Title: t.typed().Get("title"), Report: t.typed().Get("report"), Categories: t.typed()["categories"]}),
	}}}
	return p.show(t, view.Leaf{Heading: t.P.T("privacy.breaches"), Line: t.P.T("privacy.breaches_line"), Back: t.home(), Sections: []view.LeafSection{s, add}}, status)
}

func (p *Pages) breachFields(t *turn, b privacy.Breach) []view.LeafField {
	regimes := make([]string, 0, 3)
	for _, r := range privacy.Regimes() {
		regimes = append(regimes, string(r))
	}
	ticks := t.choices("privacy.cat_", privacy.Categories(), "")
	for i := range ticks {
		for _, c := range b.Categories {
			ticks[i].Chosen = ticks[i].Chosen || ticks[i].Value == c
		}
	}
	return []view.LeafField{
		{Name: "title", Label: t.P.T("privacy.breach_title"), Value: b.Title, Required: true},
		{Name: "regime", Label: t.P.T("privacy.regime"), Options: t.choices("privacy.regime_", regimes, string(b.Regime))},
		{Name: "categories", Label: t.P.T("privacy.breach_categories"), Ticks: ticks},
		{Name: "report", Label: t.P.T("privacy.breach_report"), Hint: t.P.T("privacy.breach_report_hint"), Value: b.Report, Kind: "area", Optional: true},
	}
}

func (p *Pages) openBreach(t *turn) error {
	v, err := t.form()
	if err != nil {
		return err
	}
	b, err := p.Office.OpenBreach(t.Ctx(), t.Who, privacy.Breach{
		Title: strings.TrimSpace(v.Get("title")), Regime: privacy.Regime(v.Get("regime")), Categories: v["categories"], Report: v.Get("report"),
	})
	return p.after(t, t.at("/breaches/"+string(b.ID)), "privacy_breach", err, func(text string, wrong view.Errors) error {
		return p.breachesSaying(t, text, wrong, http.StatusUnprocessableEntity)
	})
}

// breach is one leak: what counts down, what is known, whom it concerns, what to write.
func (p *Pages) breach(t *turn) error { return p.breachSaying(t, "", nil, http.StatusOK) }

func (p *Pages) breachSaying(t *turn, text string, wrong view.Errors, status int) error {
	want, err := shell.ID[id.Breach](t.Turn, "breach")
	if err != nil {
		return err
	}
	b, err := p.Office.Breach(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	people, err := p.Office.Concerned(t.Ctx(), t.Who, want, "", mostPersons)
	if err != nil {
		return err
	}
	at := t.at("/breaches/" + string(want))
	state := view.LeafSection{Heading: t.P.T("privacy.state"), Facts: []view.Pair{{Name: t.P.T("privacy.noticed_at"), Value: t.when(b.Noticed)}}}
	for _, c := range b.Countdowns() {
		text := t.when(c.Due)
		switch {
		case c.Done != 0:
			text += " · " + t.P.T("privacy.done_at", "when", t.when(c.Done))
		case c.Late(t.Now):
			text += " · " + t.P.T("privacy.late")
		default:
			text += " · " + t.P.T("privacy.left", "n", int((c.Due-t.Now)/span.Hour))
		}
		state.Facts = append(state.Facts, view.Pair{Name: t.P.T("privacy.count_" + c.What), Value: text})
	}
	taken := map[string]span.Instant{privacy.StepNotified: b.Notified, privacy.StepReported: b.Reported, privacy.StepTold: b.Told, privacy.StepClosed: b.Closed}
	for _, step := range []string{privacy.StepNotified, privacy.StepReported, privacy.StepTold, privacy.StepClosed} {
		if taken[step] != 0 {
			state.Facts = append(state.Facts, view.Pair{Name: t.P.T("privacy.step_" + step), Value: t.when(taken[step])})
			continue
		}
		state.Forms = append(state.Forms, view.LeafForm{
			Action: at + "/step", Button: t.P.T("privacy.take_" + step), Quiet: true, Hidden: []view.Pair{{Name: "step", Value: step}},
		})
	}
	whom := view.LeafSection{
		Heading: t.P.T("privacy.persons"), Line: t.P.T("privacy.persons_n", "n", len(people)),
		Forms: []view.LeafForm{{Action: at + "/persons", Button: t.P.T("privacy.persons_all"), Quiet: true}},
	}
	if len(people) > 0 {
		whom.Links = []view.Link{{Text: t.P.T("privacy.persons_csv"), Href: at + "/persons.csv"}}
	}
	known := view.LeafSection{Heading: t.P.T("privacy.known"), Forms: []view.LeafForm{{
		Action: at, Button: t.P.T("settings.save"), Fields: p.breachFields(t, b), Said: text, Errors: wrong,
	}}}
	write := view.LeafSection{Heading: t.P.T("privacy.notices"), Line: t.P.T("privacy.notices_line"), Texts: []string{
		p.notice(t, "authority", b, len(people)), p.notice(t, "persons", b, len(people)),
	}}
	return p.show(t, view.Leaf{
		Heading: b.Title, Line: t.P.T("privacy.regime_" + string(b.Regime)), Back: view.Link{Text: t.P.T("privacy.breaches"), Href: t.at("/breaches")},
		Sections: []view.LeafSection{state, whom, known, write},
	}, status)
}

// mostPersons bounds who is counted and written out on a page; the API pages through all.
const mostPersons = 100_000

// notice is what to write to the authority or to the persons, in the reader's language.
func (p *Pages) notice(t *turn, to string, b privacy.Breach, people int) string {
	have, _ := p.Office.Policy(t.Ctx(), t.Who.Business)
	categories := make([]string, len(b.Categories))
	for i, c := range b.Categories {
		categories[i] = t.P.T("privacy.cat_" + c)
	}
	return t.P.T("privacy.notice_"+to,
		"business", t.Name(t.Set.Catalog.Business.Names), "title", inText(b.Title), "noticed", t.when(b.Noticed), "happened", t.when(b.Happened),
		"categories", inText(strings.Join(categories, t.P.T("list.comma"))), "n", people, "report", inText(b.Report), "contact", inText(have.Contact))
}

// inText is what somebody typed, to stand before a full stop of ours; a dash
// where there is nothing yet, to be completed.
func inText(s string) string { return cmp.Or(strings.TrimRight(strings.TrimSpace(s), ".。"), "—") }

func (p *Pages) reviseBreach(t *turn) error {
	want, err := shell.ID[id.Breach](t.Turn, "breach")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	_, err = p.Office.ReviseBreach(t.Ctx(), t.Who, want, 0, func(b *privacy.Breach) {
		b.Title, b.Regime = strings.TrimSpace(v.Get("title")), privacy.Regime(v.Get("regime"))
		b.Categories, b.Report = v["categories"], v.Get("report")
	})
	return p.after(t, t.at("/breaches/"+string(want)), "saved", err, func(text string, wrong view.Errors) error {
		return p.breachSaying(t, text, wrong, http.StatusUnprocessableEntity)
	})
}

func (p *Pages) step(t *turn) error {
	want, err := shell.ID[id.Breach](t.Turn, "breach")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	_, err = p.Office.Step(t.Ctx(), t.Who, want, v.Get("step"))
	return p.back(t, "/breaches/"+string(want), "saved", err)
}

func (p *Pages) concern(t *turn) error {
	want, err := shell.ID[id.Breach](t.Turn, "breach")
	if err != nil {
		return err
	}
	return p.back(t, "/breaches/"+string(want), "saved", p.Office.Concern(t.Ctx(), t.Who, want, true))
}

// persons writes whom a leak concerns, with what of theirs, for whoever tells them.
func (p *Pages) persons(t *turn) error {
	want, err := shell.ID[id.Breach](t.Turn, "breach")
	if err != nil {
		return err
	}
	b, err := p.Office.Breach(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	people, err := p.Office.Concerned(t.Ctx(), t.Who, want, "", mostPersons)
	if err != nil {
		return err
	}
	t.W.Header().Set("Content-Type", "text/csv; charset=utf-8")
	t.W.Header().Set("Content-Disposition", `attachment; filename="persons.csv"`)
	w := csv.NewWriter(t.W)
	_ = w.Write([]string{"client", "name", "email", "phone", "categories"})
	for _, who := range people {
		card, err := p.Cards.Open(t.Ctx(), t.Who.Business, who, t.Who.Actor(), client.ReadExport)
		if err != nil {
			continue // erased since
		}
		row := []string{string(who), card.Name, card.Email, card.Phone, strings.Join(b.Categories, " ")}
		for i := range row {
			row[i] = dossier.Cell(row[i])
		}
		_ = w.Write(row)
	}
	w.Flush()
	return w.Error()
}
