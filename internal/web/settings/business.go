package settings

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/internal/i18n"
	"kept/internal/web/form"
	"kept/internal/web/view"
)

// index is what there is to set for whoever asks.
func (p *Pages) index(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", "")
	if err != nil {
		return err
	}
	m, c := view.SettingsModel{Staff: f}, t.Set.Catalog
	add := func(need account.Action, key, path, icon string, count int) {
		if !t.Who.May(need) {
			return
		}
		s := view.SettingsSection{Title: t.P.T("settings." + key), Line: t.P.T("settings." + key + "_line"), Href: t.at(path), Icon: icon}
		if count > 0 {
			s.Count = t.P.Number(count)
		}
		m.Sections = append(m.Sections, s)
	}
	add(account.WriteSettings, "services", "/services", "list", len(active(c.Services, func(s *catalog.Service) bool { return s.Archived })))
	add(account.WriteSettings, "staff", "/staff", "people", len(active(c.Staff, func(s *catalog.Staff) bool { return s.Archived })))
	add(account.WriteSettings, "resources", "/resources", "box", len(active(c.Resources, func(r *catalog.Resource) bool { return r.Archived })))
	add(account.WriteSettings, "locations", "/locations", "place", len(active(c.Locations, func(l *catalog.Location) bool { return l.Archived })))
	add(account.WriteTimeOff, "time_off", "/time-off", "sun", 0)
	add(account.ReadSettings, "calendars", "/calendars", "calendar", 0)
	add(account.WriteSettings, "rules", "/rules", "rule", len(active(c.Rules, func(r *catalog.Rule) bool { return r.Archived })))
	add(account.WriteSettings, "forms", "/forms", "mail", len(active(c.Forms, func(f *catalog.Form) bool { return f.Archived })))
	add(account.WriteSettings, "notices", "/notices", "check", len(active(c.Notices, func(n *catalog.Notice) bool { return n.Archived })))
	add(account.WriteSettings, "blocks", "/blocks", "lock", 0)
	add(account.WriteSettings, "business", "/business", "settings", 0)
	if t.Who.May(account.ManageAccounts) {
		m.Sections = append(m.Sections,
			view.SettingsSection{Title: t.P.T("team.title"), Line: t.P.T("team.section_line"), Href: t.Root() + "/team", Icon: "people"},
			view.SettingsSection{Title: t.P.T("keys.title"), Line: t.P.T("keys.section_line"), Href: t.Root() + "/keys", Icon: "lock"})
	}
	if t.Who.May(account.ManageChain) {
		m.Sections = append(m.Sections, view.SettingsSection{Title: t.P.T("chain.title"), Line: t.P.T("chain.section_line"), Href: t.at("/chain"), Icon: "people"})
	}
	if t.Who.May(account.ManagePrivacy) {
		m.Sections = append(m.Sections, view.SettingsSection{Title: t.P.T("privacy.title"), Line: t.P.T("privacy.line"), Href: t.Root() + "/privacy", Icon: "list"})
	}
	if t.Who.May(account.ReadAudit) {
		m.Sections = append(m.Sections, view.SettingsSection{Title: t.P.T("audit.title"), Line: t.P.T("audit.line"), Href: t.Root() + "/audit", Icon: "check"})
	}
	if len(m.Sections) == 0 {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "there is nothing that you may set")
	}
	return t.Show(view.SettingsPage(m), http.StatusOK)
}

// business is the business itself and its terms.
func (p *Pages) business(t *turn) error {
	b, err := p.Office.Business(t.Ctx(), t.Who)
	if err != nil {
		return err
	}
	return p.edit(t, editor{
		heading: t.P.T("settings.business"), back: t.home(), at: "/business", said: "saved", texts: []string{"name", "about"},
		stands: fillBusiness(b).Values, draw: t.drawBusiness, path: func(name string) string { return trimmed(name, "terms.") },
		read: func(in *form.Input) func(context.Context) error {
			apply := readBusiness(in)
			second := t.readSecond(in)
			return func(ctx context.Context) error {
				_, err := p.Office.UpdateBusiness(ctx, t.Who, func(b *catalog.Business) error {
					apply(b)
					second(b)
					return nil
				})
				return err
			}
		},
	})
}

func fillBusiness(b catalog.Business) values {
	v := filling()
	v.texts("name", b.Names)
	v.texts("about", b.About)
	v.text("phone", b.Phone)
	v.text("zone", b.Zone)
	v.text("language", b.Language)
	v.number("hold_min", b.Terms.HoldMin)
	v.span("cancel_cutoff_min", b.Terms.CancelCutoffMin)
	v.span("move_cutoff_min", b.Terms.MoveCutoffMin)
	v.text("contact", b.Terms.Contact)
	v.yes("client_overlap", b.Terms.ClientOverlap)
	v.yes("approval", b.Terms.Approval)
	v.yes("overflow", b.Terms.Overflow > 0)
	v.counted("wait_min", b.Terms.WaitMin)
	v.text("aim", string(b.Terms.Aim))
	v.counted("hide_above", b.Terms.HideAbove)
	v.yes("break_glass", b.Terms.BreakGlass)
	v.counted("codes_a_day", b.Terms.CodesADay)
	v.Values["second_factor"] = b.Terms.SecondFactor
	v.text("proof", cmp.Or(b.Terms.Proof, proofNever))
	return v
}

func (t *turn) drawBusiness(s *form.Sheet) []view.Group {
	zone := s.Text("zone", s.T("location.zone")).In(view.Half).Needed().Hinted(s.T("location.zone_hint", "example", t.Set.Catalog.Business.Zone))
	zone.Known = t.zones()
	contacts := []string{client.ContactAny, client.ContactEmail, client.ContactPhone, client.ContactBoth}
	clients := view.Group{Legend: s.T("terms.clients")}
	clients.Fields = append(clients.Fields, spanFields(s, "cancel_cutoff_min", s.T("terms.cancel"))...)
	clients.Fields = append(clients.Fields, spanFields(s, "move_cutoff_min", s.T("terms.move"))...)
	clients.Fields = append(clients.Fields,
		s.Choice("contact", s.T("terms.contact"), form.Options(contacts, func(c string) string { return s.T("terms.contact_" + c) })).In(view.Half),
		s.Choice("proof", s.T("terms.proof"), form.Options(proofs(), func(c string) string { return s.T("terms.proof_" + c) })).Hinted(s.T("terms.proof_hint")),
		s.Number("codes_a_day", s.T("terms.codes")).In(view.Half).Opt().Hinted(s.T("terms.codes_hint")),
		s.Minutes("hold_min", s.T("terms.hold")).In(view.Half).Hinted(s.T("terms.hold_hint")),
		s.Tick("approval", s.T("terms.approval")).Hinted(s.T("terms.approval_hint")),
		s.Tick("client_overlap", s.T("terms.overlap")),
	)
	return []view.Group{
		{Legend: s.T("terms.house"), Fields: slices.Concat(
			s.Texts("name", s.T("terms.name"), false, true), s.Texts("about", s.T("terms.about"), true, false),
			[]view.Field{s.Text("phone", s.T("terms.phone")).Opt().Hinted(s.T("terms.phone_hint"))},
		)},
		{Fields: []view.Field{
			s.Choice("language", s.T("terms.language"), form.Options(i18n.Languages(), i18n.NameOf)).In(view.Half), zone,
		}},
		clients,
		{Legend: s.T("terms.times"), Fields: []view.Field{
			s.Choice("aim", s.T("service.aim"), form.Options(catalog.Aims(), func(a catalog.Aim) string { return s.T("aim." + string(a)) })),
			s.Minutes("wait_min", s.T("terms.wait")).In(view.Half).Opt().Hinted(s.T("terms.wait_hint")),
			s.Number("hide_above", s.T("terms.hide")).In(view.Half).Of("%").Opt().Hinted(s.T("terms.hide_hint")),
			s.Tick("overflow", s.T("terms.overflow")).Hinted(s.T("terms.overflow_hint")),
		}},
		{Legend: s.T("terms.staff"), Fields: append([]view.Field{
			s.Tick("break_glass", s.T("terms.break_glass")).Hinted(s.T("terms.break_glass_hint")),
		}, t.secondFields(s)...)},
	}
}

// roles are those of people, of whom a second factor can be asked.
func roles() []account.Role {
	return []account.Role{account.Owner, account.Manager, account.Reception, account.Staff, account.Accountant}
}

// secondFields ask of whom a second factor is demanded: of who may say so alone.
func (t *turn) secondFields(s *form.Sheet) []view.Field {
	if !t.Who.May(account.ManageAccounts) {
		return nil
	}
	options := form.Options(roles(), func(r account.Role) string { return s.T("role." + string(r)) })
	return []view.Field{s.Ticks("second_factor", s.T("terms.second"), options).Hinted(s.T("terms.second_hint"))}
}

// readSecond reads them; what somebody was not asked stays.
func (t *turn) readSecond(in *form.Input) func(*catalog.Business) {
	if !t.Who.May(account.ManageAccounts) {
		return func(*catalog.Business) {}
	}
	chosen := slices.Clone(in.Values["second_factor"])
	return func(b *catalog.Business) { b.Terms.SecondFactor = chosen }
}

// mostCodes bounds how many codes a day an owner can allow.
const mostCodes = 100_000

// proofNever is what the form says for nobody.
const proofNever = "never"

func proofs() []string { return []string{proofNever, catalog.ProofNew, catalog.ProofAlways} }

func readBusiness(in *form.Input) func(*catalog.Business) {
	const mostCutoff = 525_600
	names, about, phone, zone, language := in.Texts("name"), in.Texts("about"), in.Text("phone"), in.Text("zone"), in.Text("language")
	terms := catalog.Terms{
		HoldMin: in.Int("hold_min", 1, mostMinutes), CancelCutoffMin: readSpan(in, "cancel_cutoff_min", mostCutoff),
		MoveCutoffMin: readSpan(in, "move_cutoff_min", mostCutoff), Contact: in.Text("contact"), ClientOverlap: in.Yes("client_overlap"),
		Approval: in.Yes("approval"), WaitMin: in.Int("wait_min", 0, mostBuffer), Aim: catalog.Aim(in.Text("aim")),
		HideAbove: in.Int("hide_above", 0, 1000), Proof: in.Text("proof"), CodesADay: in.Int("codes_a_day", 0, mostCodes),
	}
	if in.Yes("overflow") {
		terms.Overflow = 1
	}
	glass := in.Yes("break_glass")
	if terms.Proof == proofNever {
		terms.Proof = ""
	}
	return func(b *catalog.Business) {
		b.Terms.Proof, b.Terms.CodesADay = terms.Proof, terms.CodesADay
		b.Names, b.About, b.Phone, b.Zone, b.Language = names, about, phone, zone, language
		b.Terms.HoldMin, b.Terms.CancelCutoffMin, b.Terms.MoveCutoffMin = terms.HoldMin, terms.CancelCutoffMin, terms.MoveCutoffMin
		b.Terms.BreakGlass = glass
		b.Terms.Contact, b.Terms.ClientOverlap, b.Terms.Approval = terms.Contact, terms.ClientOverlap, terms.Approval
		b.Terms.Overflow, b.Terms.WaitMin, b.Terms.Aim, b.Terms.HideAbove = terms.Overflow, terms.WaitMin, terms.Aim, terms.HideAbove
	}
}
