// Package sample imagines the demo's three businesses: a salon in Berlin, a
// clinic in Taipei and a car workshop in Moscow, with sixty days behind them
// and thirty days of bookings ahead.
//
// A world is grown day by day, as a real calendar is. Regulars come back
// every four to eight weeks to the person they like; others fill what is left
// until the day is as busy as such a day is; some cancel and their time goes
// to somebody else. Where a visit may lie and who takes part is asked of the
// owner's rules (package policy) and the engine itself (package availability),
// so that the demo shows nothing which the program would not have booked.
//
// It is the same for the same instant: all chance comes from a generator with
// a fixed seed for each business, all identifiers are derived. Days are
// counted from the local day of that instant, and what is chance about a
// visit does not depend on the hour, so that a clock started later the same
// day shows the same calendar a little further on.
package sample

import (
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/internal/demo/preset"
	"kept/setup"
	"kept/span"
)

//go:embed data/*.json
var files embed.FS

// How far the calendar reaches, in days before and after the first one.
const (
	Past   = 60
	Future = 30
)

// World is one business with its clients and their visits.
type World struct {
	Business catalog.Business // without an identifier: whoever founds it gives one
	Layout   setup.Furniture
	Clients  []client.Client
	Visits   []booking.Imported // by the day on which they were thought of
	Classes  []Class            // by start
	DropOffs []DropOff
	Now      span.Instant // as it stands
}

// Slugs lists the demo's businesses in the order in which they are shown.
func Slugs() []string { return []string{"lumen-salon", "anhe-clinic", "motor-workshop"} }

// Of imagines the business with the slug as it stands at an instant.
func Of(slug string, now span.Instant) (*World, error) {
	plan, err := blueprint(slug)
	if err != nil {
		return nil, err
	}
	crowds := map[string]crowd{}
	if err := load("people", &crowds); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(plan.Zone)
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	today := span.DateOf(now.In(zone))
	begin := today.AddDays(-Past)
	made := begin.Start(zone).UTC()
	layout, err := plan.Lay(preset.Site{
		Key: slug, Zone: zone, Currency: plan.Currency, First: today, Made: made,
	})
	if err != nil {
		return nil, err
	}
	w := &World{
		Business: catalog.Business{
			Slug: plan.Slug, Names: plan.Names, About: plan.About, Phone: plan.Phone, Zone: plan.Zone,
			Currency: plan.Currency, Language: plan.Language, Preset: plan.Preset, Terms: terms(plan),
		},
		Layout: layout, Now: now,
	}
	if err := grow(w, plan, crowds[slug], zone, now); err != nil {
		return nil, err
	}
	if err := announce(w, plan, zone, today); err != nil {
		return nil, err
	}
	return w, bring(w, plan, today.Start(zone), now)
}

func terms(plan *preset.Blueprint) catalog.Terms {
	if plan.Terms != nil {
		return *plan.Terms
	}
	return catalog.DefaultTerms()
}

func blueprint(slug string) (*preset.Blueprint, error) {
	raw, err := files.ReadFile("data/" + slug + ".json")
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return preset.Read(raw)
}

func load(name string, into any) error {
	raw, err := files.ReadFile("data/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	return nil
}

// chance makes a generator whose numbers hang on the text and the stream alone.
func chance(text string, stream uint64) *rand.Rand {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	seed := uint64(offset)
	for i := range len(text) {
		seed = (seed ^ uint64(text[i])) * prime
	}
	return rand.New(rand.NewPCG(seed, stream))
}

// setting is the world as the engine's setting.
func (w *World) setting() *availability.Setting {
	return &availability.Setting{
		Catalog: &catalog.Catalog{
			Business: w.Business, Locations: w.Layout.Locations, Services: w.Layout.Services,
			Staff: w.Layout.Staff, Resources: w.Layout.Resources, Rules: w.Layout.Rules,
		},
		Hours: w.Layout.Hours,
	}
}
