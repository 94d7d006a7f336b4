package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// The kinds of subjects.
const (
	SubjectPerson  = "person"
	SubjectChild   = "child"
	SubjectPet     = "pet"
	SubjectVehicle = "vehicle"
	SubjectDevice  = "device"
)

// SubjectKinds lists every kind.
func SubjectKinds() []string {
	return []string{SubjectPerson, SubjectChild, SubjectPet, SubjectVehicle, SubjectDevice}
}

const maxSubjectName = 100 // characters

// Subject is whom or what a service is done to, where that is not the client:
// a child, a dog, a car. What is known of it are facts and readings.
type Subject struct {
	ID        id.Subject
	Client    id.Client
	Kind      string
	Name      string       // as the client calls it; a car may have none
	LeftAt    span.Instant // since when it is offered no more: sold, grown up, died; 0 for still here
	CreatedAt span.Instant
	UpdatedAt span.Instant
	Version   int64
}

// Subjects keeps subjects and their readings, sealed.
type Subjects interface {
	// Subjects lists a client's, the first one first.
	Subjects(ctx context.Context, business id.Business, client id.Client) ([]Subject, error)
	// InsertSubject adds one.
	InsertSubject(ctx context.Context, business id.Business, s Subject) error
	// UpdateSubject writes one; fault conflict when its version is not s.Version.
	UpdateSubject(ctx context.Context, business id.Business, s Subject) error
	// DeleteSubject takes one away with its readings and facts; fault NotFound.
	DeleteSubject(ctx context.Context, business id.Business, client id.Client, subject id.Subject) error
}

// Subjects lists the subjects of a client, for the program's own use.
func (r *Registry) Subjects(ctx context.Context, business id.Business, client id.Client) ([]Subject, error) {
	return r.details.Subjects.Subjects(ctx, business, client)
}

// FindSubject gives one of a client's subjects; fault NotFound, also for
// somebody else's. It is for the program's own use.
func (r *Registry) FindSubject(ctx context.Context, business id.Business, client id.Client, subject id.Subject) (Subject, error) {
	list, err := r.details.Subjects.Subjects(ctx, business, client)
	if err != nil {
		return Subject{}, err
	}
	i := slices.IndexFunc(list, func(s Subject) bool { return s.ID == subject })
	if i < 0 {
		return Subject{}, fault.Missing("subject")
	}
	return list[i], nil
}

// AddSubject puts a subject on a card. Fault Invalid (kind, name), NotFound.
func (r *Registry) AddSubject(
	ctx context.Context, business id.Business, client id.Client, kind, name string, actor event.Actor,
) (Subject, error) {
	s := Subject{Client: client, Kind: kind, Name: name, Version: 1}
	if err := s.clean(); err != nil {
		return Subject{}, err
	}
	err := r.edit(ctx, business, client, PartSubject, actor, func(ctx context.Context, _ Client) error {
		list, err := r.details.Subjects.Subjects(ctx, business, client)
		if err != nil {
			return err
		}
		if err := full(len(list), MostSubjects, "kind"); err != nil {
			return err
		}
		now := r.clock.Now()
		s.ID, s.CreatedAt, s.UpdatedAt = id.New[id.Subject](now.UTC()), now, now
		return r.details.Subjects.InsertSubject(ctx, business, s)
	})
	return s, err
}

// UpdateSubject changes a subject's name, kind or whether it is still here.
// version is the one that the caller saw, 0 for whichever there is. Fault
// conflict, Invalid, NotFound.
func (r *Registry) UpdateSubject(
	ctx context.Context, business id.Business, client id.Client, subject id.Subject, version int64, actor event.Actor,
	change func(*Subject) error,
) (Subject, error) {
	var s Subject
	err := r.edit(ctx, business, client, PartSubject, actor, func(ctx context.Context, _ Client) error {
		old, err := r.FindSubject(ctx, business, client, subject)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the subject has been changed meanwhile")
		}
		s = old
		if err := change(&s); err != nil {
			return err
		}
		if err := s.clean(); err != nil {
			return err
		}
		s.ID, s.Client, s.Version, s.CreatedAt, s.UpdatedAt = old.ID, client, old.Version, old.CreatedAt, r.clock.Now()
		if err := r.details.Subjects.UpdateSubject(ctx, business, s); err != nil {
			return err
		}
		s.Version++
		return nil
	})
	return s, err
}

// RemoveSubject takes a subject off the card with everything known of it; one
// that was there and is no more is better marked so (LeftAt). Fault NotFound.
func (r *Registry) RemoveSubject(
	ctx context.Context, business id.Business, client id.Client, subject id.Subject, actor event.Actor,
) error {
	return r.edit(ctx, business, client, PartSubject, actor, func(ctx context.Context, _ Client) error {
		return r.details.Subjects.DeleteSubject(ctx, business, client, subject)
	})
}

func (s *Subject) clean() error {
	s.Name = strings.Join(strings.Fields(s.Name), " ")
	var check fault.Checker
	check.Require(slices.Contains(SubjectKinds(), s.Kind), "kind", "unknown", "must be person, child, pet, vehicle or device")
	least := 1
	if s.Kind == SubjectVehicle || s.Kind == SubjectDevice { // known by plate and model
		least = 0
	}
	check.Line("name", s.Name, least, maxSubjectName)
	return check.Err()
}
