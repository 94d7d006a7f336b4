package view

// Brand is the business as its clients see it.
type Brand struct {
	Name string // in the reader's language
	Line string // one line under the name: the address, until when it is open; may be empty
	Href string // the booking page
	Call string // the number to call, as +4930901820; empty for none
}

// Visit is an appointment in the reader's words: agreed, or about to be. What
// is not known yet is empty and not shown.
type Visit struct {
	Service   string
	Staff     string // empty shows "anyone" where a choice is open
	Day       string // "Wed 4 March"
	Time      string // "10:30"
	Until     string // "12:45"
	Duration  string // "2 h 15"
	Price     string
	Party     string // "2 people"; empty for one
	Place     string // name or address
	PlaceHref string // a map
	Call      string // the number to call; empty for none
	Parts     []Part // its services in the order in which they are done, where they are several
	OtherZone string // "Your local time: Wed 4 March, 12:30", when the reader's zone is another
}

// Part is a part of a visit: a service of several, or for staff a segment.
type Part struct {
	Time string // "10:30–11:00"
	What string
	Who  string // and for staff with what: "Anna Krüger · Chair 2"
}

// ServicesModel fills the first step of booking, /b/{slug}: what.
type ServicesModel struct {
	Page
	Brand     Brand
	Locations []PlaceChoice // shown when there are two or more
	Groups    []ServiceGroup
	Note      string // why nothing can be booked, when there are no groups
	Chosen    Chosen // what a further service is added to; empty while none is chosen
	Times     string // ... and the way back to its times
}

// Chosen lists the services of a visit that is being put together.
type Chosen struct {
	Services []ChosenService
	Total    string        // length and price of all together; empty for one
	Orders   []OrderChoice // empty where the order is no question
	Add      string        // where a further one is chosen; empty where none can be
}

// ChosenService is one of them. Remove is the same visit without it; empty for the only one.
type ChosenService struct{ Name, Line, Remove string }

// OrderChoice is whether services keep the order in which they were chosen, or
// may follow each other in any.
type OrderChoice struct {
	Any    bool
	Href   string
	Chosen bool
}

// PlaceChoice is one of several locations.
type PlaceChoice struct {
	Name, Address, Href string
	Chosen              bool
}

// ServiceGroup is a heading and its services; the heading may be empty.
type ServiceGroup struct {
	Name     string
	Services []ServiceChoice
}

// ServiceChoice is one service that can be booked.
type ServiceChoice struct {
	Name, Description, Duration, Price, Href string
	Needs                                    []string // what must come first
}

// TimesModel fills the second step, /b/{slug}?service=...: when, and with whom.
type TimesModel struct {
	Page
	Brand  Brand
	Back   string // the first step
	Chosen Chosen // what the visit is made of
	First  *First // what is asked before the times; nil for nothing
	Visit  Visit  // as far as it is chosen
	Needs  []Need // what must come first
	Policy string // "Free to move or cancel until Tue 10:30"
	Picker Picker
	Go     *GoBar // the chosen time; nil while none is
	Notice Notice // why the time chosen before cannot be had any more
}

// First asks what shapes the visit: how long it takes, what it costs.
type First struct {
	Action    string
	Hidden    []Pair
	Questions []Question
}

// Need is a service that must come first.
type Need struct {
	Text string
	Link Link // books it; none where clients cannot
}

// A Notice tells what happened before this page, at its head. The zero value
// tells nothing.
type Notice struct {
	Text string
	Tone Tone
}

// The notices of the times page.
const (
	noticeTaken   = "times.taken"
	noticeExpired = "times.expired"
)

// TakenNotice says that somebody else was faster; the Picker's Others hold
// what is near.
func (p Page) TakenNotice() Notice { return Notice{p.P.T(noticeTaken), Look} }

// ExpiredNotice says that the time is not kept any longer.
func (p Page) ExpiredNotice() Notice { return Notice{p.P.T(noticeExpired), Look} }

// Picker chooses staff, day and time; every choice is a link, so that it works
// without scripts. It is shared by booking, moving and the desk.
type Picker struct {
	Staff     []StaffChoice // "anyone" first; none where staff cannot be chosen
	Parties   []PartyChoice // how many come, for a group; none where that is no question
	Month     string        // above the days: "March 2026"
	Days      []Day
	Prev      string // the week before; empty when it lies in the past
	Next      string // the week after; empty past the horizon
	DayTitle  string // "Wednesday 4 March"
	Times     []TimeGroup
	Others    []TimeChoice // alternatives when the wanted time is gone, with their day in Note
	NextFree  Link         // where the next free day is, when this one has none; may be empty
	ZoneNote  string       // "Times are Berlin time; yours is two hours ahead."
	BusyNote  Link         // says what "you are busy" means, and leads to the reader's calendars; empty where nothing is marked
	Waitlist  string       // where to join the waitlist; may be empty
	WhyClosed string       // why there is no time on this day, when it is known
}

// StaffChoice is one whose times can be seen; an empty name means anyone.
type StaffChoice struct {
	Name, Href string
	Chosen     bool
}

// PartyChoice is how many come.
type PartyChoice struct {
	Number, Label, Href string
	Chosen              bool
}

// Day is one day of the strip.
type Day struct {
	Weekday string // "Wed"
	Number  string // "4"
	Label   string // the whole date, for screen readers
	Href    string // empty for days that cannot be chosen
	Free    int    // share of time that is free, percent; 0 is full
	Chosen  bool
	Today   bool
}

// TimeGroup is a part of the day: Morning, Afternoon, Evening.
type TimeGroup struct {
	Name  string
	Times []TimeChoice
}

// TimeChoice is one time that can be had.
type TimeChoice struct {
	Time   string // "10:30"
	Price  string // may be empty
	Saving bool   // the price is lower than usual
	Note   string // "quiet hour", or the day of an alternative
	Tag    string // "Best fit"; may be empty
	TagFit bool   // the tag deserves a second look (apricot); else it is about the reader (pine)
	Busy   bool   // the reader's own calendar has something then
	Href   string
	Chosen bool
}

// GoBar is the bar at the foot: what is chosen, and the button that goes on. It
// is a POST, since it takes the time.
type GoBar struct {
	Line, Sub string // "Wed 4 March, 10:30", "Colour & cut with Anna"
	Action    string
	Hidden    []Pair
	Button    string // empty: "Continue"
	Scope     bool   // asks which visits of a series
}

// DetailsModel fills the third step: who.
type DetailsModel struct {
	Page
	Brand       Brand
	Back        string // to the times
	Visit       Visit
	Policy      string
	Action      string
	Hidden      []Pair // the hold's token, the idempotency key
	Form        ContactForm
	People      []Option // whose cards the reader may book for; then name and contacts are not asked
	Else        string   // where they are asked all the same: to book for somebody else
	Questions   []Question
	Consents    []Consent
	Errors      Errors
	Notice      Notice
	Times       []TimeChoice // instead of a time that is gone: Href is the value of the field start
	Repeats     []Option     // how often the visit can recur; empty where it cannot
	Count       string       // how many visits, where it does
	HeldUntil   string       // "10:42"; empty when nothing is held
	HeldSeconds int          // left, by the server's clock
	Button      string       // empty: "Book this time"
	Whom        Whom         // for whom or what the visit is; without a label it is not asked
	AskCode     bool         // a code was sent to the contact and is asked for: the field code
}

// Whom asks for whom or what a visit is. Fields are named subject and about.
type Whom struct {
	Label string // of what is typed: "Licence plate"
	Hint  string
	Text  string
	Known []Option // those of the reader's own cards
}

// ContactForm holds what the person typed. Fields are named name, email,
// phone, note.
type ContactForm struct {
	Name, Email, Phone, Note string
	NeedEmail, NeedPhone     bool // else one of the two is enough
	NoNote                   bool // leaves the note out
}

// Question is a further field of the details form.
type Question struct {
	Head, About              string // of the form that begins with it
	Name, Label, Hint, Value string
	Kind                     string // QuestionLong ...; empty is a line of text, or a select when there are options
	Required                 bool
	Options                  []Option
}

// Kinds of questions.
const (
	QuestionLong   = "area"
	QuestionNumber = "number"
	QuestionDate   = "date"
	QuestionMany   = "many" // any of the options
)

// NoticeModel fills the page of a text that one is asked to agree to.
type NoticeModel struct {
	Page
	Brand         Brand
	Heading, Text string
	Line          string
}

// Consent is a box that is ticked or not; never ticked for the reader.
type Consent struct {
	Name, Text, Href string // Href: the whole text, on a page of its own; may be empty
	Value            string // sent when it is ticked; empty: "yes"
	Required, Given  bool
}

// DoneModel fills the page after booking.
type DoneModel struct {
	Page
	Brand     Brand
	Visit     Visit
	Requested bool   // the business has yet to say yes
	SentTo    string // where the receipt goes, as the person typed it; may be empty
	FreeUntil string // "Tue 3 March, 10:30"; empty when it cannot be moved freely
	ICS       string
	Google    string // add to Google Calendar; may be empty
	Manage    string
	Again     string // book something else
}

// ManageModel fills /m/{token}: a booking in its owner's hands.
type ManageModel struct {
	Page
	Brand     Brand
	Visit     Visit
	Status    string // status word of the API
	Past      bool   // its time has begun
	Notice    Notice // what was just done
	Hidden    []Pair // for every form on the page
	Confirm   string // POST: "I will come"; empty when it is not asked
	Confirmed bool   // attendance was confirmed
	Move      string // GET; empty when it cannot be moved
	Cancel    string // POST; empty when it cannot be cancelled
	AskCancel string // GET, the same page with Asking
	Asking    bool   // asks once before cancelling
	Keep      string // back from asking
	Policy    string // "Free to move or cancel until ...", or the fee that applies now
	Reason    string // what was typed as the reason
	ICS       string // empty when there is nothing to put into a calendar
	Again     string // book again
	Errors    Errors
	Series    []SeriesDate // all that recur with it, itself among them
}

// MoveModel fills /m/{token}/move: another time for the same visit.
type MoveModel struct {
	Page
	Brand  Brand
	Visit  Visit // as it is now
	Back   string
	Policy string
	Picker Picker
	Go     *GoBar
	Notice Notice
}
