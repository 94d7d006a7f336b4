package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"kept/money"
)

// halfEven rounds by the book: the nearest whole number, of two equally near
// the even one.
func halfEven(r *big.Rat) *big.Int {
	two := big.NewInt(2)
	floor := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: down, as the denominator is positive
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(floor))
	up := rest.Cmp(big.NewRat(1, 2))
	if up > 0 || (up == 0 && new(big.Int).Mod(floor, two).Sign() != 0) {
		floor.Add(floor, big.NewInt(1))
	}
	return floor
}

func TestShareAgainstRationals(t *testing.T) {
	t.Parallel()
	whole := rapid.OneOf(
		rapid.Int64Range(-50, 50), // here halves are frequent
		rapid.Int64Range(-1_000_000, 1_000_000),
		rapid.Int64Range(-math.MaxInt64, math.MaxInt64),
	)
	parts := rapid.OneOf(rapid.Int64Range(1, 8), rapid.Int64Range(1, 10_000), rapid.Int64Range(1, math.MaxInt64))
	rapid.Check(t, func(t *rapid.T) {
		a, n, d := whole.Draw(t, "amount"), whole.Draw(t, "numerator"), parts.Draw(t, "denominator")
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(n)), big.NewInt(d))
		want := halfEven(exact)
		got, err := money.Of(a, "EUR").Share(n, d)
		fits := want.IsInt64() && want.Int64() != math.MinInt64
		switch {
		case !fits && !errors.Is(err, money.ErrOverflow{}):
			t.Fatalf("%d·%d/%d does not fit, but gives %v, %v", a, n, d, got, err)
		case fits && (err != nil || got != money.Of(want.Int64(), "EUR")):
			t.Fatalf("%d·%d/%d = %v, %v, want %v", a, n, d, got, err, want)
		}
	})
}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, n, d, want int64
		overflow      bool
	}{
		{a: 4500, n: 1, d: 2, want: 2250},
		{a: 5, n: 1, d: 2, want: 2}, // 2.5 to the even below
		{a: 7, n: 1, d: 2, want: 4}, // 3.5 to the even above
		{a: -5, n: 1, d: 2, want: -2},
		{a: -7, n: 1, d: 2, want: -4},
		{a: 100, n: 1, d: 3, want: 33},
		{a: 100, n: 2, d: 3, want: 67},
		{a: 100, n: -2, d: 3, want: -67},
		{a: 0, n: 7, d: 3, want: 0},
		{a: math.MaxInt64, n: 1, d: 1, want: math.MaxInt64},
		{a: math.MaxInt64, n: math.MaxInt64, d: math.MaxInt64, want: math.MaxInt64},
		{a: math.MaxInt64, n: 2, d: 1, overflow: true},
		{a: math.MinInt64, n: 1, d: 1, overflow: true},
		{a: 1, n: math.MinInt64, d: 1, overflow: true},
		{a: 1, n: 1, d: 0, overflow: true},
		{a: 1, n: 1, d: -1, overflow: true},
		// a·n = d·2^64 - 1: the quotient is the greatest word, and rounding up wraps it to zero.
		{a: 5249979066121302517, n: 181967834890718627, d: 51788397999473010, overflow: true},
	} {
		got, err := money.Of(c.a, "TWD").Share(c.n, c.d)
		if (err != nil) != c.overflow || (err == nil && got != money.Of(c.want, "TWD")) {
			t.Errorf("%d·%d/%d = %v, %v, want %d", c.a, c.n, c.d, got, err, c.want)
		}
	}
}

func TestAddAgainstBig(t *testing.T) {
	t.Parallel()
	any64 := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100, 100))
	rapid.Check(t, func(t *rapid.T) {
		a, b := any64.Draw(t, "a"), any64.Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := money.Of(a, "RUB").Add(money.Of(b, "RUB"))
		switch {
		case !want.IsInt64() && !errors.Is(err, money.ErrOverflow{}):
			t.Fatalf("%d + %d = %v, %v", a, b, got, err)
		case want.IsInt64() && (err != nil || got != money.Of(want.Int64(), "RUB")):
			t.Fatalf("%d + %d = %v, %v, want %v", a, b, got, err, want)
		}
	})
}

func TestAddHeedsCurrencies(t *testing.T) {
	t.Parallel()
	eur := money.Of(4500, "EUR")
	if got, err := eur.Add(money.Amount{}); err != nil || got != eur {
		t.Errorf("plus nothing = %v, %v", got, err)
	}
	if got, err := (money.Amount{}).Add(eur); err != nil || got != eur {
		t.Errorf("nothing plus = %v, %v", got, err)
	}
	_, err := eur.Add(money.Of(0, "RUB"))
	var met money.ErrCurrency
	if !errors.As(err, &met) || met != (money.ErrCurrency{A: "EUR", B: "RUB"}) {
		t.Errorf("EUR + RUB: %v", err)
	}
}

func TestAmountOnTheWire(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(money.Of(4500, "EUR"))
	if err != nil || string(raw) != `{"amount":4500,"currency":"EUR"}` {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestValidCurrency(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"EUR": true, "TWD": true, "RUB": true,
		"": false, "eur": false, "EU": false, "EURO": false, "E1R": false, "Р\x01": false, "€": false,
	} {
		if got := money.ValidCurrency(code); got != want {
			t.Errorf("%q = %v", code, got)
		}
	}
}

func TestErrorsSayWhat(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"money: EUR meets RUB":        money.ErrCurrency{A: "EUR", B: "RUB"},
		"money: the sum does not fit": money.ErrOverflow{},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err.Error(), want)
		}
	}
}
