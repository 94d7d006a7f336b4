package i18n

import (
	"fmt"
	"strconv"
	"time"

	"github.com/bojanz/currency"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"kept/money"
)

// Printer writes in one language. It is safe for concurrent use.
type Printer struct {
	lang  string
	texts *goi18n.Localizer
	money *currency.Formatter
	whole *currency.Formatter // without digits after the point
}

// Language is the printer's language tag, as in the lang attribute of HTML.
func (p Printer) Language() string { return p.lang }

// Lang is Language.
func (p Printer) Lang() string { return p.lang }

func moneyFormatter(lang string) *currency.Formatter {
	f := currency.NewFormatter(currency.NewLocale(lang))
	f.CurrencyDisplay = currency.DisplaySymbol
	// In Chinese the bare $ is written, which a guest from elsewhere takes for another dollar.
	f.SymbolMap["TWD"] = "NT$"
	return f
}

func wholeFormatter(lang string) *currency.Formatter {
	f := moneyFormatter(lang)
	f.MinDigits, f.MaxDigits = 0, 0
	return f
}

// Money writes an amount with its currency, whole amounts of TWD without
// digits after the point, as people do.
func (p Printer) Money(m money.Amount) string {
	a, err := currency.NewAmountFromInt64(m.Amount, m.Currency)
	if err != nil {
		return strconv.FormatInt(m.Amount, 10) + " " + m.Currency
	}
	if m.Currency == "TWD" && m.Amount%100 == 0 {
		return p.whole.Format(a)
	}
	return p.money.Format(a)
}

// Price is Money for something that is sold: nothing to pay is said in a word.
func (p Printer) Price(m money.Amount) string {
	if m.Amount == 0 {
		return p.T("price.none")
	}
	return p.Money(m)
}

// PriceShort is Price without the digits after the point where they are zero.
func (p Printer) PriceShort(m money.Amount) string {
	if m.Amount == 0 {
		return p.T("price.none")
	}
	return p.MoneyShort(m)
}

// MoneyShort is Money without the digits after the point where they are zero.
func (p Printer) MoneyShort(m money.Amount) string {
	a, err := currency.NewAmountFromInt64(m.Amount, m.Currency)
	if err == nil && a.RoundTo(0, currency.RoundDown).Equal(a) {
		return p.whole.Format(a)
	}
	return p.Money(m)
}

// Duration writes minutes: "45 min", "2 h 15".
func (p Printer) Duration(minutes int) string {
	h, m := minutes/60, minutes%60
	hour, minute, joint := " h", " min", " h "
	switch p.lang {
	case Chinese:
		switch {
		case h == 0:
			return fmt.Sprintf("%d 分鐘", m)
		case m == 0:
			return fmt.Sprintf("%d 小時", h)
		default:
			return fmt.Sprintf("%d 小時 %d 分", h, m)
		}
	case Russian:
		hour, minute, joint = " ч", " мин", " ч "
		if h > 0 && m > 0 {
			return fmt.Sprintf("%d%s%d%s", h, joint, m, minute)
		}
	}
	switch {
	case h == 0:
		return strconv.Itoa(m) + minute
	case m == 0:
		return strconv.Itoa(h) + hour
	default:
		return fmt.Sprintf("%d%s%02d", h, joint, m)
	}
}

// Time writes the time of day: "10:30".
func (Printer) Time(t time.Time) string { return t.Format("15:04") }

// Date writes a day without its year: "Wed 4 March", "3月4日 週三", "ср, 4 марта".
func (p Printer) Date(t time.Time) string {
	d, m := t.Day(), int(t.Month())
	switch p.lang {
	case Chinese:
		return fmt.Sprintf("%d月%d日 %s", m, d, p.WeekdayShort(t))
	case Russian:
		return fmt.Sprintf("%s, %d %s", p.WeekdayShort(t), d, monthOf(t.Month()))
	default:
		return fmt.Sprintf("%s %d %s", p.WeekdayShort(t), d, t.Month())
	}
}

// DateFull writes a day with its year: "Wed 4 March 2026".
func (p Printer) DateFull(t time.Time) string {
	switch p.lang {
	case Chinese:
		return fmt.Sprintf("%d年%s", t.Year(), p.Date(t))
	case Russian:
		return fmt.Sprintf("%s %d г.", p.Date(t), t.Year())
	default:
		return fmt.Sprintf("%s %d", p.Date(t), t.Year())
	}
}

// DateTime writes a day and a time of day: "Wed 4 March, 10:30".
func (p Printer) DateTime(t time.Time) string {
	if p.lang == Chinese {
		return p.Date(t) + " " + p.Time(t)
	}
	return p.Date(t) + ", " + p.Time(t)
}

// MonthYear heads a month: "March 2026".
func (p Printer) MonthYear(t time.Time) string {
	switch p.lang {
	case Chinese:
		return fmt.Sprintf("%d年%d月", t.Year(), int(t.Month()))
	case Russian:
		return fmt.Sprintf("%s %d", monthAlone(t.Month()), t.Year())
	default:
		return fmt.Sprintf("%s %d", t.Month(), t.Year())
	}
}

// WeekdayShort abbreviates the day of the week: "Wed", "週三", "ср".
func (p Printer) WeekdayShort(t time.Time) string {
	switch p.lang {
	case Chinese:
		return "週" + string([]rune("日一二三四五六")[t.Weekday()])
	case Russian:
		return [...]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"}[t.Weekday()]
	default:
		return t.Weekday().String()[:3]
	}
}

// Weekday writes the day of the week: "Wednesday", "星期三", "среда".
func (p Printer) Weekday(t time.Time) string {
	switch p.lang {
	case Chinese:
		return "星期" + string([]rune("日一二三四五六")[t.Weekday()])
	case Russian:
		return [...]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"}[t.Weekday()]
	default:
		return t.Weekday().String()
	}
}

// monthOf is a Russian month in the genitive, as in a date.
func monthOf(m time.Month) string {
	return [...]string{
		"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
	}[m-1]
}

// monthAlone is a Russian month in the nominative, as a heading.
func monthAlone(m time.Month) string {
	return [...]string{
		"Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь",
	}[m-1]
}
