package view_test

import "kept/internal/web/view"

// settings are the pages of the owner's settings: a form with every sort of
// field, rows in rows and faults, and a list.
func (m maker) settings() []sample {
	s := m.staff("settings")
	s.Settings = true
	word := func(key string) string { return m.p.T(key) }
	options := []view.Option{{Value: "a", Text: word("aim.even"), Chosen: true}, {Value: "b", Text: word("aim.same")}}
	fault := m.p.T("form.number", "least", "1", "most", "1440")
	part := view.Group{
		Legend: m.p.T("segment.n", "n", 1),
		Fields: []view.Field{
			view.Field{Name: "part.0.min", Label: word("segment.duration"), Kind: view.FieldNumber, Value: "x", Fault: fault}.In(view.Half).Of(word("unit.min")).Needed(),
			view.Field{Name: "part.0.who", Label: word("segment.who"), Kind: view.FieldChoice, Options: options}.In(view.Half),
		},
		Rows: []view.Rows{{
			Name: "part.0.skill", Tight: true, Add: word("staff.add_skill"), Remove: word("staff.remove_skill"),
			Items: []view.Group{{Legend: m.p.T("staff.skill_n", "n", 1), Fields: []view.Field{
				view.Field{Name: "part.0.skill.0.word", Label: word("need.skill"), Known: []string{"1", "2"}}.In(view.Half).Opt(),
			}}},
		}},
		More: []view.Group{{Legend: word("segment.buffers"), Hint: word("segment.buffers_hint"), Folded: true, Fields: []view.Field{
			{Name: "part.0.before", Label: word("buffer.before"), Kind: view.FieldNumber},
		}}},
	}
	form := view.SettingsForm{
		Staff: s, Heading: word("service.new"), Line: word("rule.line"), Back: view.Link{Text: word("settings.services"), Href: "/app/lumen/settings/services"},
		Links: []view.Link{{Text: word("hours.of_staff"), Href: "/app/lumen/settings/hours"}}, Action: "/app/lumen/settings/services/new",
		Hidden: []view.Pair{{Name: "key", Value: "k"}}, Errors: view.Errors{{Field: "part.0.min", Text: fault}}, Save: word("settings.save"),
		End: &view.Ending{Summary: word("service.end"), Line: word("service.end_line"), Button: word("service.end_yes"), Action: "/app/lumen/x"},
		Groups: []view.Group{
			{Legend: word("service.names"), ID: "names", Hint: word("rule.scope_hint"), Fields: []view.Field{
				{Name: "name", Label: word("service.name"), Required: true, Size: view.Tongue},
				{Name: "about", Label: word("service.about_text"), Kind: view.FieldArea, Size: view.Tongue},
				{Name: "price", Label: word("service.price"), Kind: view.FieldMoney, Unit: "€", Size: view.Tongue},
				{Name: "on", Label: word("rule.on"), Kind: view.FieldTick, Value: "yes", Hint: word("service.edges_hint")},
				{Name: "all", Label: word("rule.scope"), Kind: view.FieldTicks, Options: options},
				view.Field{Name: "from", Label: word("off.from"), Kind: view.FieldDate}.In(view.Half),
				view.Field{Name: "at", Label: word("hours.from"), Kind: view.FieldClock}.In(view.Half).Silent(),
				view.Field{Name: "when", Label: word("rule.when"), Kind: view.FieldCode, Value: "1 < 2"}.Hinted(word("rule.bad")),
			}},
			{Rows: []view.Rows{{
				Name: "part", Legend: word("service.segments"), Sorted: true, Add: word("segment.add"), Remove: word("segment.remove"),
				Items: []view.Group{part}, Also: []view.Doing{{Text: word("rows.up"), Do: view.DoCopy + "a>b"}},
			}, {Name: "none", None: word("hours.closed"), Tight: true, Legend: word("hours.exceptions")}}},
		},
		Below: view.RuleWords(*m.p, []view.RuleWord{{Name: "&&", Type: word("rule.type_true_or_false")}}),
	}
	list := view.SettingsList{
		Staff: s, Heading: word("settings.staff"), Add: view.Link{Text: word("staff.add"), Href: "/x"},
		Groups: []view.SettingsRows{{Heading: word("settings.rules"), Rows: []view.SettingsRow{
			{Name: m.t.user, Line: word("staff.all"), Href: "/x", Hue: "plum", Chip: view.Chip{Text: word("rule.off"), Tone: view.Quiet}},
		}}},
	}
	none := view.SettingsList{Staff: s, Heading: word("settings.rules"), None: word("rule.none"), NoneLn: word("rule.none_line")}
	first := view.SettingsModel{Staff: s, Sections: []view.SettingsSection{
		{Title: word("settings.services"), Line: word("settings.services_line"), Count: "12", Href: "/x", Icon: "list"},
	}}
	return []sample{
		{"settings", view.SettingsPage(first)},
		{"settings-form", view.SettingsFormPage(form)},
		{"settings-list", view.SettingsListPage(list)},
		{"settings-none", view.SettingsListPage(none)},
	}
}
