package view

// OutsideModel is what is shown of an outside calendar beside its settings.
type OutsideModel struct {
	Heading, Line string
	Chip          Chip
	Facts         []Pair // what is counted, and how much of it
	Button        string // reads it at once
	Action        string
}
