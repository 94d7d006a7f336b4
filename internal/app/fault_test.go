package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/internal/app/apptest"
	"kept/internal/config"
)

func listen() (net.Listener, error) {
	return net.Listen("tcp", "127.0.0.1:0")
}

func booking(s apptest.Slot, n int) apptest.Request {
	return apptest.Request{Method: http.MethodPost, Path: "/b/lumen-salon/bookings", Body: map[string]any{
		"service": s.Service, "start": s.Start, "staff": s.Staff,
		"client": map[string]any{
			"name": fmt.Sprintf("Zerlina Canary %d", n), "email": fmt.Sprintf("canary%d@seldom.example", n), "phone": fmt.Sprintf("+4930231257%03d", n),
		},
	}}
}

// Killed in the middle of a burst, the program has every booking that it
// acknowledged, with its messages, and nothing twice on a lane.
func TestKilledInABurst(t *testing.T) {
	t.Parallel()
	dir := apptest.Folder(t)
	n := apptest.Boot(t, dir, "")
	slots := n.Slots(t, 0, "2026-11-25", "2026-12-18")
	n.Stop(t)
	p := run(t, nil, "--demo", "--data", dir)
	var mu sync.Mutex
	var acknowledged []string
	half := make(chan struct{})
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := worker; i < len(slots); i += 8 {
				a := p.ask(t, booking(slots[i], i))
				if a.Status == 0 || a.Status >= http.StatusInternalServerError {
					return // it is dead
				}
				mu.Lock()
				if a.Status == http.StatusCreated {
					if acknowledged = append(acknowledged, a.Text("id")); len(acknowledged) == 25 {
						close(half)
					}
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-half:
	case <-time.After(20 * time.Second):
		t.Fatal("no 25 bookings")
	}
	_ = p.Process.Kill()
	<-p.done
	all.Wait()

	begun := time.Now()
	again := run(t, nil, "--demo", "--data", dir)
	if a := again.ask(t, apptest.Request{Path: "/b/lumen-salon"}); a.Status != http.StatusOK || time.Since(begun) > 15*time.Second { // one alone; tests share the machine
		t.Errorf("restarted after %v with %d", time.Since(begun), a.Status)
	}
	_ = again.Process.Kill()
	<-again.done
	d, err := apptest.OpenSQL(filepath.Join(dir, "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	count := func(query string, args ...any) (n int) {
		t.Helper()
		if err := d.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, id := range acknowledged {
		if count("SELECT count(*) FROM booking WHERE id = $1", id) != 1 || count("SELECT count(*) FROM occupancy WHERE source_id = $1", id) == 0 {
			t.Errorf("booking %s was acknowledged and is lost", id)
		}
		if n := count("SELECT count(*) FROM message WHERE booking_id = $1 AND step IN ('receipt', 'reminder_24h', 'staff_new')", id); n < 3 {
			t.Errorf("booking %s has %d of its messages", id, n)
		}
	}
	if n := count(`SELECT count(*) FROM occupancy a JOIN occupancy b ON a.business_id = b.business_id AND a.lane_kind = b.lane_kind
		AND a.lane_id = b.lane_id AND a.rowid < b.rowid AND a.start_at < b.end_at AND b.start_at < a.end_at WHERE a.exclusive AND b.exclusive`); n != 0 {
		t.Errorf("%d rows overlap", n)
	}
	nowhere(t, dir, "Zerlina", "canary", "seldom.example", "30231257")
}

// nowhere looks for words in all files of a folder.
func nowhere(t *testing.T, dir string, canaries ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // SQLite's helpers come and go with connections
			return nil
		}
		for _, word := range canaries {
			if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(word))) {
				t.Errorf("%q stands in %s", word, f.Name())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Fifty want one slot: one has it, nobody sees an error of ours.
func TestRaceForOneSlot(t *testing.T) {
	t.Parallel()
	for name, boot := range map[string]func(testing.TB, ...func(*config.Serve)) *apptest.Node{"sqlite": apptest.SQLite, "postgres": apptest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := boot(t)
			slots := n.Slots(t, 0, "2026-11-25", "2026-12-02")
			base := n.Listen(t)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}
			answers := make([]apptest.Answer, 50)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i] = booking(slots[0], i).Over(t, client, base) })
			}
			all.Wait()
			seen := map[int]int{}
			for _, a := range answers {
				if seen[a.Status]++; a.Status != http.StatusCreated && a.Status != http.StatusConflict {
					t.Errorf("%d %s", a.Status, a.Body)
				}
			}
			if seen[http.StatusCreated] != 1 || seen[http.StatusConflict] != 49 {
				t.Errorf("answers: %v", seen)
			}
		})
	}
}
