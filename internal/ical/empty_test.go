package ical_test

import (
	"strings"
	"testing"

	"kept/internal/ical"
)

// TestEmpty writes a calendar in which nothing stands yet: calendars subscribe to it all the same.
func TestEmpty(t *testing.T) {
	t.Parallel()
	raw, err := ical.Calendar{Method: ical.Publish, Name: "Lumen; Salon", Zone: "Europe/Berlin"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "METHOD:PUBLISH\r\n", `X-WR-CALNAME:Lumen\; Salon`, "END:VCALENDAR\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if strings.Contains(text, "VEVENT") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Errorf("it is %q", text)
	}
}
