package span_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/span"
)

func TestInstantJSONRoundTrip(t *testing.T) {
	t.Parallel()
	first := span.At(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC))
	last := span.At(time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC))
	rapid.Check(t, func(t *rapid.T) {
		want := span.Instant(rapid.Int64Range(int64(first), int64(last)).Draw(t, "instant"))
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := span.Instant(-1)
		if err := json.Unmarshal(raw, &got); err != nil || got != want {
			t.Fatalf("%d → %s → %d (%v)", want, raw, got, err)
		}
		if at := span.At(want.UTC()); at != want {
			t.Fatalf("%d → UTC → %d", want, at)
		}
		if s := want.String(); want != 0 && `"`+s+`"` != string(raw) {
			t.Fatalf("String %s, JSON %s", s, raw)
		}
	})
}

func TestInstantJSON(t *testing.T) {
	t.Parallel()
	base := span.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		text string
		want span.Instant
		bad  bool
	}{
		{text: `null`, want: 0},
		{text: `"2026-03-01T08:00:00Z"`, want: base},
		{text: `"2026-03-01T09:00:00+01:00"`, want: base},
		{text: `"2026-03-01T08:00:00.000001Z"`, want: base + 1},
		{text: `"2026-03-01T08:00:00.0000019Z"`, want: base + 1}, // below a microsecond it is cut off
		{text: `"1969-12-31T23:59:59.999999Z"`, want: -1},
		{text: `"2026-03-01"`, bad: true},
		{text: `"2026-02-30T08:00:00Z"`, bad: true},
		{text: `"2026-03-01T08:00:00"`, bad: true},
		{text: `1772352000`, bad: true},
		{text: `""`, bad: true},
	} {
		got := span.Instant(-7)
		err := json.Unmarshal([]byte(c.text), &got)
		if (err != nil) != c.bad || (!c.bad && got != c.want) {
			t.Errorf("%s = %v, %v, want %v", c.text, got, err, c.want)
		}
	}
}

func TestInstantArithmetic(t *testing.T) {
	t.Parallel()
	at := span.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	if got := at.Add(90 * time.Second); got != at+90*span.Second {
		t.Errorf("Add = %v", got)
	}
	if got := (at + span.Hour).Sub(at); got != time.Hour {
		t.Errorf("Sub = %v", got)
	}
	if got := span.Minutes(1440); got != span.Day {
		t.Errorf("1440 minutes = %d", got)
	}
	if got := at.In(time.FixedZone("", 3600)).Format(time.RFC3339); got != "2026-03-01T09:00:00+01:00" {
		t.Errorf("In = %s", got)
	}
}
