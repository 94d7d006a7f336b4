package caldav_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept/calsync"
	"kept/internal/calendar/caldav"
	"kept/internal/dial"
	"kept/internal/testkit/leash"
	"kept/span"
)

const password = "correct horse"

// radicale starts a real CalDAV server with a user anna, and gives its address.
func radicale(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("radicale"); err != nil {
		t.Fatal("Radicale is not installed; type: scripts/setup-test")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	_ = free.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("[server]\nhosts = %s\n[auth]\ntype = htpasswd\nhtpasswd_filename = %s/users\nhtpasswd_encryption = plain\n"+
		"delay = 0\n[storage]\nfilesystem_folder = %s/store\n[logging]\nlevel = info\n", addr, dir, dir)
	for name, text := range map[string]string{"config": config, "users": "anna:" + password + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	held, err := leash.Start(ctx, leash.Spec{
		Up: `radicale --config "$1/config" >"$1/log" 2>&1 & child=$!
until grep -q "server ready" "$1/log"; do kill -0 $child || { cat "$1/log" >&2; exit 1; }; sleep 0.05; done`,
		Down: `kill $child 2>/dev/null; wait $child 2>/dev/null`, Args: []string{dir},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := held.Release(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + addr
}

// anna is a calendar program of hers.
type anna struct {
	t  *testing.T
	at string
}

func (a anna) do(method, path, body string, want int) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.at+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.SetBasicAuth("anna", password)
	if strings.HasPrefix(body, "BEGIN:") {
		r.Header.Set("Content-Type", "text/calendar")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != want {
		a.t.Fatalf("%s %s: %s", method, path, answer.Status)
	}
}

func (a anna) makes(calendar string) {
	a.do("MKCALENDAR", "/anna/"+calendar+"/", "", http.StatusCreated)
}

func (a anna) puts(path string, lines ...string) {
	a.do(http.MethodPut, "/anna/"+path, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"+strings.Join(lines, "\r\n")+
		"\r\nEND:VCALENDAR\r\n", http.StatusCreated)
}

// entry is an event of these properties.
func entry(uid string, lines ...string) string {
	return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:secret\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

func source() *caldav.Source {
	return caldav.New(dial.Client(dial.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 20 * time.Second}))
}

func march() span.Span {
	return span.Span{Start: span.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), End: span.At(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))}
}

func show(s span.Set) string {
	var out []string
	for _, x := range s {
		out = append(out, x.Start.UTC().Format("02T15:04")+"-"+x.End.UTC().Format("02T15:04"))
	}
	return strings.Join(out, " ")
}

// TestRadicale reads a real server's calendar as it changes.
func TestRadicale(t *testing.T) {
	t.Parallel()
	a := anna{t, radicale(t)}
	a.makes("work")
	a.puts("work/1.ics", entry("1", "DTSTART:20260305T090000Z", "DTEND:20260305T100000Z"))
	a.puts("work/2.ics",
		"BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nDTSTART:20070101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE",
		entry("2", "DTSTART;TZID=Office:20260106T090000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE;TZID=Office:20260310T090000"),
		entry("2", "RECURRENCE-ID;TZID=Office:20260317T090000", "DTSTART;TZID=Office:20260318T120000", "DURATION:PT1H"))
	a.puts("work/3.ics", entry("3", "DTSTART;VALUE=DATE:20260327", "DTEND;VALUE=DATE:20260329"))
	a.puts("work/4.ics", entry("4", "DTSTART:20260306T090000Z", "DTEND:20260306T100000Z", "TRANSP:TRANSPARENT"))
	a.puts("work/5.ics", entry("5", "DTSTART:20270306T090000Z", "DTEND:20270306T100000Z"))
	s := source()
	where := calsync.Address{URL: a.at + "/anna/work/", User: "anna", Secret: password}
	q := calsync.Question{Zone: "Europe/Berlin", Window: march()}
	ask := func(unchanged bool, want string) {
		t.Helper()
		got, err := s.Read(t.Context(), where, q)
		if err != nil || got.Unchanged != unchanged || !unchanged && show(got.Busy) != want || got.Mark.Token == "" || got.Skipped != 0 {
			t.Errorf("%+v, %v\n got %s\nwant %s", got, err, show(got.Busy), want)
		}
		q.Since = got.Mark
	}
	const rest = " 18T09:00-18T10:00 24T06:00-24T08:00 26T23:00-28T23:00 31T06:00-31T08:00"
	ask(false, "03T06:00-03T08:00 05T09:00-05T10:00"+rest)
	ask(true, "")
	a.do(http.MethodPut, "/anna/work/1.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"+
		entry("1", "DTSTART:20260305T090000Z", "DTEND:20260305T113000Z")+"\r\nEND:VCALENDAR\r\n", http.StatusCreated)
	ask(false, "03T06:00-03T08:00 05T09:00-05T11:30"+rest)
	a.do(http.MethodDelete, "/anna/work/1.ics", "", http.StatusOK)
	ask(false, "03T06:00-03T08:00"+rest)
	ask(true, "")
	q.Since.Token = "http://radicale.org/ns/sync/" + strings.Repeat("0", 64) // one that the server has forgotten
	ask(false, "03T06:00-03T08:00"+rest)

	// The server's address and the user's lead to the one calendar that there is.
	for _, path := range []string{"/", "/anna/", "/anna"} {
		found, err := s.Read(t.Context(), calsync.Address{URL: a.at + path, User: "anna", Secret: password}, q)
		if err != nil || !found.Unchanged {
			t.Errorf("from %s: %+v, %v", path, found, err)
		}
	}
	a.makes("home")
	wantTrouble(t, s, calsync.Address{URL: a.at + "/anna/", User: "anna", Secret: password}, calsync.Several)
	wantTrouble(t, s, calsync.Address{URL: a.at + "/anna/work/", User: "anna", Secret: "guess"}, calsync.Unauthorized)
	wantTrouble(t, s, calsync.Address{URL: a.at + "/anna/play/", User: "anna", Secret: password}, calsync.Missing)
}
