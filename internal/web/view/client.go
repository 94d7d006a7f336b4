package view

// ClientsModel fills /app/{slug}/clients.
type ClientsModel struct {
	Staff
	Search string // GET with q
	Query  string
	Total  int // clients in all, or found
	Rows   []ClientRow
	Prev   string
	Next   string
	New    string // a new booking, from which a card is made
	Add    string // a new client; empty when the reader may not
	Beyond string // looking past one's own clients; empty where that is not allowed
}

// BeyondModel fills the page on which somebody looks past their own clients.
type BeyondModel struct {
	Staff
	Action, Back  string
	Query, Reason string // as typed
	Asked         bool   // and this is what was found
	Rows          []LeafRow
	Errors        Errors
}

// ClientRow is a client in the list.
type ClientRow struct {
	Name    string
	Line    string // phone or e-mail
	Last    string // the day of the last visit
	Next    string // "tomorrow, 10:30"
	Warning string
	Href    string
}

// NextAction is the one thing that is due for a client.
type NextAction struct {
	Title string // "Colour & cut, tomorrow 10:30"
	Line  string
	Chip  Chip
	Href  string
	Label string // of the link
}

// ClientFormModel fills the form of a client's name, contacts and note.
type ClientFormModel struct {
	Staff
	Known     bool // the client is there already
	Back      string
	Action    string // POST: name, email, phone, language, note and what is hidden
	Hidden    []Pair // the version that was seen
	Form      ContactForm
	Language  string
	Languages []Option
	Errors    Errors
	Conflict  []Fact // what the card says meanwhile; nil when nobody else changed it
}
