package me

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/visitor"
)

// contacts lists the addresses and numbers of the card.
func (p *Pages) contacts(t *turn) error { return p.contactsPage(t, url.Values{}, nil) }

func (p *Pages) contactsPage(t *turn, v url.Values, wrong error) error {
	f, err := p.frame(t, "/contacts")
	if err != nil {
		return err
	}
	all, err := p.self.Contacts(t.Ctx(), t.guest())
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_contacts"), Line: t.P.T("me.contacts_line"), None: t.P.T("me.contacts_none")}
	for _, k := range all {
		row := view.MeRow{Title: k.Value, Line: view.Joined(t.P.T("form."+k.Kind), k.Label)}
		at := t.root() + "/contacts/" + url.PathEscape(string(k.ID))
		switch {
		case k.Preferred:
			row.Chip = view.Chip{Text: t.P.T("me.contact_preferred"), Tone: view.Good}
		case !k.Verified():
			row.Chip = view.Chip{Text: t.P.T("me.contact_unproven"), Tone: view.Look}
		}
		row.Href = t.with("/contacts", "contact", string(k.ID))
		if !k.Preferred && k.Verified() {
			row.Acts = append(row.Acts, view.MeAct{Text: t.P.T("me.contact_prefer"), Action: at + "/prefer", Hidden: t.fresh()})
		}
		if !t.guest().Mine(k) {
			row.Acts = append(row.Acts, view.MeAct{Text: t.P.T("me.remove"), Action: at + "/remove", Hidden: t.fresh(), Danger: true})
		}
		m.Rows = append(m.Rows, row)
	}
	if open := t.R.FormValue("contact"); open != "" {
		if k, err := p.self.Contact(t.Ctx(), t.guest(), id.Contact(open)); err == nil {
			m.Forms = p.contactForms(t, k, wrong)
			return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
		}
	}
	s := form.NewSheet(&t.P, v, t.P.Lang(), p.wrong(t, wrong))
	m.Forms = []view.MeForm{{
		Heading: t.P.T("me.contact_add"), Action: t.root() + "/contacts", Hidden: t.hidden(), Save: t.P.T("me.contact_add"),
		Groups: []view.Group{{Fields: []view.Field{
			s.Text("value", t.P.T("me.contact")).Hinted(t.P.T("me.contact_hint")).Needed(), s.Text("label", t.P.T("me.contact_label")).Opt(),
		}}},
		Errors: faultsOf(s, p.wrong(t, wrong)),
	}}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// faultsOf are the faults of a form: those at its fields, or else all.
func faultsOf(s *form.Sheet, all view.Errors) view.Errors {
	if at := s.Faults(); len(at) > 0 {
		return at
	}
	return all
}

func (p *Pages) addContact(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.postTo(t, func(ctx context.Context) (string, error) {
		k, err := p.self.AddContact(ctx, t.guest(), v.Get("value"), v.Get("label"))
		if err != nil {
			return "", err
		}
		to, err := p.sendCode(ctx, t, k)
		if err != nil && (shell.Expected(err) || fault.Is(err, fault.CodeContactBlocked)) { // it is on the card all the same, to be proven later
			return t.with("/contacts", "done", "contact"), nil
		}
		return to, err
	}, func(wrong error) error { return p.contactsPage(t, v, wrong) })
}

func (p *Pages) preferContact(t *turn) error {
	return p.post(t, "/contacts", "contact", func(ctx context.Context) error {
		_, err := p.self.Prefer(ctx, t.guest(), id.Contact(t.R.PathValue("id")))
		return err
	}, func(wrong error) error { return p.contactsPage(t, url.Values{}, wrong) })
}

func (p *Pages) removeContact(t *turn) error {
	want := id.Contact(t.R.PathValue("id"))
	return p.post(t, "/contacts", "contact", func(ctx context.Context) error {
		return p.self.Remove(ctx, t.guest(), want)
	}, func(wrong error) error { return p.contactsPage(t, url.Values{}, wrong) })
}

// people lists whom the client brings: cards that this one answers for, and
// what or whom services are done to.
func (p *Pages) people(t *turn) error { return p.peoplePage(t, url.Values{}, nil, "") }

func (p *Pages) peoplePage(t *turn, v url.Values, wrong error, of string) error {
	f, err := p.frame(t, "/people")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_people"), Line: t.P.T("me.people_line"), None: t.P.T("me.people_none"), Ahead: true}
	if err := p.brought(t, &m); err != nil {
		return err
	}
	form1, form2 := form.NewSheet(&t.P, url.Values{}, t.P.Lang(), nil), form.NewSheet(&t.P, url.Values{}, t.P.Lang(), nil)
	if of == "subject" {
		form1 = form.NewSheet(&t.P, v, t.P.Lang(), p.wrong(t, wrong))
	} else if of == "person" {
		told := p.wrong(t, wrong)
		for i := range told {
			told[i].Field = "person" // the only field there is
		}
		form2 = form.NewSheet(&t.P, v, t.P.Lang(), told)
	}
	m.Forms = append(m.Forms, view.MeForm{
		Heading: t.P.T("me.subject_add"), Action: t.root() + "/subjects", Hidden: t.fresh(), Save: t.P.T("me.subject_add"),
		Groups: []view.Group{{Fields: []view.Field{
			form1.Choice("kind", t.P.T("me.subject_kind"), options(client.SubjectKinds(), func(k string) string { return t.P.T("me.subject_" + k) })),
			form1.Text("name", t.P.T("me.subject_name")),
		}}},
		Errors: form1.Faults(),
	})
	if p.own(t) {
		m.Forms = append(m.Forms, view.MeForm{
			Heading: t.P.T("me.person_add"), Line: t.P.T("me.person_line"), Action: t.root() + "/people", Hidden: t.fresh(),
			Save:   t.P.T("me.person_add"),
			Groups: []view.Group{{Fields: []view.Field{form2.Text("person", t.P.T("form.name")).Needed()}}}, Errors: form2.Faults(),
		})
	}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// whom is a card that the client answers for, or a subject of theirs.
type whom struct {
	card    id.Client
	subject client.Subject
	at      int // its place in the list
}

func (w whom) id() string { return string(w.card) + string(w.subject.ID) }

// brought puts one page of them on the model: cards first, then subjects. A
// card has few of either, and they are read whole.
func (p *Pages) brought(t *turn, m *view.MeListModel) error {
	var all []whom
	for _, one := range t.Cards {
		if one.Client != t.Card.ID {
			all = append(all, whom{card: one.Client, at: len(all)})
		}
	}
	subjects, err := p.Clients.Subjects(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if s.LeftAt == 0 {
			all = append(all, whom{subject: s, at: len(all)})
		}
	}
	name := func(w whom) wire.Cursor { return wire.Cursor{At: int64(w.at), ID: w.id()} }
	page, err := turned(t, m, "/people", name, func(from wire.Cursor, limit int) ([]whom, error) {
		at := slices.IndexFunc(all, func(w whom) bool { return w.id() == from.ID }) + 1
		if at == 0 { // from the beginning, or from where what is gone stood
			at = min(max(int(from.At), 0), len(all))
		}
		return all[at:min(at+limit, len(all))], nil
	})
	if err != nil {
		return err
	}
	for _, w := range page {
		s := w.subject
		row := view.MeRow{Title: or(s.Name, t.P.T("me.subject_"+s.Kind)), Line: t.P.T("me.subject_" + s.Kind)}
		if w.card == "" {
			row.Acts = []view.MeAct{{Text: t.P.T("me.subject_left"), Action: t.root() + "/subjects/" + string(s.ID) + "/remove", Hidden: t.fresh()}}
		} else {
			row.Line, row.Href = t.P.T("me.people_card"), t.root()+"?who="+string(w.card)
			if row.Title, err = p.nameOf(t, w.card); err != nil {
				return err
			}
		}
		m.Rows = append(m.Rows, row)
	}
	return nil
}

// own tells whether the card opens by its own contact: only such a one answers for others.
func (p *Pages) own(t *turn) bool {
	return slices.ContainsFunc(t.Cards, func(c visitor.Card) bool { return c.Client == t.Card.ID && c.How == visitor.ByContact })
}

// addSubject puts a child, a pet, a car on the card.
func (p *Pages) addSubject(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/people", "subject", func(ctx context.Context) error {
		_, err := p.Clients.AddSubject(ctx, t.business(), t.Card.ID, v.Get("kind"), v.Get("name"), t.Who.Actor())
		return err
	}, func(wrong error) error { return p.peoplePage(t, v, wrong, "subject") })
}

// removeSubject says that it is here no more; the history keeps it.
func (p *Pages) removeSubject(t *turn) error {
	want := id.Subject(t.R.PathValue("id"))
	return p.post(t, "/people", "subject", func(ctx context.Context) error {
		_, err := p.Clients.UpdateSubject(ctx, t.business(), t.Card.ID, want, 0, t.Who.Actor(), func(s *client.Subject) error {
			s.LeftAt = p.Clock.Now()
			return nil
		})
		return err
	}, func(wrong error) error { return p.peoplePage(t, url.Values{}, wrong, "") })
}

// addPerson makes a card for somebody of the family, for whom this one answers.
func (p *Pages) addPerson(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	if !p.own(t) {
		return fault.Missing("card")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/people", "person", func(ctx context.Context) error {
		c, err := p.Clients.Create(ctx, t.business(), client.Draft{
			Name: v.Get("person"), Language: t.Card.Language, Zone: t.Card.Zone,
		}, "", t.Who.Actor())
		if err != nil {
			return err
		}
		return p.Door.Relate(ctx, t.business(), t.Card.ID, c.ID, t.Who.Actor())
	}, func(wrong error) error { return p.peoplePage(t, v, wrong, "person") })
}

// feedOf puts the secret address of the card's own calendar on the page.
func (p *Pages) feedOf(t *turn, m *view.MeListModel) error {
	epoch, err := p.Feeds.Feed(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	save, line := t.P.T("me.calendar_make"), ""
	if epoch > 0 {
		at := p.Base + "/feeds/me/" + p.Tokens.Sign(secret.Token{
			Business: string(t.business()), Kind: secret.KindFeed, ID: string(t.Card.ID), Epoch: epoch,
		})
		m.Rows = []view.MeRow{{Title: t.P.T("me.calendar_add"), Line: at, Href: webcal(at)}}
		save, line = t.P.T("me.calendar_new"), t.P.T("me.calendar_new_line")
	}
	m.Forms = []view.MeForm{{Action: t.root() + "/calendar", Hidden: t.fresh(), Save: save, Line: line}}
	return nil
}

// webcal is the address under which calendars subscribe.
func webcal(at string) string {
	_, rest, _ := strings.Cut(at, "://")
	return "webcal://" + rest
}

// turnFeed makes a new address and ends the old one.
func (p *Pages) turnFeed(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	return p.post(t, "/calendar", "calendar", func(ctx context.Context) error {
		_, err := p.Feeds.TurnFeed(ctx, t.business(), t.Card.ID, p.Clock.Now())
		return err
	}, nil)
}

// weekday is some day that is the nth of the week, a Monday first.
func weekday(n int) time.Time { return time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC) }

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
