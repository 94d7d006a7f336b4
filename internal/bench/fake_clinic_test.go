package bench

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tell tells the fake's screens, all but those that a fault forgets.
func (k *fake) tell(event, booking string) {
	for i, s := range k.screens {
		if k.fault == "forgets a screen" && i == 1 {
			continue
		}
		s <- fmt.Sprintf("id: 1\nevent: %s\ndata: {\"seq\":1,\"booking\":%q}\n\n", event, booking)
		if k.fault == "tells twice" {
			s <- fmt.Sprintf("id: 1\nevent: %s\ndata: {\"seq\":1,\"booking\":%q}\n\n", event, booking)
		}
	}
}

// stream is what one screen hears.
func (k *fake) stream(w http.ResponseWriter, r *http.Request) {
	news := make(chan string, 10_000)
	k.mu.Lock()
	k.screens = append(k.screens, news)
	k.mu.Unlock()
	flush := w.(http.Flusher).Flush
	fmt.Fprint(w, ": fake\n\n")
	flush()
	for {
		select {
		case one := <-news:
			fmt.Fprint(w, one)
			flush()
		case <-r.Context().Done():
			return
		}
	}
}

// move moves a booking, unless its staff have no time then.
func (k *fake) move(id string, start time.Time) (int, any) {
	var staff string
	var was int64
	if err := k.db.QueryRow(`SELECT staff_id, start_at FROM booking WHERE id = ?`, id).Scan(&staff, &was); err != nil {
		return http.StatusNotFound, err.Error()
	}
	if !k.free(staff, start) {
		return http.StatusConflict, map[string]string{"code": "slot_taken"}
	}
	end := start.Add(visitMin * time.Minute)
	if k.fault != "moves nothing" {
		k.booked[staff] = slices.DeleteFunc(k.booked[staff], func(t time.Time) bool { return t.UnixMicro() == was })
		k.booked[staff] = append(k.booked[staff], start)
		for _, query := range []string{
			`UPDATE booking SET start_at = ?, end_at = ? WHERE id = ?`, `UPDATE occupancy SET start_at = ?, end_at = ? WHERE source_id = ?`,
		} {
			if _, err := k.db.Exec(query, start.UnixMicro(), end.UnixMicro(), id); err != nil {
				return http.StatusInternalServerError, err.Error()
			}
		}
	}
	k.tell("booking.moved", id)
	_, answer := k.told(id, staff, start, end)
	return http.StatusOK, answer
}

// serves says what a staff member performs from now on.
func (k *fake) serves(staff string, services []string) int {
	if _, err := k.db.Exec(`UPDATE staff SET services = ? WHERE id = ?`, strings.Join(services, " "), staff); err != nil {
		return http.StatusInternalServerError
	}
	return http.StatusOK
}
