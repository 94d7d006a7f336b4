package storetest

import (
	"errors"
	"strings"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/message"
	"kept/money"
	"kept/plan"
	"kept/span"
)

func testPlan(t *testing.T, open Opener) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, open Opener){
		"a visit plans the next":          planAfterVisit,
		"states follow the bookings":      planFollowsBookings,
		"one open item for a rule":        planOnce,
		"a course goes on to its end":     planCourse,
		"readings forecast":               planForecast,
		"a birthday begins it":            planAge,
		"one service asks for another":    planOther,
		"what is due is offered once":     planOffer,
		"by hand":                         planByHand,
		"lists go on where they stopped":  planLists,
		"what is sealed cannot be read":   planSealed,
		"two nodes plan one":              planRace,
		"two cards become one":            planMerged,
		"timeline":                        planTimeline,
		"the client is told":              planTold,
		"within reach":                    planReach,
		"imported":                        planImported,
		"who is erased has no plans left": planErased,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// recalls is a shop whose cut is due again by a rule.
func recalls(t testing.TB, open Opener, r ...catalog.Recall) *Shop {
	t.Helper()
	cut := Cut()
	cut.Recalls = r
	other := Cut()
	other.ID, other.Names, other.Price = "colour", catalog.Texts{"en": "Colour"}, money.Of(9000, "EUR")
	return NewShop(t, open, Plan{Services: []*catalog.Service{other, cut}})
}

func everySixWeeks() catalog.Recall {
	return catalog.Recall{Kind: catalog.RecallInterval, Every: 6, Unit: catalog.UnitWeek, LeadDays: 7, GraceDays: 30}
}

// visit books a service and, when its time has come, completes it.
func (s *Shop) visit(t testing.TB, at span.Instant, service id.Service, name string) *booking.Booking {
	t.Helper()
	r := s.Cut(at, "ada", name)
	r.Lines[0].Service = service
	b := s.Book(t, r)
	s.Clock.Advance(b.End - s.Clock.Now())
	return s.complete(t, b)
}

func (s *Shop) complete(t testing.TB, b *booking.Booking) *booking.Booking {
	t.Helper()
	done, err := s.Desk.Complete(t.Context(), s.Owner, b.ID, nil, "")
	Must(t, err)
	return done
}

// plans gives a client's items, written short.
func (s *Shop) plans(t testing.TB, of id.Client) []plan.Item {
	t.Helper()
	list, err := s.Plans.List(t.Context(), s.ID, plan.Filter{Client: of})
	Must(t, err)
	return list
}

func (s *Shop) wantPlans(t testing.TB, of id.Client, want ...string) []plan.Item {
	t.Helper()
	var got []string
	list := s.plans(t, of)
	for _, i := range list {
		got = append(got, i.Due.String()+" "+string(i.Service)+" "+string(i.Status))
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Fatalf("plans are %q, want %q", got, want)
	}
	return list
}

func planAfterVisit(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	i := s.wantPlans(t, b.Client, "2027-01-04 cut planned")[0]
	if i.Origin != plan.ByVisit || i.Kind != plan.Interval || i.Rule != "interval" || i.Since.String() != "2026-11-23" ||
		i.Window.From.String() != "2026-12-28" || i.Window.To.String() != "2027-02-03" || i.Version != 1 {
		t.Errorf("%+v", i)
	}
	// The next visit is the answer, and begins the next turn.
	s.visit(t, Tomorrow(10, 0)+14*span.Day, "cut", "mia")
	list := s.wantPlans(t, b.Client, "2027-01-04 cut done", "2027-01-18 cut planned")
	if list[0].Booking == "" || list[0].Booking == b.ID {
		t.Errorf("done by %q", list[0].Booking)
	}
	s.visit(t, Tomorrow(10, 0)+15*span.Day, "colour", "mia")
	s.wantPlans(t, b.Client, "2027-01-04 cut done", "2027-01-18 cut planned")
}

func planFollowsBookings(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	first := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	at := Tomorrow(10, 0) + 7*span.Day
	next := s.Book(t, s.Cut(at, "ada", "mia"))
	i := s.wantPlans(t, first.Client, "2027-01-04 cut booked")[0]
	if i.Booking != next.ID {
		t.Errorf("booked by %s, want %s", i.Booking, next.ID)
	}
	if _, err := s.Plans.Skip(t.Context(), s.ID, i.ID, 0, event.System()); !fault.Is(err, plan.CodeState) {
		t.Errorf("skipped while a visit is agreed: %v", err)
	}
	_, err := s.Desk.Cancel(t.Context(), s.Owner, next.ID, "")
	Must(t, err)
	if i = s.wantPlans(t, first.Client, "2027-01-04 cut planned")[0]; i.Booking != "" {
		t.Errorf("still with %s", i.Booking)
	}
	missed := s.Book(t, s.Cut(at+span.Day, "ada", "mia"))
	s.wantPlans(t, first.Client, "2027-01-04 cut booked")
	s.Clock.Advance(missed.End - s.Clock.Now())
	_, err = s.Desk.MarkNoShow(t.Context(), s.Owner, missed.ID)
	Must(t, err)
	s.wantPlans(t, first.Client, "2027-01-04 cut planned")
	var told []event.Type
	for _, e := range s.Events(t, "") {
		if strings.HasPrefix(string(e.Type), "plan.") {
			told = append(told, e.Type)
			if e.Data.Ref != string(i.ID) || e.Client != first.Client {
				t.Errorf("%+v", e)
			}
		}
	}
	want := []event.Type{event.PlanPlanned, event.PlanBooked, event.PlanPlanned, event.PlanBooked, event.PlanPlanned}
	if len(told) != len(want) {
		t.Fatalf("events are %v, want %v", told, want)
	}
	for n := range want {
		if told[n] != want[n] {
			t.Errorf("event %d is %s, want %s", n, told[n], want[n])
		}
	}
}

func planOnce(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	i := s.wantPlans(t, b.Client, "2027-01-04 cut planned")[0]
	due := span.Date{Year: 2027, Month: 3, Day: 1}
	d := plan.Draft{Client: b.Client, Service: "cut", Due: due}
	_, err := s.Plans.Create(t.Context(), s.ID, d, event.System()) // by nobody's rule: another sort
	Must(t, err)
	_, err = s.Plans.Create(t.Context(), s.ID, d, event.System())
	WantCode(t, err, plan.CodeOpen)
	// Both are met by the visit; the rule alone goes on.
	s.visit(t, Tomorrow(12, 0), "cut", "mia")
	s.wantPlans(t, b.Client, "2027-01-04 cut done", "2027-03-01 cut done")
	if _, err := s.Plans.Offer(t.Context(), s.ID, i.ID, 0, event.System()); !fault.Is(err, plan.CodeState) {
		t.Errorf("offered when it was done: %v", err)
	}
	s.visit(t, Tomorrow(12, 0)+span.Day, "cut", "mia")
	s.wantPlans(t, b.Client, "2027-01-04 cut done", "2027-01-05 cut planned", "2027-03-01 cut done")
}

func planCourse(t *testing.T, open Opener) {
	s := recalls(t, open, catalog.Recall{Kind: catalog.RecallCourse, Every: 3, Most: 10, Unit: catalog.UnitDay, Steps: 3})
	// The second is agreed before the first has been: the next step is born booked.
	second := s.Book(t, s.Cut(Tomorrow(10, 0)+4*span.Day, "ada", "mia"))
	s.visit(t, Tomorrow(10, 0), "cut", "mia")
	i := s.wantPlans(t, second.Client, "2026-11-26 cut booked")[0]
	if i.Step != 2 || i.Of != 3 || i.Kind != plan.Course || i.Origin != plan.ByCourse || i.Window.To.String() != "2026-12-03" {
		t.Errorf("%+v", i)
	}
	s.Clock.Advance(second.End - s.Clock.Now())
	s.complete(t, second)
	if i = s.wantPlans(t, second.Client, "2026-11-26 cut done", "2026-11-30 cut planned")[1]; i.Step != 3 {
		t.Errorf("%+v", i)
	}
	s.visit(t, Tomorrow(10, 0)+9*span.Day, "cut", "mia")
	s.wantPlans(t, second.Client, "2026-11-26 cut done", "2026-11-30 cut done")
	s.visit(t, Tomorrow(10, 0)+20*span.Day, "cut", "mia") // another course
	s.wantPlans(t, second.Client, "2026-11-26 cut done", "2026-11-30 cut done", "2026-12-16 cut planned")
}

func planForecast(t *testing.T, open Opener) {
	s := recalls(t, open, catalog.Recall{
		Kind: catalog.RecallUsage, Every: 12, Unit: catalog.UnitMonth, Reading: client.ReadingMileage, Amount: 15_000,
	})
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	s.wantPlans(t, b.Client, "2027-11-23 cut planned")
	car, err := s.Cards.AddSubject(t.Context(), s.ID, b.Client, client.SubjectVehicle, "the blue one", event.System())
	Must(t, err)
	read := func(day span.Date, value float64) {
		t.Helper()
		_, err := s.Cards.AddReading(t.Context(), s.ID, b.Client, client.Reading{
			Subject: car.ID, Kind: client.ReadingMileage, Value: value, Day: day, Source: "staff", Actor: event.System(),
		})
		Must(t, err)
	}
	today := span.Date{Year: 2026, Month: 11, Day: 23}
	read(today, 50_000)
	s.wantPlans(t, b.Client, "2027-11-23 cut planned")
	read(today.AddDays(-100), 40_000) // a hundred a day
	i := s.wantPlans(t, b.Client, "2027-04-22 cut planned")[0]
	if i.Forecast == nil || i.Forecast.PerDay != 100 || i.Forecast.Confidence != plan.Low || i.Forecast.Date != i.Due {
		t.Errorf("%+v", i.Forecast)
	}
	// A day set by hand stays, whatever the meter says.
	_, err = s.Plans.Update(t.Context(), s.ID, i.ID, i.Version, event.System(), func(c *plan.Change) error {
		c.Due = span.Date{Year: 2027, Month: 2, Day: 1}
		return nil
	})
	Must(t, err)
	read(today.AddDays(-200), 10_000)
	s.wantPlans(t, b.Client, "2027-02-01 cut planned")
}

func planAge(t *testing.T, open Opener) {
	s := recalls(t, open, catalog.Recall{Kind: catalog.RecallAge, Every: 1, Unit: catalog.UnitYear, FromAge: 40})
	b := s.visit(t, Tomorrow(10, 0), "colour", "mia")
	s.wantPlans(t, b.Client)
	Must(t, s.Cards.Learn(t.Context(), s.ID, b.Client, []client.Learned{{
		Key: client.KeyBirthDate, Value: client.Value{Kind: client.ValueDate, Text: "1986-12-24"}, Source: "staff", Actor: event.System(),
	}}))
	if i := s.wantPlans(t, b.Client, "2026-12-24 cut planned")[0]; i.Origin != plan.ByRule {
		t.Errorf("%+v", i)
	}
	s.visit(t, Tomorrow(10, 0)+40*span.Day, "cut", "mia")
	s.wantPlans(t, b.Client, "2026-12-24 cut done", "2028-01-02 cut planned")
}

func planOther(t *testing.T, open Opener) {
	s := recalls(t, open, catalog.Recall{Kind: catalog.RecallAfter, After: "colour", Every: 10, Unit: catalog.UnitDay})
	b := s.visit(t, Tomorrow(10, 0), "colour", "mia")
	i := s.wantPlans(t, b.Client, "2026-12-03 cut planned")[0]
	skipped, err := s.Plans.Skip(t.Context(), s.ID, i.ID, i.Version, event.System())
	if Must(t, err); skipped.Status != plan.Skipped || skipped.Version != 2 {
		t.Errorf("%+v", skipped)
	}
	// What was skipped is not asked for again before the next such visit.
	s.visit(t, Tomorrow(10, 0)+span.Day, "cut", "mia")
	s.wantPlans(t, b.Client, "2026-12-03 cut skipped")
	s.visit(t, Tomorrow(10, 0)+2*span.Day, "colour", "mia")
	s.wantPlans(t, b.Client, "2026-12-03 cut skipped", "2026-12-05 cut planned")
}

func planOffer(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	i := s.wantPlans(t, b.Client, "2027-01-04 cut planned")[0]
	ripe := func() int {
		t.Helper()
		n, err := s.Plans.RunRipe(t.Context(), 10)
		Must(t, err)
		return n
	}
	due := func() []message.Message {
		t.Helper()
		list, err := s.Messages.List(t.Context(), s.ID, message.Filter{Client: b.Client, Limit: 100}, s.Clock.Now())
		Must(t, err)
		var out []message.Message
		for _, m := range list {
			if m.Step == message.PlanDue {
				out = append(out, m)
			}
		}
		return out
	}
	at, ok, err := s.Plans.NextRipe(t.Context())
	if Must(t, err); !ok || at != i.TellAt || at != Tomorrow(10, 0)+35*span.Day {
		t.Fatalf("next at %s %v, want %s", at, ok, i.TellAt)
	}
	s.Clock.Advance(at - 1 - s.Clock.Now())
	if n := ripe(); n != 0 || len(due()) != 0 {
		t.Fatalf("%d before their time", n)
	}
	s.Clock.Advance(1)
	if n := ripe(); n != 1 || len(due()) != 1 || due()[0].Anchor != string(i.ID) || due()[0].Booking != "" {
		t.Fatalf("%d offered, %+v", n, due())
	}
	s.wantPlans(t, b.Client, "2027-01-04 cut offered")
	if n := ripe(); n != 0 {
		t.Errorf("%d offered again", n)
	}
	_, err = s.Plans.Offer(t.Context(), s.ID, i.ID, 0, event.System())
	WantCode(t, err, plan.CodeOffered)
	// A booking takes the message back, a cancellation does not send another.
	next := s.Book(t, s.Cut(Tomorrow(10, 0)+36*span.Day, "ada", "mia"))
	if n := len(due()); n != 0 {
		t.Errorf("%d messages of what is booked", n)
	}
	_, err = s.Desk.Cancel(t.Context(), s.Owner, next.ID, "")
	Must(t, err)
	if n := ripe(); n != 0 || len(due()) != 0 {
		t.Errorf("%d offered once more, %d messages", n, len(due()))
	}
	s.Clock.Advance(i.ExpiresAt - s.Clock.Now())
	if n := ripe(); n != 1 {
		t.Errorf("%d expired", n)
	}
	s.wantPlans(t, b.Client, "2027-01-04 cut expired")
	if _, ok, err := s.Plans.NextRipe(t.Context()); ok || err != nil {
		t.Errorf("there is more: %v", err)
	}
}

func planByHand(t *testing.T, open Opener) {
	s := recalls(t, open)
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	due := span.Date{Year: 2027, Month: 1, Day: 15}
	for field, d := range map[string]plan.Draft{
		"client":    {Client: "nobody", Service: "cut", Due: due},
		"subject":   {Client: b.Client, Subject: "rex", Service: "cut", Due: due},
		"service":   {Client: b.Client, Service: "shave", Due: due},
		"due":       {Client: b.Client, Service: "cut"},
		"lead_days": {Client: b.Client, Service: "cut", Due: due, LeadDays: -1},
		"note":      {Client: b.Client, Service: "cut", Due: due, Note: strings.Repeat("x", 2001)},
	} {
		_, err := s.Plans.Create(t.Context(), s.ID, d, event.System())
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	i, err := s.Plans.Create(t.Context(), s.ID, plan.Draft{
		Client: b.Client, Service: "cut", Due: due, Tell: true, LeadDays: 3, Note: "likes it short",
	}, event.Actor{Kind: "client", ID: string(b.Client)})
	if Must(t, err); i.Origin != plan.ByClient || i.TellAt == 0 || i.Rule != "" {
		t.Errorf("%+v", i)
	}
	i, err = s.Plans.Update(t.Context(), s.ID, i.ID, i.Version, event.System(), func(c *plan.Change) error {
		c.Due, c.Note = due.AddDays(7), "very short"
		return nil
	})
	Must(t, err)
	got, err := s.Plans.Find(t.Context(), s.ID, i.ID)
	if Must(t, err); got.Note != "very short" || got.Due != due.AddDays(7) || got.Window.To != due.AddDays(97) || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	_, err = s.Plans.Skip(t.Context(), s.ID, i.ID, 1, event.System())
	WantCode(t, err, fault.CodeConflict)
	Must(t, s.Plans.Remove(t.Context(), s.ID, i.ID, event.System()))
	if _, err := s.Plans.Find(t.Context(), s.ID, i.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it is still there: %v", err)
	}
	if other := s.Another(t, "other", Plan{}); len(other.plans(t, b.Client)) != 0 {
		t.Error("another business sees it")
	}
}
