package bench

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary is also a program to measure: called with the words of the contract it is a tiny Kept,
// with one fault that the environment names. So it is seen that the benchmark finds what it looks for.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"serve", "business", "key", "user", "audit"}, os.Args[1]) {
		if err := pretend(os.Args[1:], os.Getenv(faultVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

const faultVariable = "BENCH_FAKE_FAULT"

// pretend is the fake's main function.
func pretend(args []string, fault string) error {
	if args[0] == "audit" {
		fmt.Fprintln(os.Stdout, map[bool]string{false: "ok   desk  open 0 ", true: "bad  desk  open 0 "}[fault == "verifies badly"])
		return nil
	}
	if args[0] != "serve" {
		_, err := fmt.Fprintln(os.Stdout, "secret") // what a key is
		return err
	}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	address, file := flags.String("addr", "", ""), flags.String("db", "", "")
	for _, name := range []string{"data", "public-rate", "clock"} {
		flags.String(name, "", "")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	k, err := openFake(*file, fault)
	if err != nil {
		return err
	}
	defer k.db.Close()
	server := &http.Server{Addr: *address, Handler: k}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

type fake struct {
	mu     sync.Mutex
	db     *sql.DB
	fault  string
	w      *world // whose ids and names grow as staff are made
	booked map[string][]time.Time
	count  int

	screens []chan string
}

func openFake(file, fault string) (*fake, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`
		CREATE TABLE IF NOT EXISTS staff (id TEXT, name TEXT, services TEXT);
		CREATE TABLE IF NOT EXISTS booking (business_id TEXT, id TEXT, client_id TEXT, status TEXT, staff_id TEXT, start_at BIGINT, end_at BIGINT);
		CREATE TABLE IF NOT EXISTS occupancy (business_id TEXT, lane_kind TEXT, lane_id TEXT, start_at BIGINT, end_at BIGINT, exclusive BOOLEAN, source_id TEXT);
		CREATE TABLE IF NOT EXISTS message (booking_id TEXT, step TEXT, due_at BIGINT);
		CREATE TABLE IF NOT EXISTS business (id TEXT, slug TEXT);
		CREATE TABLE IF NOT EXISTS client (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
		CREATE VIEW IF NOT EXISTS client_mark AS SELECT id FROM client;
		CREATE TABLE IF NOT EXISTS text (text TEXT);
		CREATE TABLE IF NOT EXISTS audit_entry (business_id TEXT, action TEXT, at BIGINT, block BIGINT);
		CREATE TABLE IF NOT EXISTS audit_block (business_id TEXT, number BIGINT, last_seq BIGINT);
		CREATE TABLE IF NOT EXISTS event (business_id TEXT, type TEXT, at BIGINT, seq BIGINT)`); err != nil {
		return nil, err
	}
	w, err := newWorld(0, 0)
	if err != nil {
		return nil, err
	}
	k := &fake{db: db, fault: fault, w: w, booked: map[string][]time.Time{}}
	rows, err := db.Query(`SELECT staff_id, start_at FROM booking`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var staff string
		var at int64
		if err := rows.Scan(&staff, &at); err != nil {
			return nil, err
		}
		k.booked[staff] = append(k.booked[staff], time.UnixMicro(at))
		k.count++
	}
	return k, rows.Err()
}

func (k *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v1/stream" {
		k.stream(w, r)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if k.desk(w, r, body) {
		return
	}
	var in struct {
		Name           string
		Service, Staff string
		Services       []string
		Start          time.Time
	}
	_ = json.Unmarshal(body, &in)
	status, answer := http.StatusCreated, any(map[string]string{"id": strings.ReplaceAll(in.Name, " ", "-")})
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	switch {
	case path == "/staff":
		_, err := k.db.Exec(`INSERT INTO staff VALUES (?, ?, ?)`, strings.ReplaceAll(in.Name, " ", "-"), in.Name, strings.Join(in.Services, " "))
		if err != nil {
			status = http.StatusInternalServerError
		}
	case path == "/b/bench" || path == "/b/clinic":
		status, answer = http.StatusOK, map[string]string{"currency": "EUR"}
	case path == "/services" || path == "/resources" || path == "/readyz" || strings.HasSuffix(path, "/hours"):
		status = http.StatusOK
	case r.Method == http.MethodPatch:
		status = k.serves(strings.TrimPrefix(path, "/staff/"), in.Services)
	case strings.HasSuffix(path, "/reschedule"):
		status, answer = k.move(strings.Split(path, "/")[2], in.Start)
	case path == "/b/bench/slots" || path == "/b/clinic/slots":
		status, answer = http.StatusOK, k.slots(r.URL.Query().Get("service"), r.URL.Query().Get("staff"), r.URL.Query().Get("from"), r.URL.Query().Get("to"))
	case strings.HasSuffix(path, "/bookings"):
		status, answer = k.take(in.Staff, in.Start, path != "/bookings")
	default:
		status = http.StatusNotFound
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) //nolint:errchkjson // maps of texts and numbers
}

func (k *fake) slots(service, staff, from, to string) any {
	type who struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	rows, err := k.db.Query(`SELECT id FROM staff WHERE instr(services || ' ', ? || ' ') > 0 AND (? = '' OR id = ?) ORDER BY id DESC`, service, staff, staff)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	var staffs []string
	for rows.Next() {
		var id string
		_ = rows.Scan(&id)
		staffs = append(staffs, id)
	}
	if err := rows.Err(); err != nil {
		return err.Error()
	}
	slots := []any{}
	for d := range day(60) {
		if date := k.w.date(d); !k.w.working(d) || date < from || date > to {
			continue
		}
		for _, m := range k.w.legal {
			start := k.w.at(d, m)
			var free []who
			for _, id := range staffs {
				if k.free(id, start) {
					free = append(free, who{id, strings.ReplaceAll(id, "-", " ")})
				}
			}
			if len(free) > 0 {
				slots = append(slots, map[string]any{
					"start": start.Format(time.RFC3339), "end": start.Add(visitMin * time.Minute).Format(time.RFC3339),
					"staff": free, "price": map[string]any{"amount": priceMinor, "currency": "EUR"},
				})
			}
		}
	}
	if k.fault == "hides a slot" {
		slots = slots[1:]
	}
	return map[string]any{"slots": slots, "zone": zoneName}
}

func (k *fake) free(staff string, start time.Time) bool {
	return !slices.ContainsFunc(k.booked[staff], func(o time.Time) bool {
		return start.Before(o.Add(visitMin*time.Minute)) && o.Before(start.Add(visitMin*time.Minute))
	})
}

func (k *fake) take(staff string, start time.Time, public bool) (int, any) {
	fault := k.fault
	if !public {
		fault = "" // the filling goes well
	}
	k.count++
	taken := !k.free(staff, start)
	if taken && fault != "double-books" {
		return http.StatusConflict, map[string]string{"code": map[bool]string{true: "conflict", false: "slot_taken"}[fault == "stammers"]}
	}
	k.booked[staff] = append(k.booked[staff], start)
	id, from, end := fmt.Sprint("booking", k.count), start.UnixMicro(), start.Add(visitMin*time.Minute)
	if fault == "loses a booking" && k.count%7 == 0 {
		return k.told(id, staff, start, end)
	}
	if fault == "overlaps" && k.count%7 == 0 {
		from -= time.Hour.Microseconds() * 24
	}
	client := id
	if fault == "mixes clients" {
		client = "client"
	}
	_, err := k.db.Exec(`INSERT INTO booking VALUES ('b', ?1, ?2, 'confirmed', ?3, ?4, ?5)`, id, client, staff, start.UnixMicro(), end.UnixMicro())
	if err == nil {
		_, err = k.db.Exec(`INSERT INTO occupancy VALUES ('b', 'staff', ?2, ?3, ?4, TRUE, ?1)`, id, staff, from, end.UnixMicro())
	}
	for step, due := range map[string]time.Time{
		"receipt": time.Now(), "staff_new": time.Now(), "thanks": end.Add(2 * time.Hour),
		"reminder_24h": start.Add(-24 * time.Hour), "reminder_3h": start.Add(-3 * time.Hour), "reminder_30m": start.Add(-30 * time.Minute),
	} {
		if fault == "forgets "+step {
			continue
		}
		if fault == "delays "+step {
			due = due.Add(time.Minute)
		}
		if err == nil {
			_, err = k.db.Exec(`INSERT INTO message VALUES (?, ?, ?)`, id, step, due.UnixMicro())
		}
	}
	if err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	k.tell("booking.confirmed", id)
	if fault == "names another" {
		staff = "somebody"
	}
	return k.told(id, staff, start, end)
}

func (k *fake) told(id, staff string, start, end time.Time) (int, any) {
	return http.StatusCreated, map[string]any{
		"id": id, "status": "confirmed", "start": start, "end": end, "staff": map[string]string{"id": staff},
	}
}
