package view

// MessagesModel fills /app/{slug}/messages.
type MessagesModel struct {
	Staff
	Health  MessageHealth
	Filters []Filter
	Rows    []MessageRow
	Day     string // whose messages these are; empty where the list spans days
	Ahead   bool   // Next leads to what comes later, not to what is older
	Prev    string
	Next    string
}

// MessageHealth is the state of the mail in one look.
type MessageHealth struct {
	NextDue string // when and what; empty when nothing is planned
	Late    int    // due and not sent yet
	Failed  int
	Sent    int // in the last day
}

// Filter is one of the ways to look at a list.
type Filter struct {
	Text, Href string
	Count      int // -1: not counted
	Chosen     bool
}

// MessageRow is one message in a list.
type MessageRow struct {
	When      string // when it is due or was sent
	Step      string // "Reminder, 24 h before"
	Recipient string
	Channel   string // "E-mail"
	About     string // "Colour & cut, Wed 4 March, 10:30"
	Chip      Chip
	Reason    string // why it waits, failed or was left out
	Href      string // the booking; may be empty
}

// InboxModel fills /demo/inbox: what would have been sent, and the clock.
type InboxModel struct {
	Page
	Now      string // the demo's time, in full
	Advance  string // POST with advance: 1h, 3h, 26h or next
	Hidden   []Pair
	NextDue  string // when the next message is due; empty when none is planned
	Moved    string // what the last jump did: "4 messages were sent"; may be empty
	Filters  []Filter
	Messages []InboxItem
	Next     string // older ones
	Home     string
}

// InboxItem is a message as its recipient has it.
type InboxItem struct {
	Business string
	To       string
	Address  string
	Channel  string
	When     string
	Step     string
	Subject  string
	Body     string // plain text; addresses in it become links
}

// ErrorModel fills the page of a refusal.
type ErrorModel struct {
	Page
	Status int    // 403, 404, 409, 410, 413, 422, 429, 500, 503; others look like 500
	Detail string // what happened, in the reader's language; may be empty
	Wait   int    // seconds until it can be tried again, for 429 and 503
	Home   string // where to go on; empty: no link
	Trace  string // what to tell support; may be empty
	Glass  *Glass // nil where nobody is let past their reach
}

// Glass is the form with which somebody opens a card past their reach.
type Glass struct {
	Action string
	Reason string // as typed
	Fault  string // what is not right about it
}

// MessageModel fills /app/{slug}/messages/{id}: one message with its text.
type MessageModel struct {
	Staff
	Row     MessageRow
	Subject string // empty until it was sent
	Body    string // empty until it was sent: the text is made at that moment
	Address string // where it went
	Booking string // the visit it is about; empty for none
	Back    string
}
