package demo

import (
	"context"
	"slices"
	"time"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/plan"
	"kept/span"
)

// Due are the doors through which what is due comes in.
type Due struct {
	Cards *client.Registry
	Plans *plan.Planner
}

// mostDue is for how many clients of a business something is said that makes
// a service due; visits alone do so for the others.
const mostDue = 10

// remind says of some clients what makes services due, lets staff and clients
// plan some by hand, and does what the day asks for.
func (d Deps) remind(ctx context.Context, who account.Principal, w *sample.World) error {
	if d.Due.Plans == nil {
		return nil
	}
	zone, err := time.LoadLocation(w.Business.Zone)
	if err != nil {
		return err
	}
	h := hints{d.Due, who, w, span.DateOf(w.Now.In(zone))}
	for _, s := range w.Layout.Services {
		for _, r := range s.Recalls {
			switch r.Kind { //nolint:exhaustive // the others follow from visits alone
			case catalog.RecallUsage:
				err = h.cars(ctx, s.ID, r.Reading)
			case catalog.RecallAge:
				err = h.birthdays(ctx)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := h.byHand(ctx); err != nil {
		return err
	}
	if err := h.offer(ctx); err != nil {
		return err
	}
	const all = 500
	_, err = d.Due.Plans.RunRipe(ctx, all)
	return err
}

// hints says things about the clients of one business.
type hints struct {
	Due
	who   account.Principal
	world *sample.World
	today span.Date
}

// seen lists clients who have been there, for a service where one is named.
func (h hints) seen(service id.Service) []id.Client {
	var out []id.Client
	for _, v := range h.world.Visits {
		fits := service == "" || slices.ContainsFunc(v.Lines, func(l booking.Line) bool { return l.Service == service })
		if v.Status == booking.Completed && fits && !slices.Contains(out, v.Client) && len(out) < mostDue {
			out = append(out, v.Client)
		}
	}
	return out
}

// cars gives clients a vehicle each, and what its meter showed.
func (h hints) cars(ctx context.Context, service id.Service, kind string) error {
	names := []string{"Škoda Octavia", "Lada Vesta", "Kia Rio", "Toyota Camry", "Hyundai Solaris", "VW Polo", "Renault Duster", "Geely Atlas", "ГАЗель Next", "Mazda 6"}
	for n, who := range h.seen(service) {
		car, err := h.car(ctx, who, names[n%len(names)])
		if err != nil {
			return err
		}
		perDay := float64(30 + 40*n) // from the weekend car to the taxi
		for _, ago := range []int{310, 210, 120, 45, 8} {
			at := 40_000 + float64(7_000*n) + perDay*float64(310-ago) + float64(ago%7*20)
			_, err := h.Cards.AddReading(ctx, h.who.Business, who, client.Reading{
				Subject: car.ID, Kind: kind, Value: at, Day: h.today.AddDays(-ago), Source: "staff", Actor: h.who.Actor(),
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// car gives the vehicle that a client has, or a new one.
func (h hints) car(ctx context.Context, who id.Client, name string) (client.Subject, error) {
	all, err := h.Cards.Subjects(ctx, h.who.Business, who)
	if err != nil {
		return client.Subject{}, err
	}
	for _, s := range all {
		if s.Kind == client.SubjectVehicle {
			return s, nil
		}
	}
	return h.Cards.AddSubject(ctx, h.who.Business, who, client.SubjectVehicle, name, h.who.Actor())
}

// birthdays says when clients were born: of some the service is due, of the
// others it will be.
func (h hints) birthdays(ctx context.Context) error {
	for n, who := range h.seen("") {
		born := span.Date{Year: h.today.Year - 62 + 3*n, Month: time.Month(1 + n), Day: 3 + 2*n}
		if n >= mostDue/2 { // will be 40 in the months to come
			born = h.today.AddDays(25 * (n - 2))
			born.Year -= 40
		}
		err := h.Cards.Learn(ctx, h.who.Business, who, []client.Learned{{
			Key: client.KeyBirthDate, Value: client.Value{Kind: client.ValueDate, Text: born.String()}, Source: "staff", Actor: h.who.Actor(),
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// offer tells some clients of what is due by now.
func (h hints) offer(ctx context.Context) error {
	const some = 5
	list, err := h.Plans.List(ctx, h.who.Business, plan.Filter{Status: plan.Planned, From: h.today.AddDays(-14), To: h.today.AddDays(7), Limit: some})
	if err != nil {
		return err
	}
	for _, i := range list {
		if _, err := h.Plans.Offer(ctx, h.who.Business, i.ID, 0, h.who.Actor()); err != nil {
			return err
		}
	}
	return nil
}

// byHand plans what no rule asks for: by staff, by a client, one that nobody
// took up, and one that is skipped.
func (h hints) byHand(ctx context.Context) error {
	some := h.seen("")
	services := slices.DeleteFunc(slices.Clone(h.world.Layout.Services), func(s *catalog.Service) bool {
		return s.Archived || len(s.Recalls) > 0 || s.Seats > 0
	})
	for n, p := range []struct {
		days, grace int
		tell, skip  bool
		byClient    bool
	}{
		{days: 21, tell: true},
		{days: 45, byClient: true, tell: true},
		{days: -120, grace: 30},
		{days: 10, skip: true},
	} {
		if n >= len(some) || len(services) == 0 {
			return nil
		}
		actor := h.who.Actor()
		if p.byClient {
			actor = event.Actor{Kind: string(account.KindClient), ID: string(some[n])}
		}
		i, err := h.Plans.Create(ctx, h.who.Business, plan.Draft{
			Client: some[n], Service: services[n%len(services)].ID, Due: h.today.AddDays(p.days), Tell: p.tell, LeadDays: 7, Grace: p.grace,
		}, actor)
		if err == nil && p.skip {
			_, err = h.Plans.Skip(ctx, h.who.Business, i.ID, 0, actor)
		}
		if err != nil && !fault.Is(err, plan.CodeState) && !fault.Is(err, plan.CodeOpen) {
			return err
		}
	}
	return nil
}
