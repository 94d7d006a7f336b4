package store

import (
	"kept/internal/secret"
)

// Fate is what becomes of a table's rows about a client who is erased.
type Fate string

// The fates.
const (
	Delete Fate = "delete" // the rows go
	Blank  Fate = "blank"  // the rows stay, without what is said of the person
	Keep   Fate = "keep"   // the rows hold ids, times and codes alone
)

// ofBusiness is the class of what stands about a client under the key of the
// business; it is told apart from the classes that have keys of their own.
const ofBusiness secret.Class = "business"

// Cell is a sealed column of a table about clients.
type Cell struct {
	Column string
	Field  string // under which it is sealed
}

// Personal says of one table that holds something about a client what
// erasing, exporting and merging do with it.
type Personal struct {
	Table  string
	Client string // the column with the client's id
	// Where finds the rows of a table that hangs on another and knows no
	// client: a condition on $1, the business, and $2, the client.
	Where string

	Erase Fate
	Blank []string // assignments, where rows stay

	Cells []Cell
	Owner string // to what cells are bound: an expression; id when empty
	// Class is an expression for the class whose key seals the row, where it
	// is not the personal one. Rows of class statute outlive an erasure while they are held.
	Class string

	Own    bool   // the cells are given in the client's own copy alone, not in one that staff take out
	Stays  bool   // merging two cards leaves the rows where they are
	Hidden string // why an export does not give it; empty where it does
}

// Personals lists every table that holds something about a client, those that
// hang on another before it: erasing goes from the first to the last. A test
// holds the list against the schema: a new table about clients is entered here.
func Personals() []Personal {
	return append(personalTraces(), personalCard()...)
}

// personalTraces are what others tell about clients: messages, the record.
func personalTraces() []Personal {
	return []Personal{
		{
			Table: "demo_mail", Erase: Delete, Class: "'business'",
			Where: "id IN (SELECT m.id FROM message m WHERE m.business_id = $1 AND m.client_id = $2)",
			Cells: []Cell{
				{"sealed_to", fieldMailTo},
				{"sealed_subject", fieldMailSubject},
				{"sealed_text", fieldMailText},
				{"sealed_html", fieldMailHTML},
			},
		},
		{
			Table: "message", Client: "client_id", Erase: Delete,
			Cells: []Cell{
				{"sealed_address", fieldMessageAddress},
				{"sealed_subject", fieldMessageSubject},
				{"sealed_text", fieldMessageText},
			},
		},
		{
			// The chain of blocks covers these two: nothing in them moves, and of what is blanked a digest stays.
			Table: "audit_entry", Client: "client_id", Erase: Blank, Class: "'business'", Stays: true,
			Blank: []string{"sealed_from = NULL", "sealed_reason = NULL"},
			Cells: []Cell{{"sealed_from", fieldAuditFrom}, {"sealed_reason", fieldAuditReason}},
		},
		{
			Table: "event", Client: "client_id", Erase: Blank, Class: "'business'", Stays: true,
			Blank: []string{"sealed_from = NULL"}, Cells: []Cell{{"sealed_from", fieldEventFrom}},
		},
		{
			Table: "document_part", Erase: Delete, Hidden: "pieces of files, which are fetched whole",
			Where: "document_id IN (SELECT d.id FROM document d WHERE d.business_id = $1 AND d.client_id = $2)",
			Class: "(SELECT d.class FROM document d WHERE d.business_id = document_part.business_id AND d.id = document_part.document_id)",
			Cells: []Cell{{"sealed_data", fieldDocumentData}},
		},
		{
			Table: "document", Client: "client_id", Erase: Delete, Class: "class",
			Cells: []Cell{{"sealed_name", fieldDocumentName}},
		},
		{
			Table: "entry", Client: "client_id", Erase: Delete,
			Cells: []Cell{{"sealed_text", fieldEntryText}, {"sealed_number", fieldEntryNumber}},
		},
		{Table: "client_tally", Client: "client_id", Erase: Delete, Stays: true},
		{Table: "client_mark", Client: "client_id", Erase: Delete, Stays: true, Hidden: "the index, made of the card"},
		{
			Table: "client_merge", Client: "survivor_id", Erase: Delete, Stays: true, Hidden: "the head as it was before a merge",
			Cells: []Cell{{"sealed_was", fieldMergeWas}},
		},
	}
}

// personalCard is what is kept of clients themselves, and at last the client.
func personalCard() []Personal {
	return []Personal{
		{Table: "series", Client: "client_id", Erase: Keep},
		{Table: "plan_item", Client: "client_id", Erase: Delete, Cells: []Cell{{"sealed_detail", fieldPlan}}},
		{
			Table: "form_answer", Client: "client_id", Erase: Delete, Class: "class",
			Cells: []Cell{{"sealed_answers", fieldAnswers}},
		},
		{
			// That somebody agreed, and when, is proof that the business may need: what names the person goes.
			Table: "consent", Client: "client_id", Erase: Blank, Class: "'business'", Blank: []string{"sealed_from = NULL"},
			Cells: []Cell{{"sealed_from", fieldConsentFrom}},
		},
		{Table: "objection", Client: "client_id", Erase: Delete},
		{
			Table: "booking", Client: "client_id", Erase: Blank, Blank: []string{"sealed_note = NULL", "sealed_reason = NULL"},
			Cells: []Cell{{"sealed_note", fieldNote}, {"sealed_reason", fieldReason}},
		},
		{
			Table: "reading", Client: "client_id", Erase: Delete, Cells: []Cell{{"sealed_value", fieldReadingValue}},
		},
		{
			Table: "fact", Client: "client_id", Erase: Delete, Cells: []Cell{{"sealed_value", fieldFactValue}},
			Class: "CASE class WHEN 'health' THEN 'health' ELSE 'personal' END",
		},
		{Table: "subject", Client: "client_id", Erase: Delete, Cells: []Cell{{"sealed_name", fieldSubjectName}}},
		{
			Table: "client_contact", Client: "client_id", Erase: Delete,
			Cells: []Cell{{"sealed_value", fieldContactValue}, {"sealed_label", fieldContactLabel}},
		},
		{
			Table: "privacy_request", Client: "client_id", Erase: Blank, Blank: []string{"sealed_note = NULL"},
			Cells: []Cell{{"sealed_note", fieldPetitionNote}},
		},
		{Table: tableKin, Where: "client_id = $2 OR guardian_id = $2", Erase: Delete, Stays: true}, // it moves by Merges.moveKin
		{Table: "client_doubt", Client: "client_id", Erase: Delete, Stays: true, Hidden: "an index of contacts"},
		personalWatches(),
		{Table: "client_feed", Client: "client_id", Erase: Delete, Stays: true},
		{Table: "erasure", Client: "client_id", Erase: Keep, Stays: true},
		{Table: "breach_person", Client: "client_id", Erase: Keep},
		{Table: "client_key", Client: "client_id", Erase: Delete, Class: "class", Stays: true, Hidden: "keys"},
		{
			Table: "client", Client: "id", Erase: Blank, Stays: true,
			Blank: []string{
				"sealed_key = NULL", "sealed_name = NULL", "sealed_email = NULL", "sealed_phone = NULL", "sealed_note = NULL",
				"name_index = NULL", "email_index = NULL", "phone_index = NULL", "language = ''", "zone = ''",
				"sealed_preferences = NULL", "sealed_tags = NULL", "tier = ''", "email_verified_at = NULL", "phone_verified_at = NULL",
			},
			Cells: []Cell{
				{"sealed_name", fieldClientName},
				{"sealed_email", fieldClientEmail},
				{"sealed_phone", fieldClientPhone},
				{"sealed_note", fieldClientNote},
				{"sealed_preferences", fieldPreferences},
				{"sealed_tags", fieldTags},
			},
		},
	}
}

// Impersonal names the tables with sealed columns that hold nothing about
// clients, each with whose they are.
func Impersonal() map[string]string {
	return map[string]string{
		"business":      "its own key",
		"breach":        "what an owner writes of a leak",
		"ceremony":      "what those who sign in to work have begun",
		"invitation":    "those who are asked to work there",
		"letter":        "letters to those who sign in to work",
		"passkey":       "of those who sign in to work",
		"session":       "of those who sign in to work",
		"visitor":       "a login belongs to no business; it goes when no card carries its contact",
		"visitor_ask":   "codes that were asked for; swept within a day",
		"visitor_block": "contacts that an owner has no codes sent to",

		"visitor_key":      "passkeys of a login; they end with it",
		"visitor_question": "what a login has begun; it ends within minutes",
		"visitor_session":  "browsers of a login; they end with it",
		"staff":            "contacts of people who work there",
		"calendar_link":    "addresses of outside calendars",
		"app_user":         "those who sign in to work",
		"idempotency":      "answers to requests of the last day; an erasure looks through them",
		"audit_key":        "signs the record of a business",
	}
}
