package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

func (c *cards) registerSubjects() {
	const path = "/clients/{id}/subjects"
	wire.Op(c.edge, http.MethodGet, path, "list-subjects", "Whom and what services are done to: children, pets, vehicles", c.listSubjects)
	o := wire.Operation(http.MethodPost, path, "add-subject", "Put a subject on the card")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(c.edge, o, c.addSubject)
	wire.Op(c.edge, http.MethodPatch, path+"/{subject}", "update-subject", "Change a subject; what is missing stays", c.updateSubject)
	wire.Op(c.edge, http.MethodDelete, path+"/{subject}", "remove-subject", "Take a subject off the card with all that is known of it", c.removeSubject)
}

// SubjectPath names one subject of a client in an address.
type SubjectPath struct {
	ClientPath
	Subject string `path:"subject" maxLength:"36"`
}

func (p SubjectPath) subject() (id.Subject, error) {
	return wire.ReadID[id.Subject]("subject", p.Subject)
}

// SubjectBody is a subject on the wire.
type SubjectBody struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind" enum:"person,child,pet,vehicle,device"`
	Name      string        `json:"name"`
	LeftAt    wire.Optional `json:"left_at" doc:"Since when it is offered no more: sold, grown up, died"`
	Version   int64         `json:"version"`
	CreatedAt wire.Moment   `json:"created_at"`
	UpdatedAt wire.Moment   `json:"updated_at"`
}

func subjectOf(s client.Subject, zone *time.Location) SubjectBody {
	return SubjectBody{
		string(s.ID), s.Kind, s.Name, wire.Maybe(s.LeftAt, zone), s.Version, wire.At(s.CreatedAt, zone), wire.At(s.UpdatedAt, zone),
	}
}

type subjectOut struct{ Body SubjectBody }

type subjectsOut struct{ Body wire.Page[SubjectBody] }

func (c *cards) listSubjects(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*subjectsOut, error) {
	s, zone, err := c.seen(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	page, err := wire.Ordered(s.Subjects, in.Paging, func(s client.Subject) string { return string(s.ID) })
	return &subjectsOut{wire.Told(page, func(s client.Subject) SubjectBody { return subjectOf(s, zone) })}, err
}

func (c *cards) addSubject(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Kind string `json:"kind" enum:"person,child,pet,vehicle,device"`
		Name string `json:"name,omitempty" maxLength:"100"`
	}
},
) (*subjectOut, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	s, err := c.Clients.AddSubject(ctx, p.Business, who, in.Body.Kind, in.Body.Name, p.Actor())
	return &subjectOut{subjectOf(s, zone)}, err
}

func (c *cards) updateSubject(ctx context.Context, p account.Principal, in *struct {
	SubjectPath
	Body struct {
		Kind    *string `json:"kind,omitempty" enum:"person,child,pet,vehicle,device"`
		Name    *string `json:"name,omitempty" maxLength:"100"`
		Left    *bool   `json:"left,omitempty" doc:"true: it is offered no more"`
		Version int64   `json:"version,omitempty" minimum:"0" doc:"The one you saw; a newer one is a conflict"`
	}
},
) (*subjectOut, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	want, err := in.subject()
	if err != nil {
		return nil, err
	}
	s, err := c.Clients.UpdateSubject(ctx, p.Business, who, want, in.Body.Version, p.Actor(), func(s *client.Subject) error {
		wire.Set(&s.Kind, in.Body.Kind)
		wire.Set(&s.Name, in.Body.Name)
		if left := in.Body.Left; left != nil && *left != (s.LeftAt != 0) {
			s.LeftAt = 0
			if *left {
				s.LeftAt = c.Clock.Now()
			}
		}
		return nil
	})
	return &subjectOut{subjectOf(s, zone)}, err
}

func (c *cards) removeSubject(ctx context.Context, p account.Principal, in *SubjectPath) (*struct{}, error) {
	who, _, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	want, err := in.subject()
	if err != nil {
		return nil, err
	}
	return nil, c.Clients.RemoveSubject(ctx, p.Business, who, want, p.Actor())
}

func (c *cards) registerReadings() {
	const path = "/clients/{id}/subjects/{subject}/readings"
	wire.Op(c.edge, http.MethodGet, path, "list-readings", "What was read off a subject, by kind, the latest day first", c.listReadings)
	o := wire.Operation(http.MethodPost, path, "add-reading", "Write a reading down: mileage, hours, weight")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(c.edge, o, c.addReading)
	wire.Op(c.edge, http.MethodPatch, path+"/{reading}", "doubt-reading", "Say that a reading is doubtful, or is not", c.doubtReading)
	wire.Op(c.edge, http.MethodDelete, path+"/{reading}", "remove-reading", "Strike a reading out", c.removeReading)
}

// ReadingBody is a reading on the wire.
type ReadingBody struct {
	ID        string      `json:"id"`
	Subject   string      `json:"subject"`
	Kind      string      `json:"kind"`
	Value     float64     `json:"value"`
	Day       string      `json:"day" format:"date"`
	Doubtful  bool        `json:"doubtful" doc:"It does not go with those before or after it: kept, and left out of forecasts"`
	Source    string      `json:"source"`
	SourceID  string      `json:"source_id,omitempty"`
	CreatedAt wire.Moment `json:"created_at"`
}

func readingOf(r client.Reading, zone *time.Location) ReadingBody {
	return ReadingBody{
		string(r.ID), string(r.Subject), r.Kind, r.Value, r.Day.String(), r.Doubtful, r.Source, r.SourceID, wire.At(r.CreatedAt, zone),
	}
}

type readingOut struct{ Body ReadingBody }

type readingsOut struct{ Body wire.Page[ReadingBody] }

func (c *cards) listReadings(ctx context.Context, p account.Principal, in *struct {
	SubjectPath
	wire.Paging
	Kind string `query:"kind" maxLength:"40" doc:"Only these"`
},
) (*readingsOut, error) {
	f, err := readingFilter(in.SubjectPath, in.Paging, in.Kind)
	if err != nil {
		return nil, err
	}
	who, zone, err := c.reader(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	all, err := c.Clients.ListReadings(ctx, p.Business, who, f, p.Actor())
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(r client.Reading) wire.Cursor {
		return wire.Cursor{At: wire.DayNumber(r.Day), ID: string(r.ID), Kind: r.Kind}
	})
	out := list(all, func(r client.Reading) ReadingBody { return readingOf(r, zone) })
	out.Next = next
	return &readingsOut{out}, nil
}

// readingFilter reads which readings are asked for, one more than a page has.
func readingFilter(of SubjectPath, page wire.Paging, kind string) (client.ReadingFilter, error) {
	f := client.ReadingFilter{Kind: kind, Limit: page.Limit + 1}
	cursor, err := wire.ReadCursor(page.Cursor)
	if err != nil {
		return f, err
	}
	f.AfterKind, f.AfterDay, f.AfterID = cursor.Kind, wire.DayOf(cursor.At), id.Reading(cursor.ID)
	f.Subject, err = of.subject()
	return f, err
}

func (c *cards) addReading(ctx context.Context, p account.Principal, in *struct {
	SubjectPath
	Body struct {
		Kind  string  `json:"kind" maxLength:"40" doc:"mileage_km, hours, cycles, or a word of yours: weight_kg"`
		Value float64 `json:"value" minimum:"0"`
		Day   string  `json:"day,omitempty" format:"date" doc:"Today when missing"`
	}
},
) (*readingOut, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	want, err := in.subject()
	if err != nil {
		return nil, err
	}
	day := span.DateOf(c.Clock.Now().In(zone))
	if in.Body.Day != "" {
		if day, err = wire.ReadDate("day", in.Body.Day); err != nil {
			return nil, err
		}
	}
	r, err := c.Clients.AddReading(ctx, p.Business, who, client.Reading{
		Subject: want, Kind: in.Body.Kind, Value: in.Body.Value, Day: day, Source: client.SourceStaff, Actor: p.Actor(),
	})
	return &readingOut{readingOf(r, zone)}, err
}

// ReadingPath names one reading in an address.
type ReadingPath struct {
	SubjectPath
	Reading string `path:"reading" maxLength:"36"`
}

func (c *cards) doubtReading(ctx context.Context, p account.Principal, in *struct {
	ReadingPath
	Body struct {
		Doubtful bool `json:"doubtful"`
	}
},
) (*struct{}, error) {
	who, _, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	return nil, c.Clients.DoubtReading(ctx, p.Business, who, id.Reading(in.Reading), in.Body.Doubtful, p.Actor())
}

func (c *cards) removeReading(ctx context.Context, p account.Principal, in *ReadingPath) (*struct{}, error) {
	who, _, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	want, err := in.subject()
	if err != nil {
		return nil, err
	}
	return nil, c.Clients.RemoveReading(ctx, p.Business, who, want, id.Reading(in.Reading), p.Actor())
}
