package store

import (
	"context"

	"kept/catalog"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/schedule"
	"kept/span"
)

// Setup writes what owners set. Every method works in the caller's
// transaction; reading back is Settings' part.
type Setup struct {
	db    *db.DB
	vault *Vault
}

// NewSetup makes the store of settings.
func NewSetup(d *db.DB, v *Vault) *Setup { return &Setup{db: d, vault: v} }

// settled is what stands in the column of terms: they, and what came to a
// business later and needs no column of its own.
type settled struct {
	catalog.Terms

	Phone string `json:"phone,omitempty"`
}

// InsertBusiness makes a business with keys of its own; fault conflict when
// the slug is taken.
func (s *Setup) InsertBusiness(ctx context.Context, b catalog.Business, at span.Instant) error {
	wrapped, _, err := s.vault.master.NewBusiness(string(b.ID))
	if err != nil {
		return err
	}
	terms, err := encode(settled{b.Terms, b.Phone})
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertBusiness(ctx, sqlgen.InsertBusinessParams{
		ID: string(b.ID), Slug: b.Slug, Zone: b.Zone, Currency: b.Currency, Language: b.Language, Preset: b.Preset,
		Terms: terms, SealedKey: wrapped, CreatedAt: int64(at),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.businessTexts(ctx, b)
}

// UpdateBusiness writes all that may change of a business.
func (s *Setup) UpdateBusiness(ctx context.Context, b catalog.Business) error {
	terms, err := encode(settled{b.Terms, b.Phone})
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateBusiness(ctx, sqlgen.UpdateBusinessParams{
		ID: string(b.ID), Zone: b.Zone, Currency: b.Currency, Language: b.Language, Terms: terms,
	})
	if err = changed(s.db, rows, err, "business"); err != nil {
		return err
	}
	return s.businessTexts(ctx, b)
}

func (s *Setup) businessTexts(ctx context.Context, b catalog.Business) error {
	return s.texts(ctx, b.ID, kindBusiness, string(b.ID), map[string]catalog.Texts{fieldName: b.Names, fieldAbout: b.About})
}

// Bump raises the version of a business's configuration. It comes first in
// every transaction that changes settings: whoever raised it is alone with
// them until the transaction ends.
func (s *Setup) Bump(ctx context.Context, business id.Business) (int64, error) {
	v, err := queries(ctx, s.db).BumpConfig(ctx, string(business))
	return v, found(s.db, err, "business")
}

// Businesses lists identifiers by slug, after a slug; empty to begin.
func (s *Setup) Businesses(ctx context.Context, after string, limit int) ([]id.Business, []string, error) {
	rows, err := queries(ctx, s.db).ListBusinesses(ctx, sqlgen.ListBusinessesParams{Slug: after, Limit: int32(limit)})
	if err != nil {
		return nil, nil, s.db.Fault(err)
	}
	var ids []id.Business
	var slugs []string
	for _, r := range rows {
		ids, slugs = append(ids, id.Business(r.ID)), append(slugs, r.Slug)
	}
	return ids, slugs, nil
}

// texts replaces all texts of a thing.
func (s *Setup) texts(ctx context.Context, business id.Business, kind, of string, fields map[string]catalog.Texts) error {
	q := queries(ctx, s.db)
	err := q.DeleteTexts(ctx, sqlgen.DeleteTextsParams{BusinessID: string(business), Kind: kind, ID: of})
	if err != nil {
		return s.db.Fault(err)
	}
	for field, texts := range fields {
		for language, value := range texts {
			if value == "" {
				continue
			}
			if err := q.InsertText(ctx, sqlgen.InsertTextParams{
				BusinessID: string(business), Kind: kind, ID: of, Field: field, Language: language, Value: value,
			}); err != nil {
				return s.db.Fault(err)
			}
		}
	}
	return nil
}

// InsertLocation writes a new location.
func (s *Setup) InsertLocation(ctx context.Context, business id.Business, l *catalog.Location) error {
	travel, err := encodeMap(l.Travel)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertLocation(ctx, sqlgen.InsertLocationParams{
		BusinessID: string(business), ID: string(l.ID), Position: int64(l.Position), Zone: l.Zone, Travel: travel, Archived: l.Archived,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.locationTexts(ctx, business, l)
}

// UpdateLocation writes a location anew; fault NotFound.
func (s *Setup) UpdateLocation(ctx context.Context, business id.Business, l *catalog.Location) error {
	travel, err := encodeMap(l.Travel)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateLocation(ctx, sqlgen.UpdateLocationParams{
		BusinessID: string(business), ID: string(l.ID), Position: int64(l.Position), Zone: l.Zone, Travel: travel, Archived: l.Archived,
	})
	if err = changed(s.db, rows, err, "location"); err != nil {
		return err
	}
	return s.locationTexts(ctx, business, l)
}

func (s *Setup) locationTexts(ctx context.Context, business id.Business, l *catalog.Location) error {
	return s.texts(ctx, business, kindLocation, string(l.ID), map[string]catalog.Texts{fieldName: l.Names, fieldAddress: l.Address})
}

// InsertService writes a new service.
func (s *Setup) InsertService(ctx context.Context, business id.Business, v *catalog.Service) error {
	segments, locations, options, err := serviceLists(v)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertService(ctx, sqlgen.InsertServiceParams{
		BusinessID: string(business), ID: string(v.ID), Position: int64(v.Position), Segments: segments,
		IntervalMin: int64(v.IntervalMin), EdgeStarts: v.EdgeStarts,
		BufferBeforeMin: int64(v.BufferBeforeMin), BufferAfterMin: int64(v.BufferAfterMin),
		NoticeMin: int64(v.NoticeMin), HorizonDays: int64(v.HorizonDays),
		PriceAmount: v.Price.Amount, PriceCurrency: v.Price.Currency, Locations: locations, Public: v.Public, Archived: v.Archived,
		Options: options,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.serviceTexts(ctx, business, v)
}

// UpdateService writes a service anew; fault NotFound.
func (s *Setup) UpdateService(ctx context.Context, business id.Business, v *catalog.Service) error {
	segments, locations, options, err := serviceLists(v)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateService(ctx, sqlgen.UpdateServiceParams{
		BusinessID: string(business), ID: string(v.ID), Position: int64(v.Position), Segments: segments,
		IntervalMin: int64(v.IntervalMin), EdgeStarts: v.EdgeStarts,
		BufferBeforeMin: int64(v.BufferBeforeMin), BufferAfterMin: int64(v.BufferAfterMin),
		NoticeMin: int64(v.NoticeMin), HorizonDays: int64(v.HorizonDays),
		PriceAmount: v.Price.Amount, PriceCurrency: v.Price.Currency, Locations: locations, Public: v.Public, Archived: v.Archived,
		Options: options,
	})
	if err = changed(s.db, rows, err, "service"); err != nil {
		return err
	}
	return s.serviceTexts(ctx, business, v)
}

func serviceLists(v *catalog.Service) (segments, locations, options string, err error) {
	if segments, err = encodeList(v.Segments); err != nil {
		return "", "", "", err
	}
	if locations, err = encodeList(v.Locations); err != nil {
		return "", "", "", err
	}
	options, err = encode(v.ServiceOptions)
	return segments, locations, options, err
}

func (s *Setup) serviceTexts(ctx context.Context, business id.Business, v *catalog.Service) error {
	return s.texts(ctx, business, kindService, string(v.ID), map[string]catalog.Texts{
		fieldName: v.Names, fieldAbout: v.About, fieldGroup: v.Group,
	})
}

// InsertStaff writes a new staff member, the e-mail address sealed with the business's key.
func (s *Setup) InsertStaff(ctx context.Context, business id.Business, m *catalog.Staff) error {
	services, skills, preferences, sealed, err := s.staffParts(ctx, business, m)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertStaff(ctx, sqlgen.InsertStaffParams{
		BusinessID: string(business), ID: string(m.ID), Position: int64(m.Position), Services: services,
		AllServices: m.AllServices, Skills: skills, Color: m.Color, Language: m.Language, SealedEmail: sealed, Archived: m.Archived,
		Preferences: preferences,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.staffTexts(ctx, business, m)
}

// UpdateStaff writes a staff member anew; fault NotFound.
func (s *Setup) UpdateStaff(ctx context.Context, business id.Business, m *catalog.Staff) error {
	services, skills, preferences, sealed, err := s.staffParts(ctx, business, m)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateStaff(ctx, sqlgen.UpdateStaffParams{
		BusinessID: string(business), ID: string(m.ID), Position: int64(m.Position), Services: services,
		AllServices: m.AllServices, Skills: skills, Color: m.Color, Language: m.Language, SealedEmail: sealed, Archived: m.Archived,
		Preferences: preferences,
	})
	if err = changed(s.db, rows, err, "staff"); err != nil {
		return err
	}
	return s.staffTexts(ctx, business, m)
}

func (s *Setup) staffParts(
	ctx context.Context, business id.Business, m *catalog.Staff,
) (services, skills, preferences string, email []byte, err error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return "", "", "", nil, err
	}
	if services, err = encodeList(m.Services); err != nil {
		return "", "", "", nil, err
	}
	if skills, err = encodeList(m.Skills); err != nil {
		return "", "", "", nil, err
	}
	preferences, err = encode(m.Preferences)
	return services, skills, preferences, keys.Key().SealString(fieldStaffEmail, string(m.ID), m.Email), err
}

func (s *Setup) staffTexts(ctx context.Context, business id.Business, m *catalog.Staff) error {
	return s.texts(ctx, business, kindStaff, string(m.ID), map[string]catalog.Texts{fieldName: m.Names, fieldTitle: m.Title})
}

// InsertResource writes a new resource.
func (s *Setup) InsertResource(ctx context.Context, business id.Business, r *catalog.Resource) error {
	err := queries(ctx, s.db).InsertResource(ctx, sqlgen.InsertResourceParams{
		BusinessID: string(business), ID: string(r.ID), Position: int64(r.Position), Kind: r.Kind, Units: int64(r.Units),
		LocationID: string(r.Location), Archived: r.Archived,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.texts(ctx, business, kindResource, string(r.ID), map[string]catalog.Texts{fieldName: r.Names})
}

// UpdateResource writes a resource anew; fault NotFound.
func (s *Setup) UpdateResource(ctx context.Context, business id.Business, r *catalog.Resource) error {
	rows, err := queries(ctx, s.db).UpdateResource(ctx, sqlgen.UpdateResourceParams{
		BusinessID: string(business), ID: string(r.ID), Position: int64(r.Position), Kind: r.Kind, Units: int64(r.Units),
		LocationID: string(r.Location), Archived: r.Archived,
	})
	if err = changed(s.db, rows, err, "resource"); err != nil {
		return err
	}
	return s.texts(ctx, business, kindResource, string(r.ID), map[string]catalog.Texts{fieldName: r.Names})
}

// PutLocationHours replaces the hours of a location; none at all deletes them.
func (s *Setup) PutLocationHours(ctx context.Context, business id.Business, of id.Location, h schedule.Hours) error {
	return s.putHours(ctx, business, kindLocation, string(of), h)
}

// PutStaffHours replaces the hours of a staff member; none at all deletes them.
func (s *Setup) PutStaffHours(ctx context.Context, business id.Business, of id.Staff, h schedule.Hours) error {
	return s.putHours(ctx, business, kindStaff, string(of), h)
}
