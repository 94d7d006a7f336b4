package visitor

// What tests of this package see besides.
var (
	Pause  = pause
	Digits = digits
	Code   = code
	Short  = short
)
