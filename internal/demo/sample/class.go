package sample

import (
	"fmt"
	"slices"
	"time"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/demo/preset"
	"kept/span"
)

// Class is a session of a group and those who have seats in it.
type Class struct {
	Draft  booking.SessionDraft
	Visits []booking.Imported
}

// announce plans the classes of the weeks to come, from tomorrow on, and
// gives some of their seats to clients who have nothing else at that time.
func announce(w *World, plan *preset.Blueprint, zone *time.Location, today span.Date) error {
	made := today.AddDays(-Past).Start(zone).UTC()
	for _, p := range plan.Classes {
		clock, err := time.Parse("15:04", p.At)
		if err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		service := slices.IndexFunc(plan.Services, func(s preset.Service) bool { return s.Key == p.Service })
		staff := slices.IndexFunc(plan.Staff, func(s preset.Staff) bool { return s.Key == p.Staff })
		place := slices.IndexFunc(plan.Locations, func(l preset.Location) bool { return l.Key == p.Location })
		if service < 0 || staff < 0 || place < 0 {
			return fmt.Errorf("sample: a class of %q by %q at %q", p.Service, p.Staff, p.Location)
		}
		sold := w.Layout.Services[service]
		day := today.AddDays(1 + (p.Weekday-today.AddDays(1).Weekday()+7)%7)
		for week, taken := range p.Taken {
			date := day.AddDays(7 * week)
			start := span.Wall{Date: date, Minute: clock.Hour()*60 + clock.Minute()}.Instant(zone)
			c := Class{Draft: booking.SessionDraft{
				ID: id.Derive[id.Group](made, plan.Slug, "session", p.Service, date.String()), Service: sold.ID,
				Staff: w.Layout.Staff[staff].ID, Location: w.Layout.Locations[place].ID, Start: start, Override: true,
			}}
			c.Visits = w.seated(plan.Slug, made, sold, c.Draft, min(taken, sold.Seats))
			w.Classes = append(w.Classes, c)
		}
	}
	return nil
}

// seated are the visits of so many clients to a session; now and then somebody
// brings a friend.
func (w *World) seated(slug string, made time.Time, sold *catalog.Service, draft booking.SessionDraft, seats int) []booking.Imported {
	end := draft.Start + span.Minutes(sold.DurationMin())
	busy := map[id.Client]bool{}
	for _, v := range w.Visits {
		if v.Start < end+span.Day && v.Start > draft.Start-span.Day {
			busy[v.Client] = true
		}
	}
	var out []booking.Imported
	for _, i := range chance(slug+string(draft.ID), 3).Perm(len(w.Clients)) {
		if seats == 0 {
			break
		}
		who := w.Clients[i].ID
		if busy[who] {
			continue
		}
		party := 1
		if seats >= 2 && len(out)%3 == 1 {
			party = 2
		}
		seats -= party
		out = append(out, booking.Imported{
			ID: id.Derive[id.Booking](made, slug, "seat", string(draft.ID), string(who)), Client: who,
			Lines: []booking.Line{{Service: draft.Service}}, Location: draft.Location, Start: draft.Start,
			Status: booking.Confirmed, Group: draft.ID, Party: party,
		})
	}
	return out
}
