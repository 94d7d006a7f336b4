package view_test

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kept/internal/i18n"
	"kept/internal/web/view"
	"kept/money"
)

// A tongue is what a business says in one language; the samples are made of it.
type tongue struct {
	house, line, place, anna, mira, jonas, nia, tom     string
	cut, colour, group, about, policy, warning, allergy string
	note, regular, zone, user                           string
	money                                               string
}

func tongues() map[string]tongue {
	return map[string]tongue{
		i18n.English: {
			"Lumen Salon", "Torstraße 88, Berlin · open until 20:00", "Torstraße 88, Berlin", "Anna Krüger", "Mira Bach", "Jonas Thal", "Nia Sommer", "Tom Becker",
			"Cut", "Colour & cut", "Hair", "Wash, colour, cut and finish.", "Free to move or cancel until Tue 3 March, 10:30.", "PPD allergy: ammonia-free colour only", "PPD allergy",
			"Quiet chair, please", "Regular since 2023 · 18 visits · every 6 weeks", "Berlin", "Lea Sander", "EUR",
		},
		i18n.Chinese: {
			"安禾診所", "台北市大安區信義路四段 · 營業至 20:00", "台北市大安區信義路四段 1 號", "陳安娜", "林美惠", "張建國", "王小明", "李大華",
			"洗牙", "根管治療", "牙科", "包含檢查、麻醉與治療。", "3月3日 週二 10:30 前可免費改期或取消。", "對盤尼西林過敏", "盤尼西林過敏",
			"希望安靜一點", "2023 年起的老顧客 · 18 次 · 每 6 週", "台北", "周雅婷", "TWD",
		},
		i18n.Russian: {
			"Мотор-сервис", "Москва, ул. Лесная, 5 · открыто до 20:00", "Москва, ул. Лесная, 5", "Анна Орлова", "Мира Белова", "Иван Тихонов", "Нина Соколова", "Тимур Беков",
			"Замена масла", "Диагностика подвески и развал-схождение", "Обслуживание", "Осмотр, замеры и регулировка на стенде.", "До вт, 3 марта, 10:30 можно бесплатно перенести или отменить.", "Только оригинальные запчасти", "Только оригинал",
			"Позвоните заранее", "Клиент с 2023 года · 18 визитов · раз в 6 недель", "Москва", "Лев Санин", "RUB",
		},
	}
}

// A sample is one page as it may look on some day.
type sample struct {
	name string
	page templ.Component
}

// maker makes the samples of one language.
type maker struct {
	p *i18n.Printer
	t tongue
}

func samples(lang string) []sample {
	m := maker{i18n.For(lang), tongues()[lang]}
	var out []sample
	out = append(out, m.booking()...)
	out = append(out, m.managing()...)
	out = append(out, m.doors()...)
	out = append(out, m.desk()...)
	out = append(out, m.settings()...)
	return append(out, m.cards()...)
}

func day(n int) time.Time      { return time.Date(2026, time.March, n, 10, 30, 0, 0, time.UTC) }
func (m maker) now() time.Time { return day(4) }

func (m maker) money(amount int64) string {
	if m.t.money != "EUR" {
		amount *= 40
	}
	return m.p.MoneyShort(money.Of(amount, m.t.money))
}

func (m maker) page(path string) view.Page { return view.Page{P: *m.p, Path: path} }

func (m maker) brand() view.Brand {
	return view.Brand{Name: m.t.house, Line: m.t.line, Href: "/b/lumen"}
}

func (m maker) visit() view.Visit {
	return view.Visit{
		Service: m.t.colour, Staff: m.t.anna, Day: m.p.Date(day(4)), Time: "10:30", Until: "12:45", Duration: m.p.Duration(135),
		Price: m.money(6800), Place: m.t.place, PlaceHref: "https://www.openstreetmap.org/", OtherZone: m.p.T("visit.yours", "time", "12:30"),
	}
}

func (m maker) zoneNote() string { return m.p.T("zone.ahead", "by", m.p.Duration(120)) }

func (m maker) picker() view.Picker {
	k := view.Picker{
		Staff: []view.StaffChoice{
			{Href: "/b/lumen?service=1"},
			{Name: m.t.anna, Href: "/b/lumen?service=1&staff=a", Chosen: true},
			{Name: m.t.mira, Href: "/b/lumen?service=1&staff=m"},
			{Name: m.t.jonas, Href: "/b/lumen?service=1&staff=j"},
		},
		Month: m.p.MonthYear(day(4)), Next: "/b/lumen?service=1&date=2026-03-09", DayTitle: m.p.DateLong(day(4)),
		ZoneNote: m.zoneNote(), Waitlist: "/b/lumen/waitlist",
	}
	for i, free := range []int{0, 25, 80, 60, 5, 0, 0} {
		d := day(2 + i)
		one := view.Day{Weekday: m.p.WeekdayShort(d), Number: strconv.Itoa(d.Day()), Label: m.p.DateLong(d), Free: free, Chosen: i == 2, Today: i == 2}
		if free > 0 {
			one.Href = "/b/lumen?service=1&date=" + d.Format(time.DateOnly)
		}
		k.Days = append(k.Days, one)
	}
	k.Times = []view.TimeGroup{
		{Name: m.p.T("part.morning"), Times: []view.TimeChoice{
			{Time: "09:15", Price: m.money(6800), Href: "/x?at=1"},
			{Time: "10:30", Price: m.money(6800), Tag: m.p.T("slot.usual"), Chosen: true, Href: "/x?at=2"},
			{Time: "11:45", Price: m.money(6100), Saving: true, Note: m.p.T("slot.quiet"), Tag: m.p.T("slot.best_fit"), TagFit: true, Href: "/x?at=3"},
		}},
		{Name: m.p.T("part.afternoon"), Times: []view.TimeChoice{
			{Time: "13:00", Price: m.money(6800), Href: "/x?at=4"},
			{Time: "14:15", Price: m.money(6800), Href: "/x?at=5"},
			{Time: "15:30", Price: m.money(6800), Href: "/x?at=6"},
			{Time: "17:45", Price: m.money(7400), Href: "/x?at=7"},
		}},
	}
	return k
}

func (m maker) bar() *view.GoBar {
	return &view.GoBar{Line: m.p.DateTime(day(4)), Sub: m.t.colour + " · " + m.t.anna, Action: "/b/lumen/hold", Hidden: []view.Pair{{Name: "start", Value: "2026-03-04T10:30:00+01:00"}}}
}

func (m maker) booking() []sample {
	services := []view.ServiceGroup{
		{Name: m.t.group, Services: []view.ServiceChoice{
			{Name: m.t.colour, Description: m.t.about, Duration: m.p.Duration(135), Price: m.money(6800), Href: "/b/lumen?service=1"},
			{Name: m.t.cut, Duration: m.p.Duration(45), Price: m.money(3900), Href: "/b/lumen?service=2"},
		}},
		{Services: []view.ServiceChoice{{Name: m.t.cut + " +", Description: m.t.about, Duration: m.p.Duration(60), Price: m.money(4500), Href: "/b/lumen?service=3"}}},
	}
	places := []view.PlaceChoice{{Name: "88", Address: m.t.place, Href: "/b/lumen?location=1", Chosen: true}, {Name: "12", Address: m.t.place, Href: "/b/lumen?location=2"}}
	full := m.picker()
	full.Times, full.NextFree = nil, view.Link{Text: m.p.Date(day(9)), Href: "/b/lumen?date=2026-03-09"}
	full.Others = []view.TimeChoice{{Time: "09:15", Note: m.p.Date(day(5)), Price: m.money(6800), Href: "/x?at=9"}, {Time: "17:45", Note: m.p.Date(day(5)), Href: "/x?at=10"}}
	open := m.visit()
	open.Day, open.Time, open.Price = "", "", ""
	page := m.page("/b/lumen?service=1")
	details := view.DetailsModel{
		Page: page, Brand: m.brand(), Back: "/b/lumen?service=1", Visit: m.visit(), Policy: m.t.policy, Action: "/b/lumen/book",
		Hidden:    []view.Pair{{Name: "hold", Value: "h"}, {Name: "key", Value: "k"}},
		Consents:  []view.Consent{{Name: "consent", Text: m.p.T("form.consent_service"), Href: "/b/lumen/privacy", Required: true}, {Name: "offers", Text: m.p.T("form.consent_offers")}},
		Questions: []view.Question{{Name: "q1", Label: m.t.allergy, Options: []view.Option{{Value: "a", Text: m.t.cut}, {Value: "b", Text: m.t.colour, Chosen: true}}}},
		HeldUntil: "10:42", HeldSeconds: 480,
	}
	wrong := details
	wrong.Form = view.ContactForm{Name: m.t.nia, Email: "nia@", NeedEmail: true}
	wrong.Errors = view.Errors{{Field: "email", Text: m.p.T("form.email_wrong")}, {Field: "consent", Text: m.p.T("form.consent_needed")}}
	done := view.DoneModel{
		Page: page, Brand: m.brand(), Visit: m.visit(), SentTo: "nia@example.org", FreeUntil: m.p.DateTime(day(3)), ICS: "/m/t.ics", Manage: "/m/t", Again: "/b/lumen",
	}
	requested := done
	requested.Requested = true
	return []sample{
		{"services", view.ServicesPage(view.ServicesModel{Page: m.page("/b/lumen"), Brand: m.brand(), Locations: places, Groups: services})},
		{"services-else", view.ServicesPage(view.ServicesModel{Page: m.page("/b/lumen"), Brand: m.brand(), Groups: services, Chosen: m.chosen(1), Times: "/b/lumen?service=cut"})},
		{"services-none", view.ServicesPage(view.ServicesModel{Page: m.page("/b/lumen"), Brand: m.brand()})},
		{"times", view.TimesPage(view.TimesModel{Page: page, Brand: m.brand(), Back: "/b/lumen", Visit: m.visit(), Policy: m.t.policy, Picker: m.picker(), Go: m.bar()})},
		{"times-several", view.TimesPage(view.TimesModel{Page: page, Brand: m.brand(), Back: "/b/lumen", Visit: m.visit(), Policy: m.t.policy, Picker: m.picker(), Chosen: m.chosen(2)})},
		{"times-taken", view.TimesPage(view.TimesModel{Page: page, Brand: m.brand(), Back: "/b/lumen", Visit: open, Picker: full, Notice: page.TakenNotice()})},
		{"details", view.DetailsPage(details)},
		{"details-wrong", view.DetailsPage(wrong)},
		{"done", view.DonePage(done)},
		{"done-requested", view.DonePage(requested)},
	}
}

func (m maker) managing() []sample {
	base := view.ManageModel{
		Page: m.page("/m/token"), Brand: m.brand(), Visit: m.visit(), Status: "confirmed", Hidden: []view.Pair{{Name: "key", Value: "k"}},
		Confirm: "/m/token/confirm", Move: "/m/token/move", Cancel: "/m/token/cancel", AskCancel: "/m/token?cancel=1", Keep: "/m/token", Policy: m.t.policy, ICS: "/m/token.ics",
	}
	asking, said, gone := base, base, base
	asking.Asking = true
	said.Confirm, said.Confirmed, said.Notice = "", true, view.Notice{Text: m.p.T("manage.moved"), Tone: view.Good}
	gone.Status, gone.Confirm, gone.Move, gone.AskCancel, gone.ICS, gone.Policy, gone.Again = "cancelled", "", "", "", "", "", "/b/lumen"
	return []sample{
		{"manage", view.ManagePage(base)},
		{"manage-ask", view.ManagePage(asking)},
		{"manage-moved", view.ManagePage(said)},
		{"manage-cancelled", view.ManagePage(gone)},
		{"move", view.MovePage(view.MoveModel{Page: m.page("/m/token/move"), Brand: m.brand(), Visit: m.visit(), Back: "/m/token", Policy: m.t.policy, Picker: m.picker(), Go: m.bar()})},
	}
}

func (m maker) doors() []sample {
	options := []view.Option{{Value: "a", Text: m.p.T("preset.clinic"), Chosen: true}, {Value: "b", Text: m.p.T("preset.salon")}}
	out := []sample{
		{"sign-in", view.SignInPage(view.SignInModel{
			Page: m.page("/"), Action: "/sign-in", Email: "lea@example.org", Error: m.p.T("sign_in.wrong"),
			Demo: []view.DemoLogin{{Business: m.t.house, Email: "owner@lumen.example", Password: "p"}},
		})},
		{"sign-up", view.SignUpPage(view.SignUpModel{
			Page: m.page("/"), Action: "/sign-up", Presets: options, Zones: []view.Option{{Value: "Z", Text: m.t.zone}}, Languages: []view.Option{{Value: "L", Text: m.t.zone}},
			Currencies: []view.Option{{Value: "C", Text: m.t.money}}, Errors: view.Errors{{Field: "name", Text: m.p.T("form.name_needed")}},
		})},
		{"businesses", view.BusinessesPage(view.BusinessesModel{Page: m.page("/"), User: m.t.user, SignOut: "/sign-out", Businesses: []view.BusinessChoice{
			{Name: m.t.house, Role: m.p.T("role.owner"), Line: m.t.place, Href: "/app/lumen"},
		}})},
		{"inbox", view.InboxPage(view.InboxModel{
			Page: m.page("/demo/inbox"), Now: m.p.DateTime(day(4)), Advance: "/demo/clock", NextDue: m.p.RelativeTime(day(5), m.now()), Moved: m.p.N("inbox.moved", 4),
			Filters: []view.Filter{{Text: m.p.T("inbox.all"), Href: "/demo/inbox", Count: 12, Chosen: true}, {Text: m.t.house, Href: "/demo/inbox?b=1", Count: 4}},
			Messages: []view.InboxItem{{
				Business: m.t.house, To: m.t.nia, Address: "nia@example.org", Channel: m.p.T("channel.email"), When: m.p.DateTime(day(4)), Step: m.p.T("step.reminder_24h"),
				Subject: m.t.colour, Body: m.t.about + "\n\nhttps://example.org/m/token.",
			}}, Home: "/",
		})},
		{"inbox-none", view.InboxPage(view.InboxModel{Page: m.page("/demo/inbox"), Now: m.p.DateTime(day(4)), Advance: "/demo/clock"})},
	}
	for _, status := range []int{403, 404, 409, 410, 413, 422, 429, 500, 503} {
		out = append(out, sample{"error-" + strconv.Itoa(status), view.ErrorPage(view.ErrorModel{Page: m.page("/x"), Status: status, Wait: 90, Home: "/", Trace: "7f3a"})})
	}
	return out
}

func (m maker) staff(here string) view.Staff {
	return view.Staff{
		Page: m.page("/app/lumen/" + here), Business: m.t.house, Slug: "lumen", Here: here, User: m.t.user, Role: m.p.T("role.owner"), SignOut: "/sign-out",
		Switch: "/businesses", Waiting: 2, Demo: "/demo/inbox",
	}
}

func (m maker) rows() []view.BookingRow {
	chip := func(status string) view.Chip { return view.StatusChip(*m.p, status) }
	return []view.BookingRow{
		{Time: "09:00", Until: "09:45", Service: m.t.cut, Client: m.t.tom, Staff: m.t.mira, Price: m.money(3900), Chip: chip("completed"), Href: "/app/lumen/bookings/1"},
		{Time: "10:30", Until: "12:45", Service: m.t.colour, Client: m.t.nia, Staff: m.t.anna, Price: m.money(6800), Warning: m.t.warning, Chip: chip("checked_in"), Href: "/app/lumen/bookings/2", Now: true},
		{Time: "14:00", Until: "14:45", Service: m.t.cut, Client: m.t.tom, Staff: m.t.jonas, Price: m.money(3900), Chip: chip("confirmed"), Href: "/app/lumen/bookings/3"},
	}
}

func (m maker) messageRows() []view.MessageRow {
	row := func(step, status, reason string) view.MessageRow {
		return view.MessageRow{
			When: m.p.RelativeTime(day(5), m.now()), Step: m.p.T("step." + step), Recipient: m.t.nia, Channel: m.p.T("channel.email"), About: m.t.colour,
			Chip: view.MessageChip(*m.p, status), Reason: reason, Href: "/app/lumen/bookings/2",
		}
	}
	return []view.MessageRow{row("reminder_24h", "planned", ""), row("receipt", "sent", ""), row("moved", "failed", m.p.T("reason.refused")), row("thanks", "due", m.p.T("reason.no_channel"))}
}

func (m maker) bookingCard() view.BookingModel {
	return view.BookingModel{
		Staff: m.staff("calendar"), Client: m.t.nia, ClientHref: "/app/lumen/clients/1", ClientLine: m.t.regular, Warning: m.t.warning,
		Chip: view.StatusChip(*m.p, "confirmed"), Visit: m.visit(), Attendance: m.p.T("booking.said_yes", "when", m.p.DateTime(day(3))), Note: m.t.note,
		Contacts: []view.Contact{{Label: m.p.T("form.phone"), Text: "+49 30 901820", Href: "tel:+4930901820"}},
		Actions:  []view.Action{{Do: "check_in", Href: "/a/1"}, {Do: "complete", Href: "/a/2", Amount: "68"}, {Do: "no_show", Href: "/a/3"}, {Do: "cancel", Href: "/a/4"}},
		Move:     "/app/lumen/bookings/2/move", Back: "/app/lumen/calendar",
		History: m.history(), Messages: m.messageRows()[:2],
	}
}

func (m maker) history() []view.TimelineItem {
	return []view.TimelineItem{
		{Title: m.t.colour, Line: m.p.RelativeTime(day(5), m.now()), Tone: view.Good, Href: "/app/lumen/bookings/2"},
		{Title: m.t.cut, Line: m.p.DateIn(day(-40), m.now()) + " · " + m.t.anna, Tone: view.Quiet},
		{Title: m.t.cut, Line: m.p.DateIn(day(-400), m.now()), Tone: view.Bad},
	}
}

func (m maker) calendar() view.CalendarModel {
	return view.CalendarModel{
		Staff: m.staff("calendar"), Title: m.p.DateLong(day(4)), Date: "2026-03-04", Prev: "/app/lumen/calendar?date=2026-03-03", Next: "/app/lumen/calendar?date=2026-03-05",
		Today: "/app/lumen/calendar", Views: view.CalendarViews{Day: "/app/lumen/calendar?view=day", Week: "/app/lumen/calendar?view=week", List: "/app/lumen/calendar?view=list"},
		New: "/app/lumen/new", Search: "/app/lumen/clients", Feed: "/feed?lang=" + m.p.Lang(), Move: "/app/lumen/calendar/move", From: "08:00", To: "20:00",
		People: []view.Option{{Text: m.p.T("picker.anyone"), Chosen: true}, {Value: "a", Text: m.t.anna}},
		Lists:  []view.DayList{{Name: m.t.anna, Line: m.p.N("calendar.count", 3), Rows: m.rows()}, {Name: m.t.jonas}},
	}
}

func (m maker) desk() []sample {
	today := view.TodayModel{
		Staff: m.staff("today"), Date: m.p.DateLong(day(4)), Rows: m.rows(), New: "/app/lumen/new", Calendar: "/app/lumen/calendar", Public: "/b/lumen",
		Figures: []view.Figure{{Value: "3", Label: m.p.N("today.count_visits", 3)}, {Value: "1", Label: m.p.N("today.count_ahead", 1)}, {Value: "0", Label: m.p.N("today.count_missed", 0)}},
		Asking:  []view.BookingRow{{Day: m.p.Date(day(6)), Time: "11:45", Service: m.t.cut, Client: m.t.tom, Chip: view.StatusChip(*m.p, "requested"), Href: "/app/lumen/bookings/4"}},
	}
	empty := view.TodayModel{Staff: m.staff("today"), Date: m.p.DateLong(day(4)), Public: "/b/lumen"}
	empty.Notice = view.Notice{Text: m.p.T("did.cancel"), Tone: view.Good}
	open := m.calendar()
	card := m.bookingCard()
	open.Panel, open.View = &card, "day"
	list := m.calendar()
	list.View = "list"
	booking := m.bookingCard()
	return []sample{
		{"today", view.TodayPage(today)},
		{"today-none", view.TodayPage(empty)},
		{"calendar", view.CalendarPage(m.calendar())},
		{"calendar-card", view.CalendarPage(open)},
		{"calendar-list", view.CalendarPage(list)},
		{"booking", view.BookingPage(booking)},
		{"new", view.NewBookingPage(m.newBooking())},
		{"staff-move", view.StaffMovePage(view.StaffMoveModel{Staff: m.staff("calendar"), Client: m.t.nia, Visit: m.visit(), Back: "/app/lumen/bookings/2", Picker: m.picker(), Go: m.bar(), Action: "/app/lumen/bookings/2/move", Other: true})},
		{"messages", view.MessagesPage(view.MessagesModel{
			Staff: m.staff("messages"), Health: view.MessageHealth{NextDue: m.p.RelativeTime(day(5), m.now()), Failed: 1, Sent: 24}, Rows: m.messageRows(), Next: "/app/lumen/messages?cursor=1",
			Filters: []view.Filter{{Text: m.p.T("inbox.all"), Href: "/app/lumen/messages", Count: -1, Chosen: true}, {Text: m.p.T("message.failed"), Href: "/app/lumen/messages?status=failed", Count: 1}},
		})},
		{"messages-none", view.MessagesPage(view.MessagesModel{Staff: m.staff("messages")})},
	}
}

func (m maker) newBooking() view.NewBookingModel {
	k := m.picker()
	return view.NewBookingModel{
		Staff: m.staff("calendar"), Show: "/app/lumen/new", Services: []view.Option{{Value: "1", Text: m.t.colour, Chosen: true}}, People: []view.Option{{Value: "", Text: m.p.T("picker.anyone")}, {Value: "a", Text: m.t.anna}},
		Date: "2026-03-04", Today: "2026-03-04", Asked: true, DayTitle: m.p.DateLong(day(4)), Times: k.Times, Book: "/app/lumen/new", Query: m.t.nia,
		Found: []view.ClientOption{{
			ID: "1", Name: m.t.nia, Line: "+49 30 901820", Chosen: true, Subjects: []view.Option{{Text: m.p.T("new.themselves"), Chosen: true}, {Value: "2", Text: m.t.tom}},
		}},
		Override: true, More: [][]view.Option{{{Text: m.p.T("new.no_more")}, {Value: "2", Text: m.t.cut, Chosen: true}}}, Ordered: true, Party: "2",
		Places: []view.Option{{Text: m.p.T("picker.anyone_where"), Chosen: true}, {Value: "1", Text: m.t.place}},
	}
}

func (m maker) cards() []sample {
	note := view.SheetForm{
		Summary: m.p.T("sheet.talk_add"), Action: "/app/lumen/clients/1/talk", Hidden: []view.Pair{{Name: "key", Value: "k"}}, Button: m.p.T("sheet.talk_do"),
		Fields: []view.Field{{Name: "talk.text", Label: m.p.T("sheet.talk_text"), Kind: view.FieldArea, Required: true}},
	}
	card := view.SheetModel{
		Staff: m.staff("clients"), Name: m.t.nia, Line: m.t.regular, Chips: []view.Chip{{Text: m.t.anna}},
		Warnings: []view.SheetWarning{{Text: m.t.warning, Line: m.p.T("sheet.from_staff")}},
		Next:     view.NextAction{Title: m.t.colour, Line: m.p.RelativeTime(day(5), m.now()) + " · " + m.t.anna, Chip: view.StatusChip(*m.p, "confirmed"), Href: "/app/lumen/bookings/2"},
		Main: []view.SheetSection{
			{ID: "due", Heading: m.p.T("sheet.due"), Rows: []view.SheetRow{{
				Title: m.t.colour, Line: m.p.DateYear(day(20)), Chip: view.Chip{Text: m.p.T("sheet.plan_planned")},
				Acts: []view.SheetAct{
					{Text: m.p.T("sheet.book"), About: m.t.colour, Href: "/app/lumen/new"},
					{Text: m.p.T("sheet.skip"), About: m.t.colour, Action: "/app/lumen/clients/1/skip", Hidden: []view.Pair{{Name: "plan", Value: "1"}}},
				},
			}}},
			{ID: "talks", Heading: m.p.T("sheet.talks"), Teach: m.p.T("sheet.talks_none"), Forms: []view.SheetForm{note}},
			{ID: "visits", Heading: m.p.T("card.history"), Line: m.history()},
			{ID: "messages", Heading: m.p.T("nav.messages"), Mail: m.messageRows()},
		},
		Aside: []view.SheetSection{
			{ID: "contacts", Heading: m.p.T("card.contacts"), Rows: []view.SheetRow{{
				Title: "+49 30 901820", Href: "tel:+4930901820", Line: m.p.T("form.phone"), Chip: view.Chip{Text: m.p.T("sheet.verified"), Tone: view.Good},
			}}, Facts: []view.Fact{{Label: m.p.T("card.language"), Value: i18n.NameOf(m.p.Lang())}}},
			{ID: "wishes", Heading: m.p.T("card.preferences"), Facts: []view.Fact{{Label: m.p.T("sheet.fav_staff"), Value: m.t.anna}}, Links: []view.Link{{Text: m.p.T("sheet.wishes_change"), Href: "/app/lumen/clients/1/preferences"}}},
		},
		Book: "/app/lumen/new?client=1", Edit: "/app/lumen/clients/1/edit", Back: "/app/lumen/clients",
	}
	row := view.ClientRow{Name: m.t.nia, Line: "+49 30 901820", Last: m.p.DateIn(day(-40), m.now()), Next: m.p.RelativeTime(day(5), m.now()), Warning: m.t.allergy, Href: "/app/lumen/clients/1"}
	other := view.ClientRow{Name: m.t.tom, Line: "tom@example.org", Last: m.p.DateIn(day(2), m.now()), Href: "/app/lumen/clients/2"}
	return []sample{
		{"clients", view.ClientsPage(view.ClientsModel{Staff: m.staff("clients"), Search: "/app/lumen/clients", Total: 2, Rows: []view.ClientRow{row, other}, Next: "/app/lumen/clients?cursor=1", New: "/app/lumen/new"})},
		{"clients-none", view.ClientsPage(view.ClientsModel{Staff: m.staff("clients"), Search: "/app/lumen/clients"})},
		{"clients-not-found", view.ClientsPage(view.ClientsModel{Staff: m.staff("clients"), Search: "/app/lumen/clients", Query: m.t.tom})},
		{"card", view.SheetPage(card)},
		{"card-form", view.FillPage(view.FillModel{
			Staff: m.staff("clients"), Name: m.t.nia, Back: "/app/lumen/clients/1", Action: "/app/lumen/clients/1/forms/1", Questions: []view.Question{
				{Head: m.t.allergy, Name: "q.a", Label: m.t.allergy, Kind: view.QuestionLong},
				{Name: "q.b", Label: m.t.colour, Kind: view.QuestionMany, Options: []view.Option{{Value: "x", Text: m.t.cut, Chosen: true}, {Value: "y", Text: m.t.colour}}},
			},
		})},
		{"client-edit", view.ClientFormPage(view.ClientFormModel{
			Staff: m.staff("clients"), Known: true, Back: "/app/lumen/clients/1", Action: "/app/lumen/clients/1", Form: view.ContactForm{Name: m.t.nia},
			Languages: []view.Option{{Text: m.p.T("client.language_house")}}, Conflict: []view.Fact{{Label: m.p.T("form.name"), Value: m.t.tom}},
		})},
		{"message", view.MessagePage(view.MessageModel{Staff: m.staff("messages"), Row: m.messageRows()[1], Subject: m.t.colour, Body: m.t.about, Back: "/app/lumen/messages", Booking: "/app/lumen/bookings/2"})},
		{"card-new", view.SheetPage(view.SheetModel{Staff: m.staff("clients"), Name: m.t.tom, Book: "/app/lumen/new?client=2", Back: "/app/lumen/clients"})},
	}
}

// chosen are the services of a visit that is being put together.
func (m maker) chosen(n int) view.Chosen {
	all := []view.ChosenService{{Name: m.t.colour, Line: m.p.Duration(135)}, {Name: m.t.cut, Line: m.p.Duration(45)}}
	if n == 1 {
		return view.Chosen{Services: all[:1]}
	}
	for i := range all {
		all[i].Remove = "/b/lumen?service=" + strconv.Itoa(i)
	}
	return view.Chosen{
		Services: all, Total: m.p.Duration(180), Add: "/b/lumen?service=cut&add=1",
		Orders: []view.OrderChoice{{Href: "/b/lumen?service=cut", Chosen: true}, {Any: true, Href: "/b/lumen?service=cut&any_order=1"}},
	}
}
