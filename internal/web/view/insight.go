package view

// InsightModel fills /app/{slug}/insight: which hours are wanted, and which
// time is empty.
type InsightModel struct {
	Staff
	Ranges  []Filter // the time looked at
	Places  []Filter // none where there is but one
	Line    string   // the days looked at, in words
	Figures []Figure
	Heat    HeatTable
	Wanted  []HeatSpot
	Quiet   []HeatSpot
	Week    string // of the empty windows, in words
	Prev    string
	Next    string
	Days    []GapDay
}

// HeatTable is a week by hour: a row for each hour, a column for each weekday.
type HeatTable struct {
	Days []HeatDay
	Rows []HeatRow
}

// HeatDay is a weekday, short and in full.
type HeatDay struct{ Short, Full string }

// HeatRow is an hour of all weekdays.
type HeatRow struct {
	Hour  string // "09:00"
	Cells []HeatCell
}

// HeatCell is an hour of a weekday.
type HeatCell struct {
	Text  string // percent of the open time that was asked for; empty where nothing is open
	Said  string // the same in a sentence, for who points at it
	Level int    // 0 to 5: how dark the cell is; 5 is as much as there is, or more
}

// HeatSpot is an hour worth a word.
type HeatSpot struct{ When, Share string }

// GapDay is a day's empty time.
type GapDay struct {
	Title  string
	People []GapPerson
}

// GapPerson is the empty time of one person.
type GapPerson struct {
	Name    string
	Free    string // "3 h 20 min free"
	Chip    Chip   // how broken up
	Windows []GapWindow
}

// GapWindow is a stretch of empty time.
type GapWindow struct {
	Text string
	Dust bool // nothing that is often asked for fits in
}
