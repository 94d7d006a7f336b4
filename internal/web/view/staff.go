package view

// Staff is the frame of every page at the desk, /app/{slug}/...
type Staff struct {
	Page
	Business string // its name
	Slug     string
	Here     string // the entry of the menu: today, calendar, clients, messages, settings
	Settings bool   // the reader may set something
	User     string // who is signed in
	Role     string // their role, in words; may be empty
	SignOut  string // POST
	Hidden   []Pair // for the sign-out form
	Switch   string // to choose another business; empty when there is but one
	Shared   string // where a shared computer changes hands; empty for one person's
	Waiting  int    // messages that need a look, for the menu
	Stream   string // server-sent events that make the page refresh; empty for none
	Notice   Notice // what was just done
	Demo     string // the demo inbox; empty outside the demo
}

// Own is where the reader looks after their account; at a shared computer that is nobody's.
func (s Staff) Own() string { return or(s.Shared, "/account") }

// Root is the address under which the desk stands.
func (s Staff) Root() string { return "/app/" + s.Slug }

// SignInModel fills the sign-in page at /.
type SignInModel struct {
	Page
	Action string // POST with email and password
	Hidden []Pair // where to go on to
	Email  string
	Error  string // what went wrong; says nothing about which of the two
	Demo   []DemoLogin
	Inbox  string // of the demo; empty outside one
	Notice Notice
	Next   string // where to go on to, for the ways in besides the password
	Keys   bool   // the site has passkeys
	Other  Link   // another house to sign in at; empty for none
}

// DemoLogin is a sign-in that the demo offers; a button fills and sends it.
type DemoLogin struct {
	Business, Email, Password string
	Page                      string // what the clients of the business see
}

// SignUpModel fills the first visit: the owner's sign-up.
type SignUpModel struct {
	Page
	Action     string // POST: business, slug, preset, zone, language, currency, name, email, password
	Hidden     []Pair
	Business   string
	Slug       string
	Presets    []Option
	Zones      []Option
	Languages  []Option
	Currencies []Option
	Name       string
	Email      string
	Errors     Errors
}

// BusinessesModel fills / for a person with several businesses.
type BusinessesModel struct {
	Page
	User       string
	SignOut    string
	Hidden     []Pair
	Businesses []BusinessChoice
}

// BusinessChoice is one business of the person.
type BusinessChoice struct{ Name, Role, Line, Href string }

// TodayModel fills the first page of the desk: the day as it comes.
type TodayModel struct {
	Staff
	Date     string // "Wednesday 4 March"
	Figures  []Figure
	Asking   []BookingRow // requests that wait for a yes
	Rows     []BookingRow // of today, by time
	Past     []BookingRow // of today: what is over, Rows being what is still to come
	Stuck    []MessageRow // messages that should have gone out, with the reason
	New      string       // a new booking
	Calendar string
	Public   string // the booking page, to share
	Insight  string // how time is used
	Sessions string // the meetings of groups; empty where there are none
}

// Figure is a number with its unit and what it counts.
type Figure struct{ Value, Label string }

// BookingRow is an appointment in a list.
type BookingRow struct {
	Day     string // only where a list spans days
	Time    string
	Until   string
	Service string
	Client  string
	Staff   string
	Price   string
	Warning string // what to know before anything else
	Chip    Chip
	Href    string
	Now     bool // under way
}

// CalendarModel fills /app/{slug}/calendar.
type CalendarModel struct {
	Staff
	Title string // "Wednesday 4 March", or the week
	View  string // day, week, list; empty leaves it to the width of the screen
	Date  string // YYYY-MM-DD, the day or the first of the week
	Prev  string
	Next  string
	Today string // empty when this is today
	Views CalendarViews
	New   string
	// Sessions is the list of the meetings of groups; empty where there are none.
	Sessions string
	Search   string   // the client list, which gets ?q=
	Feed     string   // JSON, a CalendarFeed; gets ?from=&to=
	Move     string   // POST, {id} being the booking's: start (local), staff, was; 204, or problem+json with what went wrong
	People   []Option // whose calendar; the first is everyone
	From     string   // "08:00", the earliest time shown
	To       string   // "20:00", the latest; "24:00" for midnight
	Lists    []DayList
	// Crowded leaves the lists in place of the grid: too many people for it.
	Crowded bool
	Panel   *BookingModel // open beside the calendar; nil for none
}

// CalendarViews are the same day seen otherwise.
type CalendarViews struct{ Day, Week, List string }

// DayList is a column of the calendar as a list: a person, or a day.
type DayList struct {
	Name string
	Line string // "7 visits · 92 %"
	Rows []BookingRow
}

// CalendarFeed is what calendar.js reads. Times are local to the location,
// without offset: "2026-03-04T10:30".
type CalendarFeed struct {
	Now     string           `json:"now"`
	Columns []CalendarColumn `json:"columns"`
	Items   []CalendarItem   `json:"items"`
}

// CalendarColumn is one person's column.
type CalendarColumn struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Line string `json:"line"` // "7 visits · 92 %"
}

// CalendarItem is something on the calendar.
type CalendarItem struct {
	ID      string `json:"id"`     // of the booking, the same for each of its parts
	Part    string `json:"part"`   // makes the item unique: "0", "1"
	Column  string `json:"column"` // the person's id
	Start   string `json:"start"`
	End     string `json:"end"`
	Begin   string `json:"begin,omitempty"`   // the booking's start, from which a dragged part is counted
	Was     string `json:"was,omitempty"`     // the booking's start as RFC 3339, sent back when it is dragged
	Kind    string `json:"kind"`              // booking, processing, hold, off, busy
	Status  string `json:"status,omitempty"`  // of a booking
	Title   string `json:"title"`             // "Colour · Nia S."
	Line    string `json:"line,omitempty"`    // "10:00 apply"
	Warning string `json:"warning,omitempty"` // shown with a sign
	Hue     int    `json:"hue"`               // 0 to 3, by service, so that a day can be read at a glance
	Href    string `json:"href,omitempty"`    // the card
	Movable bool   `json:"movable,omitempty"`
}

// BookingModel fills the card of one booking: the panel beside the calendar
// (BookingPanel) and the page of its own (BookingPage).
type BookingModel struct {
	Staff
	Client     string
	ClientHref string // the personal card; empty for a guest without one
	ClientLine string // "Regular since 2023 · 18 visits"
	Warning    string
	Chip       Chip
	Visit      Visit
	Attendance string // "said yes, Tue 10:12"; empty while unknown
	Contacts   []Contact
	Note       string
	Facts      []Fact
	Parts      []Part   // every segment with who and what is there; none where that is said already
	Actions    []Action // what can be done now, the likeliest first
	Move       string   // GET; empty when it cannot be moved
	Back       string   // to the calendar
	History    []TimelineItem
	Messages   []MessageRow
	Series     []SeriesDate // all that recur with it, itself among them
}

// Contact is a way to reach somebody.
type Contact struct{ Label, Text, Href string }

// Action is a POST from the card of a booking. Do is confirm, check_in,
// complete, no_show, cancel or decline; texts and questions follow from it.
type Action struct {
	Do     string
	Href   string
	Hidden []Pair
	Amount string // of complete: what was agreed, to be corrected
}

// TimelineItem is one line of a history, newest first.
type TimelineItem struct {
	Title string
	Line  string // "21 Jan · Anna"
	Tone  Tone   // Look: due, Good: to come or done well
	Href  string
}

// NewBookingModel fills the form in which staff book for a client.
type NewBookingModel struct {
	Staff
	Show      string // GET with service, staff, date, q: shows times and clients found
	Services  []Option
	More      [][]Option // for each further service of the visit, and one more
	Questions []Question // what the length, the price or the times depend on
	Ordered   bool       // the order of the services is a question
	AnyOrder  bool       // ... and does not matter
	Places    []Option   // the first is anywhere; empty where there is but one
	Party     string     // how many come; empty where that is no question
	People    []Option   // the first is anyone
	Date      string     // YYYY-MM-DD
	Today     string     // YYYY-MM-DD, the first that can be chosen
	Asked     bool       // a service is chosen: times are shown
	DayTitle  string
	Times     []TimeGroup // TimeChoice.Href is the value of the field start
	NextFree  Link
	Book      string // POST with start, client or name/email/phone, note, override and other
	Hidden    []Pair
	Query     string
	Found     []ClientOption // clients that match Query
	Form      ContactForm
	Override  bool     // the reader may pass the rules
	Passing   bool     // ... and wants to
	Squeeze   bool     // the reader may squeeze it in beside another visit
	Squeezing bool     // ... and wants to
	Beside    *Beside  // what it lies beside, to be seen first; nil else
	Keep      string   // the client who was chosen before, for Show
	Subjects  []Option // for whom or what of theirs; the first is themselves
	Other     string
	Errors    Errors
	WhyClosed string
	Why       string // GET: explains why a time is not among them
	Repeats   []Option
	Repeating bool   // one of Repeats is chosen
	Count     string // how many visits
}

// Beside is what a squeeze-in lies beside.
type Beside struct {
	Title  string // asks whether it shall be
	Visits []Link
	Others int    // what else is there that the reader does not see
	Seen   string // value of the field beside: that the reader has seen this
}

// ClientOption is a client that was found.
type ClientOption struct {
	ID, Name, Line string
	Subjects       []Option // for whom or what of theirs; the first is themselves, none where there is no other
	Chosen         bool
}

// StaffMoveModel fills the page in which staff move a booking without dragging.
type StaffMoveModel struct {
	Staff
	Client string
	Visit  Visit
	Back   string
	Picker Picker
	Go     *GoBar
	Other  bool   // the reader may pass the rules
	Action string // POST: date, time, staff, was, override
	Date   string // YYYY-MM-DD
	Was    string // the start that the reader saw
	Who    string // whose column it is moved to
	Series bool   // others recur with it
}
