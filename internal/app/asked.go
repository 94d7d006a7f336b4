package app

import (
	"context"
	"strconv"
	"strings"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/intake"
)

// asked lets the desk that books take in what was sent along.
type asked struct{ desk *intake.Desk }

// Take implements booking.Intake.
func (a asked) Take(
	ctx context.Context, who account.Principal, c *catalog.Catalog, b *booking.Booking, given booking.Given, all bool,
) error {
	services := make([]id.Service, 0, len(b.Items))
	for _, item := range b.Items {
		services = append(services, item.Service)
	}
	channel := intake.ByBooking
	if who.IsStaff() {
		channel = intake.ByDesk
	}
	sent := intake.Given{Answers: given.Answers, Consents: make([]intake.Agreement, 0, len(given.Consents))}
	for _, g := range given.Consents {
		sent.Consents = append(sent.Consents, intake.Agreement(g))
	}
	taken, err := intake.Check(c, services, asksOf(who.IsStaff()), sent, all)
	if err != nil {
		return err
	}
	return a.desk.Take(ctx, who, b.Client, intake.Whence{Channel: channel, Booking: b.ID, Subject: b.Subject, Language: b.Language}, taken)
}

// asksOf is when what is asked is asked of those who book.
func asksOf(staff bool) []string {
	if staff {
		return []string{catalog.AskBooking, catalog.AskBefore, catalog.AskDesk}
	}
	return []string{catalog.AskBooking}
}

// Hear implements booking.Intake.
func (asked) Hear(c *catalog.Catalog, services []id.Service, answers map[string]any, staff bool) (map[string]any, error) {
	taken, err := intake.Check(c, services, asksOf(staff), intake.Given{Answers: answers}, false)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, sheet := range taken.Forms {
		for _, a := range sheet.Answers {
			if a.Fact != "" && a.Class != catalog.ClassHealth {
				out[a.Fact] = valueOf(intake.Learned{Key: a.Fact, Kind: a.Kind, Value: a.Value}).Any()
			}
		}
	}
	return out, nil
}

// learner lets answers fill the card.
type learner struct{ cards *client.Registry }

// Learn implements intake.Learner.
func (l learner) Learn(ctx context.Context, business id.Business, from *intake.Filled, facts []intake.Learned) error {
	side := client.SideClient
	if from.Source == intake.FromStaff {
		side = client.SideStaff
	}
	said := make([]client.Learned, 0, len(facts))
	for _, f := range facts {
		said = append(said, client.Learned{
			Visit: from.Subject, Key: f.Key, Value: valueOf(f), Class: f.Class, Side: side,
			Source: client.SourceForm, SourceID: string(from.ID), Actor: from.Actor,
		})
	}
	return l.cards.Learn(ctx, business, from.Client, said)
}

// valueOf is an answer as a fact's value.
func valueOf(f intake.Learned) client.Value {
	switch v := f.Value.(type) {
	case bool:
		return client.Value{Kind: client.ValueYesNo, Text: yesNo(v)}
	case float64:
		return client.Value{Kind: client.ValueNumber, Text: strconv.FormatFloat(v, 'f', -1, 64)}
	case []string:
		return client.Value{Kind: client.ValueText, Text: strings.Join(v, ", ")}
	case string:
		kinds := map[string]string{catalog.FieldDate: client.ValueDate, catalog.FieldChoice: client.ValueChoice}
		if kind, ok := kinds[f.Kind]; ok {
			return client.Value{Kind: kind, Text: v}
		}
		return client.Value{Kind: client.ValueText, Text: v}
	default:
		return client.Value{}
	}
}

func yesNo(v bool) string {
	if v {
		return client.Yes
	}
	return client.No
}
