package api

import (
	"context"
	"net/http"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

func (a *API) registerIntake() {
	wire.Open(a.edge, http.MethodGet, "/b/{slug}/questions", "list-questions", "What is asked, and to what one may agree, when some services are booked", a.questions)
	registerNoun(a, noun[formWrite, formBody, catalog.Form, id.Form]{
		path: "/forms", one: "form", create: a.Office.CreateForm, update: a.Office.UpdateForm, archive: a.Office.ArchiveForm,
		find: a.Office.FindForm, list: a.Office.ListForms, write: formWrite.apply, show: formOf,
		fresh: func() catalog.Form { return catalog.Form{FormBody: catalog.FormBody{Ask: catalog.AskBooking}} },
	})
	registerNoun(a, noun[noticeWrite, noticeBody, catalog.Notice, id.Notice]{
		path: "/notices", one: "notice", create: a.Office.CreateNotice, update: a.Office.UpdateNotice, archive: a.Office.ArchiveNotice,
		find: a.Office.FindNotice, list: a.Office.ListNotices, write: noticeWrite.apply, show: noticeOf,
		fresh: func() catalog.Notice { return catalog.Notice{} },
	})
}

// question is one field of a form, written and shown alike.
type question struct {
	Key      string            `json:"key" maxLength:"40" pattern:"^[a-z][a-z0-9_]*$" doc:"How the answer is named"`
	Label    string            `json:"label,omitempty" maxLength:"4000" doc:"In the business's language; shown in the reader's"`
	Labels   map[string]string `json:"labels,omitempty"`
	Help     string            `json:"help,omitempty" maxLength:"4000"`
	Helps    map[string]string `json:"helps,omitempty"`
	Kind     string            `json:"kind" enum:"text,long,number,date,yes,choice,many"`
	Options  []choice          `json:"options,omitempty" maxItems:"60"`
	Required bool              `json:"required,omitempty"`
	Class    string            `json:"class,omitempty" enum:"plain,warning,health" doc:"warning: shown to all staff before the visit; health: to those who may read health notes"`
	Fact     string            `json:"fact,omitempty" maxLength:"40" doc:"The fact of the card that the answer fills"`
	Shapes   bool              `json:"shapes,omitempty" readOnly:"true" doc:"How long the visit takes, what it costs or when it is offered depends on the answer: ask it before times are shown"`
}

type choice struct {
	Value  string            `json:"value" maxLength:"40"`
	Label  string            `json:"label,omitempty" maxLength:"200"`
	Labels map[string]string `json:"labels,omitempty"`
}

func (q question) field(home string) catalog.Field {
	f := catalog.Field{Key: q.Key, Kind: q.Kind, Required: q.Required, Class: q.Class, Fact: q.Fact}
	texts(&f.Labels, given(q.Label), q.Labels, home)
	texts(&f.Helps, given(q.Help), q.Helps, home)
	for _, o := range q.Options {
		c := catalog.Option{Value: o.Value}
		texts(&c.Labels, given(o.Label), o.Labels, home)
		f.Options = append(f.Options, c)
	}
	return f
}

// given is a text that was sent, nil for an empty one.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func questionsOf(fields []catalog.Field, language, home string, all bool) []question {
	out := make([]question, 0, len(fields))
	for _, f := range fields {
		q := question{
			Key: f.Key, Label: f.Labels.Pick(language, home), Help: f.Helps.Pick(language, home), Kind: f.Kind, Required: f.Required, Class: f.Class,
		}
		if all {
			q.Labels, q.Helps, q.Fact = f.Labels, f.Helps, f.Fact
		}
		for _, o := range f.Options {
			c := choice{Value: o.Value, Label: o.Labels.Pick(language, home)}
			if all {
				c.Labels = o.Labels
			}
			q.Options = append(q.Options, c)
		}
		out = append(out, q)
	}
	return out
}

type formWrite struct {
	Name     *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names    map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	About    *string           `json:"about,omitempty" maxLength:"4000" doc:"Why it is asked"`
	Abouts   map[string]string `json:"abouts,omitempty"`
	Services []string          `json:"services,omitempty" maxItems:"1000" doc:"Empty: every one"`
	Ask      *string           `json:"ask,omitempty" enum:"booking,before,desk" doc:"With the booking, before the visit, or by the staff"`
	Once     *bool             `json:"once,omitempty" doc:"Asked of a client once, not with every visit"`
	Fields   []question        `json:"fields,omitempty" maxItems:"60"`
	Position *int              `json:"position,omitempty" minimum:"0"`
}

func (w formWrite) apply(f *catalog.Form, home string) error {
	texts(&f.Names, w.Name, w.Names, home)
	texts(&f.About, w.About, w.Abouts, home)
	wire.Set(&f.Ask, w.Ask)
	wire.Set(&f.Once, w.Once)
	wire.Set(&f.Position, w.Position)
	if w.Services != nil {
		f.Services = idsOf[id.Service](w.Services)
	}
	if w.Fields != nil {
		f.Fields = make([]catalog.Field, 0, len(w.Fields))
		for _, q := range w.Fields {
			f.Fields = append(f.Fields, q.field(home))
		}
	}
	return nil
}

type formBody struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names"`
	About    string            `json:"about"`
	Abouts   map[string]string `json:"abouts"`
	Services []string          `json:"services"`
	Ask      string            `json:"ask" enum:"booking,before,desk"`
	Once     bool              `json:"once"`
	Fields   []question        `json:"fields"`
	Position int               `json:"position"`
}

func formOf(f *catalog.Form, language, home string) formBody {
	return formBody{
		ID: string(f.ID), Name: f.Names.Pick(language, home), Names: dict(f.Names), About: f.About.Pick(language, home), Abouts: dict(f.About),
		Services: textsOf(f.Services), Ask: f.Ask, Once: f.Once, Fields: questionsOf(f.Fields, language, home, true), Position: f.Position,
	}
}

type noticeWrite struct {
	Purpose  *string           `json:"purpose,omitempty" maxLength:"40" doc:"marketing, recall, health, photos, sharing, or one of your own; fixed once it is made"`
	Name     *string           `json:"name,omitempty" maxLength:"4000" doc:"The line beside the box"`
	Names    map[string]string `json:"names,omitempty"`
	Text     *string           `json:"text,omitempty" maxLength:"20000" doc:"The whole text"`
	Texts    map[string]string `json:"texts,omitempty"`
	Services []string          `json:"services,omitempty" maxItems:"1000" doc:"Empty: every one"`
	Required *bool             `json:"required,omitempty" doc:"Nothing is booked without it; not for marketing or recalls"`
	Position *int              `json:"position,omitempty" minimum:"0"`
}

func (w noticeWrite) apply(n *catalog.Notice, home string) error {
	wire.Set(&n.Purpose, w.Purpose)
	texts(&n.Names, w.Name, w.Names, home)
	texts(&n.Texts, w.Text, w.Texts, home)
	wire.Set(&n.Required, w.Required)
	wire.Set(&n.Position, w.Position)
	if w.Services != nil {
		n.Services = idsOf[id.Service](w.Services)
	}
	return nil
}

type noticeBody struct {
	ID       string            `json:"id"`
	Purpose  string            `json:"purpose"`
	Version  int               `json:"version" doc:"Grows with every change of the texts"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names,omitempty"`
	Text     string            `json:"text"`
	Texts    map[string]string `json:"texts,omitempty"`
	Services []string          `json:"services"`
	Required bool              `json:"required"`
	Position int               `json:"position"`
}

func noticeOf(n *catalog.Notice, language, home string) noticeBody {
	return noticeBody{
		ID: string(n.ID), Purpose: n.Purpose, Version: n.Version, Name: n.Names.Pick(language, home), Names: dict(n.Names),
		Text: n.Texts.Pick(language, home), Texts: dict(n.Texts), Services: textsOf(n.Services), Required: n.Required, Position: n.Position,
	}
}

type askedForm struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	About  string     `json:"about,omitempty"`
	Ask    string     `json:"ask" enum:"booking,before"`
	Fields []question `json:"fields"`
}

type questionsOut struct {
	Body struct {
		Forms   []askedForm  `json:"forms"`
		Notices []noticeBody `json:"notices"`
	}
}

// questions tells what is asked of a client who books some services.
func (a *API) questions(ctx context.Context, in *struct {
	SlugPath
	Service []string `query:"service,explode" maxItems:"20" doc:"Of these services; of all when missing"`
},
) (*questionsOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	var services []id.Service
	for _, text := range in.Service {
		one, err := a.knownService(s, text)
		if err != nil {
			return nil, err
		}
		services = append(services, one.ID)
	}
	language, home := web.Language(ctx), s.Catalog.Business.Language
	out := &questionsOut{}
	out.Body.Forms, out.Body.Notices = []askedForm{}, []noticeBody{}
	shaping := a.Desk.Shaping(s.Catalog, services)
	for _, f := range asks(s, services) {
		questions := questionsOf(f.Fields, language, home, false)
		for i := range questions {
			questions[i].Shapes = f.Ask == catalog.AskBooking && slices.Contains(shaping, questions[i].Key)
		}
		out.Body.Forms = append(out.Body.Forms, askedForm{string(f.ID), f.Names.Pick(language, home), f.About.Pick(language, home), f.Ask, questions})
	}
	for _, n := range s.Catalog.Notices {
		if len(services) == 0 && !n.Archived || n.Asks(services) {
			b := noticeOf(n, language, home)
			b.Names, b.Texts = nil, nil
			out.Body.Notices = append(out.Body.Notices, b)
		}
	}
	return out, nil
}

// asks lists the forms that clients fill in for some services, or for any.
func asks(s *availability.Setting, services []id.Service) []*catalog.Form {
	var out []*catalog.Form
	for _, f := range s.Catalog.Forms {
		unsaid := len(services) == 0 && !f.Archived && f.Ask != catalog.AskDesk
		if unsaid || f.Asks(catalog.AskBooking, services) || f.Asks(catalog.AskBefore, services) {
			out = append(out, f)
		}
	}
	return out
}
