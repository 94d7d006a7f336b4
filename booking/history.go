package booking

import (
	"context"

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
	ctx context.Context, business id.Business, who id.Client, subject id.Subject,
) (*policy.Traits, *client.Preferences, error) {
	known, err := d.Registry.Acquaint(ctx, business, who, subject)
	if err != nil {
		return nil, nil, err
	}
	t := traitsOf(&known, span.DateOf(d.Clock.Now().UTC()))
	list, err := d.Bookings.List(ctx, business, Filter{Client: who, Backward: true, Limit: mostHistory})
	if err != nil {
		return nil, nil, err
	}
	for _, b := range list {
		count(t, b)
	}
	return t, &known.Profile.Preferences, nil
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
