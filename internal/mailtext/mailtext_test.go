package mailtext_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/internal/i18n"
	"kept/internal/mailtext"
	"kept/message"
	"kept/money"
	"kept/span"
)

type links struct{}

func (links) Manage(v message.Visit) string { return "https://kept.example/m/" + string(v.Booking) }
func (links) Book(v message.Visit) string   { return "https://kept.example/b/" + v.Slug }
func (links) At(path string) string         { return "https://kept.example" + path }
func (links) Host() string                  { return "kept.example" }

var start = span.At(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))

func visit() message.Visit {
	return message.Visit{
		Business: "b", Slug: "lumen", House: catalog.Texts{"en": "Lumen", "ru": "Люмен", "zh-Hant": "流明"}, Language: "en",
		Booking: "0193515e-3c00-7000-8000-000000000001", Status: "confirmed", Start: start, End: start + 90*span.Minute, Zone: "Europe/Berlin",
		Services: []catalog.Texts{{"en": "Cut", "ru": "Стрижка", "zh-Hant": "剪髮"}, {"en": "Colour", "ru": "Окрашивание", "zh-Hant": "染髮"}},
		Staff:    []message.Person{{ID: "anna", Names: catalog.Texts{"en": "Anna", "ru": "Анна", "zh-Hant": "安娜"}}},
		Street:   catalog.Texts{"en": "Kantstraße 1, Berlin"}, Price: money.Of(6800, "EUR"), Client: "Mia Ono",
		Move: start - 24*span.Hour, Cancel: start - 24*span.Hour, Sequence: 2,
		Recipient: message.Contact{Name: "Mia Ono", Email: "mia@example.com", Language: "en"},
	}
}

func note(s message.Step) message.Message {
	return message.Message{ID: "m", Step: s, Due: start - 7*span.Day, Recipient: message.Recipient{Kind: message.ToClient, ID: "c"}}
}

func render(t testing.TB, m message.Message, v message.Visit) message.Content {
	t.Helper()
	c, err := mailtext.New(links{}).Render(m, v)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]struct{ subject, text string }{
		"en": {"Your visit is confirmed: Cut + Colour, Tue 1 December, 10:00", `Hello Mia Ono,

Your visit is confirmed. We look forward to seeing you.

Service: Cut + Colour
When: Tue 1 December 2026, 10:00–11:30
With: Anna
Where: Kantstraße 1, Berlin
Price: €68.00

You can move or cancel it until Mon 30 November, 10:00.

See, move or cancel the visit:
https://kept.example/m/0193515e-3c00-7000-8000-000000000001

-- 
Lumen sent you this message because of your booking.
`},
		"zh-Hant": {"預約已確認：剪髮 + 染髮，12月1日 週二 10:00", `Mia Ono 您好：

您的預約已確認，期待您的光臨。

服務項目：剪髮 + 染髮
時間：2026年12月1日 週二 10:00–11:30
服務人員：安娜
地點：Kantstraße 1, Berlin
價格：€68.00

您可以在 11月30日 週一 10:00 之前改期或取消。

查看、改期或取消預約:
https://kept.example/m/0193515e-3c00-7000-8000-000000000001

-- 
您收到這封信，是因為您在流明有預約。
`},
		"ru": {"Запись подтверждена: Стрижка + Окрашивание, вт, 1 декабря, 10:00", `Здравствуйте, Mia Ono.

Ваша запись подтверждена. Ждём вас.

Услуга: Стрижка + Окрашивание
Когда: вт, 1 декабря 2026 г., 10:00–11:30
Специалист: Анна
Где: Kantstraße 1, Berlin
Цена: 68,00 €

Перенести или отменить запись можно до пн, 30 ноября, 10:00.

Посмотреть, перенести или отменить:
https://kept.example/m/0193515e-3c00-7000-8000-000000000001

-- 
Люмен: это письмо пришло вам из-за вашей записи.
`},
	} {
		v := visit()
		v.Recipient.Language = lang
		c := render(t, note(message.Receipt), v)
		if c.Subject != want.subject || c.Language != lang {
			t.Errorf("%s: subject %q", lang, c.Subject)
		}
		got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(c.Text)
		if d := cmp.Diff(want.text, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", lang, d)
		}
	}
}

func TestEveryStepInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		for _, step := range message.Steps() {
			v := visit()
			v.Recipient.Language, v.Path = lang, "/b/lumen"
			c := render(t, note(step), v)
			for name, part := range map[string]string{"subject": c.Subject, "text": c.Text, "html": strings.Replace(c.HTML, "<!doctype", "", 1)} {
				if part == "" || strings.Contains(part, "mail.") || strings.ContainsAny(part, "!！") || strings.Contains(part, "<no value>") {
					t.Errorf("%s %s: %s is %q", lang, step, name, part)
				}
			}
			if strings.ContainsAny(c.Subject, "\r\n") || !strings.Contains(c.HTML, `<html lang="`+lang+`">`) {
				t.Errorf("%s %s: %q", lang, step, c.Subject)
			}
			if step.ToStaff() != strings.Contains(strings.ReplaceAll(c.Text, "：", ": "), i18n.For(lang).T("mail.client")+": Mia Ono") {
				t.Errorf("%s %s: the client is named to the wrong side: %s", lang, step, c.Text)
			}
			if step.ToStaff() == strings.Contains(c.Text, "https://") {
				t.Errorf("%s %s: the client's link: %s", lang, step, c.Text)
			}
		}
	}
}

func TestCalendarFiles(t *testing.T) {
	t.Parallel()
	for step, want := range map[message.Step]struct{ method, sequence, summary string }{
		message.Receipt:        {"PUBLISH", "2", "Cut + Colour · Lumen"},
		message.Moved:          {"PUBLISH", "2", "Cut + Colour · Lumen"},
		message.Cancelled:      {"CANCEL", "3", "Cut + Colour · Lumen"},
		message.StaffNew:       {"PUBLISH", "2", "Cut + Colour · Mia Ono"},
		message.StaffCancelled: {"CANCEL", "3", "Cut + Colour · Mia Ono"},
		message.Thanks:         {},
		message.Reminder30m:    {},
	} {
		c := render(t, note(step), visit())
		if c.Method != want.method || (len(c.Calendar) > 0) != (want.method != "") {
			t.Errorf("%s: method %q, %d bytes", step, c.Method, len(c.Calendar))
		}
		if want.method == "" {
			continue
		}
		cal, err := goical.NewDecoder(bytes.NewReader(c.Calendar)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		e := cal.Children[0]
		summary, _ := e.Props.Text("SUMMARY")
		if cal.Props.Get("METHOD").Value != want.method || e.Props.Get("SEQUENCE").Value != want.sequence || summary != want.summary ||
			e.Props.Get("UID").Value != "0193515e-3c00-7000-8000-000000000001@kept.example" || e.Props.Get("DTSTART").Value != "20261201T090000Z" {
			t.Errorf("%s: %s", step, c.Calendar)
		}
	}
}

func TestTwoZones(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zone string
		want []string
	}{
		"far away":    {"Asia/Taipei", []string{"When: Tue 1 December 2026, 10:00–11:30 (Europe/Berlin)", "In your zone: Tue 1 December 2026, 17:00–18:30 (Asia/Taipei)"}},
		"next day":    {"Pacific/Kiritimati", []string{"In your zone: Tue 1 December 2026, 23:00 – Wed 2 December, 00:30 (Pacific/Kiritimati)"}},
		"same time":   {"Europe/Paris", []string{"When: Tue 1 December 2026, 10:00–11:30\n"}},
		"not a zone":  {"Mars/Base", []string{"When: Tue 1 December 2026, 10:00–11:30\n"}},
		"none is set": {"", []string{"When: Tue 1 December 2026, 10:00–11:30\n"}},
	} {
		v := visit()
		v.Recipient.Zone = test.zone
		c := render(t, note(message.Reminder24h), v)
		for _, want := range test.want {
			if !strings.Contains(c.Text, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, c.Text)
			}
		}
	}
	v := visit()
	v.Zone = "Mars/Base"
	if _, err := mailtext.New(links{}).Render(note(message.Receipt), v); err == nil {
		t.Error("a visit on Mars is written")
	}
}

func TestWhatMayStillBeDone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		move, cancel span.Instant
		want         string
	}{
		"both":             {start, start, "You can move or cancel it until Tue 1 December, 10:00."},
		"apart":            {start - span.Hour, start - span.Day, "You can move it until Tue 1 December, 09:00. You can cancel it until Mon 30 November, 10:00."},
		"only move":        {start, start - 30*span.Day, "You can move it until Tue 1 December, 10:00.\n"},
		"nothing any more": {start - 30*span.Day, start - 30*span.Day, ""},
	} {
		v := visit()
		v.Move, v.Cancel = test.move, test.cancel
		c := render(t, note(message.Receipt), v)
		if test.want == "" && strings.Contains(c.Text, "You can") || !strings.Contains(c.Text, test.want) {
			t.Errorf("%s:\n%s", name, c.Text)
		}
	}
}

func TestDeclinedHasItsOwnWords(t *testing.T) {
	t.Parallel()
	v := visit()
	v.Status = "declined"
	c := render(t, note(message.Cancelled), v)
	if !strings.HasPrefix(c.Subject, "We cannot take your request") || !strings.Contains(c.Text, "https://kept.example/b/lumen") {
		t.Errorf("%s\n%s", c.Subject, c.Text)
	}
}

func TestForeignTextStaysText(t *testing.T) {
	t.Parallel()
	v := visit()
	evil := "<script>alert(1)</script>\r\nBcc: x@example.com {{.House}}"
	v.Recipient.Name, v.Client = evil, evil
	v.Services = []catalog.Texts{{"en": evil}}
	v.House = catalog.Texts{"en": evil}
	for _, step := range message.Steps() {
		c := render(t, note(step), v)
		if strings.Contains(c.HTML, "<script") || strings.ContainsAny(c.Subject, "\r\n") {
			t.Errorf("%s: %q\n%s", step, c.Subject, c.HTML)
		}
		for line := range strings.SplitSeq(c.Text, "\n") {
			if strings.HasPrefix(line, "Bcc:") {
				t.Errorf("%s: a line of its own: %s", step, c.Text)
			}
		}
	}
}

func TestLanguageFallsBackToTheHouse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ own, house, want string }{
		{"ru", "zh-Hant", "ru"}, {"", "zh-Hant", "zh-Hant"}, {"fr", "ru", "ru"}, {"fr", "de", "en"},
	} {
		v := visit()
		v.Recipient.Language, v.Language = test.own, test.house
		if c := render(t, note(message.Thanks), v); c.Language != test.want {
			t.Errorf("%+v: %s", test, c.Language)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	r := mailtext.New(links{})
	for b.Loop() {
		if _, err := r.Render(note(message.Receipt), visit()); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTheFirstOfASeriesListsItsDates(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"en":      {"All 3 visits:", "- Tue 1 December 2026, 10:00", "- Tue 5 January 2027, 10:00"},
		"zh-Hant": {"全部 3 次預約：", "- 2026年12月1日 週二 10:00"},
		"ru":      {"Всего 3 визита:", "- вт, 1 декабря 2026 г., 10:00"},
	} {
		v := visit()
		v.Recipient.Language = lang
		v.Dates = []span.Instant{start, start + 7*span.Day, start + 35*span.Day}
		c := render(t, note(message.Receipt), v)
		for _, line := range want {
			if !strings.Contains(c.Text, line) {
				t.Errorf("%s: no %q in\n%s", lang, line, c.Text)
			}
			if item := strings.TrimPrefix(line, "- "); item != line && !strings.Contains(c.HTML, "<li>"+item+"</li>") {
				t.Errorf("%s: no %q in the page", lang, item)
			}
		}
		if n := bytes.Count(c.Calendar, []byte("BEGIN:VEVENT")); n != 1 {
			t.Errorf("%s: %d entries in the file", lang, n)
		}
	}
	if c := render(t, note(message.Receipt), visit()); strings.Contains(c.Text, "visits:") || strings.Contains(c.HTML, "<ul") {
		t.Error("a visit alone lists dates")
	}
}

// TestWithoutABooking writes what hangs on no booking: its own texts, one link.
func TestWithoutABooking(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en":      "Cut + Colour is due on Tue 1 December for Rex. Choose a time that suits you.",
		"ru":      "Подходит срок услуги «Стрижка + Окрашивание» (Rex): вт, 1 декабря. Выберите удобное время.",
		"zh-Hant": "Rex的「剪髮 + 染髮」將於 12月1日 週二 到期，請選擇方便的時間預約。",
	} {
		v := visit()
		v.Booking, v.Status, v.Recipient.Language = "", "", lang
		v.Words, v.Path = map[string]string{"subject": "Rex\nBcc: x"}, "/b/lumen/cut"
		v.Words["subject"] = "Rex"
		c := render(t, note(message.PlanDue), v)
		if !strings.Contains(c.Text, want) || !strings.Contains(c.Text, "https://kept.example/b/lumen/cut\n") || c.Calendar != nil {
			t.Errorf("%s: %s", lang, c.Text)
		}
		if !strings.Contains(c.HTML, `href="https://kept.example/b/lumen/cut"`) || strings.Contains(c.Text, "no value") {
			t.Errorf("%s: %s", lang, c.HTML)
		}
		v.Words, v.Path = map[string]string{"subject": "Rex\r\nBcc: x@example.com"}, ""
		if c := render(t, note(message.PlanDue), v); strings.Contains(c.Text, "\nBcc") || strings.Contains(c.Text, "https://") {
			t.Errorf("%s: %s", lang, c.Text)
		}
	}
}
