package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"kept/id"
	"kept/internal/store/sqlgen"
)

// foldCells is how many rows by piece are written in one transaction: some
// 15 ms on SQLite, where bookings wait for them.
const foldCells = 256

// spot is a row of client_gram.
type spot struct{ gram, block int64 }

// fold turns marks round into rows by piece when there are enough of them. It
// takes many short transactions: the first notes up to which number it goes,
// the last says that it is done. In between both are true, the mark and what
// is there of its pieces, so a search finds the card and whoever takes it out
// looks into both. Doing it again, or on two nodes at once, adds nothing: a
// card that has been taken out meanwhile is left out.
func (s *Search) fold(ctx context.Context, business id.Business, least int) error {
	to, marks, err := s.begin(ctx, business, least)
	if err != nil || to == 0 {
		return err
	}
	add := map[spot][]int64{}
	for _, m := range marks {
		for _, g := range unpack(m.Grams) {
			c := spot{g, m.Number >> blockBits}
			add[c] = append(add[c], m.Number)
		}
	}
	cells := slices.SortedFunc(maps.Keys(add), func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.gram, b.gram), cmp.Compare(a.block, b.block))
	})
	for some := range slices.Chunk(cells, foldCells) {
		err := s.db.Do(ctx, func(ctx context.Context) error { return s.foldSome(ctx, business, to, some, add) })
		if err != nil {
			return err
		}
	}
	return s.db.Do(ctx, func(ctx context.Context) error {
		w, err := s.writer(ctx, business)
		if err != nil || w.folding != to { // another node was quicker
			return err
		}
		if err := w.q.FoldClientMarks(ctx, sqlgen.FoldClientMarksParams{BusinessID: string(business), Number: to}); err != nil {
			return s.db.Fault(err)
		}
		return s.db.Fault(w.q.SetClientFolding(ctx, sqlgen.SetClientFoldingParams{BusinessID: string(business)}))
	})
}

// begin notes up to which number marks are folded, where there are enough of
// them or somebody has begun and not ended it; 0 for nothing to do.
func (s *Search) begin(ctx context.Context, business id.Business, least int) (to int64, marks []sqlgen.OldestFreshClientMarksRow, err error) {
	n, err := queries(ctx, s.db).CountFreshClientMarks(ctx, string(business))
	if err != nil || n < int64(least) {
		return 0, nil, s.db.Fault(err)
	}
	err = s.db.Do(ctx, func(ctx context.Context) error {
		w, err := s.writer(ctx, business)
		if err != nil {
			return err
		}
		if to = w.folding; to == 0 {
			to = w.next - 1
		}
		marks, err = w.q.OldestFreshClientMarks(ctx, sqlgen.OldestFreshClientMarksParams{
			BusinessID: string(business), Number: to, Limit: 2 * fillMost,
		})
		if err != nil || len(marks) == 0 {
			to = 0
			return s.db.Fault(err)
		}
		to = min(to, marks[len(marks)-1].Number)
		return s.db.Fault(w.q.SetClientFolding(ctx, sqlgen.SetClientFoldingParams{BusinessID: string(business), FoldingTo: to}))
	})
	return to, marks, err
}

// foldSome writes some rows by piece, without the cards that are gone meanwhile.
func (s *Search) foldSome(ctx context.Context, business id.Business, to int64, cells []spot, add map[spot][]int64) error {
	w, err := s.writer(ctx, business)
	if err != nil || w.folding != to {
		return err
	}
	numbers, err := w.q.FoldingClientMarks(ctx, sqlgen.FoldingClientMarksParams{BusinessID: string(business), Number: to})
	if err != nil {
		return s.db.Fault(err)
	}
	there := make(map[int64]bool, len(numbers))
	for _, n := range numbers {
		there[n] = true
	}
	old, err := w.spots(ctx, cells)
	if err != nil {
		return err
	}
	later := changes(ctx, s.db)
	for _, c := range cells {
		numbers := old[c]
		for _, n := range add[c] {
			if there[n] {
				numbers = append(numbers, n)
			}
		}
		slices.Sort(numbers)
		if err := w.put(ctx, later, c, slices.Compact(numbers)); err != nil {
			return err
		}
	}
	return nil
}

// spots reads rows by piece, many at a time: on PostgreSQL each question is a
// journey, and a fold asks for tens of thousands.
func (w *writer) spots(ctx context.Context, cells []spot) (map[spot][]int64, error) {
	const atOnce = 16
	byBlock := map[int64][]int64{}
	for _, c := range cells {
		byBlock[c.block] = append(byBlock[c.block], c.gram)
	}
	out := make(map[spot][]int64, len(cells))
	for block, grams := range byBlock {
		for some := range slices.Chunk(grams, atOnce) {
			var g [atOnce]int64
			for i := range g {
				g[i] = some[min(i, len(some)-1)]
			}
			rows, err := w.q.ClientGramBlocks(ctx, sqlgen.ClientGramBlocksParams{
				BusinessID: string(w.business), Block: block, G1: g[0], G2: g[1], G3: g[2], G4: g[3], G5: g[4], G6: g[5], G7: g[6], G8: g[7],
				G9: g[8], G10: g[9], G11: g[10], G12: g[11], G13: g[12], G14: g[13], G15: g[14], G16: g[15],
			})
			if err != nil {
				return nil, w.db.Fault(err)
			}
			for _, r := range rows {
				if out[spot{r.Gram, block}], err = decodeNumbers(nil, block, r.Numbers); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// unfold takes a number out of the rows of its pieces.
func (w *writer) unfold(ctx context.Context, number int64, grams []int64) error {
	for _, g := range grams {
		err := w.change(ctx, spot{g, number >> blockBits}, func(numbers []int64) []int64 {
			return slices.DeleteFunc(numbers, func(n int64) bool { return n == number })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// change rewrites one row by piece.
func (w *writer) change(ctx context.Context, c spot, by func([]int64) []int64) error {
	at := sqlgen.ClientGramBlockParams{BusinessID: string(w.business), Gram: c.gram, Block: c.block}
	old, err := w.q.ClientGramBlock(ctx, at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w.db.Fault(err)
	}
	numbers, err := decodeNumbers(nil, c.block, old)
	if err != nil {
		return err
	}
	return w.put(ctx, w.q, c, by(numbers))
}

// put writes one row by piece; none without numbers.
func (w *writer) put(ctx context.Context, q *sqlgen.Queries, c spot, numbers []int64) error {
	if len(numbers) == 0 {
		return w.db.Fault(q.DeleteClientGram(ctx, sqlgen.DeleteClientGramParams{BusinessID: string(w.business), Gram: c.gram, Block: c.block}))
	}
	return w.db.Fault(q.PutClientGram(ctx, sqlgen.PutClientGramParams{
		BusinessID: string(w.business), Gram: c.gram, Block: c.block, Numbers: encodeNumbers(numbers),
	}))
}
