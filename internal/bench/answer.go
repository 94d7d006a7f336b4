package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// errWrong marks what the program answered wrongly, as against what went wrong with the measuring.
var errWrong = errors.New("wrong answer")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errWrong, fmt.Sprintf(format, args...))
}

// A checker compares whole answers to one question with what the oracle says. It is for one goroutine.
type checker struct {
	w      *world
	money  string
	expect []want
	good   []byte // an answer that has been read and found right: the same bytes are right again
}

// check reads an answer.
func (k *checker) check(status int, body []byte) error {
	if status != 200 {
		return wrong("status %d: %.500s", status, body)
	}
	if k.good != nil && bytes.Equal(body, k.good) {
		return nil
	}
	if err := k.read(body); err != nil {
		return err
	}
	k.good = bytes.Clone(body)
	return nil
}

// read compares one answer: every start, its end, its price and who could lead, no more and no less.
func (k *checker) read(body []byte) error {
	var answer struct {
		Slots []struct {
			Start string `json:"start"`
			End   string `json:"end"`
			Staff []struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"staff"`
			Price struct {
				Amount   int    `json:"amount"`
				Currency string `json:"currency"`
			} `json:"price"`
		} `json:"slots"`
		Zone string `json:"zone"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return wrong("%v: %.500s", err, body)
	}
	if answer.Zone != zoneName {
		return wrong("the zone is %q", answer.Zone)
	}
	for i, s := range answer.Slots {
		if i >= len(k.expect) {
			return wrong("%d slots, want %d; the first that is too many starts %s", len(answer.Slots), len(k.expect), s.Start)
		}
		expect := k.expect[i]
		if start, end := expect.start.Format(time.RFC3339), expect.start.Add(visitMin*time.Minute).Format(time.RFC3339); s.Start != start || s.End != end {
			return wrong("slot %d is %s to %s, want %s to %s", i, s.Start, s.End, start, end)
		}
		if s.Price.Amount != priceMinor || s.Price.Currency != k.money {
			return wrong("slot %s costs %v", s.Start, s.Price)
		}
		staff := make([]int, 0, len(s.Staff))
		for _, one := range s.Staff {
			number, known := k.w.index[one.ID]
			if !known || k.w.names[number] != one.Name {
				return wrong("slot %s offers %s %q", s.Start, one.ID, one.Name)
			}
			staff = append(staff, number)
		}
		slices.Sort(staff) // whom to name first is the program's choice
		if !slices.Equal(staff, expect.staff) {
			return wrong("slot %s is offered with staff %v, want %v", s.Start, staff, expect.staff)
		}
	}
	if len(answer.Slots) != len(k.expect) {
		return wrong("%d slots, want %d", len(answer.Slots), len(k.expect))
	}
	return nil
}
