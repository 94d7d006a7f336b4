package cardapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
)

func (c *cards) registerPreferences() {
	const path = "/clients/{id}/preferences"
	wire.Op(c.edge, http.MethodGet, path, "get-preferences", "What a client likes, and the desk's tags and tier", c.getPreferences)
	wire.Op(c.edge, http.MethodPatch, path, "update-preferences", "Change what a client likes; what is missing stays", c.updatePreferences)
}

// SuitableBody is a part of the week that suits a client.
type SuitableBody struct {
	Weekday int    `json:"weekday,omitempty" minimum:"0" maximum:"7" doc:"1 Monday to 7 Sunday; missing: every day"`
	From    string `json:"from" maxLength:"5" doc:"On the wall clock: 09:00"`
	To      string `json:"to" maxLength:"5" doc:"24:00 at most"`
}

// QuietBody is when a client does not want to hear from anybody.
type QuietBody struct {
	From string `json:"from" maxLength:"5" doc:"On the wall clock where they live: 22:00"`
	To   string `json:"to" maxLength:"5" doc:"It may pass midnight; the same as from is never"`
}

// PreferencesBody is a profile on the wire.
type PreferencesBody struct {
	Tags     []string       `json:"tags"`
	Tier     string         `json:"tier"`
	Services []string       `json:"services" doc:"Favourites, the dearest first"`
	Staff    []string       `json:"staff" doc:"Favourites, the dearest first"`
	Windows  []SuitableBody `json:"windows" doc:"When it suits them; slots in them are ranked first"`
	Channels []string       `json:"channels" doc:"Tried in this order; those left out come after"`
	Muted    []string       `json:"muted" doc:"Reminder steps that are not sent"`
	Remind   string         `json:"remind" enum:"all,fewer,none" doc:"fewer: one reminder a visit; none: what must be known alone"`
	Quiet    *QuietBody     `json:"quiet,omitempty" doc:"Reminders wait until they end; missing for none"`
	Version  int64          `json:"version" doc:"Of the client"`
}

const remindAll = "all" // RemindAll on the wire

func preferencesOf(p client.Profile) PreferencesBody {
	likes := p.Preferences
	out := PreferencesBody{
		Tags: words(p.Tags), Tier: p.Tier, Services: words(likes.Services), Staff: words(likes.Staff), Windows: []SuitableBody{},
		Channels: words(likes.Channels), Muted: words(likes.Muted), Remind: likes.Remind, Version: p.Version,
	}
	for _, w := range likes.Windows {
		out.Windows = append(out.Windows, SuitableBody{w.Weekday, clock(w.From), clock(w.To)})
	}
	if out.Remind == client.RemindAll {
		out.Remind = remindAll
	}
	if likes.Quiet.On() {
		out.Quiet = &QuietBody{clock(likes.Quiet.From), clock(likes.Quiet.To)}
	}
	return out
}

// words are identifiers as texts; never nil.
func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = string(one)
	}
	return out
}

type preferencesOut struct{ Body PreferencesBody }

func (c *cards) getPreferences(ctx context.Context, p account.Principal, in *ClientPath) (*preferencesOut, error) {
	s, _, err := c.seen(ctx, p, *in)
	if err != nil {
		return nil, err
	}
	return &preferencesOut{preferencesOf(s.Profile)}, nil
}

// PreferencesWrite is what may be changed of a profile.
type PreferencesWrite struct {
	Tags     *[]string       `json:"tags,omitempty" maxItems:"30"`
	Tier     *string         `json:"tier,omitempty" maxLength:"40"`
	Services *[]string       `json:"services,omitempty" maxItems:"30"`
	Staff    *[]string       `json:"staff,omitempty" maxItems:"30"`
	Windows  *[]SuitableBody `json:"windows,omitempty" maxItems:"30"`
	Channels *[]string       `json:"channels,omitempty" maxItems:"20"`
	Muted    *[]string       `json:"muted,omitempty" maxItems:"30"`
	Remind   *string         `json:"remind,omitempty" enum:"all,fewer,none"`
	Quiet    *QuietBody      `json:"quiet,omitempty" doc:"from and to alike: none"`
	Version  int64           `json:"version,omitempty" minimum:"0" doc:"The one you saw; a newer one is a conflict"`
}

func (c *cards) updatePreferences(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body PreferencesWrite
},
) (*preferencesOut, error) {
	who, _, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	s, err := c.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	out, err := c.Clients.UpdateProfile(ctx, p.Business, who, in.Body.Version, p.Actor(), func(now *client.Profile) error {
		return in.Body.apply(now, s.Catalog)
	})
	return &preferencesOut{preferencesOf(out)}, err
}

func (w *PreferencesWrite) apply(p *client.Profile, all *catalog.Catalog) error {
	var check fault.Checker
	likes := &p.Preferences
	wire.Set(&p.Tags, w.Tags)
	wire.Set(&p.Tier, w.Tier)
	wire.Set(&likes.Channels, w.Channels)
	wire.Set(&likes.Muted, w.Muted)
	if w.Services != nil {
		likes.Services = liked(&check, "services", *w.Services, likes.Services, func(s id.Service) bool { _, ok := all.Service(s); return ok })
	}
	if w.Staff != nil {
		likes.Staff = liked(&check, "staff", *w.Staff, likes.Staff, func(s id.Staff) bool { _, ok := all.StaffMember(s); return ok })
	}
	if w.Windows != nil {
		likes.Windows = nil
		for i, b := range *w.Windows {
			field := fmt.Sprintf("windows[%d]", i)
			likes.Windows = append(likes.Windows, client.Window{
				Weekday: b.Weekday, From: minute(&check, field+".from", b.From), To: minute(&check, field+".to", b.To),
			})
		}
	}
	if w.Remind != nil {
		likes.Remind = *w.Remind
		if likes.Remind == remindAll {
			likes.Remind = client.RemindAll
		}
	}
	if w.Quiet != nil {
		likes.Quiet = client.Quiet{From: minute(&check, "quiet.from", w.Quiet.From), To: minute(&check, "quiet.to", w.Quiet.To)}
	}
	return check.Err()
}

// liked reads favourites; one that is gone may stay, but none comes new.
func liked[T ~string](c *fault.Checker, field string, sent []string, was []T, known func(T) bool) []T {
	out := make([]T, len(sent))
	for i, text := range sent {
		out[i] = T(text)
		c.Require(known(out[i]) || slices.Contains(was, out[i]), fmt.Sprintf("%s[%d]", field, i), "unknown", "there is no such thing")
	}
	return out
}

// minute reads a time of day; 24:00 is the end of the day.
func minute(c *fault.Checker, field, text string) int {
	if text == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", text)
	c.Require(err == nil && len(text) == len("15:04"), field, "time", "write it as 09:30")
	return t.Hour()*60 + t.Minute()
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
