package storetest

import (
	"slices"
	"testing"

	"github.com/anishathalye/porcupine"

	"kept/fault"
)

// did is a deed of a history that is played one after the other.
type did struct {
	deed
	told
}

// explained plays deeds one after the other, and asks whether they can have been answered so.
func explained(list ...did) bool {
	ops := make([]porcupine.Operation, len(list))
	for i, d := range list {
		ops[i] = porcupine.Operation{Input: d.deed, Output: d.told, Call: int64(2 * i), Return: int64(2*i + 1)}
	}
	return porcupine.CheckOperations(hallModel(), ops)
}

func no(why string) told { return told{no: why} }

func books(who int, spots ...spot) deed { return deed{verb: "book", who: who, take: spots} }

// TestHall: what the program must not answer is found out.
func TestHall(t *testing.T) {
	t.Parallel()
	a, b, c := spot{0, 0, 0}, spot{0, 1, 0}, spot{1, 0, 1}
	yes := told{}
	full := []did{
		{books(1, spot{0, 0, 0}), yes},
		{books(1, spot{0, 0, 1}), yes},
		{books(2, spot{0, 0, 2}), yes},
		{books(2, spot{0, 0, 3}), yes},
		{books(3, spot{0, 1, 0}), yes},
		{deed{verb: "seats", who: 4, enter: 1, party: 2}, yes},
	}
	hold := deed{verb: "hold", who: 1, take: []spot{a}, hold: true}
	redeem := deed{verb: "redeem", who: 1, give: []spot{a}, take: []spot{a}, held: true}
	seats := func(who, party int) deed { return deed{verb: "seats", who: who, enter: 1, party: party} }
	var taken hall
	*taken.at(a) = 1
	for name, h := range map[string]struct {
		list []did
		want bool
	}{
		"a spot once":           {[]did{{books(1, a), yes}, {books(2, a), no(fault.CodeSlotTaken)}}, true},
		"a spot twice":          {[]did{{books(1, a), yes}, {books(2, a), yes}}, false},
		"refused for nothing":   {[]did{{books(1, a), no(fault.CodeSlotTaken)}}, false},
		"the wrong reason":      {[]did{{books(1, a), yes}, {books(2, a), no(ruleDay)}}, false},
		"two places":            {[]did{{books(1, a), yes}, {books(1, b), yes}}, false},
		"not in two places":     {[]did{{books(1, a), yes}, {books(1, b), no(ruleBusy)}}, true},
		"held":                  {[]did{{hold, yes}, {books(2, a), no(fault.CodeSlotTaken)}, {redeem, yes}}, true},
		"held and lost":         {[]did{{hold, yes}, {books(2, a), yes}}, false},
		"redeemed twice":        {[]did{{hold, yes}, {redeem, yes}, {redeem, yes}}, false},
		"a day that is full":    {append(slices.Clone(full), did{books(5, spot{0, 1, 1}), no(ruleDay)}), true},
		"a day over full":       {append(slices.Clone(full), did{books(5, spot{0, 1, 1}), yes}), false},
		"a hold over full":      {append(slices.Clone(full), did{deed{verb: "hold", who: 5, take: []spot{{0, 1, 1}}, hold: true}, yes}), false},
		"offered when full":     {append(slices.Clone(full), did{deed{verb: verbLook, of: theLimit}, told{open: spotsOf{1: {1: true}}}}), false},
		"nothing when full":     {append(slices.Clone(full), did{deed{verb: verbLook, of: theLimit}, yes}), true},
		"seats":                 {[]did{{seats(1, 2), yes}, {seats(2, 2), yes}, {seats(3, 1), no(fault.CodeSlotTaken)}}, true},
		"seats over":            {[]did{{seats(1, 2), yes}, {seats(2, 2), yes}, {seats(3, 1), yes}}, false},
		"twice in a session":    {[]did{{seats(1, 1), yes}, {seats(1, 1), yes}}, false},
		"a series":              {[]did{{books(1, a, c), yes}, {books(2, c), no(fault.CodeSlotTaken)}}, true},
		"half a series":         {[]did{{books(1, c), yes}, {books(2, a, c), yes}}, false},
		"one too many":          {append(slices.Clone(full[:2]), did{books(1, c, spot{1, 0, 2}, spot{2, 0, 2}), yes}), false},
		"as many as may be":     {append(slices.Clone(full[:2]), did{books(1, c, spot{2, 0, 2}), yes}), true},
		"moved":                 {[]did{{books(1, a), yes}, {deed{who: 1, give: []spot{a}, take: []spot{c}}, yes}, {books(2, a), yes}}, true},
		"moved what is not his": {[]did{{books(1, a), yes}, {deed{who: 2, give: []spot{a}, take: []spot{c}}, yes}}, false},
		"rows as told":          {[]did{{books(1, a), yes}, {deed{verb: verbPeek}, told{hall: taken}}}, true},
		"rows of nobody":        {[]did{{deed{verb: verbPeek}, told{hall: taken}}}, false},
		"rows are missing":      {[]did{{books(1, a), yes}, {deed{verb: verbPeek}, told{}}}, false},
		"offered though taken":  {[]did{{books(1, a), yes}, {deed{verb: verbLook}, told{open: spotsOf{{true, true, true, true}}}}}, false},
	} {
		if got := explained(h.list...); got != h.want {
			t.Errorf("%s: explained is %v", name, got)
		}
	}
}
