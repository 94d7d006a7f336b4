package view

// WhyModel fills /app/{slug}/explain: why a time is open or shut.
type WhyModel struct {
	Staff
	Show      string // GET with service, staff, location, date, time
	Services  []Option
	More      [][]Option // for each further service of the visit, and one more
	People    []Option   // the first is anyone
	Places    []Option   // empty where there is but one
	Date      string     // YYYY-MM-DD
	Time      string     // "10:30"
	Party     string     // how many come; empty where that is no question
	Subjects  []Option   // for whom or what of the client's; the first is themselves
	Questions []Question // what the visit depends on
	Client    string     // for whom it is judged; empty for a stranger
	ForWhom   string     // their name, in a sentence
	Asked     bool       // there is an answer
	Open      bool
	Verdict   string
	Rank      RankModel
	Groups    []WhyGroup
	Near      []Link // open times near it
	Book      string // books an open time
	Errors    Errors
}

// WhyGroup is what there is to say of one place, or of all together.
type WhyGroup struct {
	Place string // its name; empty for all
	Steps []WhyStep
}

// WhyStep is one sentence of the answer, with what it leads to.
type WhyStep struct {
	Text string
	Line string // the owner's words, or what else there is to say
	Tone Tone
	Link Link
}
