package cardapi

import (
	"time"

	"kept/client"
)

// SheetBody is what stands on a card besides its head.
type SheetBody struct {
	Contacts    []ContactBody   `json:"contacts" doc:"The preferred ones first"`
	Subjects    []SubjectBody   `json:"subjects"`
	Readings    []ReadingBody   `json:"readings" doc:"The last 20 of each kind of a subject, by subject, kind and day; list-readings gives all"`
	Facts       []FactBody      `json:"facts" doc:"What each side says now; facts of health for those with the right alone"`
	Conflicts   []ConflictBody  `json:"conflicts"`
	Warnings    []FactBody      `json:"warnings" doc:"What must be seen at a visit"`
	Preferences PreferencesBody `json:"preferences"`
}

// SheetOf tells a card in a zone.
func SheetOf(s client.Sheet, zone *time.Location) SheetBody {
	facts := factsOf(s.Facts, zone)
	return SheetBody{
		Contacts:    list(s.Contacts, func(k client.Contact) ContactBody { return contactOf(k, zone) }).Items,
		Subjects:    list(s.Subjects, func(one client.Subject) SubjectBody { return subjectOf(one, zone) }).Items,
		Readings:    list(s.Readings, func(r client.Reading) ReadingBody { return readingOf(r, zone) }).Items,
		Facts:       facts.Items,
		Conflicts:   facts.Conflicts,
		Warnings:    facts.Warnings,
		Preferences: preferencesOf(s.Profile),
	}
}
