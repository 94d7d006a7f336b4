package store

import (
	"context"
	"slices"

	"kept/client"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
)

// openedMost is how many cards that may be meant are opened and compared with
// what was typed.
const openedMost = 48

// exactMost bounds how many cards with the very name, number or address are
// put before the others.
const exactMost = 200

// sought gives the cards that what was typed may mean, the likeliest first:
// those that have it as a whole, at once, and then those that the index brings.
func (s *Clients) sought(ctx context.Context, business id.Business, query string) ([]client.Client, error) {
	out, err := s.exact(ctx, business, query)
	if err != nil {
		return nil, err
	}
	q := client.Seek(query)
	if q.Empty() {
		return out, nil
	}
	rows, err := s.candidates(ctx, business, q.Grams())
	if err != nil {
		return nil, err
	}
	near := make([]client.Found, 0, len(rows))
	for _, row := range rows {
		f, err := s.opened(ctx, business, row, q)
		if err != nil {
			return nil, err
		}
		near = append(near, f)
	}
	for _, c := range q.Rank(near) {
		if !slices.ContainsFunc(out, func(o client.Client) bool { return o.ID == c.ID }) {
			out = append(out, c)
		}
	}
	return out, nil
}

// opened opens a card, and what belongs to it where the head alone is not meant.
func (s *Clients) opened(ctx context.Context, business id.Business, row sqlgen.Client, q client.Sought) (client.Found, error) {
	c, err := s.open(ctx, row)
	if err != nil {
		return client.Found{}, err
	}
	f := client.Found{Client: c, By: client.Of(c)}
	if q.Meets(f.By) {
		return f, nil
	}
	f.By, err = s.findable(ctx, business, c)
	return f, err
}

// after gives a part of a list: what follows a card.
func after(list []client.Client, last id.Client, most int) []client.Client {
	if last != "" {
		i := slices.IndexFunc(list, func(c client.Client) bool { return c.ID == last })
		list = list[i+1:]
		if i < 0 {
			list = nil
		}
	}
	return list[:min(len(list), most)]
}

// candidates gives the rows of the cards that have the most, and the rarest,
// pieces in common with those asked for.
func (s *Clients) candidates(ctx context.Context, business id.Business, pieces []string) ([]sqlgen.Client, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	having, all, err := s.having(ctx, business, hashed(keys, pieces))
	if err != nil || all == 0 {
		return nil, err
	}
	scores := make([]uint16, all+1)
	for _, numbers := range having {
		w := weight(len(numbers), all)
		for _, n := range numbers {
			if int(n) < len(scores) {
				scores[n] += w
			}
		}
	}
	return s.numbered(ctx, business, best(scores, openedMost))
}

// having gives, for each piece, the numbers of the cards that have it, and the
// highest number of all.
func (s *Clients) having(ctx context.Context, business id.Business, grams []int64) (map[int64][]int64, int, error) {
	q := queries(ctx, s.db)
	having, highest := make(map[int64][]int64, len(grams)), int64(0)
	for _, g := range grams {
		rows, err := q.ClientGram(ctx, sqlgen.ClientGramParams{BusinessID: string(business), Gram: g})
		if err != nil {
			return nil, 0, s.db.Fault(err)
		}
		having[g] = nil
		for _, r := range rows {
			if having[g], err = decodeNumbers(having[g], r.Block, r.Numbers); err != nil {
				return nil, 0, err
			}
		}
		if n := len(having[g]); n > 0 {
			highest = max(highest, having[g][n-1])
		}
	}
	fresh, err := q.FreshClientMarks(ctx, sqlgen.FreshClientMarksParams{BusinessID: string(business), Count: seenFresh})
	if err != nil {
		return nil, 0, s.db.Fault(err)
	}
	for _, m := range fresh {
		for some := range slices.Chunk(m.Grams, gramSize) {
			g := number(some)
			if have, asked := having[g]; asked {
				having[g] = append(have, m.Number)
				highest = max(highest, m.Number)
			}
		}
	}
	return having, int(highest), nil
}

// numbered gives the rows of cards by their numbers, in that order.
func (s *Clients) numbered(ctx context.Context, business id.Business, numbers []int64) ([]sqlgen.Client, error) {
	byNumber := make(map[int64]sqlgen.Client, len(numbers))
	for some := range slices.Chunk(numbers, 8) {
		var n [8]int64
		copy(n[:], some)
		rows, err := queries(ctx, s.db).MarkedClients(ctx, sqlgen.MarkedClientsParams{
			BusinessID: string(business), N1: n[0], N2: n[1], N3: n[2], N4: n[3], N5: n[4], N6: n[5], N7: n[6], N8: n[7],
		})
		if err != nil {
			return nil, s.db.Fault(err)
		}
		for _, r := range rows {
			byNumber[r.Number] = r.Client
		}
	}
	out := make([]sqlgen.Client, 0, len(numbers))
	for _, n := range numbers {
		if row, ok := byNumber[n]; ok && len(row.SealedKey) > 0 && row.MergedInto == "" {
			out = append(out, row)
		}
	}
	return out, nil
}

// exact gives the cards whose head has what was typed as its name, number or
// address, the newest first.
func (s *Clients) exact(ctx context.Context, business id.Business, query string) ([]client.Client, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	rows, err := queries(ctx, s.db).SearchClients(ctx, sqlgen.SearchClientsParams{
		BusinessID: string(business), Most: exactMost,
		NameIndex:  keys.Index(indexName, secret.Name(query)),
		EmailIndex: keys.Index(indexEmail, secret.Email(query)),
		PhoneIndex: keys.Index(indexPhone, secret.Phone(client.CleanPhone(query))),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openAll(ctx, rows)
}

// findable collects what a card is found by: its head, its other contacts, the
// names of its subjects and the plates and numbers by which those are known.
func (s *Clients) findable(ctx context.Context, business id.Business, c client.Client) (client.Findable, error) {
	out := client.Of(c)
	rows, err := queries(ctx, s.db).ClientTraces(ctx, sqlgen.ClientTracesParams{BusinessID: string(business), ClientID: string(c.ID)})
	if err != nil || len(rows) == 0 {
		return out, s.db.Fault(err)
	}
	key, err := s.vault.Client(ctx, business, c.ID)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		field, to := fieldFactValue, &out.Plates
		switch {
		case r.Part == "subject":
			field, to = fieldSubjectName, &out.Names
		case r.Part == "contact" && r.Kind == client.ContactEmail:
			field, to = fieldContactValue, &out.Emails
		case r.Part == "contact":
			field, to = fieldContactValue, &out.Phones
		}
		text, err := key.OpenString(field, r.ID, r.Sealed)
		if err != nil {
			return out, err
		}
		*to = append(*to, text)
	}
	return out, nil
}
