package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/fault"
	"kept/id"
)

const maxPlate = 20 // characters

// Brought is whom or what somebody says a visit is for, as they book it.
type Brought struct {
	Kind  string // one of SubjectKinds
	Name  string // as they call it
	Plate string // of a vehicle
}

// None tells whether nothing was said.
func (b Brought) None() bool { return b.Name == "" && b.Plate == "" }

// Clean brings it into the form in which it is kept. Fault Invalid (about.kind,
// about.name, about.plate).
func (b Brought) Clean() (Brought, error) {
	b.Name, b.Plate = strings.Join(strings.Fields(b.Name), " "), strings.Join(strings.Fields(b.Plate), " ")
	var check fault.Checker
	check.Require(b.None() || slices.Contains(SubjectKinds(), b.Kind), "about.kind", "unknown", "must be one of "+strings.Join(SubjectKinds(), ", "))
	check.Line("about.name", b.Name, 0, maxSubjectName)
	check.Line("about.plate", b.Plate, 0, maxPlate)
	check.Require(b.Plate == "" || b.Kind == SubjectVehicle, "about.plate", "unexpected", "only a vehicle has one")
	check.Require(b.Plate == "" || FoldMark(b.Plate) != "", "about.plate", "format", "is no plate")
	return b, check.Err()
}

// Bring gives the subject of a card that somebody speaks of while booking: the
// one with that plate, or of that kind and name, or else a new one. What is
// written down of it is the client's word, from a booking, and nobody has
// looked at it. A card that holds no more gets none, and the subject is empty.
// It joins the caller's transaction. Fault Invalid as Clean's.
func (r *Registry) Bring(ctx context.Context, business id.Business, client id.Client, b Brought, actor event.Actor) (id.Subject, error) {
	b, err := b.Clean()
	if err != nil || b.None() {
		return "", err
	}
	list, err := r.details.Subjects.Subjects(ctx, business, client)
	if err != nil {
		return "", err
	}
	plates, err := r.plates(ctx, business, client, b)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.LeftAt != 0 || s.Kind != b.Kind {
			continue
		}
		if b.Plate != "" && slices.Contains(plates, s.ID) || b.Plate == "" && strings.EqualFold(s.Name, b.Name) {
			return s.ID, nil
		}
	}
	if len(list) >= MostSubjects {
		return "", nil
	}
	made, err := r.AddSubject(ctx, business, client, b.Kind, b.Name, actor)
	if err != nil || b.Plate == "" {
		return made.ID, err
	}
	return made.ID, r.Learn(ctx, business, client, []Learned{{
		Subject: made.ID, Key: KeyPlate, Value: Value{Kind: ValueText, Text: b.Plate}, Side: SideClient, Source: SourceBooking, Actor: actor,
	}})
}

// plates lists the subjects of a card that carry the plate.
func (r *Registry) plates(ctx context.Context, business id.Business, client id.Client, b Brought) ([]id.Subject, error) {
	if b.Plate == "" {
		return nil, nil
	}
	current, err := r.details.Facts.Current(ctx, business, client, false)
	var out []id.Subject
	for _, f := range current {
		if f.Key == KeyPlate && f.OverruledAt == 0 && FoldMark(f.Value.Text) == FoldMark(b.Plate) {
			out = append(out, f.Subject)
		}
	}
	return out, err
}

// Called is a subject by what people call it.
type Called struct {
	Subject

	Label string // its name, a vehicle's make and plate, too; empty where nothing is known
}

// Called lists those of a client's subjects that are still here, by what they
// are called. It is for the program's own use.
func (r *Registry) Called(ctx context.Context, business id.Business, client id.Client) ([]Called, error) {
	list, err := r.details.Subjects.Subjects(ctx, business, client)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	known, err := r.Ledger(ctx, business, client, false)
	if err != nil {
		return nil, err
	}
	var out []Called
	for _, s := range list {
		if s.LeftAt != 0 {
			continue
		}
		words := []string{s.Name}
		if s.Kind == SubjectVehicle || s.Kind == SubjectDevice {
			for _, key := range []string{"make", "model", KeyPlate} {
				if f, ok := known.Get(s.ID, key); ok {
					words = append(words, f.Value.Text)
				}
			}
		}
		words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
		out = append(out, Called{s, strings.Join(words, " · ")})
	}
	return out, nil
}
