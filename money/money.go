// Package money holds amounts in minor units with their currency. There is
// no floating point in it: a price is a whole number of cents, or of kopecks.
package money

import (
	"fmt"
	"math"
	"math/bits"
)

// Amount is a sum of money in minor units of a currency (ISO 4217 code).
type Amount struct {
	Amount   int64  `json:"amount"`   // minor units: 4500 is 45.00 EUR, and 4500 is 45 TWD written with two digits
	Currency string `json:"currency"` // ISO 4217, upper case
}

// Of makes an amount.
func Of(amount int64, currency string) Amount { return Amount{Amount: amount, Currency: currency} }

// ErrCurrency tells that two amounts of different currencies met.
type ErrCurrency struct{ A, B string } //nolint:errname // reads as errors of other packages do

// Error implements error.
func (e ErrCurrency) Error() string { return fmt.Sprintf("money: %s meets %s", e.A, e.B) }

// ErrOverflow tells that a sum does not fit.
type ErrOverflow struct{} //nolint:errname // as ErrCurrency

// Error implements error.
func (ErrOverflow) Error() string { return "money: the sum does not fit" }

// Add sums two amounts of one currency. A zero Amount without currency is neutral.
func (a Amount) Add(b Amount) (Amount, error) {
	switch {
	case a == Amount{}:
		return b, nil
	case b == Amount{}:
		return a, nil
	case a.Currency != b.Currency:
		return Amount{}, ErrCurrency{a.Currency, b.Currency}
	}
	sum := a.Amount + b.Amount
	if (b.Amount > 0 && sum < a.Amount) || (b.Amount < 0 && sum > a.Amount) {
		return Amount{}, ErrOverflow{}
	}
	return Amount{sum, a.Currency}, nil
}

// Share gives numerator/denominator of the amount, rounded half to even
// (banker's rounding), so that many shares don't drift one way. The
// denominator must be positive.
func (a Amount) Share(numerator, denominator int64) (Amount, error) {
	if denominator <= 0 || a.Amount == math.MinInt64 || numerator == math.MinInt64 {
		return Amount{}, ErrOverflow{}
	}
	negative := (a.Amount < 0) != (numerator < 0)
	hi, lo := bits.Mul64(absolute(a.Amount), absolute(numerator))
	den := uint64(denominator)
	if hi >= den {
		return Amount{}, ErrOverflow{}
	}
	q, r := bits.Div64(hi, lo, den)
	if q > math.MaxInt64 { // before rounding, which would wrap the very last one to zero
		return Amount{}, ErrOverflow{}
	}
	// Half to even: past the half, or on it with an odd quotient.
	if r > den-r || (r == den-r && q&1 == 1) {
		q++
	}
	if q > math.MaxInt64 {
		return Amount{}, ErrOverflow{}
	}
	v := int64(q)
	if negative {
		v = -v
	}
	return Amount{v, a.Currency}, nil
}

func absolute(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

// ValidCurrency tells whether the code has the form of ISO 4217.
func ValidCurrency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for i := range 3 {
		if code[i] < 'A' || code[i] > 'Z' {
			return false
		}
	}
	return true
}
