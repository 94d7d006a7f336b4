package store

import (
	"testing"

	"pgregory.net/rapid"
)

func TestLRUForgetsTheOldest(t *testing.T) {
	t.Parallel()
	c := newLRU[string, int](3)
	c.put("a", 1, 1, nil)
	c.put("b", 2, 1, nil)
	c.put("c", 3, 1, nil)
	if _, ok := c.get("a"); !ok { // now the latest used
		t.Fatal("a is gone")
	}
	c.put("d", 4, 1, nil)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if _, ok := c.get(key); ok != want {
			t.Errorf("%s is there: %v, want %v", key, ok, want)
		}
	}
	c.put("d", 5, 1, func(old int) bool { return old == 4 })
	if v, _ := c.get("d"); v != 4 {
		t.Errorf("d is %d, but 4 was to be kept", v)
	}
	c.put("big", 9, 100, nil)
	if v, ok := c.get("big"); !ok || v != 9 || c.weight != 100 {
		t.Errorf("what outweighs the cache alone is %d, %v, at weight %d", v, ok, c.weight)
	}
}

// TestLRUStaysWithinItsWeight holds the bookkeeping to a plain count.
func TestLRUStaysWithinItsWeight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := newLRU[int, int](10)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			key := rapid.IntRange(0, 8).Draw(t, "key")
			if rapid.Bool().Draw(t, "remove") {
				c.remove(key)
			} else {
				c.put(key, key, rapid.IntRange(1, 5).Draw(t, "weight"), nil)
			}
			sum := 0
			for e := c.order.Front(); e != nil; e = e.Next() {
				sum += e.Value.(*entry[int, int]).weight
			}
			if sum != c.weight || sum > 10 || len(c.byKey) != c.order.Len() {
				t.Fatalf("weight %d, counted %d, keys %d, entries %d", c.weight, sum, len(c.byKey), c.order.Len())
			}
		}
	})
}
