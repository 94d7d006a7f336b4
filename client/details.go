package client

import (
	"context"
	"slices"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Details are the stores of what stands on a card besides its head. All of
// them work inside the caller's transaction; what writes needs one.
type Details struct {
	Contacts Contacts
	Subjects Subjects
	Readings Readings
	Facts    Facts
	Profiles Profiles
	Doubts   Doubts // nil: nothing is doubted
}

// With gives the registry the stores of what stands besides the head, without
// which it enrols and edits heads alone. It is called once, before use.
func (r *Registry) With(d Details) *Registry {
	r.details = d
	return r
}

// The parts of a card, as client.updated names them (event.Data.Kind).
const (
	PartHead       = "head"
	PartContact    = "contact"
	PartSubject    = "subject"
	PartReading    = "reading"
	PartFact       = "fact"
	PartPreference = "preference"
)

// Bounds of what one card holds. Whoever writes one more than that is refused,
// and so is the merge of two that would. What has one is read whole, and its
// lists are pages cut from the whole; all other lists are read page by page.
const (
	MostContacts = 20  // those of the head among them, where they were not changed there
	MostSubjects = 50  // also those that are here no more
	MostFacts    = 500 // current ones, of the client and all subjects together
)

const (
	mostReadings = 1000 // of one subject
	mostTags     = 30
)

// sheetReadings is how many readings of a kind a Sheet shows; ListReadings gives the others.
const sheetReadings = 20

// edit runs a change of one part of a card: it locks the card, changes it and
// tells of it, in one transaction. Fault NotFound when there is no such client
// or no more. The function may run twice.
func (r *Registry) edit(
	ctx context.Context, business id.Business, client id.Client, part string, actor event.Actor, change func(ctx context.Context, c Client) error,
) error {
	return r.atomic.Do(ctx, func(ctx context.Context) error {
		if err := r.details.Profiles.Touch(ctx, business, client, r.clock.Now()); err != nil {
			return err
		}
		c, err := r.store.Find(ctx, business, client)
		if err != nil {
			return err
		}
		if err := change(ctx, c); err != nil {
			return err
		}
		return r.tellPart(ctx, business, client, part, actor)
	})
}

func (r *Registry) tellPart(ctx context.Context, business id.Business, client id.Client, part string, actor event.Actor) error {
	return r.journal.Append(ctx, event.Event{
		Business: business, Type: event.ClientUpdated, Actor: actor, Client: client, Data: event.Data{Kind: part},
	})
}

// Sheet is a whole card, as those see it who may.
type Sheet struct {
	Client   Client
	Contacts []Contact // the preferred ones first
	Subjects []Subject // in the order in which they came
	Readings []Reading // the last 20 of each kind of a subject, by subject, kind and day
	Facts    Ledger    // without health unless it was asked for
	Profile  Profile
}

// Sheet gives a whole card to somebody who wants to see it, and records that
// they did; what is one of ReadCard, ReadExport. Facts of health are in it
// where health is set: the caller has asked for the right. Fault NotFound.
func (r *Registry) Sheet(
	ctx context.Context, business id.Business, client id.Client, actor event.Actor, what string, health bool,
) (Sheet, error) {
	return r.open(ctx, business, client, health, r.access(client, actor, what))
}

// open reads a card and records that it was.
func (r *Registry) open(ctx context.Context, business id.Business, client id.Client, health bool, seen Access) (Sheet, error) {
	var s Sheet
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if s, err = r.read(ctx, business, client, health); err != nil {
			return err
		}
		return r.store.RecordAccess(ctx, business, seen)
	})
	return s, err
}

func (r *Registry) read(ctx context.Context, business id.Business, client id.Client, health bool) (s Sheet, err error) {
	if s.Client, s.Profile, err = r.details.Profiles.Head(ctx, business, client); err != nil {
		return s, err
	}
	client = s.Client.ID // the one of which it has become part
	if s.Contacts, err = r.contactsOf(ctx, business, s.Client); err != nil {
		return s, err
	}
	if s.Subjects, err = r.details.Subjects.Subjects(ctx, business, client); err != nil {
		return s, err
	}
	if s.Readings, err = r.details.Readings.LatestReadings(ctx, business, client, sheetReadings); err != nil {
		return s, err
	}
	s.Facts, err = r.Ledger(ctx, business, client, health)
	return s, err
}

// Acquaintance is what the program knows of who comes and of whom or what is
// brought, for rules and rankings. Health is not in it.
type Acquaintance struct {
	Client  Client
	Profile Profile
	Subject Subject // the zero value: the client themselves
	Facts   Ledger
	Latest  map[string]float64 // the last sure reading of the subject by kind
}

// Acquaint gives what is known of a client and of one of their subjects, empty
// for the client themselves. Fault NotFound for the client; Invalid (field
// subject) for a subject that is not theirs.
func (r *Registry) Acquaint(ctx context.Context, business id.Business, client id.Client, subject id.Subject) (a Acquaintance, err error) {
	if a.Client, a.Profile, err = r.details.Profiles.Head(ctx, business, client); err != nil {
		return a, err
	}
	if a.Facts, err = r.Ledger(ctx, business, client, false); err != nil || subject == "" {
		return a, err
	}
	if a.Subject, err = r.FindSubject(ctx, business, client, subject); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.BadField("subject", "unknown", "there is no such subject")
		}
		return a, err
	}
	readings, err := r.details.Readings.Readings(ctx, business, client, subject)
	a.Latest = latest(readings)
	return a, err
}

// latest gives the last sure reading of each kind of one subject.
func latest(readings []Reading) map[string]float64 {
	out := map[string]float64{}
	for _, n := range readings { // by day
		if !n.Doubtful {
			out[n.Kind] = n.Value
		}
	}
	return out
}

// Known gives what holds of the subject by name, as rules read it: facts, and
// the last readings where no fact has their name; mileage_km is mileage too.
func (a *Acquaintance) Known() map[string]any {
	out := a.Facts.Known(a.Subject.ID)
	for kind, value := range a.Latest {
		names := []string{kind}
		if kind == ReadingMileage {
			names = append(names, mileage)
		}
		for _, name := range names {
			if _, taken := out[name]; taken {
				continue
			}
			if out == nil {
				out = map[string]any{}
			}
			out[name] = whole(value)
		}
	}
	return out
}

// whole gives a number as an integer where it is one.
func whole(f float64) any {
	if n := int64(f); float64(n) == f {
		return n
	}
	return f
}

// room refuses to make one card out of two that hold more than one can. What
// both have counts once.
func (r *Registry) room(ctx context.Context, business id.Business, into, from Client) error {
	a, err := r.held(ctx, business, into)
	if err != nil {
		return err
	}
	b, err := r.held(ctx, business, from)
	if err != nil {
		return err
	}
	contacts, facts := len(a.contacts), len(a.facts)
	for _, k := range b.contacts {
		if !slices.ContainsFunc(a.contacts, func(o Contact) bool { return o.Kind == k.Kind && same(k.Kind, o.Value, k.Value) }) {
			contacts++
		}
	}
	for key := range b.facts {
		if !a.facts[key] {
			facts++
		}
	}
	if contacts > max(MostContacts, len(a.contacts)) || facts > max(MostFacts, len(a.facts)) ||
		len(a.subjects)+len(b.subjects) > max(MostSubjects, len(a.subjects)) {
		return fault.BadField("into", "range", "one card does not hold what these two do")
	}
	return nil
}

// holding is what is bounded of a card: facts by whom or what they are of, key and side.
type holding struct {
	contacts []Contact
	subjects []Subject
	facts    map[[3]string]bool
}

func (r *Registry) held(ctx context.Context, business id.Business, c Client) (h holding, err error) {
	if h.contacts, err = r.contactsOf(ctx, business, c); err != nil {
		return h, err
	}
	if h.subjects, err = r.details.Subjects.Subjects(ctx, business, c.ID); err != nil {
		return h, err
	}
	current, err := r.details.Facts.Current(ctx, business, c.ID, true)
	h.facts = make(map[[3]string]bool, len(current))
	for _, f := range current {
		h.facts[[3]string{string(f.Subject), f.Key, f.Side}] = true
	}
	return h, err
}

// full refuses one more of something that a card has enough of.
func full(has, most int, field string) error {
	if has >= most {
		return fault.BadField(field, "range", "a card holds no more of these")
	}
	return nil
}

// Profiles keeps what the head of a card says besides name and contacts.
type Profiles interface {
	// Touch locks a card until the transaction ends, so that two who change the
	// same part come one after the other; fault NotFound, also when it was erased.
	Touch(ctx context.Context, business id.Business, client id.Client, at span.Instant) error
	// Head gives the head of the card whole: with tags, tier and preferences; fault NotFound.
	Head(ctx context.Context, business id.Business, client id.Client) (Client, Profile, error)
	// UpdateProfile writes them; fault conflict when the card's version is not p.Version.
	UpdateProfile(ctx context.Context, business id.Business, client id.Client, p Profile, at span.Instant) error
}
