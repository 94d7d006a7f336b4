package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// TestAnswersShapeTheVisit: what a stranger answers is counted into the times,
// into what is held and into what is booked, and not only the next time.
func TestAnswersShapeTheVisit(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		s.things()
		const day = "/b/lumen-salon/slots?service={cut}&from=2026-12-01&to=2026-12-01"
		slots := func(query string) (starts []string, length time.Duration, price float64) {
			t.Helper()
			a := s.ask(apptest.Request{Path: s.fill(day + query)}).Want(t, http.StatusOK)
			for _, slot := range a.List("slots") {
				starts = append(starts, object(slot)["start"].(string)) //nolint:forcetypeassert // the document says so
			}
			price, _ = a.Value("slots.0.price.amount").(float64)
			return starts, lasts(t, a.Text("slots.0.start"), a.Text("slots.0.end")), price
		}
		plain, short, cheap := slots("")
		_, same, _ := slots("&answer=hair_length:short")
		long, more, dear := slots("&answer=hair_length:very_long")
		if same != short || more != short+15*time.Minute || dear <= cheap || len(long) > len(plain) {
			t.Fatalf("a visit takes %v, with short hair %v, with long hair %v; it costs %v and %v", short, same, more, cheap, dear)
		}
		s.words["first"], s.words["second"], s.words["third"] = long[0], apart(t, long, long[0]), long[len(long)-1]
		s.words["path"] = url.QueryEscape(s.words["first"])
		s.play([]scenario{
			{name: "which answers matter", do: "GET /b/lumen-salon/questions?service={cut}", holds: []string{`"key":"hair_length"`, `"shapes":true`}},
			{name: "an answer that is none", do: "GET " + day + "&answer=hair_length:green", status: 422, holds: []string{"answers.hair_length"}},
			{name: "a key alone", do: "GET " + day + "&answer=hair_length", status: 422, holds: []string{"answer[0]"}},
			{
				name: "book", do: "POST /b/lumen-salon/bookings", status: 201, events: []string{"client.created", "booking.confirmed", "client.updated", "client.updated"},
				body:  `{"service": "{cut}", "start": "{first}", "answers": {"hair_length": "long"}, "client": {"name": "Ida", "email": "ida@hair.example"}}`,
				learn: map[string]string{"start": "start", "end": "end"},
			},
			{
				name: "hold", do: "POST /b/lumen-salon/holds", status: 201, events: []string{"hold.placed"},
				body: `{"service": "{cut}", "start": "{second}", "answers": {"hair_length": "long"}}`, learn: map[string]string{"hold": "token"},
			},
			{
				name: "book what is held", do: "POST /b/lumen-salon/bookings", status: 201,
				events: []string{"hold.released", "client.created", "booking.confirmed", "client.updated", "client.updated"},
				body:   `{"hold": "{hold}", "answers": {"hair_length": "long"}, "client": {"name": "Jon", "email": "jon@hair.example"}}`,
				learn:  map[string]string{"start2": "start", "end2": "end"},
			},
			{
				name: "hold what was not asked", do: "POST /b/lumen-salon/holds", status: 201, events: []string{"hold.placed"},
				body: `{"service": "{cut}", "start": "{third}"}`, learn: map[string]string{"hold": "token"},
			},
		})
		for _, n := range []string{"", "2"} {
			if got := lasts(t, s.words["start"+n], s.words["end"+n]); got != more {
				t.Errorf("booked for %v, offered for %v", got, more)
			}
		}
		s.play([]scenario{{
			name: "told too late, and before closing", do: "POST /b/lumen-salon/bookings", status: 201,
			events: []string{"hold.released", "client.created", "booking.confirmed", "client.updated", "client.updated"},
			body:   `{"hold": "{hold}", "answers": {"hair_length": "long"}, "client": {"name": "Kim", "email": "kim@hair.example"}}`,
			learn:  map[string]string{"start3": "start", "end3": "end"},
		}})
		if got := lasts(t, s.words["start3"], s.words["end3"]); got != more {
			t.Errorf("what was held for less is booked for %v", got)
		}
	})
}

// TestAnswersAreOfTheSubject: what is answered for a child's visit is known of
// the child the next time, and of nobody else.
func TestAnswersAreOfTheSubject(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		s.things()
		s.play([]scenario{
			{
				name: "a parent", do: "POST /clients", key: owner, body: `{"name": "Pia Parent", "email": "pia@hair.example"}`, status: 201,
				learn: map[string]string{"pia": "id"}, events: []string{"client.created"},
			},
			{
				name: "a child", do: "POST /clients/{pia}/subjects", key: owner, body: `{"kind": "child", "name": "Zoe"}`, status: 201,
				learn: map[string]string{"zoe": "id"}, events: []string{"client.updated"},
			},
			{
				name: "another child", do: "POST /clients/{pia}/subjects", key: owner, body: `{"kind": "child", "name": "Tim"}`, status: 201,
				learn: map[string]string{"tim": "id"}, events: []string{"client.updated"},
			},
		})
		length := func(of string) time.Duration {
			t.Helper()
			a := s.ask(apptest.Request{
				Path: s.fill("/slots?service={cut}&from=2026-12-01&to=2026-12-01&client={pia}" + of), Key: owner,
			}).Want(t, http.StatusOK)
			s.words["at"] = a.Text("slots.0.start")
			return lasts(t, a.Text("slots.0.start"), a.Text("slots.0.end"))
		}
		short := length("")
		s.play([]scenario{
			{
				name: "book for the child", do: "POST /bookings", key: owner, status: 201,
				events: []string{"booking.confirmed", "client.updated", "client.updated"}, holds: []string{`"subject":"{zoe}"`},
				body: `{"service": "{cut}", "start": "{at}", "client_id": "{pia}", "subject": "{zoe}", "answers": {"hair_length": "long"}}`,
			},
			{name: "of the child", do: "GET /clients/{pia}/facts", key: owner, holds: []string{`"subject":"{zoe}"`, `"hair_length"`}},
		})
		for _, c := range []struct {
			who, of string
			want    time.Duration
		}{
			{"the child", "&subject={zoe}", short + 15*time.Minute}, {"the other child", "&subject={tim}", short}, {"the parent", "", short},
		} {
			if got := length(c.of); got != c.want {
				t.Errorf("%s takes %v, want %v", c.who, got, c.want)
			}
		}
		s.play([]scenario{
			{
				name: "somebody else", do: "POST /clients", key: owner, body: `{"name": "Sam Stranger", "email": "sam@hair.example"}`, status: 201,
				learn: map[string]string{"sam": "id"}, events: []string{"client.created"},
			},
			{name: "whose visit it is not", do: "POST /clients/{sam}/forms", key: owner, body: `{"form": "{zoe}", "booking": "{zoe}", "answers": {"x": "y"}}`, status: 404},
		})
	})
}

func lasts(t *testing.T, start, end string) time.Duration {
	t.Helper()
	a, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	b, err := time.Parse(time.RFC3339, end)
	if err != nil {
		t.Fatal(err)
	}
	return b.Sub(a)
}

// apart gives a start that lies three hours or more after another one.
func apart(t *testing.T, starts []string, from string) string {
	t.Helper()
	for _, s := range starts {
		if lasts(t, from, s) >= 3*time.Hour {
			return s
		}
	}
	t.Fatal("the day has no such start")
	return ""
}
