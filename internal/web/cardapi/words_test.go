package cardapi_test

import (
	"testing"

	"kept/client"
	"kept/internal/i18n"
)

// TestEveryFactHasAName: what the domain knows is called something in every
// language that pages speak.
func TestEveryFactHasAName(t *testing.T) {
	t.Parallel()
	keys := []string{"fact.booking_note", "fact.language", "reason.not_wanted", "reason.quiet_hours"}
	for _, kind := range append(client.SubjectKinds(), "") {
		if kind != "" {
			keys = append(keys, "subject."+kind)
		}
		for _, k := range client.Keys(kind) {
			keys = append(keys, "fact."+k.Name)
			for _, c := range k.Choices {
				keys = append(keys, "choice."+c)
			}
		}
	}
	for _, source := range client.Sources() {
		keys = append(keys, "sheet.from_"+source)
	}
	for _, reading := range []string{client.ReadingMileage, client.ReadingHours, client.ReadingCycles} {
		keys = append(keys, "reading."+reading)
	}
	for _, language := range i18n.Languages() {
		for _, key := range keys {
			if !i18n.For(language).Has(key) {
				t.Errorf("%s has no name in %s", key, language)
			}
		}
	}
}
