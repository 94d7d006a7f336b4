package setup_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

const now = 1_800_000_000 * span.Second // 2027-01-15

// memory is a business in memory that implements all that an office asks for.
type memory struct {
	setup.Things // what a test doesn't expect is not there
	setup.Rules
	setting availability.Setting
	steps   []string
	events  []event.Event
	off     []schedule.TimeOff
}

func (m *memory) Do(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }
func (m *memory) Now() span.Instant                                                { return now }
func (m *memory) note(step string) error                                           { m.steps = append(m.steps, step); return nil }

func (m *memory) Append(_ context.Context, events ...event.Event) error {
	m.events = append(m.events, events...)
	return m.note("tell")
}

func (m *memory) Load(context.Context, id.Business, int64) (*availability.Setting, error) {
	return &m.setting, nil
}

func (m *memory) Current(context.Context, id.Business) (*availability.Setting, error) {
	c := *m.setting.Catalog
	return &availability.Setting{Catalog: &c, Hours: m.setting.Hours}, m.note("read")
}

func (m *memory) Bump(context.Context, id.Business) (int64, error) { return 2, m.note("bump") }
func (m *memory) InsertBusiness(context.Context, catalog.Business, span.Instant) error {
	return m.note("write")
}
func (m *memory) UpdateBusiness(context.Context, catalog.Business) error { return m.note("write") }
func (m *memory) InsertService(context.Context, id.Business, *catalog.Service) error {
	return m.note("write")
}

func (m *memory) InsertStaff(context.Context, id.Business, *catalog.Staff) error {
	return m.note("write")
}

func (m *memory) InsertRule(context.Context, id.Business, *catalog.Rule) error {
	return m.note("write")
}

func (m *memory) UpdateRule(context.Context, id.Business, *catalog.Rule) error {
	return m.note("write")
}

func (m *memory) InsertForm(context.Context, id.Business, *catalog.Form) error {
	return m.note("write")
}

func (m *memory) UpdateForm(context.Context, id.Business, *catalog.Form) error {
	return m.note("write")
}

func (m *memory) InsertNotice(context.Context, id.Business, *catalog.Notice, span.Instant) error {
	return m.note("write")
}

func (m *memory) UpdateNotice(context.Context, id.Business, *catalog.Notice, span.Instant) error {
	return m.note("write")
}

func (m *memory) InsertResource(context.Context, id.Business, *catalog.Resource) error {
	return m.note("write")
}

func (m *memory) InsertLocation(context.Context, id.Business, *catalog.Location) error {
	return m.note("write")
}

func (m *memory) PutStaffHours(_ context.Context, _ id.Business, of id.Staff, h schedule.Hours) error {
	m.setting.Hours = &schedule.Book{Staff: map[id.Staff]schedule.Hours{of: h}}
	return m.note("write")
}

func (m *memory) PutLocationHours(context.Context, id.Business, id.Location, schedule.Hours) error {
	return m.note("write")
}

func (m *memory) InsertTimeOff(_ context.Context, _ id.Business, t schedule.TimeOff, _ span.Instant) error {
	m.off = append(m.off, t)
	return m.note("write")
}

func (m *memory) Touch(_ context.Context, _ id.Business, lanes []availability.Lane) error {
	if !slices.IsSortedFunc(lanes, func(a, b availability.Lane) int {
		if a.Less(b) {
			return -1
		}
		return 1
	}) {
		return errors.New("lanes are touched out of order")
	}
	return m.note("touch")
}

func (m *memory) Block(context.Context, id.Business, string, []availability.Lane, span.Span) error {
	return m.note("block")
}

func (m *memory) Vacate(context.Context, id.Business, string) ([]availability.Lane, error) {
	return nil, m.note("vacate")
}

// office opens an office for a business with one location (l1), service (s1),
// staff member (p1) and resource (r1) with 12 units.
func office() (*setup.Office, *memory) {
	m := &memory{setting: availability.Setting{
		Catalog: &catalog.Catalog{
			Business:  catalog.Business{ID: "b1", Zone: "Europe/Berlin", Currency: "EUR", Language: "en"},
			Locations: []*catalog.Location{{ID: "l1", Position: 4}, {ID: "l0", Position: 5, Archived: true}},
			Services:  []*catalog.Service{{ID: "s1"}},
			Staff:     []*catalog.Staff{{ID: "p1"}, {ID: "p0", Archived: true}},
			Resources: []*catalog.Resource{{ID: "r1", Units: 12}},
		},
		Hours: &schedule.Book{},
	}}
	return setup.NewOffice(setup.Parts{
		Atomic: m, Journal: m, Clock: m, Settings: m, Businesses: m, Things: m, Rules: m, House: m, Lanes: m,
	}), m
}

func owner() account.Principal {
	return account.Principal{Kind: account.KindUser, ID: "u1", Business: "b1", Role: account.Owner}
}

// wrong gives the wrong fields of an error as "name rule".
func wrong(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Rule)
	}
	return out
}

func TestAChangeRunsInItsOrder(t *testing.T) {
	t.Parallel()
	o, m := office()
	if _, err := o.CreateLocation(t.Context(), owner(), catalog.Location{Names: catalog.Texts{"en": "New"}}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"bump", "read", "write", "tell"}; !slices.Equal(m.steps, want) {
		t.Errorf("steps are %v, want %v", m.steps, want)
	}
	e := m.events[0]
	if e.Type != event.SettingsChanged || e.Data.Kind != "location" || !id.Valid(e.Data.Ref) || e.Actor.ID != "u1" || e.Business != "b1" {
		t.Errorf("the event is %+v", e)
	}
	m.steps = nil
	if _, err := o.AddTimeOff(t.Context(), owner(), schedule.TimeOff{
		Resource: "r1", Span: span.Span{Start: now, End: now + span.Day}, Reason: "maintenance",
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"bump", "read", "write", "vacate", "touch", "block", "tell"}; !slices.Equal(m.steps, want) {
		t.Errorf("steps are %v, want %v", m.steps, want)
	}
}

func TestNobodyChangesWhatTheyMayNot(t *testing.T) {
	t.Parallel()
	for role, may := range map[account.Role][2]bool{ // settings, time off
		account.Owner: {true, true}, account.Manager: {true, true}, account.Reception: {false, true},
		account.Staff: {false, false}, account.Integration: {false, false}, "": {false, false},
	} {
		o, m := office()
		who := owner()
		who.Role = role
		_, settings := o.CreateLocation(t.Context(), who, catalog.Location{Names: catalog.Texts{"en": "New"}})
		_, off := o.AddTimeOff(t.Context(), who, schedule.TimeOff{
			Staff: "p1", Span: span.Span{Start: now, End: now + span.Day}, Reason: "sick",
		})
		for i, err := range []error{settings, off} {
			if (err == nil) != may[i] || (err != nil && !fault.Is(err, fault.CodeForbidden)) {
				t.Errorf("%q: change %d gives %v", role, i, err)
			}
		}
		if !may[0] && !may[1] && len(m.steps) != 0 {
			t.Errorf("%q: something was done: %v", role, m.steps)
		}
	}
	o, _ := office()
	if err := o.ArchiveLocation(t.Context(), account.Visitor("b1", "c1"), "l1"); !fault.Is(err, fault.CodeForbidden) {
		t.Errorf("a visitor gets %v", err)
	}
}
