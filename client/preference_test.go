package client_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/client"
	"kept/fault"
	"kept/id"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia"})
	likes := client.Preferences{
		Services: []id.Service{"cut"}, Staff: []id.Staff{"ana"}, Windows: []client.Window{{Weekday: 1, From: 540, To: 720}},
		Channels: []string{"sms", "email"}, Muted: []string{"reminder_3h"}, Remind: client.RemindFewer, Quiet: client.Quiet{From: 1320, To: 420},
	}
	p, err := r.UpdateProfile(t.Context(), "b", "c1", 1, staff, func(p *client.Profile) error {
		p.Tags, p.Tier, p.Preferences = []string{" vip ", "a  b", "vip", ""}, " gold ", likes
		return nil
	})
	want := client.Profile{Tags: []string{"a b", "vip"}, Tier: "gold", Preferences: likes, Version: 2}
	if diff := cmp.Diff(want, p); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if m.parts[0] != client.PartPreference {
		t.Errorf("told of %v", m.parts)
	}
	_, err = r.UpdateProfile(t.Context(), "b", "c1", 1, staff, func(*client.Profile) error { return nil })
	if !fault.Is(err, fault.CodeConflict) {
		t.Errorf("an old version: %v", err)
	}
	for want, edit := range map[string]func(*client.Profile){
		"tier too_long":    func(p *client.Profile) { p.Tier = "01234567890123456789012345678901234567890" },
		"tags format":      func(p *client.Profile) { p.Tags = []string{"a\x00"} },
		"services range":   func(p *client.Profile) { p.Preferences.Services = []id.Service{"a", "a"} },
		"staff range":      func(p *client.Profile) { p.Preferences.Staff = []id.Staff{"a", "a"} },
		"channels range":   func(p *client.Profile) { p.Preferences.Channels = []string{"sms", "sms"} },
		"steps format":     func(p *client.Profile) { p.Preferences.Muted = []string{"Remind me"} },
		"remind unknown":   func(p *client.Profile) { p.Preferences.Remind = "often" },
		"windows range":    func(p *client.Profile) { p.Preferences.Windows = []client.Window{{From: 60, To: 60}} },
		"quiet range":      func(p *client.Profile) { p.Preferences.Quiet = client.Quiet{From: 0, To: 1439} },
		"quiet range, too": func(p *client.Profile) { p.Preferences.Quiet = client.Quiet{From: -1, To: 60} },
	} {
		_, err := r.UpdateProfile(t.Context(), "b", "c1", 0, staff, func(p *client.Profile) error { edit(p); return nil })
		if got := wrong(err); got == "" || got != want && got+", too" != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		quiet  client.Quiet
		minute int
		want   bool
	}{
		{client.Quiet{}, 0, false},
		{client.Quiet{From: 600, To: 600}, 600, false},
		{client.Quiet{From: 600, To: 660}, 599, false},
		{client.Quiet{From: 600, To: 660}, 600, true},
		{client.Quiet{From: 600, To: 660}, 660, false},
		{client.Quiet{From: 1320, To: 420}, 1320, true},
		{client.Quiet{From: 1320, To: 420}, 0, true},
		{client.Quiet{From: 1320, To: 420}, 420, false},
		{client.Quiet{From: 1320, To: 420}, 1319, false},
	} {
		if got := c.quiet.Holds(c.minute); got != c.want {
			t.Errorf("%+v at %d is %v", c.quiet, c.minute, got)
		}
	}
}

func TestWanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p     client.Preferences
		step  string
		first bool
		want  bool
	}{
		{client.Preferences{}, "reminder_3h", false, true},
		{client.Preferences{Muted: []string{"reminder_3h"}}, "reminder_3h", true, false},
		{client.Preferences{Muted: []string{"reminder_3h"}}, "reminder_24h", true, true},
		{client.Preferences{Remind: client.RemindFewer}, "reminder_3h", false, false},
		{client.Preferences{Remind: client.RemindFewer}, "reminder_24h", true, true},
		{client.Preferences{Remind: client.RemindNone}, "reminder_24h", true, false},
	} {
		if got := c.p.Wanted(c.step, c.first); got != c.want {
			t.Errorf("%+v wants %s: %v", c.p, c.step, got)
		}
	}
	var nobody *client.Preferences
	if !nobody.None() || !new(client.Preferences).None() || (&client.Preferences{Remind: client.RemindNone}).None() {
		t.Error("who likes nothing")
	}
}
