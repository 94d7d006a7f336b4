package view

// SessionsModel fills /app/{slug}/sessions: the meetings of groups, by day.
type SessionsModel struct {
	Staff
	Range      string // "1–28 March"
	Prev, Next string
	Today      string // from today on; empty when that is shown
	Days       []SessionDay
	None       string       // why there can be none: what to do first; empty where a service has seats
	Services   string       // the settings of services, for those who may; with None
	Form       *SessionForm // to plan one; nil for those who may not
}

// SessionDay is a day with its sessions.
type SessionDay struct {
	Title string
	Rows  []SessionRow
}

// SessionRow is a session in a list.
type SessionRow struct {
	Time, Until    string
	Service, Staff string
	Place          string
	Count          string // "3/8"
	Said           string // "3 of 8 places taken"
	Chip           Chip
	Href           string
}

// SessionForm is a form about sessions; its groups are drawn like all others.
type SessionForm struct {
	Action string
	Hidden []Pair
	Groups []Group
	Button string
	Errors Errors
	Open   bool
}

// SessionModel fills /app/{slug}/sessions/{id}, and the panel beside the
// calendar: who comes to a session.
type SessionModel struct {
	Staff
	Row     SessionRow
	Day     string
	Back    string
	Page    string // the page of its own, for the panel
	Least   string // with how few it is called off, and when; may be empty
	Members []BookingRow
	Add     string // to book somebody into it; empty when nobody can be
	Resize  *SessionForm
	Ask     string // asks once before it is called off; empty when it cannot be
	Cancel  *SessionForm
	Keep    string
}
