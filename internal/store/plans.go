package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/plan"
	"kept/span"
)

// fieldPlan binds what is sealed of an item to its column.
const fieldPlan = "plan_item.detail"

// The ends of all days.
const (
	firstDay = "0000-00-00"
	lastDay  = "9999-99-99"
)

// Plans keeps what is due for clients. Notes and forecasts, which tell how
// somebody lives, are sealed with the client's key.
type Plans struct {
	db    *db.DB
	vault *Vault
	fence Fence
}

var (
	_ plan.Store  = (*Plans)(nil)
	_ plan.Visits = (*Plans)(nil)
)

// NewPlans makes the store of what is due.
func NewPlans(d *db.DB, v *Vault) *Plans { return &Plans{db: d, vault: v, fence: NewFence(d)} }

// detail is the sealed part of an item.
type detail struct {
	Note     string         `json:"note,omitempty"`
	Forecast *plan.Forecast `json:"forecast,omitempty"`
}

// Insert implements plan.Store.
func (s *Plans) Insert(ctx context.Context, i *plan.Item) (bool, error) {
	sealed, err := s.seal(ctx, i)
	if err != nil {
		return false, err
	}
	n, err := queries(ctx, s.db).InsertPlan(ctx, sqlgen.InsertPlanParams{
		BusinessID: string(i.Business), ID: string(i.ID), ClientID: string(i.Client), SubjectID: string(i.Subject),
		ServiceID: string(i.Service), Rule: i.Rule, Origin: string(i.Origin), Kind: string(i.Kind), Step: int64(i.Step),
		Steps: int64(i.Of), DueDay: i.Due.String(), WindowFrom: i.Window.From.String(), WindowTo: i.Window.To.String(),
		SinceDay: dayOrNone(i.Since), Status: string(i.Status), BookingID: string(i.Booking), TellAt: int64(i.TellAt),
		ExpiresAt: int64(i.ExpiresAt), RipeAt: nullable(i.RipeAt()), OfferedAt: nullable(i.OfferedAt), SealedDetail: sealed,
		CreatedAt: int64(i.CreatedAt), UpdatedAt: int64(i.UpdatedAt), Version: i.Version,
	})
	return n > 0, s.db.Fault(err)
}

// Update implements plan.Store.
func (s *Plans) Update(ctx context.Context, i *plan.Item) error {
	sealed, err := s.seal(ctx, i)
	if err != nil {
		return err
	}
	n, err := queries(ctx, s.db).UpdatePlan(ctx, sqlgen.UpdatePlanParams{
		BusinessID: string(i.Business), ID: string(i.ID), Version: i.Version, Kind: string(i.Kind), Step: int64(i.Step),
		Steps: int64(i.Of), DueDay: i.Due.String(), WindowFrom: i.Window.From.String(), WindowTo: i.Window.To.String(),
		SinceDay: dayOrNone(i.Since), Status: string(i.Status), BookingID: string(i.Booking), TellAt: int64(i.TellAt),
		ExpiresAt: int64(i.ExpiresAt), RipeAt: nullable(i.RipeAt()), OfferedAt: nullable(i.OfferedAt), SealedDetail: sealed,
		UpdatedAt: int64(i.UpdatedAt),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "somebody else has just changed this plan; look again")
	}
	i.Version++
	return nil
}

// Delete implements plan.Store.
func (s *Plans) Delete(ctx context.Context, business id.Business, want id.Plan) error {
	n, err := queries(ctx, s.db).DeletePlan(ctx, sqlgen.DeletePlanParams{BusinessID: string(business), ID: string(want)})
	return changed(s.db, n, err, "plan")
}

// Find implements plan.Store.
func (s *Plans) Find(ctx context.Context, business id.Business, want id.Plan) (*plan.Item, error) {
	row, err := queries(ctx, s.db).FindPlan(ctx, sqlgen.FindPlanParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return nil, found(s.db, err, "plan")
	}
	if err := s.fence.Card(ctx, business, id.Client(row.ClientID)); err != nil {
		return nil, found(s.db, err, "plan")
	}
	return s.open(ctx, row)
}

// List implements plan.Store.
func (s *Plans) List(ctx context.Context, business id.Business, f plan.Filter) ([]*plan.Item, error) {
	var out []*plan.Item
	for {
		rows, err := s.rows(ctx, business, f)
		if err != nil {
			return nil, s.db.Fault(err)
		}
		within, err := Only(ctx, s.fence, business, rows, func(r sqlgen.PlanItem) id.Client { return id.Client(r.ClientID) })
		if err != nil {
			return nil, err
		}
		items, err := s.openAll(ctx, within)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		if f.BookedTo != 0 || f.Backward || f.Client != "" {
			return out, nil
		}
		if len(rows) < f.Limit || len(out) >= f.Limit {
			return out[:min(len(out), f.Limit)], nil
		}
		last := rows[len(rows)-1] // what was out of reach made room for more
		f.AfterID = id.Plan(last.ID)
		if f.AfterDue, err = span.ParseDate(last.DueDay); err != nil {
			return nil, err
		}
	}
}

func (s *Plans) rows(ctx context.Context, business id.Business, f plan.Filter) ([]sqlgen.PlanItem, error) {
	q := queries(ctx, s.db)
	if f.BookedTo != 0 {
		return q.BookedClientPlans(ctx, sqlgen.BookedClientPlansParams{
			BusinessID: string(business), ClientID: string(f.Client), FromAt: int64(f.BookedFrom), ToAt: int64(f.BookedTo),
		})
	}
	if f.Client != "" && f.Backward {
		return q.LastClientPlans(ctx, sqlgen.LastClientPlansParams{
			BusinessID: string(business), ClientID: string(f.Client), Count: int32(f.Limit),
		})
	}
	p := sqlgen.ListPlansParams{
		BusinessID: string(business), AfterDay: dayOrNone(f.AfterDue), AfterID: string(f.AfterID),
		FromDay: cmp.Or(dayOrNone(f.From), firstDay), ToDay: cmp.Or(dayOrNone(f.To), lastDay),
		ServiceID: string(f.Service), Status: string(f.Status), Open: f.Open, Waiting: f.Waiting, Count: int32(f.Limit),
	}
	if f.Client == "" {
		return q.ListPlans(ctx, p)
	}
	return q.ListClientPlans(ctx, sqlgen.ListClientPlansParams{
		BusinessID: p.BusinessID, ClientID: string(f.Client), AfterDay: p.AfterDay, AfterID: p.AfterID, FromDay: p.FromDay,
		ToDay: p.ToDay, ServiceID: p.ServiceID, Status: p.Status, Open: p.Open, Waiting: p.Waiting, Count: p.Count,
	})
}

// Touch implements plan.Store. One row, the card's, stands for them all: whoever
// locked the items themselves could meet, behind one that he waited for, another
// that was not there when he began, whose maker waits for him.
func (s *Plans) Touch(ctx context.Context, business id.Business, client id.Client) ([]*plan.Item, error) {
	q := queries(ctx, s.db)
	if err := q.LockClient(ctx, sqlgen.LockClientParams{BusinessID: string(business), ID: string(client)}); err != nil {
		return nil, s.db.Fault(err)
	}
	rows, err := q.OpenPlans(ctx, sqlgen.OpenPlansParams{BusinessID: string(business), ClientID: string(client)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openAll(ctx, rows)
}

// Ripe implements plan.Store.
func (s *Plans) Ripe(ctx context.Context, now span.Instant, limit int) ([]plan.Ref, error) {
	rows, err := queries(ctx, s.db).RipePlans(ctx, sqlgen.RipePlansParams{
		Now: sql.NullInt64{Int64: int64(now), Valid: true}, Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]plan.Ref, len(rows))
	for n, r := range rows {
		out[n] = plan.Ref{Business: id.Business(r.BusinessID), Client: id.Client(r.ClientID), ID: id.Plan(r.ID)}
	}
	return out, nil
}

// NextRipe implements plan.Store.
func (s *Plans) NextRipe(ctx context.Context) (span.Instant, bool, error) {
	at, err := queries(ctx, s.db).NextRipePlan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return span.Instant(at), err == nil, s.db.Fault(err)
}

// Visit implements plan.Visits.
func (s *Plans) Visit(ctx context.Context, business id.Business, want id.Booking) (plan.Visit, error) {
	row, err := queries(ctx, s.db).OneVisit(ctx, sqlgen.OneVisitParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return plan.Visit{}, found(s.db, err, "booking")
	}
	return visitOf(sqlgen.ClientVisitsRow(row))
}

// VisitsOf implements plan.Visits.
func (s *Plans) VisitsOf(ctx context.Context, business id.Business, client id.Client, limit int) ([]plan.Visit, error) {
	rows, err := queries(ctx, s.db).ClientVisits(ctx, sqlgen.ClientVisitsParams{
		BusinessID: string(business), ClientID: string(client), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return visitsOf(rows)
}

// VisitsAfter implements plan.Visits.
func (s *Plans) VisitsAfter(
	ctx context.Context, business id.Business, client id.Client, start span.Instant, last id.Booking, limit int,
) ([]plan.Visit, error) {
	found, err := queries(ctx, s.db).ClientVisitsAfter(ctx, sqlgen.ClientVisitsAfterParams{
		BusinessID: string(business), ClientID: string(client), AfterAt: int64(start), AfterID: string(last), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	rows := make([]sqlgen.ClientVisitsRow, len(found))
	for n, r := range found {
		rows[n] = sqlgen.ClientVisitsRow(r)
	}
	return visitsOf(rows)
}

func visitsOf(rows []sqlgen.ClientVisitsRow) ([]plan.Visit, error) {
	out := make([]plan.Visit, len(rows))
	for n, r := range rows {
		var err error
		if out[n], err = visitOf(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func visitOf(r sqlgen.ClientVisitsRow) (plan.Visit, error) {
	v := plan.Visit{
		Booking: id.Booking(r.ID), Subject: id.Subject(r.SubjectID), Status: r.Status, Start: span.Instant(r.StartAt),
		End: span.Instant(r.EndAt), Zone: r.Zone, Location: id.Location(r.LocationID),
	}
	var b booking.Booking
	var visit visitRow
	if err := decode(r.Items, &visit); err != nil {
		return v, err
	}
	b.Items = visit.Items
	v.Staff = b.Staff()
	for _, item := range b.Items {
		v.Services = append(v.Services, item.Service)
	}
	return v, nil
}

func (s *Plans) openAll(ctx context.Context, rows []sqlgen.PlanItem) ([]*plan.Item, error) {
	out := make([]*plan.Item, len(rows))
	for n, r := range rows {
		var err error
		if out[n], err = s.open(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// open maps a row. The note of somebody erased is gone.
func (s *Plans) open(ctx context.Context, r sqlgen.PlanItem) (*plan.Item, error) {
	i := &plan.Item{
		ID: id.Plan(r.ID), Business: id.Business(r.BusinessID), Client: id.Client(r.ClientID), Subject: id.Subject(r.SubjectID),
		Service: id.Service(r.ServiceID), Rule: r.Rule, Origin: plan.Origin(r.Origin), Kind: plan.Kind(r.Kind),
		Step: int(r.Step), Of: int(r.Steps), Status: plan.Status(r.Status), Booking: id.Booking(r.BookingID),
		TellAt: span.Instant(r.TellAt), ExpiresAt: span.Instant(r.ExpiresAt), OfferedAt: span.Instant(r.OfferedAt.Int64),
		CreatedAt: span.Instant(r.CreatedAt), UpdatedAt: span.Instant(r.UpdatedAt), Version: r.Version,
	}
	for _, day := range []struct {
		text string
		into *span.Date
	}{{r.DueDay, &i.Due}, {r.WindowFrom, &i.Window.From}, {r.WindowTo, &i.Window.To}, {r.SinceDay, &i.Since}} {
		if day.text == "" {
			continue
		}
		var err error
		if *day.into, err = span.ParseDate(day.text); err != nil {
			return nil, fmt.Errorf("store: plan %s: %w", r.ID, err)
		}
	}
	if len(r.SealedDetail) == 0 {
		return i, nil
	}
	key, err := s.vault.Client(ctx, i.Business, i.Client)
	if fault.KindOf(err) == fault.NotFound {
		return i, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := key.OpenString(fieldPlan, r.ID, r.SealedDetail)
	if err != nil {
		return nil, fmt.Errorf("store: plan %s: %w", r.ID, err)
	}
	var d detail
	err = decode(text, &d)
	i.Note, i.Forecast = d.Note, d.Forecast
	return i, err
}

func (s *Plans) seal(ctx context.Context, i *plan.Item) ([]byte, error) {
	if i.Note == "" && i.Forecast == nil {
		return nil, nil
	}
	text, err := encode(detail{i.Note, i.Forecast})
	if err != nil {
		return nil, err
	}
	key, err := s.vault.Client(ctx, i.Business, i.Client)
	if err != nil {
		return nil, err
	}
	return key.SealString(fieldPlan, string(i.ID), text), nil
}

// dayOrNone writes a day, empty for none.
func dayOrNone(d span.Date) string {
	if d == (span.Date{}) {
		return ""
	}
	return d.String()
}
