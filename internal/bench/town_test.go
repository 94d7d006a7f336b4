package bench

import (
	"strings"
	"testing"
)

// A copy has a business of its own, and ids of its own where an id is good for one thing.
func TestTownCopiesRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		table   townTable
		columns []string
		want    string
	}{
		{
			townTable{name: "business"},
			[]string{"id", "slug", "zone"},
			"INSERT INTO business (id, slug, zone) SELECT left(x.id, 24) || lpad(to_hex(n), 12, '0'), x.slug || '-' || n, x.zone" +
				" FROM generate_series(1, 9) AS n CROSS JOIN business AS x WHERE x.id = 'b'",
		},
		{
			townTable{name: "lane", anew: map[string]string{"id": "kind = 'client'"}},
			[]string{"business_id", "id"},
			"INSERT INTO lane (business_id, id) SELECT left(x.business_id, 24) || lpad(to_hex(n), 12, '0')," +
				" CASE WHEN x.kind = 'client' THEN overlay(x.id placing lpad(to_hex(n), 5, '0') from 32 for 5) ELSE x.id END" +
				" FROM generate_series(1, 9) AS n CROSS JOIN lane AS x WHERE x.business_id = 'b'",
		},
	} {
		if got := test.table.insert(test.columns, "b", 9); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.table.name, got, test.want)
		}
	}
}

// The town stands: every copy has its bookings and offers what the first one offers.
func TestTownOnPostgres(t *testing.T) {
	t.Parallel()
	var lines, notes strings.Builder
	o := Options{Short: true, Engines: []string{"postgres"}, Works: []string{"w8"}, Bin: built(t), Town: 4}
	if err := Run(t.Context(), o, &lines, &notes); err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	if !strings.Contains(notes.String(), "4 businesses with 1568 bookings") {
		t.Errorf("notes:\n%s", notes.String())
	}
	for _, name := range []string{"w8_postgres ", "w8_cpu_postgres ", "w8_http_postgres "} {
		if !strings.Contains(lines.String(), name) {
			t.Errorf("no line for %s in\n%s", name, lines.String())
		}
	}
}
