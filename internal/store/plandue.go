package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/message"
	"kept/plan"
	"kept/span"
)

// DuePlans answers for the messages that tell clients what is due.
type DuePlans struct {
	db       *db.DB
	plans    *Plans
	clients  *Clients
	settings *Settings
	zones    span.Zones
}

var _ message.Cause = (*DuePlans)(nil)

// NewDuePlans makes the reader of what is due.
func NewDuePlans(p *Plans, c *Clients, s *Settings) *DuePlans {
	return &DuePlans{db: p.db, plans: p, clients: c, settings: s}
}

// Still implements message.Cause.
func (s *DuePlans) Still(ctx context.Context, r message.Ref) (bool, error) {
	status, err := queries(ctx, s.db).TouchPlan(ctx, sqlgen.TouchPlanParams{BusinessID: string(r.Business), ID: r.Anchor})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return status == string(plan.Offered), s.db.Fault(err)
}

// Visit implements message.Cause.
func (s *DuePlans) Visit(ctx context.Context, m message.Message) (message.Visit, error) {
	i, err := s.plans.Find(ctx, m.Business, id.Plan(m.Anchor))
	if err != nil {
		return message.Visit{}, err
	}
	setting, err := s.settings.Load(ctx, m.Business, 0)
	if err != nil {
		return message.Visit{}, err
	}
	all := setting.Catalog
	service, ok := all.Service(i.Service)
	if !ok || service.Archived || i.Status != plan.Offered {
		return message.Visit{}, fault.Missing("plan")
	}
	zone, err := s.zones.Load(all.Business.Zone)
	if err != nil {
		return message.Visit{}, err
	}
	v := message.Visit{
		Business: m.Business, Slug: all.Business.Slug, House: all.Business.Names, Language: all.Business.Language,
		Start: i.Due.Start(zone), Zone: all.Business.Zone, Services: []catalog.Texts{service.Names}, Words: map[string]string{},
	}
	who, likes, err := s.clients.Head(ctx, m.Business, m.Client)
	if v.Gone = err != nil && fault.KindOf(err) == fault.NotFound; v.Gone {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Client = who.Name
	if v.Recipient, err = s.clients.reach(ctx, m.Business, who, "", ""); err != nil {
		return v, err
	}
	v.Recipient.Likes = likes.Preferences
	if v.Words["subject"], err = s.subject(ctx, i); err != nil {
		return v, err
	}
	v.Path = path(all, service, likes.Preferences)
	return v, nil
}

// subject names whom or what it is due for; empty for the client, and for what has no name.
func (s *DuePlans) subject(ctx context.Context, i *plan.Item) (string, error) {
	if i.Subject == "" {
		return "", nil
	}
	list, err := s.clients.Subjects(ctx, i.Business, i.Client)
	for _, one := range list {
		if one.ID == i.Subject {
			return one.Name, err
		}
	}
	return "", err
}

// path leads to the times of the service, with whom the client likes best; to
// the business's page, where the service is not sold to the public.
func path(all *catalog.Catalog, service *catalog.Service, likes client.Preferences) string {
	to := "/b/" + all.Business.Slug
	if !service.Public {
		return to
	}
	q := url.Values{"service": {string(service.ID)}}
	for _, staff := range likes.Staff {
		if m, ok := all.StaffMember(staff); ok && m.Leads(service) {
			q.Set("staff", string(staff))
			break
		}
	}
	return to + "?" + q.Encode()
}
