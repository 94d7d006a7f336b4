// Package dossier packs everything that is kept about a client into a file to
// hand over: a zip with
//
//	data.json        every table, by name, its rows as objects
//	tables/NAME.csv  the same, for people who open it in a spreadsheet
//	visits.ics       the visits, for a calendar
//	files/ID         documents, as they were brought in
//
// A spreadsheet runs what begins like a formula, and what a client typed may
// begin so: such cells are written with an apostrophe in front, in the CSV
// files alone. The names inside are ours, never typed.
package dossier

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"kept/internal/ical"
	"kept/privacy"
	"kept/span"
)

// ContentType is what the file is.
const ContentType = "application/zip"

// Names gives what ids stand for: services.
type Names func(kind, id string) string

// Write writes the file. name gives the words for a service of a visit.
func Write(to io.Writer, d privacy.Dossier, host string, name Names) error {
	z := zip.NewWriter(to)
	if err := writeJSON(z, d); err != nil {
		return err
	}
	for _, s := range d.Sheets {
		if len(s.Rows) == 0 {
			continue
		}
		if err := writeCSV(z, s); err != nil {
			return err
		}
	}
	if err := writeVisits(z, d, host, name); err != nil {
		return err
	}
	for _, f := range d.Files {
		w, err := z.Create("files/" + f.Document)
		if err != nil {
			return fmt.Errorf("dossier: %w", err)
		}
		if _, err := w.Write(f.Data); err != nil {
			return fmt.Errorf("dossier: %w", err)
		}
	}
	return z.Close()
}

func writeJSON(z *zip.Writer, d privacy.Dossier) error {
	tables := make(map[string][]map[string]any, len(d.Sheets))
	for _, s := range d.Sheets {
		rows := make([]map[string]any, len(s.Rows))
		for i, r := range s.Rows {
			rows[i] = make(map[string]any, len(r))
			for j, v := range r {
				rows[i][s.Columns[j]] = legible(s.Columns[j], v)
			}
		}
		tables[s.Table] = rows
	}
	w, err := z.Create("data.json")
	if err != nil {
		return fmt.Errorf("dossier: %w", err)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{"business": d.Business, "client": d.Client, "tables": tables})
}

// legible writes instants as people and programs read them: columns that end
// so hold microseconds.
func legible(column string, v any) any {
	n, ok := v.(int64)
	if !ok || column != "at" && !strings.HasSuffix(column, "_at") {
		return v
	}
	if n == 0 {
		return nil
	}
	return span.Instant(n).String()
}

func writeCSV(z *zip.Writer, s privacy.Sheet) error {
	w, err := z.Create("tables/" + s.Table + ".csv")
	if err != nil {
		return fmt.Errorf("dossier: %w", err)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // else spreadsheets take it for another script
		return fmt.Errorf("dossier: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(s.Columns); err != nil {
		return fmt.Errorf("dossier: %w", err)
	}
	for _, r := range s.Rows {
		cells := make([]string, len(r))
		for i, v := range r {
			cells[i] = Cell(text(legible(s.Columns[i], v)))
		}
		if err := c.Write(cells); err != nil {
			return fmt.Errorf("dossier: %w", err)
		}
	}
	c.Flush()
	return c.Error()
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		return fmt.Sprint(v)
	}
}

// Cell makes a text harmless as a cell of a spreadsheet: what would begin a
// formula, or hides that it does, gets an apostrophe in front.
func Cell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// writeVisits writes the bookings as a calendar.
func writeVisits(z *zip.Writer, d privacy.Dossier, host string, name Names) error {
	sheet := d.Table("booking")
	cal := ical.Calendar{Method: ical.Publish, Name: "Kept"}
	for _, r := range sheet.Rows {
		at := func(column string) string { return text(sheet.Value(r, column)) }
		number := func(column string) int64 { n, _ := sheet.Value(r, column).(int64); return n }
		cal.Visits = append(cal.Visits, ical.Visit{
			UID: at("id") + "@" + host, Sequence: int(number("sequence")), Stamp: span.Instant(number("updated_at")),
			Start: span.Instant(number("start_at")), End: span.Instant(number("end_at")),
			Summary: name("service", at("service_id")), Cancelled: at("status") == "cancelled" || at("status") == "declined",
		})
	}
	raw, err := cal.Encode()
	if err != nil {
		return err
	}
	w, err := z.Create("visits.ics")
	if err != nil {
		return fmt.Errorf("dossier: %w", err)
	}
	_, err = w.Write(raw)
	return err
}
