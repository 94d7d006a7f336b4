package catalog

import (
	"slices"

	"kept/id"
)

// Form is a list of questions to a client: at booking, before the visit, or by
// the staff at the desk.
type Form struct {
	ID       id.Form
	Position int // forms are asked in this order
	Names    Texts
	About    Texts // why it is asked
	Archived bool
	FormBody
}

// When a form is asked.
const (
	AskBooking = "booking" // with the booking; what is required must be answered then
	AskBefore  = "before"  // once booked, until the visit; open until filled in
	AskDesk    = "desk"    // by the staff alone
)

// FormBody is what a form says.
type FormBody struct {
	Services []id.Service `json:"services,omitempty"` // empty: every one
	Ask      string       `json:"ask"`
	Once     bool         `json:"once,omitempty"` // asked of a client once, not with every visit
	Fields   []Field      `json:"fields"`
}

// Kinds of fields.
const (
	FieldText   = "text"
	FieldLong   = "long" // several lines
	FieldNumber = "number"
	FieldDate   = "date"
	FieldYes    = "yes"    // yes or no
	FieldChoice = "choice" // one of the options
	FieldMany   = "many"   // any of the options
)

// FieldKinds lists them.
func FieldKinds() []string {
	return []string{FieldText, FieldLong, FieldNumber, FieldDate, FieldYes, FieldChoice, FieldMany}
}

// Classes of what is answered.
const (
	ClassPlain   = "plain"
	ClassWarning = "warning" // shown to all staff before the visit
	ClassHealth  = "health"  // for those who may read health notes
)

// Field is one question.
type Field struct {
	Key      string   `json:"key"` // lower-case word, unique in the form: how the answer is named
	Labels   Texts    `json:"labels"`
	Helps    Texts    `json:"helps,omitempty"`
	Kind     string   `json:"kind"`
	Options  []Option `json:"options,omitempty"` // of a choice
	Required bool     `json:"required,omitempty"`
	Class    string   `json:"class,omitempty"` // empty is plain
	Fact     string   `json:"fact,omitempty"`  // the fact of the card that the answer fills; empty for none
}

// Option is one answer to choose.
type Option struct {
	Value  string `json:"value"`
	Labels Texts  `json:"labels"`
}

// Asks tells whether the form is asked at that time for any of the services.
func (f *Form) Asks(when string, services []id.Service) bool {
	if f.Archived || f.Ask != when {
		return false
	}
	return concerns(f.Services, services)
}

// Notice is a text to which clients are asked to agree, for one purpose, apart
// from anything else.
type Notice struct {
	ID       id.Notice
	Position int
	Purpose  string
	Version  int   // grows with every change of its texts
	Names    Texts // the line beside the box
	Texts    Texts // the whole text
	Archived bool
	NoticeBody
}

// NoticeBody is what else a notice says.
type NoticeBody struct {
	Services []id.Service `json:"services,omitempty"` // empty: every one
	Required bool         `json:"required,omitempty"` // nothing is booked without it
}

// The purposes that mean something to Kept; owners may add their own.
const (
	PurposeMarketing = "marketing" // news and offers; without it none is sent
	PurposeRecall    = "recall"    // that something is due again; sent until one objects
	PurposeHealth    = "health"    // keeping health data
	PurposePhotos    = "photos"
	PurposeSharing   = "sharing" // the card is shown to other branches of a chain
	// PurposeSharingHealth is that they see facts of health, too.
	PurposeSharingHealth = "sharing_health"
)

// Purposes lists them.
func Purposes() []string {
	return []string{PurposeMarketing, PurposeRecall, PurposeHealth, PurposePhotos, PurposeSharing, PurposeSharingHealth}
}

// Free tells whether nothing may be agreed to under force: what a visit has no
// need of cannot be its condition (GDPR art. 7(4)).
func Free(purpose string) bool {
	switch purpose {
	case PurposeMarketing, PurposeRecall, PurposeSharing, PurposeSharingHealth:
		return true
	default:
		return false
	}
}

// Asks tells whether the notice is shown when any of the services is booked.
func (n *Notice) Asks(services []id.Service) bool {
	return !n.Archived && concerns(n.Services, services)
}

// concerns tells whether a list that is empty for every service names any of some.
func concerns(list, services []id.Service) bool {
	return len(list) == 0 || slices.ContainsFunc(services, func(s id.Service) bool { return slices.Contains(list, s) })
}

// Form finds a form, archived or not.
func (c *Catalog) Form(want id.Form) (*Form, bool) {
	return find(c.Forms, func(f *Form) bool { return f.ID == want })
}

// Notice finds a notice, archived or not.
func (c *Catalog) Notice(want id.Notice) (*Notice, bool) {
	return find(c.Notices, func(n *Notice) bool { return n.ID == want })
}
