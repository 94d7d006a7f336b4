package setup

import (
	"context"
	"slices"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/money"
)

// Draft is what a new business is made of.
type Draft struct {
	ID       id.Business // empty: a new one
	Slug     string      // in addresses, for good: lower-case letters, digits and dashes
	Names    catalog.Texts
	About    catalog.Texts
	Phone    string // to call, with its country; empty for none
	Zone     string // IANA
	Currency string // ISO 4217; empty for the usual one of the language
	Language string // en, zh-Hant, ru
	Preset   string // clinic, salon, workshop, blank
	Terms    *catalog.Terms
}

// CreateBusiness founds a business, with keys of its own and nothing in it;
// Furnish fills it. It asks for no permission: the command line, the sign-up
// page and the demo decide who founds. Faults Invalid, and conflict when the
// slug is taken.
func (o *Office) CreateBusiness(ctx context.Context, d Draft) (catalog.Business, error) {
	b := catalog.Business{
		Slug: d.Slug, Names: d.Names, About: d.About, Phone: client.CleanPhone(d.Phone), Zone: d.Zone, Currency: d.Currency, Language: d.Language,
		Preset: d.Preset, Terms: catalog.DefaultTerms(), Version: 1,
	}
	b.Terms.BreakGlass = d.Preset == presetClinic // where somebody's life may hang on it
	if d.Terms != nil {
		b.Terms = *d.Terms
	}
	if b.Currency == "" {
		b.Currency = usualCurrency(b.Language)
	}
	var c fault.Checker
	c.Require(ValidSlug(b.Slug), "slug", "format", "must be 2 to 63 lower-case letters, digits and dashes, with no dash at an end")
	c.Require(slices.Contains(Presets(), b.Preset), "preset", "unknown", "must be one of "+strings.Join(Presets(), ", "))
	checkBusiness(&c, b)
	if err := c.Err(); err != nil {
		return catalog.Business{}, err
	}
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		now := o.Clock.Now()
		if b.ID = d.ID; b.ID == "" {
			b.ID = id.New[id.Business](now.UTC())
		}
		err := o.Businesses.InsertBusiness(ctx, b, now)
		if fault.Is(err, fault.CodeConflict) {
			return fault.Wrap(fault.Conflict, fault.CodeConflict, "there is a business with this address already", err)
		}
		if err != nil {
			return err
		}
		return o.Journal.Append(ctx, event.Event{
			Business: b.ID, Type: event.SettingsChanged, Actor: event.System(), Data: event.Data{Kind: "business", Ref: string(b.ID)},
		})
	})
	if err != nil {
		return catalog.Business{}, err
	}
	return b, nil
}

// Business shows the business. Faults NotFound, Forbidden.
func (o *Office) Business(ctx context.Context, who account.Principal) (catalog.Business, error) {
	setting, err := o.read(ctx, who)
	if err != nil {
		return catalog.Business{}, err
	}
	return setting.Catalog.Business, nil
}

// UpdateBusiness changes names, phone, zone, currency, language and terms. The
// currency can't be changed while services are priced in it. Of whom a second
// factor is asked is said by who manages accounts. Faults Invalid, Forbidden,
// NotFound.
func (o *Office) UpdateBusiness(ctx context.Context, who account.Principal, edit func(*catalog.Business) error) (catalog.Business, error) {
	var b catalog.Business
	err := o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		old := c.setting.Catalog.Business
		b = old
		if err := edit(&b); err != nil {
			return "", "", err
		}
		b.Phone = client.CleanPhone(b.Phone)
		b.ID, b.Slug, b.Preset, b.Version = old.ID, old.Slug, old.Preset, old.Version
		if !slices.Equal(b.Terms.SecondFactor, old.Terms.SecondFactor) && !who.May(account.ManageAccounts) {
			return "", "", fault.New(fault.Forbidden, fault.CodeForbidden, "a second factor is demanded by who manages accounts")
		}
		checkBusiness(&c.checker, b)
		priced := slices.ContainsFunc(c.setting.Catalog.Services, func(s *catalog.Service) bool { return !s.Archived })
		c.checker.Require(b.Currency == old.Currency || !priced, "currency", "in_use", "services are priced in "+old.Currency)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		return "business", string(b.ID), o.Businesses.UpdateBusiness(ctx, b)
	})
	return b, err
}

// mostCodes bounds how many codes a day an owner can allow.
const mostCodes = 100_000

// callable tells whether a cleaned number can be called from anywhere.
func callable(number string) bool {
	return client.ValidPhone(number) && strings.HasPrefix(number, "+") && !strings.HasPrefix(number, "+0")
}

func checkBusiness(c *fault.Checker, b catalog.Business) {
	checkTexts(c, "name", b.Names, true, maxName, false)
	checkTexts(c, "about", b.About, false, maxAbout, true)
	c.Require(b.Phone == "" || callable(b.Phone), "phone", "country", "is no phone number with its country, as +49 30 901820")
	c.Require(validZone(b.Zone), "zone", "unknown", "is no time zone")
	c.Require(money.ValidCurrency(b.Currency), "currency", "format", "must be three capital letters")
	c.Require(slices.Contains(Languages(), b.Language), "language", "unknown", "must be one of "+strings.Join(Languages(), ", "))
	c.Range("terms.hold_min", int64(b.Terms.HoldMin), 1, maxHold)
	c.Range("terms.cancel_cutoff_min", int64(b.Terms.CancelCutoffMin), 0, maxNotice)
	c.Range("terms.move_cutoff_min", int64(b.Terms.MoveCutoffMin), 0, maxNotice)
	c.Range("terms.overflow", int64(b.Terms.Overflow), 0, 1)
	c.Range("terms.wait_min", int64(b.Terms.WaitMin), 0, maxBuffer)
	c.Require(b.Terms.Aim == "" || slices.Contains(catalog.Aims(), b.Terms.Aim), "terms.aim", "unknown", "is no aim")
	c.Range("terms.hide_above", int64(b.Terms.HideAbove), 0, maxPercent)
	c.Range("terms.codes_a_day", int64(b.Terms.CodesADay), 0, mostCodes)
	for i, word := range b.Terms.SecondFactor {
		role := account.Role(word)
		c.Require(role.Valid() && role != account.Integration, "terms.second_factor", "unknown", "is no role of people")
		c.Require(!slices.Contains(b.Terms.SecondFactor[:i], word), "terms.second_factor", "twice", "names a role twice")
	}
	proofs := []string{"", catalog.ProofNew, catalog.ProofAlways}
	c.Require(slices.Contains(proofs, b.Terms.Proof), "terms.proof", "unknown", "must be never, new or always")
	contacts := []string{client.ContactAny, client.ContactEmail, client.ContactPhone, client.ContactBoth}
	c.Require(slices.Contains(contacts, b.Terms.Contact), "terms.contact", "unknown", "must be one of "+strings.Join(contacts, ", "))
}

// ValidSlug tells whether a text can be the address of a business.
func ValidSlug(s string) bool {
	if len(s) < 2 || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) < 0
}

// usualCurrency guesses from the language; the owner can change it as long as nothing has a price.
func usualCurrency(language string) string {
	switch language {
	case "zh-Hant":
		return "TWD"
	case "ru":
		return "RUB"
	default:
		return "EUR"
	}
}
