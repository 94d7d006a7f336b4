package client_test

import (
	"testing"

	"kept/client"
	"kept/fault"
	"kept/span"
)

func day(s string) span.Date {
	d, err := span.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia"})
	for kind, name := range map[string]string{"spouse": "Leo", "child": " ", "": "x", "pet": "a\x00"} {
		if _, err := r.AddSubject(t.Context(), "b", "c1", kind, name, staff); !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("a %s %q: %v", kind, name, err)
		}
	}
	car, err := r.AddSubject(t.Context(), "b", "c1", client.SubjectVehicle, "", staff)
	if err != nil {
		t.Fatal(err)
	}
	renamed, err := r.UpdateSubject(t.Context(), "b", "c1", car.ID, 1, staff, func(s *client.Subject) error {
		s.Name, s.ID, s.Client, s.LeftAt = " The  Golf ", "stolen", "c9", 7
		return nil
	})
	if err != nil || renamed.Name != "The Golf" || renamed.ID != car.ID || renamed.Client != "c1" || renamed.Version != 2 || renamed.LeftAt != 7 {
		t.Errorf("renamed %+v, %v", renamed, err)
	}
	_, err = r.UpdateSubject(t.Context(), "b", "c1", car.ID, 1, staff, func(*client.Subject) error { return nil })
	if !fault.Is(err, fault.CodeConflict) {
		t.Errorf("an old version: %v", err)
	}
	if err := r.RemoveSubject(t.Context(), "b", "c1", car.ID, staff); err != nil || len(m.subjects) != 0 {
		t.Errorf("removed: %v", err)
	}
	if _, err := r.FindSubject(t.Context(), "b", "c1", car.ID); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("found: %v", err)
	}
}

func TestReadings(t *testing.T) {
	t.Parallel()
	r, _ := newMemory(client.Client{Name: "Mia"})
	car, err := r.AddSubject(t.Context(), "b", "c1", client.SubjectVehicle, "Golf", staff)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind     string
		value    float64
		day      string
		doubtful bool
	}{
		{client.ReadingMileage, 50_000, "2026-01-10", false},
		{client.ReadingMileage, 61_000, "2026-06-10", false},
		{client.ReadingMileage, 6_200, "2026-07-10", true}, // a digit is missing
		{client.ReadingMileage, 62_000, "2026-07-20", false},
		{client.ReadingMileage, 70_000, "2026-03-01", true}, // more than later
		{client.ReadingMileage, 55_000, "2026-03-01", false},
		{client.ReadingMileage, 61_500, "2026-07-20", false}, // twice on a day
		{"weight_kg", 30, "2026-01-10", false},
		{"weight_kg", 28.5, "2026-02-10", false}, // may go either way
	} {
		got, err := r.AddReading(t.Context(), "b", "c1", client.Reading{
			Subject: car.ID, Kind: c.kind, Value: c.value, Day: day(c.day), Source: client.SourceStaff, Actor: staff,
		})
		if err != nil || got.Doubtful != c.doubtful {
			t.Errorf("%v: doubtful %v, %v", c, got.Doubtful, err)
		}
	}
	list, err := r.Readings(t.Context(), "b", "c1", car.ID)
	if err != nil || len(list) != 9 {
		t.Fatalf("%d readings, %v", len(list), err)
	}
	if err := r.DoubtReading(t.Context(), "b", "c1", list[2].ID, false, staff); err != nil {
		t.Error(err)
	}
	if err := r.RemoveReading(t.Context(), "b", "c1", car.ID, list[2].ID, staff); err != nil {
		t.Error(err)
	}
	for want, wrongOne := range map[string]client.Reading{
		"kind format":    {Kind: "Mile", Value: 1, Day: day("2026-01-01"), Source: "staff"},
		"value range":    {Kind: "hours", Value: -1, Day: day("2026-01-01"), Source: "staff"},
		"day range":      {Kind: "hours", Value: 1, Day: day("2099-01-01"), Source: "staff"},
		"source unknown": {Kind: "hours", Value: 1, Day: day("2026-01-01"), Source: "x"},
	} {
		if _, err := r.AddReading(t.Context(), "b", "c1", wrongOne); wrong(err) != want {
			t.Errorf("%q, want %q", wrong(err), want)
		}
	}
	if _, err := r.AddReading(t.Context(), "b", "c1", client.Reading{Subject: "s9", Kind: "hours", Value: 1, Day: day("2026-01-01"), Source: "staff"}); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("of nothing: %v", err)
	}
}

func TestDoubtVIN(t *testing.T) {
	t.Parallel()
	for vin, want := range map[string]string{
		"1M8GDM9AXKP042788":    "", // the example of the American rule, 49 CFR 565
		"1m8g dm9a-xkp0 42788": "",
		"11111111111111111":    "",
		"1M8GDM9A1KP042788":    client.DoubtVINCheck,
		"LSVAL41Z882104202":    "", // China sets one as well
		"LSVAL41Z782104202":    client.DoubtVINCheck,
		"WVWZZZ1JZXW000001":    "", // Europe sets none
		"WVWZZZ1JZXW00000":     client.DoubtVINLength,
		"WVWZZZ1JZXWO00001":    client.DoubtVINLetters,
		"":                     client.DoubtVINLength,
		"ХТА210990У1234567":    "", // typed in Cyrillic letters that look alike
	} {
		if got := client.DoubtVIN(vin); got != want {
			t.Errorf("%s: %q, want %q", vin, got, want)
		}
	}
	f := client.Fact{Key: client.KeyVIN, Value: text("123")}
	if f.Doubt() != client.DoubtVINLength {
		t.Errorf("doubt is %q", f.Doubt())
	}
}

func TestFoldMark(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"B-KP 1234": "BKP1234", "а123вс 77": "A123BC77", "А123ВС77": "A123BC77", "ABC-1234": "ABC1234",
		"ＡＢＣ－１２３４": "ABC1234", "京A·12345": "京A12345", " - ": "",
	} {
		if got := client.FoldMark(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestKeysAreSound(t *testing.T) {
	t.Parallel()
	for _, kind := range append(client.SubjectKinds(), "") {
		seen := map[string]bool{}
		for _, k := range client.Keys(kind) {
			if seen[k.Name] || k.Class == "" || (k.Kind == client.ValueChoice) != (len(k.Choices) > 0) {
				t.Errorf("%s of %q: %+v", k.Name, kind, k)
			}
			seen[k.Name] = true
		}
		if len(seen) == 0 {
			t.Errorf("nothing is known of a %s", kind)
		}
	}
	if len(client.Keys("spouse")) != 0 {
		t.Error("of what is no kind something is known")
	}
}
