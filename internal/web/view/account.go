package view

// Leaf is a page about accounts: sections, one under another. It stands in the
// desk of a business, or alone.
type Leaf struct {
	Page
	Desk     *Staff // nil where it stands alone
	Heading  string
	Line     string
	Back     Link
	Notice   Notice
	Add      Link // the one thing that is added here
	Sections []LeafSection
	Links    []Link
}

// LeafSection is one matter of a page.
type LeafSection struct {
	Heading, Line string
	Facts         []Pair
	Codes         []string // to be copied by hand, told this once
	Texts         []string // to be copied: letters, not codes
	Picture       string   // a QR code, as a data: address
	PictureAlt    string
	None          string // said where there are no rows
	Rows          []LeafRow
	Forms         []LeafForm
	Links         []Link
}

// LeafRow is a thing in a list, with what can be done to it.
type LeafRow struct {
	Name, Line, Side string
	Chip             Chip
	Href             string
	Acts             []LeafForm
}

// LeafForm is a form; without fields it is a button.
type LeafForm struct {
	Action  string
	Hidden  []Pair
	Fields  []LeafField
	Button  string
	Spoken  string // the button's name for who does not see beside what it stands
	Danger  bool
	Quiet   bool
	Errors  Errors
	Said    string // what is wrong with all of it
	Passkey string // create or get: the browser is asked first
	Options string // where its question comes from
	Told    string // said where the device says no
}

// LeafField is a field of such a form.
type LeafField struct {
	Name, Label, Hint, Value string
	Kind                     string // of the input; "text" when empty
	Auto                     string // autocomplete
	Required, Optional       bool
	Options                  []Option
	Ticks                    []Option // boxes to tick, all under the one name
}

// scripts are those that the page needs.
func (m Leaf) scripts() []string {
	for _, s := range m.Sections {
		for _, f := range s.Forms {
			if f.Passkey != "" {
				return []string{"passkey.js"}
			}
		}
	}
	return nil
}
