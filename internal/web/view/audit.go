package view

// AuditModel fills the page of the record: who did and saw what.
type AuditModel struct {
	Staff
	At       string   // its own address, without filters: GET
	Actions  []Option // what to show
	From, To string   // dates
	Kept     []Pair   // filters that have no field: client, actor
	About    []AuditAbout
	Days     []AuditDay
	Prev     string // the first page; empty on it
	Next     string // older lines
	CSV      string
	JSON     string
	Prove    string // this page with its proof
	Proof    *AuditProof
}

// AuditAbout says whom the list is narrowed to, with the way out.
type AuditAbout struct {
	Text   string
	Remove string
}

// AuditDay are the lines of one day.
type AuditDay struct {
	Title string
	Lines []AuditLine
}

// AuditLine is one line of the record.
type AuditLine struct {
	Time   string
	What   string
	Who    string
	WhoAt  string // all that they did
	Client string
	CardAt string // all about this client
	More   string // address, detail
	Reason string
	Chip   Chip
}

// AuditProof says whether the record is as it was written.
type AuditProof struct {
	OK       bool
	Line     string
	Head     string
	Findings []string
}
