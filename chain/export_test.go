package chain

// What tests of this package see besides.
var (
	Share  = share
	Blanks = blanks
)
