package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"kept/internal/secret"
)

// gramSize is how much of a keyed hash stands for a piece: with 48 bits, two
// of a hundred thousand pieces meet in one once in fifty thousand businesses,
// and then a card is looked at in vain.
const gramSize = 6

// blockBits is how many cards share a row of a piece: 2 to this power.
const blockBits = 14

// hashed gives the keyed hashes of pieces, sorted, each once.
func hashed(keys *secret.Business, pieces []string) []int64 {
	out := make([]int64, 0, len(pieces))
	for _, p := range pieces {
		var b [8]byte
		copy(b[8-gramSize:], keys.Index(indexGram, p))
		out = append(out, int64(binary.BigEndian.Uint64(b[:])))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pack writes hashes one behind the other.
func pack(grams []int64) []byte {
	out := make([]byte, 0, gramSize*len(grams))
	for _, g := range grams {
		out = append(out, binary.BigEndian.AppendUint64(nil, uint64(g))[8-gramSize:]...)
	}
	return out
}

// unpack reads what pack wrote.
func unpack(packed []byte) []int64 {
	out := make([]int64, 0, len(packed)/gramSize)
	for some := range slices.Chunk(packed, gramSize) {
		out = append(out, number(some))
	}
	return out
}

// number reads one hash.
func number(packed []byte) int64 {
	var b [8]byte
	copy(b[8-gramSize:], packed)
	return int64(binary.BigEndian.Uint64(b[:]))
}

// encodeNumbers writes ascending numbers of one block.
func encodeNumbers(numbers []int64) []byte {
	out := make([]byte, 0, len(numbers))
	last := int64(-1)
	for _, n := range numbers {
		n &= 1<<blockBits - 1
		out = binary.AppendUvarint(out, uint64(n-last-1))
		last = n
	}
	return out
}

// decodeNumbers appends what encodeNumbers wrote of a block.
func decodeNumbers(to []int64, block int64, b []byte) ([]int64, error) {
	last := block<<blockBits - 1
	for len(b) > 0 {
		d, n := binary.Uvarint(b)
		if n <= 0 || d >= 1<<blockBits {
			return nil, fmt.Errorf("store: a row of the clients' index is damaged, block %d", block)
		}
		last += int64(d) + 1
		to = append(to, last)
		b = b[n:]
	}
	return to, nil
}

// weight says how much it tells that a card has a piece that so many of all have.
func weight(having, all int) uint16 {
	const steps = 8
	return uint16(1 + steps*math.Log2(1+float64(all)/float64(max(having, 1))))
}

// best gives the numbers with the highest scores, the higher number first
// among equals.
func best(scores []uint16, most int) []int64 {
	have := make([]int32, math.MaxUint16+1)
	for _, s := range scores {
		have[s]++
	}
	left, cut := most, len(have)-1
	for ; cut > 1 && left > int(have[cut]); cut-- {
		left -= int(have[cut])
	}
	var out []int64
	for n, score := range slices.Backward(scores) {
		switch s := int(score); {
		case s > cut:
			out = append(out, int64(n))
		case s == cut && left > 0 && s > 0:
			out = append(out, int64(n))
			left--
		}
	}
	slices.SortStableFunc(out, func(a, b int64) int { return int(scores[b]) - int(scores[a]) })
	return out
}
