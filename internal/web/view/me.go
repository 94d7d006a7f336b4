package view

import (
	"strings"

	"github.com/a-h/templ"

	"kept/internal/i18n"
)

// MeAskModel asks for a contact to which a code is sent.
type MeAskModel struct {
	Page
	Action  string
	Contact string
	Hidden  []Pair
	Error   string
	Inbox   string // of a demo
	Notice  Notice
	Passkey string // where a passkey's answer is sent; empty where there are none
	Options string // where its question is had
}

// MeKeysModel lists the passkeys of a login.
type MeKeysModel struct {
	P               i18n.Printer
	Rows            []MeRow
	Action, Options string
}

// MeCodeModel asks for the code.
type MeCodeModel struct {
	Page
	Action  string
	To      string // where it was sent to, masked; empty when that is not known
	Error   string
	Ended   bool   // there is no try left
	Crowded string // that the code may not come, and what to do
	Call    string // the business's number then, empty for none
	House   string // the page of the business that can be called; empty for none
	Again   string
	Inbox   string
}

// MeLinkModel asks whether the link is to sign in.
type MeLinkModel struct {
	Page
	Action string
	To     string // masked
}

// MeHomeModel lists the businesses and the people of a login.
type MeHomeModel struct {
	Page
	To       string // the contact
	Places   []MePlace
	Sessions string
	SignOut  string
	Notice   Notice
}

// MePlace is a business with the cards that open there.
type MePlace struct {
	Name, Line, Href string
	People           []MePerson
}

// MePerson is a card among those of a login.
type MePerson struct {
	Name, Href string
	Current    bool
}

// Me is the frame of the pages of a card, in its client's hands.
type Me struct {
	Page
	Brand  Brand
	Home   string // all places
	People []MePerson
	Parts  []MePart
	Notice Notice
	Stream string // the address of the live stream; empty for none
}

// overview is the way back to the first part; nothing on that part itself.
func (m Me) overview() Link {
	if len(m.Parts) == 0 || m.Parts[0].Current {
		return Link{}
	}
	return Link{Text: m.Parts[0].Text, Href: m.Parts[0].Href}
}

// MePart leads to one part of the card.
type MePart struct {
	Text, Line, Href, Icon string
	Current                bool
}

// MeCardModel is the first page of a card: what comes, and the way to the rest.
type MeCardModel struct {
	Me
	Name    string
	Coming  []MeVisit
	More    bool // others come after these
	Book    string
	Due     []MeDue        // the next few
	AllDue  string         // all of them; empty where these are all
	History []TimelineItem // the last few
	All     string         // all of them
}

// MeVisit is a visit that comes.
type MeVisit struct {
	Visit Visit
	Chip  Chip
	Href  string
}

// MeDue is a plan: a service that is due, or will be.
type MeDue struct {
	Title, Line string
	Chip        Chip
	Href        string // to book it
	Decline     string // where "not now" is posted; empty where it cannot be
	Hidden      []Pair
}

// MeListModel is a page of rows with, below, forms.
type MeListModel struct {
	Me
	Heading string
	Line    string
	None    string
	Rows    []MeRow
	Prev    string // the first page of the rows; empty on it
	Next    string // the page after this one; empty on the last
	Ahead   bool   // the rows do not go back in time
	Forms   []MeForm
	Below   templ.Component
	More    []MeSection
}

// MeSection is another list on the same page, with the form that adds to it.
type MeSection struct {
	Name          string // for the address: the part behind the #
	Heading, Line string
	None          string
	Rows          []MeRow
	Form          *MeForm // nil for none
}

// MeRow is one thing of a list.
type MeRow struct {
	Title, Line string
	Facts       []Fact
	Chip        Chip
	Href        string
	Acts        []MeAct
}

// MeAct is a button that posts.
type MeAct struct {
	Text, Action string
	Hidden       []Pair
	Danger       bool
}

// MeForm is a form of fields.
type MeForm struct {
	Heading, Line string
	Action        string
	Hidden        []Pair
	Errors        Errors
	Groups        []Group
	Save          string
	Questions     []Question // of a form of the owner's
	Danger        bool
	Folded        bool // closed until it is opened
	Plain         bool // may be sent again: its answer is a file
	File          bool // brings a file
}

// calendarOr lets calendars be subscribed to, whose addresses are of our own
// making; any other address is judged as usual.
func calendarOr(href string) templ.SafeURL {
	if strings.HasPrefix(href, "webcal://") {
		return templ.SafeURL(href)
	}
	return templ.URL(href)
}
