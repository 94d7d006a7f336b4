package chain

import (
	"slices"

	"kept/client"
	"kept/id"
	"kept/span"
)

// Shared is what is lent of a card.
type Shared struct {
	Branch

	Name     string
	Health   bool          // facts of health are among the others, for this reader
	Facts    []client.Fact // of the client and of the subjects that are lent; what holds
	Warnings []client.Fact // likewise
	Subjects []client.Subject
	Readings []client.Reading // the last sure one of each kind
	Wishes   client.Preferences
	Visits   []Visit // the latest first; none for who may not see bookings
	Counts   Counts
}

// Counts are how often somebody came, and did not.
type Counts struct{ Visits, NoShows, LateCancels int }

// Visit is one visit, without price and notes.
type Visit struct {
	ID       id.Booking
	Start    span.Instant
	End      span.Instant
	Zone     string
	Status   string
	Services []id.Service
	Staff    id.Staff // who leads it; empty for nobody
}

// lentKinds are the kinds of subjects that are lent. A person or a child is
// somebody of their own, who has agreed to nothing.
func lentKinds() []string {
	return []string{client.SubjectPet, client.SubjectVehicle, client.SubjectDevice}
}

// share chooses what of a card is lent.
func share(whole client.Sheet, health bool) Shared {
	s := Shared{Name: whole.Client.Name, Wishes: whole.Profile.Preferences}
	lent := map[id.Subject]bool{"": true}
	for _, one := range whole.Subjects {
		if one.LeftAt == 0 && slices.Contains(lentKinds(), one.Kind) {
			s.Subjects = append(s.Subjects, one)
			lent[one.ID] = true
		}
	}
	open := func(all []client.Fact) []client.Fact {
		return slices.DeleteFunc(slices.Clone(all), func(f client.Fact) bool {
			return !lent[f.Subject] || f.Class == client.ClassHealth && !health
		})
	}
	s.Facts, s.Warnings = open(whole.Facts.Holding()), open(whole.Facts.Warnings())
	for i, r := range whole.Readings { // by subject, kind and day
		last := !slices.ContainsFunc(whole.Readings[i+1:], func(n client.Reading) bool {
			return n.Subject == r.Subject && n.Kind == r.Kind && !n.Doubtful
		})
		if lent[r.Subject] && r.Subject != "" && !r.Doubtful && last {
			s.Readings = append(s.Readings, r)
		}
	}
	return s
}

// blanks are the facts of the client of which the same side has said nothing
// here. Of subjects there are none: those here are others.
func blanks(lent []client.Fact, here client.Ledger) []client.Fact {
	return slices.DeleteFunc(slices.Clone(lent), func(f client.Fact) bool {
		return f.Subject != "" || slices.ContainsFunc(here.All(), func(o client.Fact) bool {
			return o.Subject == "" && o.Key == f.Key && o.Side == f.Side
		})
	})
}
