package desk

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// mostServices is how many services the form has room for in one visit.
const mostServices = 8

// serviceField names the field of the nth service of a visit, from 0.
func serviceField(n int) string {
	if n == 0 {
		return "service"
	}
	return "service." + strconv.Itoa(n+1)
}

// wanted reads the services that were chosen. Those after the first are left
// out where they cannot be had with it.
func (t *turn) wanted(place id.Location) []id.Service {
	var out []id.Service
	for n := range mostServices {
		s, ok := t.Set.Catalog.Service(id.Service(t.R.FormValue(serviceField(n))))
		if ok && !s.Archived && (len(out) == 0 || slices.Contains(t.Set.Catalog.Further(out, place), s)) {
			out = append(out, s.ID)
		}
	}
	return out
}

// first is the service that was chosen first; empty for none.
func (w *wish) first() id.Service {
	if len(w.services) == 0 {
		return ""
	}
	return w.services[0]
}

// ordered tells whether the order of the services is a question.
func (w *wish) ordered() bool { return len(w.services) > 1 && len(w.services) <= booking.MostOrder }

func (w *wish) lines(t *turn) []booking.Line {
	return booking.LinesFor(t.Set.Catalog, w.services, w.staff)
}

// asked is what times are looked for with, as fields.
func (w *wish) asked() []view.Pair {
	var out []view.Pair
	for n, s := range w.services {
		out = append(out, view.Pair{Name: serviceField(n), Value: string(s)})
	}
	out = append(out, view.Pair{Name: "staff", Value: string(w.staff)}, view.Pair{Name: "date", Value: w.day.String()})
	if w.location != "" {
		out = append(out, view.Pair{Name: "location", Value: string(w.location)})
	}
	if w.party != 0 {
		out = append(out, view.Pair{Name: "party", Value: strconv.Itoa(w.party)})
	}
	if w.anyOrder {
		out = append(out, view.Pair{Name: "any_order", Value: "yes"})
	}
	for _, name := range slices.Sorted(maps.Keys(w.answers)) {
		for _, said := range w.answers[name] {
			out = append(out, view.Pair{Name: name, Value: said})
		}
	}
	return out
}

// shaping asks what the length, the price or the times of the visit depend on.
// What is left open is as the card of the client says.
func (d *Desk) shaping(t *turn, w wish) []view.Question {
	if len(w.services) == 0 {
		return nil
	}
	keys := d.Bookings.Shaping(t.Set.Catalog, w.services)
	return shell.Shaping(*t.P, t.Set.Catalog, w.services, keys, t.Name, w.answers)
}

// wrongAnswers says of the answers what is wrong with them, at their questions.
func (d *Desk) wrongAnswers(t *turn, err error) view.Errors {
	var out view.Errors
	for _, f := range d.Wrong(t.Turn, err, "") {
		if key, ok := strings.CutPrefix(f.Field, "answers."); ok {
			out = append(out, view.FieldError{Field: shell.AnswerField + key, Text: f.Text})
		}
	}
	return out
}

// readParty reads how many come; -1 for what is no number, which no booking has.
func readParty(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// serviceChoices lists what can be chosen first, and for each further service of
// the visit what can be had with the others; one more is left to choose.
func (t *turn) serviceChoices(w wish) (first []view.Option, more [][]view.Option) {
	first = []view.Option{{Text: t.P.T("new.choose"), Chosen: w.first() == ""}}
	for _, s := range t.Set.Catalog.Services {
		if !s.Archived {
			first = append(first, t.serviceChoice(s, w.first()))
		}
	}
	for n := 1; n <= len(w.services) && n < mostServices; n++ {
		others, chosen := w.services, id.Service("")
		if n < len(w.services) {
			others, chosen = slices.Delete(slices.Clone(w.services), n, n+1), w.services[n]
		}
		all := t.Set.Catalog.Further(others, w.location)
		if len(all) == 0 {
			continue
		}
		one := []view.Option{{Text: t.P.T("new.no_more"), Chosen: chosen == ""}}
		for _, s := range all {
			one = append(one, t.serviceChoice(s, chosen))
		}
		more = append(more, one)
	}
	return first, more
}

func (t *turn) serviceChoice(s *catalog.Service, chosen id.Service) view.Option {
	return view.Option{
		Value: string(s.ID), Chosen: s.ID == chosen,
		Text: view.Joined(t.Name(s.Names), t.P.Duration(s.DurationMin()), t.P.Money(s.Price)),
	}
}

// offered are the times of a day, each once, with who would lead it, where that
// is a question at which place, and how many places a session has left.
func (t *turn) offered(o *booking.Offer, w wish) []view.TimeGroup {
	var slots []availability.Slot
	var at []int // the places of those in the offer's list
	for i, s := range o.Slots {
		last := len(slots) - 1
		switch {
		case last < 0 || slots[last].Start != s.Start:
			slots, at = append(slots, s), append(at, i)
		case i < len(o.Free) && o.Free[i] > o.Free[at[last]]: // of two sessions that with more room is taken
			slots[last], at[last] = s, i
		}
	}
	groups := t.dayParts(slots, w.zone, w.start, func(wall string) string { return wall })
	n := 0
	for _, g := range groups {
		for k := range g.Times {
			g.Times[k].Note = t.takes(o, at[n], w)
			if label := o.Label(at[n]); label != "" {
				g.Times[k].Tag, g.Times[k].TagFit = t.P.T("slot."+label), label == availability.LabelBestFit
			}
			n++
		}
	}
	return groups
}

// takes tells of a slot who would lead it and where.
func (t *turn) takes(o *booking.Offer, i int, w wish) string {
	s, lead := o.Slots[i], id.Staff("")
	switch {
	case i < len(o.Ranks):
		s, lead = o.Ranks[i].Slot, o.Ranks[i].Lead
	case len(s.Leads) > 0:
		lead = o.Facts.Staff[s.Leads[0]].Staff.ID
	}
	place, left := "", ""
	if int(s.Place) < len(o.Facts.Places) && w.location == "" && t.manyPlaces() {
		if l, ok := t.Set.Catalog.Location(o.Facts.Places[s.Place].ID); ok {
			place = t.Name(l.Names)
		}
	}
	if i < len(o.Free) {
		left = t.P.N("session.left", o.Free[i])
	}
	return view.Joined(t.StaffName(lead), place, left)
}
