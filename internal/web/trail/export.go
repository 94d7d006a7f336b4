package trail

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"time"

	"kept/account"
	"kept/audit"
	"kept/internal/dossier"
	"kept/internal/web"
)

// exportAtOnce is how many lines are read at once.
const exportAtOnce = 500

// export writes the record as a file. That it was asked for is recorded
// before the first line leaves.
func (d *Desk) export(
	w http.ResponseWriter, r *http.Request, p account.Principal, f audit.Filter, format string, zone *time.Location,
) {
	ctx := r.Context()
	err := d.Trail.Record(ctx, p.Business, audit.Entry{Actor: p.Actor(), Action: audit.AuditExported, Client: f.Client})
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // it takes as long as it is long
	var out writer = &jsonLines{to: json.NewEncoder(w), zone: zone}
	kind := "application/jsonl"
	if format == "csv" {
		out, kind = &table{to: csv.NewWriter(w), zone: zone}, "text/csv; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.`+format+`"`)
	if out.begin() != nil {
		return
	}
	n := d.namer(p.Business)
	for f.Limit = exportAtOnce; ; {
		page, err := d.Trail.List(ctx, p.Business, f)
		for i := 0; err == nil && i < len(page.Lines); i++ {
			var l line
			if l, err = n.named(ctx, page.Lines[i]); err == nil {
				err = out.line(l)
			}
		}
		if err != nil {
			// The answer has begun: cut it off, so that nobody takes the half for the whole.
			panic(http.ErrAbortHandler)
		}
		if f.Before = page.Next; f.Before == "" {
			return
		}
	}
}

// writer writes lines of one format.
type writer interface {
	begin() error
	line(l line) error
}

type jsonLines struct {
	to   *json.Encoder
	zone *time.Location
}

func (j *jsonLines) begin() error      { return nil }
func (j *jsonLines) line(l line) error { return j.to.Encode(bodyOf(l, j.zone)) }

type table struct {
	to   *csv.Writer
	zone *time.Location
}

func (t *table) begin() error {
	return t.write("id", "at", "kind", "action", "actor_kind", "actor_id", "actor_name", "from",
		"client_id", "client_name", "booking", "ref", "detail", "reason")
}

func (t *table) line(l line) error {
	b := bodyOf(l, t.zone)
	return t.write(b.ID, l.At.In(t.zone).Format(time.RFC3339), b.Kind, b.Action, b.Actor.Kind, b.Actor.ID, b.Actor.Name, b.From,
		b.Client.ID, b.Client.Name, b.Booking, b.Ref, b.Detail, b.Reason)
}

func (t *table) write(cells ...string) error {
	for i, c := range cells {
		cells[i] = dossier.Cell(c)
	}
	err := t.to.Write(cells)
	t.to.Flush()
	if err == nil {
		err = t.to.Error()
	}
	return err
}
