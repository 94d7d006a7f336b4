package privacy_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/privacy"
	"kept/span"
)

func at(t *testing.T, text string) span.Instant {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return span.At(when)
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestTermsOfLaw holds the days by which answers are due against each law.
func TestTermsOfLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		regime privacy.Regime
		kind   string
		zone   string
		from   string
		want   string // the last local day
	}{
		{"a month", privacy.GDPR, privacy.AskExport, "Europe/Berlin", "2026-11-22T12:00:00Z", "2026-12-22"},
		{"a month from the 31st of January", privacy.GDPR, privacy.AskErase, "Europe/Berlin", "2026-01-31T12:00:00Z", "2026-02-28"},
		{"a month from the 31st in a leap year", privacy.GDPR, privacy.AskErase, "Europe/Berlin", "2028-01-31T12:00:00Z", "2028-02-29"},
		{"over the year's end", privacy.GDPR, privacy.AskAccess, "Europe/Berlin", "2026-12-15T12:00:00Z", "2027-01-15"},
		{"ten working days", privacy.FZ152, privacy.AskAccess, "Europe/Moscow", "2026-11-20T12:00:00Z", "2026-12-04"},
		{"ten working days from a Sunday", privacy.FZ152, privacy.AskErase, "Europe/Moscow", "2026-11-22T12:00:00Z", "2026-12-04"},
		{"the local day counts", privacy.FZ152, privacy.AskErase, "Asia/Vladivostok", "2026-11-20T15:00:00Z", "2026-12-04"},
		{"fifteen days", privacy.PDPA, privacy.AskAccess, "Asia/Taipei", "2026-11-22T12:00:00Z", "2026-12-07"},
		{"thirty days to erase", privacy.PDPA, privacy.AskErase, "Asia/Taipei", "2026-11-22T12:00:00Z", "2026-12-22"},
	} {
		z := zone(t, c.zone)
		due := c.regime.Term(c.kind).After(at(t, c.from), z)
		if got := due.In(z).Format(time.DateOnly); got != c.want {
			t.Errorf("%s: due %s, want %s", c.name, got, c.want)
		}
		if next := (due + 1).In(z); next.Hour() != 0 || next.Minute() != 0 {
			t.Errorf("%s: due ends at %s", c.name, due.In(z))
		}
	}
}

// TestCountdowns: a leak at t0 is told after 24 and 72 hours.
func TestCountdowns(t *testing.T) {
	t.Parallel()
	t0 := at(t, "2026-03-28T20:00:00Z") // over a change of clocks: hours are hours
	b := privacy.Breach{Regime: privacy.FZ152, Noticed: t0}
	got := b.Countdowns()
	if len(got) != 2 || got[0].Due != t0+24*span.Hour || got[1].Due != t0+72*span.Hour {
		t.Fatalf("countdowns are %+v", got)
	}
	if got[0].Late(t0+24*span.Hour) || !got[0].Late(t0+24*span.Hour+1) {
		t.Error("the countdown ends at the wrong moment")
	}
	got[0].Done = t0 + 25*span.Hour
	if !got[0].Late(t0 + 26*span.Hour) {
		t.Error("what was done too late was in time")
	}
	for _, r := range []privacy.Regime{privacy.GDPR, privacy.PDPA} {
		d := r.Deadlines(t0)
		if d.Notice != t0+72*span.Hour || d.Report != 0 {
			t.Errorf("%s: %+v", r, d)
		}
	}
}

// books is a store of policies, petitions and cards in memory.
type books struct {
	policy    privacy.Policy
	petitions map[id.Petition]privacy.Petition
	gone      []id.Client
	unlisted  error
	idle      []privacy.Idle
	texts     int64
}

func (b *books) Do(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }
func (*books) AfterCommit(_ context.Context, fn func())                       { fn() }
func (*books) Append(context.Context, ...event.Event) error                   { return nil }
func (*books) Now() span.Instant                                              { return 1_795_348_800_000_000 }

func (*books) Zone(context.Context, id.Business) (*time.Location, error) { return time.UTC, nil }

func (*books) Ahead(context.Context, id.Business, id.Client, span.Instant) ([]id.Booking, error) {
	return nil, nil
}
func (*books) Cancel(context.Context, account.Principal, id.Booking) error { return nil }

func (b *books) Bury(context.Context, ...privacy.Tomb) error { return b.unlisted }
func (*books) Tombs(context.Context) ([]privacy.Tomb, error) { return nil, nil }

func (b *books) Erase(_ context.Context, _ id.Business, c id.Client, _ span.Instant) (privacy.Gone, error) {
	b.gone = append(b.gone, c)
	return privacy.Gone{Clients: []id.Client{c}, Counts: map[string]int64{"client": 1}}, nil
}
func (*books) Standing(context.Context, id.Business, id.Client) (bool, error) { return true, nil }
func (*books) Erased(context.Context, privacy.Tomb, int) ([]privacy.Tomb, error) {
	return nil, nil
}

func (*books) Holds(context.Context, id.Business, id.Client) ([]privacy.Hold, error) {
	return nil, nil
}

func (*books) AllHolds(context.Context, id.Business, privacy.Hold, int) ([]privacy.Hold, error) {
	return nil, nil
}
func (*books) SetHold(context.Context, id.Business, privacy.Hold) error { return nil }
func (*books) Release(context.Context, id.Business, span.Instant) (int, error) {
	return 0, nil
}

func (*books) InsertRecord(context.Context, id.Business, privacy.Record) error { return nil }
func (*books) FindRecord(context.Context, id.Business, id.Erasure) (privacy.Record, error) {
	return privacy.Record{}, fault.Missing("record")
}

func (*books) ListRecords(context.Context, id.Business, id.Erasure, int) ([]privacy.Record, error) {
	return nil, nil
}

func (b *books) InsertPetition(_ context.Context, _ id.Business, p privacy.Petition) error {
	b.petitions[p.ID] = p
	return nil
}

func (b *books) UpdatePetition(_ context.Context, _ id.Business, p privacy.Petition) error {
	p.Version++
	b.petitions[p.ID] = p
	return nil
}

func (b *books) FindPetition(_ context.Context, _ id.Business, want id.Petition) (privacy.Petition, error) {
	p, ok := b.petitions[want]
	if !ok {
		return p, fault.Missing("request")
	}
	return p, nil
}

func (b *books) ListPetitions(context.Context, id.Business, privacy.PetitionFilter) ([]privacy.Petition, error) {
	var out []privacy.Petition
	for _, p := range b.petitions {
		out = append(out, p)
	}
	return out, nil
}

func (b *books) Policy(context.Context, id.Business) (privacy.Policy, error) { return b.policy, nil }

func (b *books) SavePolicy(_ context.Context, _ id.Business, p privacy.Policy) error {
	b.policy = p
	return nil
}

func (b *books) MarkSwept(_ context.Context, _ id.Business, when span.Instant) error {
	b.policy.SweptAt = when
	return nil
}

func (b *books) Idle(context.Context, id.Business, span.Instant, span.Instant, id.Client, int) ([]privacy.Idle, error) {
	return b.idle, nil
}

func (b *books) CountTexts(context.Context, id.Business, span.Instant, span.Instant) (int64, error) {
	return b.texts, nil
}

func (b *books) BlankTexts(context.Context, id.Business, span.Instant, span.Instant) (int64, error) {
	n := b.texts
	b.texts = 0
	return n, nil
}

func (*books) CountFiles(context.Context, id.Business, string, span.Instant, span.Instant) (int64, error) {
	return 0, nil
}

func (*books) DropFiles(context.Context, id.Business, string, span.Instant, span.Instant) (int64, error) {
	return 0, nil
}

func (*books) Processors(context.Context, id.Business) ([]privacy.Processor, error) {
	return []privacy.Processor{{Kind: "channel", Name: "email", Abroad: true}, {Kind: "calendar", Name: "c"}}, nil
}

const (
	house = id.Business("0198c0de-0000-7000-8000-00000000000a")
	mia   = id.Client("0198c0de-0000-7000-8000-0000000000ca")
)

func office() (*privacy.Office, *books) {
	b := &books{petitions: map[id.Petition]privacy.Petition{}}
	return privacy.NewOffice(privacy.Parts{
		Atomic: b, Journal: b, Clock: b, Zones: b, Diary: b, Graveyard: b, Cards: b, Records: b, Petitions: b, Policies: b, Attic: b, Outside: b,
	}), b
}

func owner() account.Principal {
	return account.Principal{Kind: account.KindUser, ID: "u", Business: house, Role: account.Owner}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.CodeOf(err)
}

func TestPetitionsAreDueByTheBusinesssLaw(t *testing.T) {
	t.Parallel()
	o, b := office()
	for _, c := range []struct {
		policy privacy.Policy
		want   string
	}{
		{privacy.Policy{}, "2026-12-22"},
		{privacy.Policy{Regime: privacy.FZ152}, "2026-12-04"},
		{privacy.Policy{Regime: privacy.FZ152, DueDays: 3}, "2026-11-25"},
		{privacy.Policy{Regime: privacy.PDPA, DueDays: 3, Working: true}, "2026-11-25"},
	} {
		b.policy = c.policy
		p, err := o.Ask(t.Context(), owner(), mia, privacy.AskExport, "", 0)
		if err != nil || p.Due.UTC().Format(time.DateOnly) != c.want || p.Regime != c.policy.Law() {
			t.Errorf("%+v: due %s, %v", c.policy, p.Due.UTC(), err)
		}
	}
	p, err := o.Ask(t.Context(), account.Visitor(house, mia), mia, privacy.AskErase, "please", 0)
	if err != nil || p.Source != "client" {
		t.Fatalf("the client's own: %+v, %v", p, err)
	}
	if _, err := o.Ask(t.Context(), account.Visitor(house, mia), "other", privacy.AskErase, "", 0); code(err) != fault.CodeForbidden {
		t.Errorf("for somebody else: %v", err)
	}
	longer, err := o.Extend(t.Context(), owner(), p.ID)
	if err != nil || longer.Due <= p.Due {
		t.Errorf("extended: %+v, %v", longer, err)
	}
	if _, err := o.Extend(t.Context(), owner(), p.ID); code(err) != fault.CodeConflict {
		t.Errorf("extended twice: %v", err)
	}
	if _, err := o.Close(t.Context(), account.Visitor(house, mia), p.ID, privacy.Done); code(err) != fault.CodeForbidden {
		t.Errorf("a client says it is done: %v", err)
	}
	if _, err := o.Close(t.Context(), account.Visitor(house, mia), p.ID, privacy.Withdrawn); err != nil {
		t.Errorf("a client takes it back: %v", err)
	}
	if _, err := o.Close(t.Context(), owner(), p.ID, privacy.Done); code(err) != fault.CodeConflict {
		t.Errorf("closed twice: %v", err)
	}
}

func TestErasureThatCannotBeListedIsTold(t *testing.T) {
	t.Parallel()
	o, b := office()
	b.unlisted = errors.New("disk full")
	r, err := o.Erase(t.Context(), owner(), privacy.Order{Client: mia})
	if code(err) != fault.CodeUnavailable || r.ID == "" || len(b.gone) != 1 {
		t.Errorf("erased %v, %v", b.gone, err)
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	o, b := office()
	b.idle, b.texts = []privacy.Idle{{Client: mia}}, 7
	rules := privacy.Policy{Rules: []privacy.Rule{{What: privacy.RuleCards, Months: 36}, {What: privacy.RuleTexts, Days: 90}}}
	effects, err := o.Preview(t.Context(), owner(), rules)
	if err != nil || len(effects) != 2 || effects[0].Count != 1 || effects[1].Count != 7 {
		t.Fatalf("the dry run: %+v, %v", effects, err)
	}
	if got := effects[0].Before.UTC().Format(time.DateOnly); got != "2023-11-22" {
		t.Errorf("cards from before %s would go", got)
	}
	if len(b.gone) != 0 || b.texts != 7 {
		t.Fatal("the dry run changed something")
	}
	if err := o.Sweep(t.Context(), house); err != nil || len(b.gone) != 0 {
		t.Errorf("without rules somebody went: %v, %v", b.gone, err)
	}
	if _, err := o.SavePolicy(t.Context(), owner(), rules); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once a day
		if err := o.Sweep(t.Context(), house); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(b.gone, []id.Client{mia}) || b.texts != 0 || b.policy.SweptAt == 0 {
		t.Errorf("gone are %v, texts %d", b.gone, b.texts)
	}
}

func TestPoliciesThatCannotBe(t *testing.T) {
	t.Parallel()
	o, _ := office()
	for name, p := range map[string]privacy.Policy{
		"law":            {Regime: "moon"},
		"days":           {DueDays: 91},
		"what":           {Rules: []privacy.Rule{{What: "all", Months: 1}}},
		"no time":        {Rules: []privacy.Rule{{What: privacy.RuleTexts}}},
		"both times":     {Rules: []privacy.Rule{{What: privacy.RuleTexts, Months: 1, Days: 1}}},
		"cards by days":  {Rules: []privacy.Rule{{What: privacy.RuleCards, Days: 1}}},
		"nameless line":  {Purposes: []privacy.Purpose{{Basis: "contract"}}},
		"baseless line":  {Purposes: []privacy.Purpose{{Name: "x", Basis: "whim"}}},
		"too many rules": {Rules: make([]privacy.Rule, 41)},
	} {
		if _, err := o.SavePolicy(t.Context(), owner(), p); code(err) != fault.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.SavePolicy(t.Context(), account.Principal{Kind: account.KindUser, Business: house, Role: account.Manager}, privacy.Policy{}); code(err) != fault.CodeForbidden {
		t.Errorf("a manager: %v", err)
	}
}

func TestRegisterIsMadeOfWhatIsOn(t *testing.T) {
	t.Parallel()
	o, b := office()
	b.policy = privacy.Policy{
		Home: true, Hidden: []string{privacy.LineHealth}, Rules: []privacy.Rule{{What: privacy.RuleTexts, Days: 30}},
		Purposes: []privacy.Purpose{{Name: "Newsletter", Basis: "consent"}},
	}
	lines, err := o.Register(t.Context(), owner())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]privacy.Line{}
	for _, l := range lines {
		by[l.Code+l.Name] = l
	}
	if len(by[privacy.LineMessages].Recipients) != 0 || len(by[privacy.LineMessages].Rules) != 1 {
		t.Errorf("messages: %+v", by[privacy.LineMessages])
	}
	if !by[privacy.LineHealth].Hidden || !slices.Equal(by[privacy.LineCalendar].Recipients, []string{"c"}) || by["Newsletter"].Basis != "consent" {
		t.Errorf("lines are %+v", lines)
	}
	outside, err := o.Processors(t.Context(), owner())
	if err != nil || !outside[0].Blocked || outside[1].Blocked {
		t.Errorf("outside are %+v, %v", outside, err)
	}
	if may, err := o.MaySend(t.Context(), house); may || err != nil {
		t.Errorf("may send abroad: %v, %v", may, err)
	}
}
