package app_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// TestHalfSentRequestsSlowNobody leaves many requests unfinished, in the
// header or in the body of a booking, while others book; and sees that who
// does not even finish a header is hung up on.
func TestHalfSentRequestsSlowNobody(t *testing.T) {
	t.Parallel()
	dir := apptest.Folder(t)
	n := apptest.Boot(t, dir, "")
	slots := n.Slots(t, 0, "2026-11-25", "2026-12-18")
	n.Stop(t)
	p := run(t, nil, "--demo", "--data", dir, "--public-rate", "0")
	host := strings.TrimPrefix(p.base, "http://")
	halves := []string{
		"GET /b/lumen-salon HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"POST /api/v1/b/lumen-salon/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"service\":",
		"POST /api/v1/b/lumen-salon/bookings HTTP/1.1\r\nHost: x\r\nIdempotency-Key: %d\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{",
	}
	var slow []net.Conn
	for i := range 300 {
		c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		half := halves[i%len(halves)]
		if strings.Contains(half, "%d") {
			half = fmt.Sprintf(half, i)
		}
		if _, err := io.WriteString(c, half); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	var took []time.Duration
	answers := map[int]int{}
	for i, slot := range slots[:20] {
		begun := time.Now()
		answers[p.ask(t, booking(slot, i)).Status]++
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	if answers[http.StatusCreated] < 5 || answers[http.StatusCreated]+answers[http.StatusConflict] != len(took) { // neighbours overlap
		t.Errorf("the answers are %v", answers)
	}
	if median := took[len(took)/2]; median > time.Second {
		t.Errorf("beside 300 slow ones a booking takes %v", median)
	}
	if err := slow[0].SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, slow[0]); err != nil {
		t.Errorf("half a header is waited for too long: %v", err)
	}
}
