package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/web"
	"kept/internal/web/wire"
)

// IntakeDeps are what the operations on answers and consents are made of.
type IntakeDeps struct {
	Deps

	Intake *intake.Desk
	Desk   *booking.Desk // of the visits that forms are filled in for
}

type intaking struct {
	cards

	intake *intake.Desk
	desk   *booking.Desk
}

// RegisterIntake puts the operations on answers and consents on the edge.
func RegisterIntake(e *wire.Edge, d IntakeDeps) {
	i := &intaking{cards{Deps: d.Deps, edge: e}, d.Intake, d.Desk}
	wire.Op(e, http.MethodGet, "/clients/{id}/forms", "list-answers", "Forms that were filled in, the newest first", i.answers)
	o := wire.Operation(http.MethodPost, "/clients/{id}/forms", "fill-form", "Fill a form in for a client")
	o.DefaultStatus = http.StatusNoContent
	wire.Secured(e, o, i.fill)
	wire.Op(e, http.MethodGet, "/clients/{id}/consents", "list-consents", "What was agreed to and taken back, the newest first", i.consents)
	o = wire.Operation(http.MethodPost, "/clients/{id}/consents", "record-consent", "Record that a client agrees to a notice")
	o.DefaultStatus = http.StatusNoContent
	wire.Secured(e, o, i.agree)
	o = wire.Operation(http.MethodPost, "/clients/{id}/consents/withdraw", "withdraw-consent", "End a consent, and note the objection")
	o.DefaultStatus = http.StatusNoContent
	wire.Secured(e, o, i.withdraw)
}

// AnswerBody is one question answered.
type AnswerBody struct {
	Key   string `json:"key"`
	Label string `json:"label" doc:"As it was asked"`
	Kind  string `json:"kind"`
	Class string `json:"class" enum:"plain,warning,health"`
	Value any    `json:"value" doc:"A text, a number, yes or no, or a list of texts"`
	Text  string `json:"text" doc:"The value in words"`
}

// FilledBody is a form that was filled in.
type FilledBody struct {
	ID      string       `json:"id"`
	Form    string       `json:"form"`
	Booking string       `json:"booking,omitempty"`
	Source  string       `json:"source" enum:"client,staff"`
	At      wire.Moment  `json:"at"`
	Answers []AnswerBody `json:"answers"`
}

func filledOf(f intake.Filled, language string, zone *time.Location) FilledBody {
	out := FilledBody{
		ID: string(f.ID), Form: string(f.Form), Booking: string(f.Booking), Source: f.Source, At: wire.At(f.At, zone), Answers: []AnswerBody{},
	}
	for _, all := range [][]intake.Answer{f.Answers, f.Health} {
		for _, a := range all {
			class := a.Class
			if class == "" {
				class = "plain"
			}
			out.Answers = append(out.Answers, AnswerBody{a.Key, a.Label.Pick(language), a.Kind, class, a.Value, a.Text(language)})
		}
	}
	return out
}

type filledOut struct{ Body wire.Page[FilledBody] }

func (i *intaking) answers(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*filledOut, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	s, zone, err := i.seen(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	all, err := i.intake.Store.Answers(ctx, p.Business, s.Client.ID, p.May(account.ReadHealth), id.Answer(cursor.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(f intake.Filled) wire.Cursor { return wire.Cursor{ID: string(f.ID)} })
	out := list(all, func(f intake.Filled) FilledBody { return filledOf(f, web.Language(ctx), zone) })
	out.Next = next
	return &filledOut{out}, nil
}

func (i *intaking) fill(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Form    string         `json:"form" maxLength:"36"`
		Booking string         `json:"booking,omitempty" maxLength:"36"`
		Answers map[string]any `json:"answers" doc:"By the keys of the questions"`
	}
},
) (*struct{}, error) {
	c, set, err := i.writing(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	visit, err := wire.OptionalID[id.Booking]("booking", in.Body.Booking)
	if err != nil {
		return nil, err
	}
	from := intake.Whence{Channel: intake.ByDesk, Booking: visit, Language: web.Language(ctx)}
	if visit != "" {
		b, err := i.desk.Find(ctx, p, visit)
		if err != nil {
			return nil, err
		}
		if b.Client != c.ID {
			return nil, fault.Missing("booking")
		}
		from.Subject = b.Subject
	}
	return nil, i.intake.Fill(ctx, p, set.Catalog, c.ID, from, id.Form(in.Body.Form), in.Body.Answers)
}

// ConsentBody is one agreement.
type ConsentBody struct {
	ID          string        `json:"id"`
	Purpose     string        `json:"purpose"`
	Notice      string        `json:"notice"`
	Version     int           `json:"version" doc:"Of the text that was read"`
	Language    string        `json:"language" doc:"In which it was read"`
	Channel     string        `json:"channel" enum:"booking,card,desk,message"`
	Booking     string        `json:"booking,omitempty"`
	GivenAt     wire.Moment   `json:"given_at"`
	WithdrawnAt wire.Optional `json:"withdrawn_at"`
	WithdrawnBy string        `json:"withdrawn_by,omitempty" doc:"The channel"`
}

type consentsOut struct {
	Body struct {
		wire.Page[ConsentBody]
		Objections []ObjectionBody `json:"objections" doc:"To what is sent unless one objects"`
	}
}

// ObjectionBody is a no to what is sent unless one objects.
type ObjectionBody struct {
	Purpose string      `json:"purpose"`
	Channel string      `json:"channel"`
	At      wire.Moment `json:"at"`
}

func (i *intaking) consents(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*consentsOut, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	s, zone, err := i.seen(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	all, err := i.intake.Consents.ListConsents(ctx, p.Business, s.Client.ID, id.Consent(cursor.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	against, err := i.intake.Consents.ListObjections(ctx, p.Business, s.Client.ID)
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(c intake.Consent) wire.Cursor { return wire.Cursor{ID: string(c.ID)} })
	out := &consentsOut{}
	out.Body.Page = list(all, func(c intake.Consent) ConsentBody {
		return ConsentBody{
			ID: string(c.ID), Purpose: c.Purpose, Notice: string(c.Notice), Version: c.Version, Language: c.Language, Channel: c.Channel,
			Booking: string(c.Booking), GivenAt: wire.At(c.GivenAt, zone), WithdrawnAt: wire.Maybe(c.WithdrawnAt, zone), WithdrawnBy: c.WithdrawnBy,
		}
	})
	out.Body.Next = next
	out.Body.Objections = list(against, func(o intake.Objection) ObjectionBody {
		return ObjectionBody{o.Purpose, o.Channel, wire.At(o.At, zone)}
	}).Items
	return out, nil
}

func (i *intaking) agree(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Notice   string `json:"notice" maxLength:"36"`
		Version  int    `json:"version,omitempty" minimum:"0" doc:"Of the text that was read; a newer one is a conflict"`
		Language string `json:"language,omitempty" maxLength:"35" doc:"In which it was read"`
	}
},
) (*struct{}, error) {
	c, set, err := i.writing(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	from := intake.Whence{Channel: intake.ByDesk, Language: in.Body.Language}
	if from.Language == "" {
		from.Language = web.Language(ctx)
	}
	return nil, i.intake.Agree(ctx, p, set.Catalog, c.ID, from, intake.Agreement{Notice: id.Notice(in.Body.Notice), Version: in.Body.Version})
}

func (i *intaking) withdraw(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Purpose string `json:"purpose" maxLength:"40"`
	}
},
) (*struct{}, error) {
	c, _, err := i.writing(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	return nil, i.intake.Withdraw(ctx, p, c.ID, intake.ByDesk, in.Body.Purpose)
}

// writing gives the client of a principal who may write cards, and the business's settings.
func (i *intaking) writing(ctx context.Context, p account.Principal, path ClientPath) (client.Client, *availability.Setting, error) {
	want, _, err := i.editor(ctx, p, path)
	if err != nil {
		return client.Client{}, nil, err
	}
	c, err := i.Clients.Find(ctx, p.Business, want)
	if err != nil {
		return c, nil, err
	}
	set, err := i.Settings.Load(ctx, p.Business, 0)
	return c, set, err
}
