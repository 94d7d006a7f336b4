package page

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// ofSeries lists the visits that recur with a booking, itself among them. Each
// leads to its own page: whoever has one link may change all of them anyway.
func (p *Pages) ofSeries(r *http.Request, o *opened) ([]view.SeriesDate, error) {
	if o.b.Series == "" {
		return nil, nil
	}
	all, err := p.Desk.OfSeries(r.Context(), o.who, o.b.Series)
	if err != nil {
		return nil, err
	}
	zone, err := p.Zone(o.b.Zone)
	if err != nil {
		return nil, err
	}
	pr, now := shell.Printer(r), p.Clock.Now().In(zone)
	out := make([]view.SeriesDate, len(all))
	for i, b := range all {
		out[i] = view.SeriesDate{Text: pr.DateTimeIn(b.Start.In(zone), now), Chip: view.StatusChip(pr, string(b.Status))}
		if b.ID != o.b.ID {
			out[i].Href = "/m/" + p.Tokens.Sign(secret.Token{
				Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch,
			})
		}
	}
	return out, nil
}

// scopeOf reads which visits of a series a change is about.
func scopeOf(r *http.Request) booking.Scope {
	if s := booking.Scope(r.PostFormValue("scope")); s != "" {
		return s
	}
	return booking.ScopeOne
}

// cancelScoped cancels a visit and, where that was asked, others of its series;
// it gives the word for what was done.
func (p *Pages) cancelScoped(r *http.Request, o *opened) (said string, err error) {
	reason := r.PostFormValue("reason")
	if scope := scopeOf(r); scope != booking.ScopeOne {
		_, err = p.Desk.CancelSeries(r.Context(), o.who, o.b.ID, scope, reason)
		return "others_cancelled", err
	}
	_, err = p.Desk.Cancel(r.Context(), o.who, o.b.ID, reason)
	return "cancelled", err
}

// moveScoped moves a visit and, where that was asked, others of its series.
func (p *Pages) moveScoped(r *http.Request, o *opened, to booking.Move) (said string, err error) {
	if scope := scopeOf(r); scope != booking.ScopeOne {
		_, err = p.Desk.MoveSeries(r.Context(), o.who, o.b.ID, scope, to)
		return "others_moved", err
	}
	_, err = p.Desk.Reschedule(r.Context(), o.who, o.b.ID, to)
	return "moved", err
}

// ruleSays is the owner's rule that refused, by its name and in the owner's
// words, else in ours; empty where no rule of the owner's did.
func (p *Pages) ruleSays(r *http.Request, s *availability.Setting, err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Ref == "" {
		return ""
	}
	rule, ok := s.Catalog.Rule(id.Rule(f.Ref))
	if !ok {
		return ""
	}
	why := shell.Named(r, s.Catalog, rule.About)
	if why == "" {
		why = web.NewProblem(p.Words, web.Language(r.Context()), err).Detail
	}
	return strings.TrimRight(shell.Named(r, s.Catalog, rule.Names), ".。") + ": " + why
}

// today is the local date at a place.
func (p *Pages) today(c *catalog.Catalog, at id.Location) span.Date {
	zone, err := p.zone(c, at)
	if err != nil {
		zone = time.UTC
	}
	return span.DateOf(p.Clock.Now().In(zone))
}
