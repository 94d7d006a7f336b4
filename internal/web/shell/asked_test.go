package shell_test

import (
	"testing"

	"kept/catalog"
	"kept/intake"
	"kept/internal/i18n"
	"kept/internal/web/shell"
)

// TestSaid: an answer is read in the reader's language, whatever it is.
func TestSaid(t *testing.T) {
	t.Parallel()
	day := intake.Answer{Kind: catalog.FieldDate, Value: "1979-03-08"}
	long := intake.Answer{Kind: catalog.FieldChoice, Value: "long", Shown: catalog.Texts{"en": "Long", "ru": "Длинные"}}
	for _, c := range []struct {
		answer           intake.Answer
		english, chinese string
		russian          string
	}{
		{day, "8 March 1979", "1979年3月8日", "8 марта 1979\u00a0г."},
		{intake.Answer{Kind: catalog.FieldText, Value: "1979-03-08"}, "1979-03-08", "1979-03-08", "1979-03-08"},
		{intake.Answer{Kind: catalog.FieldDate, Value: "in spring"}, "in spring", "in spring", "in spring"},
		{intake.Answer{Kind: catalog.FieldYes, Value: true}, "Yes", "是", "Да"},
		{intake.Answer{Kind: catalog.FieldYes, Value: false}, "No", "否", "Нет"},
		{intake.Answer{Kind: catalog.FieldNumber, Value: 61800.0}, "61,800", "61,800", "61\u00a0800"},
		{intake.Answer{Kind: catalog.FieldNumber, Value: 4.5}, "4.5", "4.5", "4.5"},
		{long, "Long", "Long", "Длинные"},
	} {
		for lang, want := range map[string]string{i18n.English: c.english, i18n.Chinese: c.chinese, i18n.Russian: c.russian} {
			if got := shell.Said(*i18n.For(lang), c.answer, i18n.English); got != want {
				t.Errorf("%s: %v is %q, want %q", lang, c.answer.Value, got, want)
			}
		}
	}
}
