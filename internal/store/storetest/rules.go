package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/setup"
	"kept/span"
)

func testRules(t *testing.T, open Opener) {
	t.Run("round trip", func(t *testing.T) { t.Parallel(); rulesRoundTrip(t, NewWorld(t, open)) })
	t.Run("any rule", func(t *testing.T) { t.Parallel(); rulesAny(t, NewWorld(t, open)) })
	t.Run("tenants", func(t *testing.T) { t.Parallel(); rulesTenants(t, NewWorld(t, open)) })
	t.Run("office", func(t *testing.T) { t.Parallel(); rulesOffice(t, NewWorld(t, open)) })
	t.Run("plain things", func(t *testing.T) { t.Parallel(); rulesPlainThings(t, NewWorld(t, open)) })
}

func threeTexts(en string) catalog.Texts {
	return catalog.Texts{"en": en, "zh-Hant": "規則「" + en + "」", "ru": "Правило «" + en + "»"}
}

// everyKind gives one rule of each kind with everything set that the kind has.
func everyKind(at time.Time) []*catalog.Rule {
	less, more := money.Of(-500, "EUR"), money.Of(1500, "EUR")
	bodies := map[catalog.RuleKind]catalog.RuleBody{
		catalog.RuleOffer:   {When: `client.visits > 0 || slot.hour < 15`, Staff: []id.Staff{"s1", "s2"}},
		catalog.RuleApprove: {When: `client.no_shows >= 2`, Locations: []id.Location{"l1"}},
		catalog.RuleLimit: {
			Limit: &catalog.Limit{Of: catalog.LimitStaff, Per: catalog.PerWeek, Max: 2400, MaxExpr: `client.visits + 1`, Minutes: true},
		},
		catalog.RuleSeason: {
			From: span.Date{Year: 2026, Month: 12, Day: 24}, To: span.Date{Year: 2027, Month: 1, Day: 6},
			Season: &catalog.Season{Closed: true, Only: true, PricePercent: -10, PriceAdd: &less},
		},
		catalog.RuleLink: {
			Services: []id.Service{"a", "b"}, To: span.Date{Year: 2030, Month: 1, Day: 1},
			Link: &catalog.Link{Kind: catalog.LinkRequires, Other: "c", LeastMin: 2880, MostMin: 86400},
		},
		catalog.RuleVary: {
			When: "subject.hair == \"long\"\n&& true", From: span.Date{Year: 2027, Month: 2, Day: 28},
			Vary: &catalog.Vary{
				Segments: []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}, Team: []catalog.StaffNeed{{Count: 1, Skill: "nurse"}}}},
				Segment:  2, AddMin: -15, Percent: 150, PricePercent: 20, PriceAdd: &more,
			},
		},
		catalog.RuleCutoff: {Cutoff: &catalog.Cutoff{CancelMin: 2880, MoveMin: 1440}},
	}
	var out []*catalog.Rule
	for i, kind := range catalog.RuleKinds() {
		out = append(out, &catalog.Rule{
			ID: id.New[id.Rule](at), Position: i + 1, Kind: kind, Names: threeTexts(string(kind)), About: threeTexts("why\nso"),
			Off: i%3 == 1, Archived: i%4 == 3, RuleBody: bodies[kind],
		})
	}
	return out
}

// stored gives a business's rules as the configuration has them now.
func (w *World) stored(t testing.TB, b id.Business) []*catalog.Rule {
	t.Helper()
	got, err := w.Settings.Current(t.Context(), b)
	Must(t, err)
	return got.Catalog.Rules
}

func rulesRoundTrip(t *testing.T, w *World) {
	b, want := w.Business(t, "lumen"), everyKind(w.Clock.Now().UTC())
	w.Do(t, func(ctx context.Context) error {
		for _, r := range slices.Backward(want) { // what is written last comes first
			if err := w.Setup.InsertRule(ctx, b, r); err != nil {
				return err
			}
		}
		return nil
	})
	if diff := cmp.Diff(want, w.stored(t, b)); diff != "" {
		t.Error("rules (-want +got):", diff)
	}
	// Every rule becomes what the one after it was, and so back to front in the list.
	next := make([]*catalog.Rule, len(want))
	for i, r := range want {
		changed := *want[(i+1)%len(want)]
		changed.ID, changed.Position = r.ID, len(want)-i
		changed.Names = catalog.Texts{"ru": "новое"}
		next[len(want)-1-i] = &changed
	}
	w.Do(t, func(ctx context.Context) error {
		for _, r := range next {
			if err := w.Setup.UpdateRule(ctx, b, r); err != nil {
				return err
			}
		}
		return nil
	})
	if diff := cmp.Diff(next, w.stored(t, b)); diff != "" {
		t.Error("changed rules (-want +got):", diff)
	}
	WantCode(t, w.DB.Do(t.Context(), func(ctx context.Context) error {
		return w.Setup.InsertRule(ctx, b, next[0])
	}), fault.CodeConflict)
	first := *next[0]
	first.Position, first.ID = next[1].Position, "0"
	w.Do(t, func(ctx context.Context) error { return w.Setup.InsertRule(ctx, b, &first) })
	if got := w.stored(t, b); got[0].ID != next[0].ID || got[1].ID != "0" || got[2].ID != next[1].ID {
		t.Errorf("at one position rules go by id, they are %s %s %s", got[0].ID, got[1].ID, got[2].ID)
	}
}

// rulesAny writes rules of any content and reads the same again.
func rulesAny(t *testing.T, w *World) {
	b := w.Business(t, "lumen")
	rule := everyKind(w.Clock.Now().UTC())[0]
	w.Do(t, func(ctx context.Context) error { return w.Setup.InsertRule(ctx, b, rule) })
	text := rapid.Map(rapid.StringN(1, 40, 120), func(s string) string { return strings.ReplaceAll(s, "\x00", "·") })
	ids := rapid.SliceOfN(rapid.Map(text, func(s string) id.Service { return id.Service(s) }), 1, 5)
	rapid.Check(t, func(rt *rapid.T) {
		want := &catalog.Rule{
			ID: rule.ID, Position: rapid.IntRange(0, 1_000_000).Draw(rt, "position"),
			Kind:  rapid.SampledFrom(catalog.RuleKinds()).Draw(rt, "kind"),
			Names: catalog.Texts{rapid.SampledFrom(setup.Languages()).Draw(rt, "language"): text.Draw(rt, "name")},
			Off:   rapid.Bool().Draw(rt, "off"), Archived: rapid.Bool().Draw(rt, "archived"),
			RuleBody: catalog.RuleBody{When: text.Draw(rt, "when"), Services: ids.Draw(rt, "services"), Skills: []string{text.Draw(rt, "skill")}},
		}
		if rapid.Bool().Draw(rt, "dated") {
			want.From = span.DateOf(time.Unix(rapid.Int64Range(1e9, 7e9).Draw(rt, "from"), 0).UTC())
		}
		if rapid.Bool().Draw(rt, "limited") {
			want.Limit = &catalog.Limit{Of: text.Draw(rt, "of"), Max: rapid.IntRange(0, 100_000).Draw(rt, "max"), MaxExpr: text.Draw(rt, "expr")}
		}
		w.Do(t, func(ctx context.Context) error { return w.Setup.UpdateRule(ctx, b, want) })
		if diff := cmp.Diff([]*catalog.Rule{want}, w.stored(t, b)); diff != "" {
			rt.Fatal("rule (-want +got):", diff)
		}
	})
}

func rulesTenants(t *testing.T, w *World) {
	mine, other := w.Business(t, "mine"), w.Business(t, "other")
	rules := everyKind(w.Clock.Now().UTC())
	w.Do(t, func(ctx context.Context) error { return w.Setup.InsertRule(ctx, mine, rules[0]) })
	for what, r := range map[string]*catalog.Rule{"another business's": rules[0], "an unknown": rules[1]} {
		err := w.DB.Do(t.Context(), func(ctx context.Context) error { return w.Setup.UpdateRule(ctx, other, r) })
		if !fault.Is(err, fault.CodeNotFound) {
			t.Errorf("%s rule: %v, want not found", what, err)
		}
	}
	if got := w.stored(t, other); len(got) != 0 {
		t.Errorf("another business's rules are seen: %+v", got)
	}
	// One id in two businesses is two rules.
	w.Do(t, func(ctx context.Context) error { return w.Setup.InsertRule(ctx, other, rules[0]) })
	changed := *rules[0]
	changed.Names, changed.Off = catalog.Texts{"en": "theirs"}, true
	w.Do(t, func(ctx context.Context) error { return w.Setup.UpdateRule(ctx, other, &changed) })
	if diff := cmp.Diff(rules[:1], w.stored(t, mine)); diff != "" {
		t.Error("mine changed with theirs (-want +got):", diff)
	}
}

func rulesOffice(t *testing.T, w *World) {
	who, stranger := w.owner(t, "mine"), w.owner(t, "other")
	ctx := t.Context()
	draft := catalog.Rule{
		Kind: catalog.RuleCutoff, Names: threeTexts("A day"), RuleBody: catalog.RuleBody{Cutoff: &catalog.Cutoff{CancelMin: 1440}},
	}
	w.Journal.Take()
	first, err := w.Office.CreateRule(ctx, who, draft)
	Must(t, err)
	second, err := w.Office.CreateRule(ctx, who, draft)
	Must(t, err)
	if first.Position != 1 || second.Position != 2 || first.ID == second.ID {
		t.Errorf("the rules are %+v and %+v", first, second)
	}
	if got := w.Journal.Take(); len(got) != 2 || got[0].Type != event.SettingsChanged || got[0].Data != (event.Data{Kind: "rule", Ref: string(first.ID)}) {
		t.Errorf("told was %+v", got)
	}
	off, err := w.Office.UpdateRule(ctx, who, first.ID, func(r *catalog.Rule) error { r.Off = true; return nil })
	Must(t, err)
	found, err := w.Office.FindRule(ctx, who, first.ID)
	Must(t, err)
	if diff := cmp.Diff(off, found); diff != "" || !found.Off || found.Cutoff.CancelMin != 1440 {
		t.Error("the changed rule (-want +got):", diff)
	}
	_, err = w.Office.UpdateRule(ctx, who, first.ID, func(r *catalog.Rule) error { r.Kind = catalog.RuleApprove; return nil })
	WantCode(t, err, fault.CodeInvalid)
	_, err = w.Office.UpdateRule(ctx, stranger, first.ID, func(*catalog.Rule) error { return nil })
	WantCode(t, err, fault.CodeNotFound)
	Must(t, w.Office.ArchiveRule(ctx, who, first.ID))
	_, err = w.Office.FindRule(ctx, who, first.ID)
	WantCode(t, err, fault.CodeNotFound)
	listed, err := w.Office.ListRules(ctx, who, setup.Page[id.Rule]{})
	Must(t, err)
	if diff := cmp.Diff([]*catalog.Rule{second}, listed.Items); diff != "" {
		t.Error("listed (-want +got):", diff)
	}
	all := w.stored(t, who.Business)
	if len(all) != 2 || !all[0].Archived {
		t.Errorf("an archived rule is kept for bookings that name it, there are %+v", all)
	}
}

// rulesPlainThings writes things without any of what only some need.
func rulesPlainThings(t *testing.T, w *World) {
	b := w.Business(t, "lumen")
	service, person, place := plainService("Cut"), &catalog.Staff{ID: "s", AllServices: true}, &catalog.Location{ID: "l", Zone: "UTC"}
	service.ID = "v"
	w.Do(t, func(ctx context.Context) error {
		Must(t, w.Setup.InsertService(ctx, b, &service))
		Must(t, w.Setup.InsertLocation(ctx, b, place))
		return w.Setup.InsertStaff(ctx, b, person)
	})
	got, err := w.Settings.Current(t.Context(), b)
	Must(t, err)
	c := got.Catalog
	if diff := cmp.Diff(catalog.ServiceOptions{}, c.Services[0].ServiceOptions); diff != "" {
		t.Error("options (-want +got):", diff)
	}
	if diff := cmp.Diff(catalog.Preferences{}, c.Staff[0].Preferences); diff != "" {
		t.Error("preferences (-want +got):", diff)
	}
	if len(c.Locations[0].Travel) != 0 || len(c.Rules) != 0 {
		t.Errorf("travel is %v, rules are %v", c.Locations[0].Travel, c.Rules)
	}
}
