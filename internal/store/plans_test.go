package store_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/internal/store/storetest"
)

// TestSQLiteReadsGrowingTablesByTheRightIndex asks SQLite how it would run each statement. It never looks at
// the data for that, only at what the schema told it to believe.
func TestSQLiteReadsGrowingTablesByTheRightIndex(t *testing.T) {
	t.Parallel()
	d := openSQLite(t)
	growing := regexp.MustCompile(`^SCAN (b|c|e|o|booking|client|event|lane|message|occupancy|audit_entry)( USING INDEX (event_unnumbered|message_due|message_waiting|audit_entry_fresh))?$`)
	allowed := map[string]string{
		"countOverlaps":       "the doctor reads everything",
		"unnumberedEvents":    "an index of what is new",
		"pendingAudits":       "an index of what is new",
		"hasUnnumberedEvents": "an index of what is new",
		"nextMessage":         "PostgreSQL's, which has an index by time",
		"postponedBusinesses": "every business is asked, by index",
	}
	first := map[string]string{ // where there is a choice
		"postponeMessages":    "message_ahead",
		"requeueMessages":     "message_waiting",
		"dueMessages":         "message_ahead",
		"expireMessages":      "message_ahead",
		"dropMessages":        "message_client",
		"countReminders":      "message_client",
		"listBookingMessages": "message_client",
		"listClientMessages":  "message_client",
		"listMessagesAhead":   "message_ahead",
		"listMessagesPast":    "message_past",
		"listBookings":        "booking_start",
		"listClientBookings":  "booking_client",
		"laneRows":            "sqlite_autoindex_occupancy_1",
		"deleteOccupancy":     "occupancy_source",
		"listEvents":          "event_seq",
		"listAuditEntries":    "sqlite_autoindex_audit_entry_1",
		"listAuditEntriesOf":  "audit_entry_client",
		"listAuditEvents":     "sqlite_autoindex_event_1",
	}
	lastIndex := regexp.MustCompile(`USING (?:COVERING )?INDEX (\w+)`)
	for name, text := range statements(t) {
		plan := explain(t, d.SQL(), text)
		for _, step := range plan {
			if _, ok := allowed[name]; growing.MatchString(step) && (!ok || (!strings.Contains(step, "INDEX") && name != "countOverlaps")) {
				t.Errorf("%s: %s", name, step)
			}
		}
		if want, ok := first[name]; ok {
			got := lastIndex.FindStringSubmatch(strings.Join(plan, "\n"))
			if len(got) < 2 || got[1] != want {
				t.Errorf("%s is not read by %s: %q", name, want, plan)
			}
			delete(first, name)
		}
	}
	if len(first) > 0 {
		t.Errorf("no such statements: %v", first)
	}
	// The lanes of one question are found one by one, not among all of the business.
	plan := explain(t, d.SQL(), statements(t)["laneVersionsOf"])
	want := []string{"(business_id=? AND kind=?)", "(business_id=? AND kind=? AND id=?)"}
	var got []string
	for _, step := range plan {
		if strings.HasPrefix(step, "SEARCH l ") {
			got = append(got, regexp.MustCompile(`\(.*\)`).FindString(step))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("laneVersionsOf: %s", diff)
	}
}

// explain gives the steps of a statement's plan.
func explain(t *testing.T, d *sql.DB, text string) []string {
	t.Helper()
	most := 0
	for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(text, -1) {
		n := 0
		for _, digit := range m[1] {
			n = 10*n + int(digit-'0')
		}
		most = max(most, n)
	}
	rows, err := d.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, most)...)
	storetest.Must(t, err)
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		storetest.Must(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	storetest.Must(t, rows.Err())
	return steps
}
