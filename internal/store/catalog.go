package store

import (
	"context"

	"kept/catalog"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/money"
)

// fieldStaffEmail binds the sealed address to its column.
const fieldStaffEmail = "staff.email"

// The kinds of things that have texts, and their fields.
const (
	kindBusiness = "business"
	kindLocation = "location"
	kindService  = "service"
	kindStaff    = "staff"
	kindResource = "resource"
	kindRule     = "rule"
	kindForm     = "form"
	kindNotice   = "notice"

	fieldName    = "name"
	fieldAbout   = "about"
	fieldAddress = "address"
	fieldTitle   = "title"
	fieldGroup   = "group"
)

// textKey names one text in all its languages.
type textKey struct{ kind, id, field string }

// reading is the state of reading one business's configuration, one query a table.
type reading struct {
	db       *db.DB
	q        *sqlgen.Queries
	business string
	byKey    map[textKey]catalog.Texts
}

func (r *reading) texts(ctx context.Context) error {
	rows, err := r.q.AllTexts(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	r.byKey = make(map[textKey]catalog.Texts)
	for _, row := range rows {
		k := textKey{row.Kind, row.ID, row.Field}
		if r.byKey[k] == nil {
			r.byKey[k] = catalog.Texts{}
		}
		r.byKey[k][row.Language] = row.Value
	}
	return nil
}

func (r *reading) text(kind, of, field string) catalog.Texts {
	return r.byKey[textKey{kind, of, field}]
}

func (r *reading) catalog(ctx context.Context, vault *Vault) (*catalog.Catalog, error) {
	c := &catalog.Catalog{}
	for _, part := range []func(context.Context, *catalog.Catalog) error{r.locations, r.services, r.resources, r.rules, r.forms, r.notices} {
		if err := part(ctx, c); err != nil {
			return nil, err
		}
	}
	staff, err := r.q.AllStaff(ctx, r.business)
	if err != nil {
		return nil, r.db.Fault(err)
	}
	row, err := r.q.FindBusiness(ctx, r.business) // last: its version says whether all belongs together
	if err != nil {
		return nil, found(r.db, err, "business")
	}
	keys, err := vault.openBusiness(id.Business(row.ID), row.SealedKey)
	if err != nil {
		return nil, err
	}
	if c.Staff, err = r.staff(staff, keys.Key()); err != nil {
		return nil, err
	}
	c.Business = catalog.Business{
		ID: id.Business(row.ID), Slug: row.Slug, Zone: row.Zone, Currency: row.Currency, Language: row.Language,
		Preset: row.Preset, Version: row.ConfigVersion,
		Names: r.text(kindBusiness, row.ID, fieldName), About: r.text(kindBusiness, row.ID, fieldAbout),
	}
	var set settled
	err = decode(row.Terms, &set)
	c.Business.Terms, c.Business.Phone = set.Terms, set.Phone
	return c, err
}

func (r *reading) locations(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllLocations(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		l := &catalog.Location{
			ID: id.Location(row.ID), Position: int(row.Position), Zone: row.Zone, Archived: row.Archived,
			Names: r.text(kindLocation, row.ID, fieldName), Address: r.text(kindLocation, row.ID, fieldAddress),
		}
		if err := decode(row.Travel, &l.Travel); err != nil {
			return err
		}
		c.Locations = append(c.Locations, l)
	}
	return nil
}

func (r *reading) services(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllServices(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		s := &catalog.Service{
			ID: id.Service(row.ID), Position: int(row.Position), IntervalMin: int(row.IntervalMin), EdgeStarts: row.EdgeStarts,
			BufferBeforeMin: int(row.BufferBeforeMin), BufferAfterMin: int(row.BufferAfterMin),
			NoticeMin: int(row.NoticeMin), HorizonDays: int(row.HorizonDays),
			Price: money.Of(row.PriceAmount, row.PriceCurrency), Public: row.Public, Archived: row.Archived,
			Names: r.text(kindService, row.ID, fieldName), About: r.text(kindService, row.ID, fieldAbout),
			Group: r.text(kindService, row.ID, fieldGroup),
		}
		if err := decode(row.Segments, &s.Segments); err != nil {
			return err
		}
		if err := decode(row.Locations, &s.Locations); err != nil {
			return err
		}
		if err := decode(row.Options, &s.ServiceOptions); err != nil {
			return err
		}
		c.Services = append(c.Services, s)
	}
	return nil
}

func (r *reading) staff(rows []sqlgen.Staff, key *secret.Key) ([]*catalog.Staff, error) {
	out := make([]*catalog.Staff, 0, len(rows))
	for _, row := range rows {
		s := &catalog.Staff{
			ID: id.Staff(row.ID), Position: int(row.Position), AllServices: row.AllServices, Color: row.Color,
			Language: row.Language, Archived: row.Archived,
			Names: r.text(kindStaff, row.ID, fieldName), Title: r.text(kindStaff, row.ID, fieldTitle),
		}
		if err := decode(row.Services, &s.Services); err != nil {
			return nil, err
		}
		if err := decode(row.Skills, &s.Skills); err != nil {
			return nil, err
		}
		if err := decode(row.Preferences, &s.Preferences); err != nil {
			return nil, err
		}
		email, err := key.OpenString(fieldStaffEmail, row.ID, row.SealedEmail)
		if err != nil {
			return nil, err
		}
		s.Email = email
		out = append(out, s)
	}
	return out, nil
}

func (r *reading) resources(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllResources(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		c.Resources = append(c.Resources, &catalog.Resource{
			ID: id.Resource(row.ID), Position: int(row.Position), Kind: row.Kind, Units: int(row.Units),
			Location: id.Location(row.LocationID), Archived: row.Archived, Names: r.text(kindResource, row.ID, fieldName),
		})
	}
	return nil
}

func (r *reading) rules(ctx context.Context, c *catalog.Catalog) error {
	rows, err := r.q.AllRules(ctx, r.business)
	if err != nil {
		return r.db.Fault(err)
	}
	for _, row := range rows {
		rule := &catalog.Rule{
			ID: id.Rule(row.ID), Position: int(row.Position), Kind: catalog.RuleKind(row.Kind), Off: row.Off, Archived: row.Archived,
			Names: r.text(kindRule, row.ID, fieldName), About: r.text(kindRule, row.ID, fieldAbout),
		}
		if err := decode(row.Body, &rule.RuleBody); err != nil {
			return err
		}
		c.Rules = append(c.Rules, rule)
	}
	return nil
}
