package card

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/plan"
	"kept/span"
)

// act does what one form of the card asks for, and tells where on the card to go on.
type act func(ctx context.Context, p *Pages, t *turn) (at string, err error)

// acts are the forms of the card, by their addresses below it.
func (*Pages) acts() map[string]act {
	return map[string]act{
		"/talk": talk, "/done": done, "/fact": fact, "/settle": settle, "/contact": contact, "/prefer": prefer, "/confirm": confirm, "/uncontact": uncontact,
		"/subject": subject, "/reading": reading, "/plan": planned, "/skip": skip, "/agree": agree, "/withdraw": withdraw,
		"/forms/{form}": fill, "/unfile": unfile, "/merge": merge, "/unmerge": unmerge, "/uncalendar": uncalendar,
		"/relate": relate, "/part": part,
	}
}

// typed reads a field of the form that was sent.
func (t *turn) typed(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(t.form.Get(name), "\r\n", "\n"))
}

// under names a field of a form that stands on the card several times.
func (t *turn) under(name string) string { return t.form.Get("form") + "." + name }

func (t *turn) version() int64 {
	n, _ := strconv.ParseInt(t.typed("version"), 10, 64) // no number is whichever there is
	return n
}

func talk(ctx context.Context, p *Pages, t *turn) (string, error) {
	e := client.Entry{Client: t.client, Kind: t.typed("talk.kind"), Text: t.typed("talk.text"), At: t.Now}
	if e.Kind != client.EntryNote {
		e.Direction = client.DirectionIn
	}
	_, err := p.Talks.Add(ctx, t.Who.Business, e, t.Who.Actor())
	return "#talks", within(err, "talk.")
}

func done(ctx context.Context, p *Pages, t *turn) (string, error) {
	entry := id.Entry(t.typed("entry"))
	old, err := p.Talks.Find(ctx, t.Who.Business, entry)
	if err != nil || old.Client != t.client {
		return "", missing(err, "entry")
	}
	_, err = p.Talks.Update(ctx, t.Who.Business, entry, t.version(), t.Who.Actor(), func(e *client.Entry) {
		e.State = client.EntryDone
	})
	return "#talks", err
}

func fact(ctx context.Context, p *Pages, t *turn) (string, error) {
	key := t.typed(t.under("key"))
	of := id.Subject(t.typed("subject"))
	kind, at := "", "#facts"
	if of != "" {
		s, err := p.Clients.FindSubject(ctx, t.Who.Business, t.client, of)
		if err != nil {
			return "", err
		}
		kind, at = s.Kind, "#subject-"+string(of)
	}
	known, ok := client.KeyOf(kind, key)
	if !ok || known.Class == client.ClassHealth && !t.Who.May(account.ReadHealth) {
		return "", fault.BadField(t.under("key"), "unknown", "there is no such fact")
	}
	text := t.typed(t.under("value"))
	if text == "" {
		return "", fault.BadField(t.under("value"), "required", "is required")
	}
	err := p.Clients.Learn(ctx, t.Who.Business, t.client, []client.Learned{{
		Subject: of, Key: key, Value: client.Value{Kind: known.Kind, Text: text}, Source: client.SourceStaff, Actor: t.Who.Actor(),
	}})
	return at, within(err, t.under(""))
}

func settle(ctx context.Context, p *Pages, t *turn) (string, error) {
	err := p.Clients.Settle(ctx, t.Who.Business, t.client, id.Fact(t.typed("fact")), t.Who.May(account.ReadHealth), t.Who.Actor())
	return "#facts", err
}

func contact(ctx context.Context, p *Pages, t *turn) (string, error) {
	_, err := p.Clients.AddContact(ctx, t.Who.Business, t.client, t.typed("contact.kind"), t.typed("contact.value"), t.typed("contact.label"), t.Who.Actor())
	return "#contacts", within(err, "contact.")
}

func prefer(ctx context.Context, p *Pages, t *turn) (string, error) {
	_, err := p.Clients.PreferContact(ctx, t.Who.Business, t.client, id.Contact(t.typed("contact")), t.Who.Actor())
	return "#contacts", err
}

// confirm is the desk's word that a contact is the client's: they have asked.
func confirm(ctx context.Context, p *Pages, t *turn) (string, error) {
	_, err := p.Clients.VerifyContact(ctx, t.Who.Business, t.client, id.Contact(t.typed("contact")), client.VerifiedByStaff, t.Who.Actor())
	return "#contacts", err
}

func uncontact(ctx context.Context, p *Pages, t *turn) (string, error) {
	return "#contacts", p.Clients.RemoveContact(ctx, t.Who.Business, t.client, id.Contact(t.typed("contact")), t.Who.Actor())
}

func subject(ctx context.Context, p *Pages, t *turn) (string, error) {
	s, err := p.Clients.AddSubject(ctx, t.Who.Business, t.client, t.typed("subject.kind"), t.typed("subject.name"), t.Who.Actor())
	return "#subject-" + string(s.ID), within(err, "subject.")
}

func reading(ctx context.Context, p *Pages, t *turn) (string, error) {
	value, err := strconv.ParseFloat(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(t.typed(t.under("value"))), 64)
	if err != nil {
		return "", fault.BadField(t.under("value"), "format", "must be a number")
	}
	day := span.DateOf(t.Now.In(t.Home))
	if text := t.typed(t.under("day")); text != "" {
		if day, err = span.ParseDate(text); err != nil {
			return "", fault.BadField(t.under("day"), "date", "write it as 2026-12-01")
		}
	}
	of := id.Subject(t.typed("subject"))
	_, err = p.Clients.AddReading(ctx, t.Who.Business, t.client, client.Reading{
		Subject: of, Kind: t.typed(t.under("kind")), Value: value, Day: day, Source: client.SourceStaff, Actor: t.Who.Actor(),
	})
	return "#subject-" + string(of), within(err, t.under(""))
}

func planned(ctx context.Context, p *Pages, t *turn) (string, error) {
	due, err := span.ParseDate(t.typed("plan.due"))
	if err != nil {
		return "", fault.BadField("plan.due", "date", "write it as 2026-12-01")
	}
	_, err = p.Plans.Create(ctx, t.Who.Business, plan.Draft{
		Client: t.client, Service: id.Service(t.typed("plan.service")), Due: due, Tell: true, Note: t.typed("plan.note"),
	}, t.Who.Actor())
	return "#due", within(err, "plan.")
}

func skip(ctx context.Context, p *Pages, t *turn) (string, error) {
	want := id.Plan(t.typed("plan"))
	i, err := p.Plans.Find(ctx, t.Who.Business, want)
	if err != nil || i.Client != t.client {
		return "", missing(err, "plan")
	}
	_, err = p.Plans.Skip(ctx, t.Who.Business, want, t.version(), t.Who.Actor())
	return "#due", err
}

func agree(ctx context.Context, p *Pages, t *turn) (string, error) {
	err := p.Intake.Agree(ctx, t.Who, t.Set.Catalog, t.client,
		intake.Whence{Channel: intake.ByDesk, Language: t.P.Lang()}, intake.Agreement{Notice: id.Notice(t.typed("agree.notice"))})
	return "#consents", err
}

func withdraw(ctx context.Context, p *Pages, t *turn) (string, error) {
	if _, err := p.Clients.Find(ctx, t.Who.Business, t.client); err != nil { // nobody else's client is written about
		return "", err
	}
	return "#consents", p.Intake.Withdraw(ctx, t.Who, t.client, intake.ByDesk, t.typed("purpose"))
}

// missing is what is told of something that belongs to another card.
func missing(err error, what string) error {
	if err != nil {
		return err
	}
	return fault.Missing(what)
}

// within puts a prefix before the fields of a fault, as the form calls them.
func within(err error, prefix string) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	fields := make([]fault.Field, len(f.Fields))
	for i, one := range f.Fields {
		one.Name = prefix + one.Name
		fields[i] = one
	}
	return fault.BadFields(fields)
}
