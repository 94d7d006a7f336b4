// Package demo fills an empty database with the three businesses that
// `kept serve --demo` shows. What they are and what happened in them is
// imagined by package sample; here it is put through the same doors as
// everything else: the office, the gate and the desk, so that the demo can
// hold nothing which the program itself would have refused.
package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/setup"
	"kept/span"
)

// Password is that of every demo login; it stands on the sign-in page.
const Password = "kept-demo"

// Login is a user of the demo, for the sign-in page.
type Login struct {
	Slug     string // of the business they own
	Email    string
	Password string
}

// Logins lists the demo's owners in the order of their businesses.
func Logins() []Login {
	var out []Login
	for _, slug := range sample.Slugs() {
		out = append(out, Login{Slug: slug, Email: "owner@" + slug + ".example", Password: Password})
	}
	return out
}

// Key is the text of the demo's API key of a business for a role (owner,
// staff, integration). Such keys open in demo mode only.
func Key(slug string, role account.Role) string { return fmt.Sprintf("demo-%s-%s", slug, role) }

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Businesses tells which businesses there are.
type Businesses interface {
	// Businesses lists identifiers and slugs by slug, after a slug.
	Businesses(ctx context.Context, after string, limit int) ([]id.Business, []string, error)
}

// Cards keeps clients as they are given, with the identifiers and the age
// that they have, so that the demo is the same each time.
type Cards interface {
	Insert(ctx context.Context, business id.Business, c client.Client) error
}

// Deps are the doors through which a demo comes in.
type Deps struct {
	Atomic     Atomic
	Businesses Businesses
	Office     *setup.Office
	Gate       *account.Gate
	Cards      Cards
	Desk       *booking.Desk
	Due        Due   // empty: nothing is due
	Lives      Lives // empty: the cards hold visits alone
}

// Fill makes the demo's businesses as they stand at an instant. Each comes in
// one transaction, whole or not at all; one that is there is kept as it is.
// A database that holds any other business is somebody's own, and nothing is
// done to it.
func Fill(ctx context.Context, d Deps, now span.Instant) error {
	const enough = 10 // to see whether there are others than ours
	_, there, err := d.Businesses.Businesses(ctx, "", enough)
	if err != nil {
		return err
	}
	ours := sample.Slugs()
	if slices.ContainsFunc(there, func(slug string) bool { return !slices.Contains(ours, slug) }) {
		return nil
	}
	for _, login := range Logins() {
		if slices.Contains(there, login.Slug) {
			continue
		}
		w, err := sample.Of(login.Slug, now)
		if err != nil {
			return err
		}
		if err := d.Atomic.Do(ctx, func(ctx context.Context) error { return d.found(ctx, w, login) }); err != nil {
			return fmt.Errorf("demo: %s: %w", login.Slug, err)
		}
	}
	return nil
}

// found founds one business and brings in all that it has.
func (d Deps) found(ctx context.Context, w *sample.World, login Login) error {
	b, err := d.Office.CreateBusiness(ctx, setup.Draft{
		ID: id.Derive[id.Business](time.Unix(0, 0), "demo", w.Business.Slug), Slug: w.Business.Slug, Names: w.Business.Names, About: w.Business.About, Phone: w.Business.Phone, Zone: w.Business.Zone,
		Currency: w.Business.Currency, Language: w.Business.Language, Preset: w.Business.Preset, Terms: &w.Business.Terms,
	})
	if err != nil {
		return err
	}
	who := account.System(b.ID)
	if err := d.Office.Furnish(ctx, who, w.Layout); err != nil {
		return err
	}
	for _, c := range w.Clients {
		if err := d.Cards.Insert(ctx, b.ID, c); err != nil {
			return err
		}
	}
	if err := d.Desk.Import(ctx, who, w.Visits); err != nil {
		return err
	}
	if err := d.announce(ctx, who, w.Classes); err != nil {
		return err
	}
	if err := d.bring(ctx, who, w); err != nil {
		return err
	}
	if err := d.live(ctx, who, w); err != nil {
		return err
	}
	if err := d.remind(ctx, who, w); err != nil {
		return err
	}
	return d.admit(ctx, who, w, login)
}

// announce plans the sessions of groups and gives out some of their seats. One
// that finds its leader away does not take place.
func (d Deps) announce(ctx context.Context, who account.Principal, classes []sample.Class) error {
	for _, c := range classes {
		if _, err := d.Desk.PlanSession(ctx, who, c.Draft); fault.KindOf(err) == fault.Conflict && err != nil {
			continue
		} else if err != nil {
			return err
		}
		if err := d.Desk.Import(ctx, who, c.Visits); err != nil {
			return err
		}
	}
	return nil
}

// bring takes on the work that is dropped off, one after the other, for each
// leaves less room. What there is no room for is not taken on.
func (d Deps) bring(ctx context.Context, who account.Principal, w *sample.World) error {
	const days = 14
	for _, work := range w.DropOffs {
		zone, err := time.LoadLocation(w.Business.Zone)
		if err != nil {
			return err
		}
		today := span.DateOf(w.Now.In(zone))
		offer, err := d.Desk.Offer(ctx, who.Business, booking.Search{
			Lines: work.Visit.Lines, Location: work.Visit.Location, From: today.AddDays(1), To: today.AddDays(days),
		})
		if err != nil {
			return err
		}
		if work.Nth >= len(offer.Slots) {
			continue
		}
		work.Visit.Start = offer.Slots[work.Nth].Start
		if err := d.Desk.Import(ctx, who, []booking.Imported{work.Visit}); err != nil {
			return err
		}
	}
	return nil
}

// admit makes the owner and the API keys. The key of the role of staff is
// that of the first staff member.
func (d Deps) admit(ctx context.Context, who account.Principal, w *sample.World, login Login) error {
	first := w.Layout.Staff[0]
	for _, k := range []account.NewKey{
		{Name: "Demo owner", Role: account.Owner},
		{Name: "Demo staff", Role: account.Staff, Staff: first.ID},
		{Name: "Demo integration", Role: account.Integration},
	} {
		if err := d.Gate.PlantKey(ctx, who, Key(login.Slug, k.Role), k); err != nil {
			return err
		}
	}
	user, err := d.Gate.CreateUser(ctx, account.NewUser{
		Name: first.Names.Pick(w.Business.Language), Email: login.Email, Password: login.Password, Language: w.Business.Language,
	})
	if err != nil {
		return err
	}
	return d.Gate.Join(ctx, account.Member{User: user.ID, Business: who.Business, Role: account.Owner, Staff: first.ID})
}
