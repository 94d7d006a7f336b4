package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/fault"
	"kept/id"
)

// How many reminders a client wants.
const (
	RemindAll   = ""      // as the business plans
	RemindFewer = "fewer" // one reminder of each visit: the first one
	RemindNone  = "none"  // only what they must know: receipts, moves, cancellations
)

const minutesOfDay = 24 * 60

// Window is a part of the week that suits a client, on the wall clock.
type Window struct {
	Weekday int `json:"weekday"` // ISO, 1 Monday to 7 Sunday; 0 for every day
	From    int `json:"from"`    // minutes after midnight
	To      int `json:"to"`      // minutes after midnight, after From, 1440 at most
}

// Quiet is when a client does not want to hear from anybody, on the wall
// clock where they live. It may pass midnight; from and to alike is never.
type Quiet struct {
	From int `json:"from"` // minutes after midnight
	To   int `json:"to"`
}

// On tells whether there are quiet hours at all.
func (q Quiet) On() bool { return q.From != q.To }

// Holds tells whether a minute of the day is quiet.
func (q Quiet) Holds(minute int) bool {
	if q.From < q.To {
		return q.From <= minute && minute < q.To
	}
	return q.On() && (minute >= q.From || minute < q.To)
}

// Preferences are what a client likes. The zero value likes anything.
type Preferences struct {
	Services []id.Service `json:"services,omitempty"` // favourites, the dearest first
	Staff    []id.Staff   `json:"staff,omitempty"`    // likewise
	Windows  []Window     `json:"windows,omitempty"`
	Channels []string     `json:"channels,omitempty"` // in the order in which they are to be tried; those left out come after
	Muted    []string     `json:"muted,omitempty"`    // steps of the reminders that are not wanted
	Remind   string       `json:"remind,omitempty"`   // RemindAll, RemindFewer, RemindNone
	Quiet    Quiet        `json:"quiet"`
}

// Profile is what the head of the card says besides name and contacts.
type Profile struct {
	Tags        []string // the desk's words for the client, each once, in order
	Tier        string   // of loyalty, a word of the owner's; empty for none
	Preferences Preferences
	Version     int64 // of the card
}

// Profile gives the profile of a client, for the program's own use. Fault NotFound.
func (r *Registry) Profile(ctx context.Context, business id.Business, client id.Client) (Profile, error) {
	_, p, err := r.details.Profiles.Head(ctx, business, client)
	return p, err
}

// UpdateProfile changes tags, tier or preferences. version is the card's that
// the caller saw, 0 for whichever there is. Fault conflict, Invalid, NotFound.
func (r *Registry) UpdateProfile(
	ctx context.Context, business id.Business, client id.Client, version int64, actor event.Actor, change func(*Profile) error,
) (Profile, error) {
	var p Profile
	err := r.edit(ctx, business, client, PartPreference, actor, func(ctx context.Context, _ Client) error {
		_, old, err := r.details.Profiles.Head(ctx, business, client)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the card has been changed meanwhile")
		}
		p = old
		if err := change(&p); err != nil {
			return err
		}
		if err := p.clean(); err != nil {
			return err
		}
		p.Version = old.Version
		if err := r.details.Profiles.UpdateProfile(ctx, business, client, p, r.clock.Now()); err != nil {
			return err
		}
		p.Version++
		return nil
	})
	return p, err
}

const (
	maxTag       = 40 // characters, of a tag and of a tier
	mostWindows  = 30
	mostLiked    = 30
	mostChannels = 20
)

func (p *Profile) clean() error {
	var check fault.Checker
	tags := make([]string, 0, len(p.Tags))
	for _, tag := range p.Tags {
		if tag = strings.Join(strings.Fields(tag), " "); tag != "" && !slices.Contains(tags, tag) {
			check.Line("tags", tag, 1, maxTag)
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	check.Require(len(tags) <= mostTags, "tags", "range", "at most 30")
	p.Tags, p.Tier = tags, strings.TrimSpace(p.Tier)
	check.Line("tier", p.Tier, 0, maxTag)
	p.Preferences.check(&check)
	return check.Err()
}

func (p *Preferences) check(c *fault.Checker) {
	c.Require(unique(p.Services, mostLiked), "services", "range", "at most 30, each once")
	c.Require(unique(p.Staff, mostLiked), "staff", "range", "at most 30, each once")
	c.Require(unique(p.Channels, mostChannels), "channels", "range", "at most 20, each once")
	c.Require(unique(p.Muted, mostLiked), "muted", "range", "at most 30, each once")
	for _, words := range [][]string{p.Channels, p.Muted} {
		for _, w := range words {
			c.Require(validKey(w), "steps", "format", "must be a word of small letters, digits and _")
		}
	}
	c.Require(p.Remind == RemindAll || p.Remind == RemindFewer || p.Remind == RemindNone, "remind", "unknown", "must be fewer or none, or nothing")
	c.Require(len(p.Windows) <= mostWindows, "windows", "range", "at most 30")
	for _, w := range p.Windows {
		c.Require(w.Weekday >= 0 && w.Weekday <= 7, "windows", "range", "a weekday is 1 to 7, or 0 for every day")
		c.Require(w.From >= 0 && w.From < w.To && w.To <= minutesOfDay, "windows", "range", "must end after it begins, within a day")
	}
	q := p.Quiet
	c.Require(q.From >= 0 && q.From < minutesOfDay && q.To >= 0 && q.To < minutesOfDay, "quiet", "range", "must be times of day")
	c.Require(!q.On() || (q.To-q.From+minutesOfDay)%minutesOfDay <= 16*60, "quiet", "range", "at most 16 hours")
}

func unique[T comparable](list []T, most int) bool {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			return false
		}
	}
	return len(list) <= most
}

// Wanted tells whether a client wants a timed step of a reminder, given that
// it is the first one of the visit or not. Notices are not asked about: they
// must be known.
func (p *Preferences) Wanted(step string, first bool) bool {
	if slices.Contains(p.Muted, step) || p.Remind == RemindNone {
		return false
	}
	return p.Remind != RemindFewer || first
}

// None tells whether a client has said nothing of what they like.
func (p *Preferences) None() bool {
	return p == nil || len(p.Services)+len(p.Staff)+len(p.Windows)+len(p.Channels)+len(p.Muted) == 0 && p.Remind == RemindAll && !p.Quiet.On()
}
