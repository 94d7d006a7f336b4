package view

// SheetModel fills the page of a personal card: what matters first, then what
// was and what is due, then who it is.
type SheetModel struct {
	Staff
	Name     string
	Line     string // "Client since 4 March 2026 · 18 visits · every 6 weeks"
	Chips    []Chip // tier, tags
	Warnings []SheetWarning
	Next     NextAction
	Main     []SheetSection
	Aside    []SheetSection
	Edit     string // GET; empty when the reader may not
	Book     string // a new booking for this client
	Back     string
	Told     string // of a card that another branch shares: what it is to look at it
	Errors   Errors
}

// SheetWarning is what must be seen at a visit.
type SheetWarning struct{ Text, Line string }

// SheetSection is one part of a card.
type SheetSection struct {
	ID      string // in addresses
	Heading string
	Teach   string // stands where there is nothing yet
	Rows    []SheetRow
	Facts   []Fact
	Line    []TimelineItem
	Mail    []MessageRow
	Forms   []SheetForm
	Links   []Link
	Prev    string // the first page of the list; empty on it
	Next    string // the page after this one; empty on the last
	Ahead   bool   // the list does not go back in time
}

// Empty tells whether nothing stands in the section.
func (s SheetSection) Empty() bool {
	return len(s.Rows)+len(s.Facts)+len(s.Line)+len(s.Mail) == 0
}

// SheetRow is one thing, with what can be done about it.
type SheetRow struct {
	Title string
	Text  string // as somebody wrote it, in lines
	Line  string // source and time
	Href  string
	Chip  Chip
	Facts []Fact
	Acts  []SheetAct
	Forms []SheetForm
}

// SheetAct is a button.
type SheetAct struct {
	Text, About string // About is for screen readers: what it is done to
	Action      string
	Href        string // a link instead
	Hidden      []Pair
}

// SheetForm is a short form that stands folded until it is wanted.
type SheetForm struct {
	Summary string
	Action  string
	Hidden  []Pair
	Fields  []Field
	Button  string
	Open    bool
	File    bool // it carries a file
}

// FillModel fills the page on which the staff fill a form in for a client.
type FillModel struct {
	Staff
	Name      string // of the client
	Back      string
	Action    string
	Hidden    []Pair
	Questions []Question
	Errors    Errors
}

// FamilyModel fills the page on which a card is found that answers for another.
type FamilyModel struct {
	Staff
	Name   string // of the client whose card it is
	Back   string
	Search string // GET with q
	Query  string
	Rows   []SheetRow
	More   bool // there are others of that name
}
