package dossier_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept/internal/dossier"
	"kept/privacy"
)

func sample() privacy.Dossier {
	return privacy.Dossier{
		Business: "b", Client: "c",
		Sheets: []privacy.Sheet{
			{Table: "client", Columns: []string{"id", "name", "phone", "created_at"}, Rows: [][]any{
				{"c", "=HYPERLINK(\"http://evil\")", "+4930123456", int64(1_795_348_800_000_000)},
			}},
			{Table: "booking", Columns: []string{"id", "start_at", "end_at", "service_id", "status", "sequence", "updated_at", "note"}, Rows: [][]any{
				{"one", int64(1_795_348_800_000_000), int64(1_795_352_400_000_000), "cut", "confirmed", int64(0), int64(1_795_348_800_000_000), "-1+1"},
				{"two", int64(1_795_348_800_000_000), int64(1_795_352_400_000_000), "cut", "cancelled", int64(1), int64(1_795_348_800_000_000), nil},
			}},
			{Table: "fact", Columns: []string{"id"}},
		},
		Files: []privacy.File{{Document: "d1", Data: []byte("PDF")}},
	}
}

func unpack(t *testing.T, d privacy.Dossier) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := dossier.Write(&b, d, "kept.example", func(_, id string) string { return "Service " + id }); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(raw)
	}
	return out
}

func TestEverythingIsInIt(t *testing.T) {
	t.Parallel()
	files := unpack(t, sample())
	var all struct {
		Client string
		Tables map[string][]map[string]any
	}
	if err := json.Unmarshal([]byte(files["data.json"]), &all); err != nil {
		t.Fatal(err)
	}
	if all.Client != "c" || len(all.Tables) != 3 || all.Tables["client"][0]["name"] != "=HYPERLINK(\"http://evil\")" ||
		all.Tables["client"][0]["created_at"] != "2026-11-22T12:00:00Z" {
		t.Errorf("the JSON is %+v", all)
	}
	if files["files/d1"] != "PDF" {
		t.Error("the document is not in it")
	}
	if _, ok := files["tables/fact.csv"]; ok {
		t.Error("an empty table has a file")
	}
	cal := files["visits.ics"]
	for _, want := range []string{"UID:one@kept.example", "SUMMARY:Service cut", "DTSTART:20261122T120000Z", "STATUS:CANCELLED"} {
		if !strings.Contains(cal, want) {
			t.Errorf("no %s in\n%s", want, cal)
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	files := unpack(t, sample())
	for name, raw := range files {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(raw, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s: %q runs", name, cell)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		got := dossier.Cell(s)
		if got != s && got != "'"+s || got != "" && strings.ContainsAny(got[:1], "=+-@\t\r\n") {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
