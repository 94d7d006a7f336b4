package booking

import (
	"context"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// mostHistory bounds how much of a client's past rules look at.
const mostHistory = 300

// traits gives what rules may know of a client: from the card and from every
// booking, past and to come. A client who was made just now has none.
func (d *Desk) traits(
	ctx context.Context, business id.Business, who id.Client, subject id.Subject, said map[string]any,
) (*policy.Traits, *client.Preferences, error) {
	known, err := d.Registry.Acquaint(ctx, business, who, subject)
	if err != nil {
		return nil, nil, err
	}
	t := traitsOf(&known, span.DateOf(d.Clock.Now().UTC()))
	for name, value := range said {
		if f, ok := known.Facts.Get(subject, name); !ok || f.Side != client.SideStaff { // the staff's word holds
			t.Subject.Facts = with(t.Subject.Facts, name, value)
		}
	}
	list, err := d.Bookings.List(ctx, business, Filter{Client: who, Backward: true, Limit: mostHistory})
	if err != nil {
		return nil, nil, err
	}
	for _, b := range list {
		count(t, b)
	}
	return t, &known.Profile.Preferences, nil
}

// Shaping lists the keys of the questions asked with a booking of some services
// (of any, for none) on whose answers it depends how long the visit takes, what
// it costs or when it is offered: they are to be asked before times are shown.
func (d *Desk) Shaping(c *catalog.Catalog, services []id.Service) []string {
	if len(services) == 0 {
		for _, s := range c.Services {
			services = append(services, s.ID)
		}
	}
	facts := d.shelf.of(c).Facts(services)
	var out []string
	for _, f := range c.Forms {
		if len(facts) == 0 || !f.Asks(catalog.AskBooking, services) {
			continue
		}
		for _, q := range f.Fields {
			if q.Class != catalog.ClassHealth && slices.Contains(facts, q.Fact) {
				out = append(out, q.Key)
			}
		}
	}
	return out
}

// newcomer is all that rules may know of somebody without a past: what they say.
func newcomer(who id.Client, language string, said map[string]any) *policy.Traits {
	return &policy.Traits{Client: who, Language: language, Subject: policy.Subject{Facts: said}}
}

// told is what rules may know: of who comes, else what was said with the request.
func (a *ask) told() *policy.Traits {
	if a.traits == nil && len(a.said) > 0 {
		return newcomer("", "", a.said)
	}
	return a.traits
}

func with(facts map[string]any, name string, value any) map[string]any {
	if facts == nil {
		facts = map[string]any{}
	}
	facts[name] = value
	return facts
}

// hear reads into the question what was answered already: the visit may take
// longer for it. Fault Invalid where the newest questions do not know an answer.
func (d *Desk) hear(ctx context.Context, a *ask, answers map[string]any) (err error) {
	if a.said, err = d.heard(a.setting.Catalog, a.visit, answers, a.to != forPublic); err == nil {
		return nil
	}
	newest, failed := d.setting(ctx, a.business)
	if failed != nil {
		return failed
	}
	a.said, err = d.heard(newest.Catalog, a.visit, answers, a.to != forPublic)
	return err
}

// heard gives what answers tell of whom or what a visit is for.
func (d *Desk) heard(c *catalog.Catalog, visit []availability.Want, answers map[string]any, staff bool) (map[string]any, error) {
	if len(answers) == 0 || d.Intake == nil {
		return nil, nil //nolint:nilnil // nothing is told
	}
	services := make([]id.Service, len(visit))
	for i, w := range visit {
		services[i] = w.Service.ID
	}
	return d.Intake.Hear(c, services, answers, staff)
}

// themselves is the kind of the subject where a visit is for the client.
const themselves = "person"

// traitsOf gives what rules may know from the card.
func traitsOf(known *client.Acquaintance, today span.Date) *policy.Traits {
	t := &policy.Traits{
		Client: known.Client.ID, Language: known.Client.Language, Tags: known.Profile.Tags, Tier: known.Profile.Tier,
		Subject: policy.Subject{Kind: known.Subject.Kind, Facts: known.Known()},
	}
	if t.Subject.Kind == "" {
		t.Subject.Kind = themselves
	}
	if age, ok := known.Facts.Age("", today); ok {
		t.Age = &age
	}
	return t
}

// lastStaff is who saw a client last, or is to see them next.
func lastStaff(t *policy.Traits) id.Staff {
	var at span.Instant
	var who id.Staff
	if t == nil {
		return ""
	}
	for _, v := range t.History {
		if v.Staff != "" && v.Start > at && Status(v.Status).Occupies() {
			at, who = v.Start, v.Staff
		}
	}
	return who
}

// count adds a booking to what is known of its client.
func count(t *policy.Traits, b *Booking) {
	switch b.Status {
	case Completed:
		t.Visits++
	case NoShow:
		t.NoShows++
	case Cancelled:
		if b.Late() {
			t.LateCancels++
		}
	default:
	}
	if b.Paid != nil {
		if t.Spent == nil {
			t.Spent = b.Paid
		} else if sum, err := t.Spent.Add(*b.Paid); err == nil {
			t.Spent = &sum
		}
	}
	for _, item := range b.Items {
		v := policy.Visit{
			Source: string(b.ID), Service: item.Service, Start: b.Start, End: b.End, Day: b.Local.Date,
			Status: string(b.Status), Staff: b.Lead, Location: b.Location,
		}
		if n := len(item.Segments); n > 0 {
			v.Start, v.End = item.Segments[0].Start, item.Segments[n-1].End
		}
		t.History = append(t.History, v)
	}
}
