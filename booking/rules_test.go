package booking_test

import (
	"slices"
	"testing"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/money"
	"kept/span"
)

// rule makes a rule that has its kind for a name.
func rule(kind catalog.RuleKind, body catalog.RuleBody) *catalog.Rule {
	return &catalog.Rule{ID: id.Rule(kind), Kind: kind, Names: catalog.Texts{"en": "the " + string(kind)}, RuleBody: body}
}

// refusedBy checks that a time is closed by a rule, and that the fault names it.
func refusedBy(t *testing.T, err error, word, name string) {
	t.Helper()
	f, ok := err.(*fault.Error) //nolint:errorlint // the desk gives its faults bare
	if !ok || f.Code != fault.CodeSlotClosed || f.Rule != word || f.RuleNames["en"] != name {
		t.Errorf("got %v (%+v), want slot_closed by %s, called %q", err, f, word, name)
	}
}

// A senior is quicker and dearer: two slots stand at one start, each person is
// booked for their own time, and a move keeps to it.
func TestServicesVaryByStaff(t *testing.T) {
	t.Parallel()
	more := money.Of(1500, "EUR")
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{rule(catalog.RuleVary, catalog.RuleBody{
		Staff: []id.Staff{"ada"}, Vary: &catalog.Vary{AddMin: -10, PriceAdd: &more},
	})}})
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: day, To: day})
	must(t, err)
	found := map[id.Staff][2]int64{}
	for _, slot := range offer.Slots {
		if slot.Start == ten {
			for _, who := range offer.Facts.Who(slot.Leads) {
				found[who] = [2]int64{int64(slot.End-slot.Start) / int64(span.Minute), offer.Quote(slot).Total.Amount}
			}
		}
	}
	if found["ada"] != [2]int64{20, 4500} || found["ben"] != [2]int64{30, 3000} {
		t.Fatalf("offered at ten: %v", found)
	}
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	if b.End != ten+20*span.Minute || b.Quote.Total.Amount != 4500 || len(b.Quote.Lines) != 2 || b.Quote.Lines[1].Rule != "vary" {
		t.Errorf("booked %v for %+v", b.End-b.Start, b.Quote)
	}
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, Start: ten + span.Hour})
	must(t, err)
	held := s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "dora", Email: "dora@example.com"}})
	if held.End-held.Start != 20*span.Minute {
		t.Errorf("what was held for 20 minutes is booked for %v", held.End-held.Start)
	}
	moved, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: ten + 2*span.Hour})
	must(t, err)
	if moved.End-moved.Start != 20*span.Minute || moved.Quote.Total.Amount != 4500 {
		t.Errorf("moved to %v long", moved.End-moved.Start)
	}
	s.Audit(t)
}

// A limit of a service counts bookings and holds, gives back what is cancelled,
// and counts what was there before it.
func TestLimitsCount(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	s.Book(t, s.Cut(ten, "ada", "clara"))
	_, err := s.Office.CreateRule(t.Context(), s.Owner, *rule(catalog.RuleLimit, catalog.RuleBody{
		Services: []id.Service{"cut"}, Limit: &catalog.Limit{Of: catalog.LimitService, Per: catalog.PerDay, Max: 2},
	}))
	must(t, err)
	if len(s.Starts(t)) == 0 {
		t.Fatal("one of two is booked and nothing is offered")
	}
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut"}}, Start: ten + span.Hour})
	must(t, err)
	if n := len(s.Starts(t)); n != 0 {
		t.Errorf("the day is full and %d starts are offered", n)
	}
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten+2*span.Hour, "", "eve"))
	refusedBy(t, err, "limit", "the limit")
	held := s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "dora", Email: "dora@example.com"}})
	_, err = s.Desk.Reschedule(t.Context(), s.Client(held), held.ID, booking.Move{Start: ten + 3*span.Hour})
	must(t, err) // within the day its own mark does not count
	_, err = s.Desk.Cancel(t.Context(), s.Client(held), held.ID, "")
	must(t, err)
	s.Book(t, s.Cut(ten+2*span.Hour, "", "eve"))
	_, err = s.Desk.Book(t.Context(), s.Owner, booking.Request{
		Lines: []booking.Line{{Service: "cut"}}, Start: ten + 4*span.Hour, Override: true, Client: client.Draft{Name: "gus", Phone: "+4930123456"},
	})
	must(t, err) // who may override passes rules
	s.Audit(t)
}

// A limit of a client's visits holds for their card alone.
func TestLimitsOfClients(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{rule(catalog.RuleLimit, catalog.RuleBody{
		Limit: &catalog.Limit{Of: catalog.LimitClient, Per: catalog.PerActive, Max: 1},
	})}})
	s.Book(t, s.Cut(ten, "ada", "clara"))
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten+span.Hour, "ada", "clara"))
	refusedBy(t, err, "limit", "the limit")
	s.Book(t, s.Cut(ten+span.Hour, "ada", "dora"))
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut"}}, Start: ten + 2*span.Hour})
	must(t, err)
	_, err = s.Desk.Book(t.Context(), s.Public, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "dora", Email: "dora@example.com"}})
	refusedBy(t, err, "limit", "the limit")
}

// Colouring needs a patch test two days before; who comes is asked when it is known.
func TestLinksAskForHistory(t *testing.T) {
	t.Parallel()
	patch, colour := storetest.Cut(), storetest.Cut()
	patch.ID, colour.ID = "patch", "colour"
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{patch, colour}, Rules: []*catalog.Rule{
		rule(catalog.RuleLink, catalog.RuleBody{
			Services: []id.Service{"colour"}, Link: &catalog.Link{Kind: catalog.LinkRequires, Other: "patch", LeastMin: 2 * 24 * 60, MostMin: 180 * 24 * 60},
		}),
	}})
	if len(s.Starts(t, booking.Line{Service: "colour"})) == 0 {
		t.Error("nothing is offered to somebody who is not known yet")
	}
	want := func(service id.Service, at span.Instant) booking.Request {
		r := s.Cut(at, "ada", "clara")
		r.Lines[0].Service = service
		return r
	}
	_, err := s.Desk.Book(t.Context(), s.Public, want("colour", ten))
	refusedBy(t, err, "link", "the link")
	s.Book(t, want("patch", ten))
	_, err = s.Desk.Book(t.Context(), s.Public, want("colour", ten+span.Day))
	refusedBy(t, err, "link", "the link")
	s.Book(t, want("colour", ten+3*span.Day))
}

func TestExpressionsDecide(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{
		rule(catalog.RuleOffer, catalog.RuleBody{When: "!client.new || slot.hour < 12"}),
		rule(catalog.RuleApprove, catalog.RuleBody{When: "client.no_shows >= 1"}),
		rule(catalog.RuleCutoff, catalog.RuleBody{When: "client.new", Cutoff: &catalog.Cutoff{CancelMin: 60, MoveMin: 30}}),
	}})
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten+3*span.Hour, "ada", "clara"))
	refusedBy(t, err, "offer", "the offer")
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	if b.Status != booking.Confirmed || b.Policy.CancelCutoffMin != 60 || b.Policy.MoveCutoffMin != 30 {
		t.Errorf("booked %s under %+v", b.Status, b.Policy)
	}
	_, err = s.Desk.MarkNoShow(t.Context(), s.Owner, b.ID)
	must(t, err)
	asked := s.Book(t, s.Cut(ten+span.Day, "ada", "clara"))
	if asked.Status != booking.Requested || !slices.Equal(asked.Choice.Approve, []id.Rule{"approve"}) {
		t.Errorf("booked %s, approval asked by %v", asked.Status, asked.Choice.Approve)
	}
}

func TestSeasonsClose(t *testing.T) {
	t.Parallel()
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{rule(catalog.RuleSeason, catalog.RuleBody{
		From: day, To: day, Season: &catalog.Season{Closed: true},
	})}})
	if n := len(s.Starts(t)); n != 0 {
		t.Errorf("%d starts on a closed day", n)
	}
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten, "ada", "clara"))
	refusedBy(t, err, "season", "the season")
	s.Book(t, s.Cut(ten+span.Day, "ada", "clara"))
}

// Two services in any order, with up to a quarter of an hour in between.
func TestVisitsMayWaitAndTurn(t *testing.T) {
	t.Parallel()
	wash, cut := storetest.Cut(), storetest.Cut()
	wash.ID, wash.IntervalMin, cut.IntervalMin = "wash", 5, 5
	s := newShop(t, storetest.Plan{
		Services: []*catalog.Service{wash, cut}, Terms: terms(func(t *catalog.Terms) { t.WaitMin = 15 }),
		People: []*catalog.Staff{
			{ID: "ada", Position: 1, Names: catalog.Texts{"en": "ada"}, Services: []id.Service{"wash"}},
			{ID: "ben", Position: 2, Names: catalog.Texts{"en": "ben"}, Services: []id.Service{"cut"}},
		},
	})
	s.Book(t, s.Cut(ten+30*span.Minute, "ben", "clara")) // Ben is busy from half past ten to eleven
	lines := []booking.Line{{Service: "wash"}, {Service: "cut"}}
	ask := func(any bool, at span.Instant) (*booking.Booking, error) {
		return s.Desk.Book(t.Context(), s.Public, booking.Request{
			Lines: lines, Start: at, AnyOrder: any, Client: client.Draft{Name: "dora", Email: "dora@example.com"},
		})
	}
	if _, err := ask(false, ten); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("washed at ten, cut at eleven after half an hour of waiting: %v", err)
	}
	b, err := ask(true, ten)
	must(t, err)
	if b.Items[0].Service != "cut" || b.Items[1].Service != "wash" || b.End != ten+span.Hour {
		t.Errorf("in any order: %+v", b.Items)
	}
	_, err = s.Desk.Cancel(t.Context(), s.Client(b), b.ID, "")
	must(t, err)
	b, err = ask(false, ten+15*span.Minute)
	must(t, err)
	if cut := b.Items[1].Segments[0]; cut.Start != ten+span.Hour || b.End != ten+90*span.Minute {
		t.Errorf("after a quarter of an hour of waiting: %+v", b.Items)
	}
	moved, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: ten + 3*span.Hour})
	must(t, err)
	if moved.End != ten+4*span.Hour {
		t.Errorf("where nobody is busy nobody waits: %+v", moved.Items)
	}
	s.Audit(t)
}

func TestStaffPreferencesHold(t *testing.T) {
	t.Parallel()
	ada := &catalog.Staff{ID: "ada", Position: 1, Names: catalog.Texts{"en": "ada"}, AllServices: true, Preferences: catalog.Preferences{
		Breaks: []catalog.Break{{FromMin: 11 * 60, ToMin: 13 * 60, LengthMin: 60}}, RestMin: 17 * 60, MaxVisits: 3,
	}}
	s := newShop(t, storetest.Plan{People: []*catalog.Staff{ada}})
	s.Book(t, s.Cut(ten+span.Hour, "ada", "a"))
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten+150*span.Minute, "ada", "b")) // 12:30 would leave 11:30 to 12:30
	must(t, err)
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten+2*span.Hour, "ada", "c"))
	refusedBy(t, err, "break", "")
	s.Book(t, s.Cut(ten+6*span.Hour+30*span.Minute, "ada", "d")) // 16:30 to 17:00
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten-span.Hour, "ada", "e"))
	refusedBy(t, err, "limit", "")
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten+span.Day-30*span.Minute, "ada", "f")) // 9:30, 16.5 hours later
	refusedBy(t, err, "rest", "")
	why, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, At: ten + span.Day - 30*span.Minute})
	must(t, err)
	if len(why.Reasons) != 1 || why.Reasons[0].Rule != "rest" || why.Reasons[0].Kind != availability.RowRest || why.Reasons[0].Source == "" {
		t.Errorf("explained by %+v", why.Reasons)
	}
	s.Book(t, s.Cut(ten+span.Day, "ada", "f"))
	s.Audit(t)
}

// Who has a visit until a quarter to eleven takes the next one at that time: for
// the other it would break up the day. The list says the same.
func TestAimFitPacksDays(t *testing.T) {
	t.Parallel()
	quarter := storetest.Cut()
	quarter.IntervalMin = 15
	for aim, want := range map[catalog.Aim]id.Staff{catalog.AimFit: "ada", catalog.AimEven: "ben"} {
		s := newShop(t, storetest.Plan{Services: []*catalog.Service{quarter}, Terms: terms(func(t *catalog.Terms) { t.Aim = aim })})
		s.Book(t, s.Cut(ten+15*span.Minute, "ada", "clara"))
		day := span.Date{Year: 2026, Month: 11, Day: 23}
		offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: day, To: day})
		must(t, err)
		at := slices.IndexFunc(offer.Slots, func(x availability.Slot) bool { return x.Start == ten+45*span.Minute })
		if offer.Ranks[at].Lead != want {
			t.Errorf("%s: ranked for %s", aim, offer.Ranks[at].Lead)
		}
		b := s.Book(t, s.Cut(ten+45*span.Minute, "", "dora"))
		if b.Lead != want || b.Choice.Aim != aim || b.Choice.Of != 2 || aim == catalog.AimFit && b.Choice.Measure != 0 {
			t.Errorf("%s: %s, because of %+v", aim, b.Lead, b.Choice)
		}
	}
}

func TestAimsChoose(t *testing.T) {
	t.Parallel()
	for aim, want := range map[catalog.Aim]id.Staff{catalog.AimEven: "ben", catalog.AimConcentrate: "ada", catalog.AimSame: "ada"} {
		s := newShop(t, storetest.Plan{Terms: terms(func(t *catalog.Terms) { t.Aim = aim })})
		s.Book(t, s.Cut(ten, "ada", "clara"))
		b := s.Book(t, s.Cut(ten+span.Hour, "", "clara"))
		if b.Lead != want || b.Choice.Aim != aim || b.Choice.Of != 2 {
			t.Errorf("%s: %s, because of %+v", aim, b.Lead, b.Choice)
		}
	}
}
