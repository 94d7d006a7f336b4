package setup_test

import (
	"strings"
	"testing"

	"kept/catalog"
)

func TestRecallFields(t *testing.T) {
	t.Parallel()
	weeks := catalog.Recall{Kind: catalog.RecallInterval, Every: 6, Unit: catalog.UnitWeek}
	for want, list := range map[string][]catalog.Recall{
		"": {
			weeks,
			{Kind: catalog.RecallUsage, Every: 12, Unit: catalog.UnitMonth, Reading: "mileage_km", Amount: 15_000, LeadDays: 14},
			{Kind: catalog.RecallAge, Every: 1, Unit: catalog.UnitYear, FromAge: 40},
			{Kind: catalog.RecallAfter, Every: 10, Unit: catalog.UnitDay, After: "s1"},
			{Kind: catalog.RecallCourse, Every: 1, Most: 3, Unit: catalog.UnitWeek, Steps: 6, Silent: true},
		},
		"recalls[1].kind unique":      {weeks, weeks},
		"recalls[0].kind unknown":     {{Kind: "moon", Every: 1, Unit: catalog.UnitDay}},
		"recalls[0].unit unknown":     {{Kind: catalog.RecallInterval, Every: 1}},
		"recalls[0].every range":      {{Kind: catalog.RecallInterval, Unit: catalog.UnitDay}},
		"recalls[0].most range":       {{Kind: catalog.RecallCourse, Every: 4, Most: 3, Steps: 2, Unit: catalog.UnitDay}},
		"recalls[0].steps range":      {{Kind: catalog.RecallCourse, Every: 4, Most: 4, Steps: 1, Unit: catalog.UnitDay}},
		"recalls[0].steps exclusive":  {{Kind: catalog.RecallInterval, Every: 4, Steps: 2, Unit: catalog.UnitDay}},
		"recalls[0].amount range":     {{Kind: catalog.RecallUsage, Every: 4, Reading: "km", Unit: catalog.UnitDay}},
		"recalls[0].reading required": {{Kind: catalog.RecallUsage, Every: 4, Amount: 5, Unit: catalog.UnitDay}},
		"recalls[0].after unknown":    {{Kind: catalog.RecallAfter, Every: 4, After: "s9", Unit: catalog.UnitDay}},
		"recalls[0].after exclusive":  {{Kind: catalog.RecallAge, Every: 4, After: "s1", Unit: catalog.UnitDay}},
		"recalls[0].from_age range":   {{Kind: catalog.RecallAge, Every: 4, FromAge: 121, Unit: catalog.UnitDay}},
		"recalls[0].lead_days range":  {{Kind: catalog.RecallInterval, Every: 4, LeadDays: 366, Unit: catalog.UnitDay}},
		"recalls[0].grace_days range": {{Kind: catalog.RecallInterval, Every: 4, GraceDays: -1, Unit: catalog.UnitDay}},
		"recalls too_long":            make([]catalog.Recall, 21),
	} {
		o, _ := office()
		s := service()
		s.Recalls = list
		_, err := o.CreateService(t.Context(), owner(), s)
		got := strings.Join(wrong(err), ",")
		if len(list) > 20 {
			got, _, _ = strings.Cut(got, ",")
		}
		if got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
}
