package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/intake"
	"kept/internal/demo/sample"
	"kept/span"
)

// Lives are the doors through which the cards of some regulars fill up.
type Lives struct {
	Cards  *client.Registry
	Talks  *client.Talks
	Intake *intake.Desk
	Family Family
}

// Family lets one card answer for another; visitor.Door does.
type Family interface {
	Relate(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error
}

//go:embed cards.json
var livesFile []byte

// life is what is known of one regular: of the one who comes most, of the next ...
type life struct {
	Facts   []said         `json:"facts"`
	Subject *thing         `json:"subject"`
	Tags    []string       `json:"tags"`
	Tier    string         `json:"tier"`
	Remind  string         `json:"remind"`
	Window  *client.Window `json:"window"`
	Quiet   client.Quiet   `json:"quiet"`
	Talks   []talk         `json:"talks"`
	Answers map[string]any `json:"answers"` // to the business's first form
	Agrees  []string       `json:"agrees"`  // purposes
	Guards  []int          `json:"guards"`  // regulars whose cards they look after, by their place in the list
}

type said struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	By    string `json:"by"` // client, staff
}

type thing struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Facts []said `json:"facts"`
}

type talk struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Days int    `json:"days"` // ago
	Open bool   `json:"open"`
}

// live fills the cards of those who come most with what a year of visits leaves there.
func (d Deps) live(ctx context.Context, who account.Principal, w *sample.World) error {
	if d.Lives.Cards == nil {
		return nil
	}
	var all map[string][]life
	if err := json.Unmarshal(livesFile, &all); err != nil {
		return fmt.Errorf("demo: cards: %w", err)
	}
	h := hints{Due: d.Due, who: who, world: w}
	of := id.Service("")
	for _, s := range w.Layout.Services { // best of all those for whom the most is kept: whose car is due by its mileage
		if slices.ContainsFunc(s.Recalls, func(r catalog.Recall) bool { return r.Kind == catalog.RecallUsage }) {
			of = s.ID
			break
		}
	}
	regulars := h.seen(of)
	for n, one := range all[w.Business.Slug] {
		if n < len(regulars) {
			if err := d.Lives.tell(ctx, who, w, regulars[n], one); err != nil {
				return err
			}
			for _, of := range one.Guards {
				if of < len(regulars) {
					if err := d.Lives.Family.Relate(ctx, who.Business, regulars[n], regulars[of], who.Actor()); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (l Lives) tell(ctx context.Context, who account.Principal, w *sample.World, of id.Client, one life) error {
	if err := l.learn(ctx, who, of, "", "", one.Facts); err != nil {
		return err
	}
	if one.Subject != nil {
		s, err := l.Cards.AddSubject(ctx, who.Business, of, one.Subject.Kind, one.Subject.Name, who.Actor())
		if err != nil {
			return err
		}
		if err := l.learn(ctx, who, of, s.ID, s.Kind, one.Subject.Facts); err != nil {
			return err
		}
	}
	_, err := l.Cards.UpdateProfile(ctx, who.Business, of, 0, who.Actor(), func(p *client.Profile) error {
		p.Tags, p.Tier, p.Preferences.Remind, p.Preferences.Quiet = one.Tags, one.Tier, one.Remind, one.Quiet
		if one.Window != nil {
			p.Preferences.Windows = []client.Window{*one.Window}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range one.Talks {
		e := client.Entry{Client: of, Kind: t.Kind, Text: t.Text, At: w.Now - span.Instant(t.Days)*span.Day, State: client.EntryDone}
		if t.Kind != client.EntryNote {
			e.Direction = client.DirectionIn
		}
		if t.Open {
			e.State = client.EntryOpen
		}
		if _, err := l.Talks.Add(ctx, who.Business, e, who.Actor()); err != nil {
			return err
		}
	}
	return l.take(ctx, who, w, of, one)
}

func (l Lives) learn(ctx context.Context, who account.Principal, of id.Client, subject id.Subject, kind string, facts []said) error {
	var all []client.Learned
	for _, f := range facts {
		known, ok := client.KeyOf(kind, f.Key)
		if !ok {
			return fmt.Errorf("demo: %s is no fact", f.Key)
		}
		one := client.Learned{
			Subject: subject, Key: f.Key, Value: client.Value{Kind: known.Kind, Text: f.Value}, Source: client.SourceStaff, Actor: who.Actor(),
		}
		if f.By == client.SideClient {
			one.Source, one.Actor = client.SourceClient, event.Actor{Kind: string(account.KindClient), ID: string(of)}
		}
		all = append(all, one)
	}
	return l.Cards.Learn(ctx, who.Business, of, all)
}

// take lets the client fill in a form and agree to what they are asked.
func (l Lives) take(ctx context.Context, who account.Principal, w *sample.World, of id.Client, one life) error {
	c := &catalog.Catalog{Business: w.Business, Forms: w.Layout.Forms, Notices: w.Layout.Notices}
	visitor := account.Visitor(who.Business, of)
	from := intake.Whence{Channel: intake.ByCard, Language: w.Business.Language}
	if len(one.Answers) > 0 && len(c.Forms) > 0 {
		if err := l.Intake.Fill(ctx, visitor, c, of, from, c.Forms[0].ID, one.Answers); err != nil {
			return err
		}
	}
	for _, purpose := range one.Agrees {
		for _, n := range c.Notices {
			if n.Purpose != purpose {
				continue
			}
			if err := l.Intake.Agree(ctx, visitor, c, of, from, intake.Agreement{Notice: n.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
