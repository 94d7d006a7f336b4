package pricing_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/pricing"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	cut := &catalog.Service{ID: "cut", Price: money.Of(4500, "EUR")}
	wash := &catalog.Service{ID: "wash", Price: money.Of(1250, "EUR")}
	got, err := pricing.Of("EUR", cut, wash)
	want := pricing.Quote{Total: money.Of(5750, "EUR"), Lines: []pricing.Line{
		{Code: "base", Service: "cut", Amount: money.Of(4500, "EUR")},
		{Code: "base", Service: "wash", Amount: money.Of(1250, "EUR")},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestQuoteOfNothingAndOfGifts(t *testing.T) {
	t.Parallel()
	got, err := pricing.Of("TWD")
	if err != nil || got.Total != money.Of(0, "TWD") || len(got.Lines) != 0 {
		t.Errorf("nothing costs %v, %v", got, err)
	}
	// A service whose price was never set is free, in the currency of the business.
	got, err = pricing.Of("TWD", &catalog.Service{ID: "talk"})
	if err != nil || got.Total != money.Of(0, "TWD") || len(got.Lines) != 1 {
		t.Errorf("a gift costs %v, %v", got, err)
	}
}

func TestQuoteRefuses(t *testing.T) {
	t.Parallel()
	_, err := pricing.Of("EUR", &catalog.Service{Price: money.Of(1, "EUR")}, &catalog.Service{Price: money.Of(1, "USD")})
	if !errors.As(err, new(money.ErrCurrency)) {
		t.Errorf("two currencies: %v", err)
	}
	_, err = pricing.Of("EUR", &catalog.Service{Price: money.Of(math.MaxInt64, "EUR")}, &catalog.Service{Price: money.Of(1, "EUR")})
	if !errors.Is(err, money.ErrOverflow{}) {
		t.Errorf("more than all the money there is: %v", err)
	}
}

func TestLinesSumUpToTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var services []*catalog.Service
		for _, amount := range rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 0, 5).Draw(t, "prices") {
			services = append(services, &catalog.Service{ID: id.Service("s"), Price: money.Of(amount, "RUB")})
		}
		q, err := pricing.Of("RUB", services...)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Of(0, "RUB")
		for _, l := range q.Lines {
			if sum, err = sum.Add(l.Amount); err != nil {
				t.Fatal(err)
			}
		}
		if sum != q.Total || len(q.Lines) != len(services) {
			t.Fatalf("lines sum up to %v, the total is %v", sum, q.Total)
		}
	})
}

func TestQuoteWithChanges(t *testing.T) {
	t.Parallel()
	cut := &catalog.Service{ID: "cut", Price: money.Of(4500, "EUR")}
	wash := &catalog.Service{ID: "wash", Price: money.Of(1250, "EUR")}
	got, err := pricing.With("EUR",
		pricing.Item{Service: cut, Changes: []pricing.Change{
			{Code: pricing.LineVary, Rule: "trainee", Amount: money.Of(-900, "EUR")},
			{Code: pricing.LineSeason, Rule: "fair", Amount: money.Of(360, "EUR")},
		}},
		pricing.Item{Service: wash})
	want := pricing.Quote{Total: money.Of(5210, "EUR"), Lines: []pricing.Line{
		{Code: "base", Service: "cut", Amount: money.Of(4500, "EUR")},
		{Code: "vary", Service: "cut", Rule: "trainee", Amount: money.Of(-900, "EUR")},
		{Code: "season", Service: "cut", Rule: "fair", Amount: money.Of(360, "EUR")},
		{Code: "base", Service: "wash", Amount: money.Of(1250, "EUR")},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestQuoteWithoutChangesIsTheSame(t *testing.T) {
	t.Parallel()
	cut := &catalog.Service{ID: "cut", Price: money.Of(4500, "EUR")}
	gift := &catalog.Service{ID: "gift"}
	of, err := pricing.Of("EUR", cut, gift)
	with, alsoErr := pricing.With("EUR", pricing.Item{Service: cut}, pricing.Item{Service: gift})
	if diff := cmp.Diff(of, with); err != nil || alsoErr != nil || diff != "" {
		t.Errorf("%v, %v (-of +with):\n%s", err, alsoErr, diff)
	}
}

func TestQuoteWithRefuses(t *testing.T) {
	t.Parallel()
	cut := &catalog.Service{ID: "cut", Price: money.Of(4500, "EUR")}
	for _, bad := range []pricing.Item{
		{Service: cut, Changes: []pricing.Change{{Amount: money.Of(1, "USD")}}},
		{Service: &catalog.Service{Price: money.Of(1, "USD")}},
	} {
		if _, err := pricing.With("EUR", bad); !errors.As(err, new(money.ErrCurrency)) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	s := &catalog.Service{ID: "class", Price: money.Of(1250, "EUR")}
	one, err := pricing.With("EUR", pricing.Item{Service: s, Changes: []pricing.Change{{Code: pricing.LineSeason, Rule: "winter", Amount: money.Of(-250, "EUR")}}})
	if err != nil {
		t.Fatal(err)
	}
	three, err := one.Times(3)
	if err != nil || three.Total != money.Of(3000, "EUR") || len(three.Lines) != 2 || three.Lines[1].Amount != money.Of(-750, "EUR") || one.Lines[0].Amount != s.Price {
		t.Errorf("three are %+v, %v; one is still %+v", three, err, one)
	}
	much := pricing.Quote{Total: money.Of(1<<62, "EUR"), Lines: []pricing.Line{{Amount: money.Of(1<<62, "EUR")}}}
	if _, err := much.Times(4); err == nil {
		t.Error("a sum that does not fit")
	}
}
