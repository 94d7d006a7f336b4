package store

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/privacy"
	"kept/span"
)

// rows is the condition that finds a table's rows about a client, on $1, the
// business, and $2, the client.
func (p Personal) rows() string {
	if p.Where != "" {
		return "business_id = $1 AND (" + p.Where + ")"
	}
	return "business_id = $1 AND " + p.Client + " = $2"
}

// destroy is the statement that erases; empty where nothing is to be done.
// spared leaves what is of class statute.
func (p Personal) destroy(spared bool) string {
	where := p.rows()
	if spared && p.Class != "" {
		where += " AND (" + p.Class + ") <> '" + string(secret.Statute) + "'"
	}
	switch p.Erase {
	case Delete:
		return "DELETE FROM " + p.Table + " WHERE " + where
	case Blank:
		return "UPDATE " + p.Table + " SET " + strings.Join(p.Blank, ", ") + " WHERE " + where
	default:
		return ""
	}
}

// eraser destroys what is kept about a client, in the caller's transaction.
type eraser struct {
	db    *db.DB
	vault *Vault
}

// erase destroys a card and those that were merged into it; fault NotFound
// when there is no such client or no more.
func (e eraser) erase(ctx context.Context, business id.Business, client id.Client, at span.Instant) (privacy.Gone, error) {
	counts, err := e.one(ctx, business, client, at)
	gone := privacy.Gone{Clients: []id.Client{client}, Counts: counts}
	for i := 0; err == nil && i < len(gone.Clients); i++ {
		var merged []string
		merged, err = queries(ctx, e.db).MergedInto(ctx, sqlgen.MergedIntoParams{BusinessID: string(business), MergedInto: string(gone.Clients[i])})
		for _, other := range merged {
			if counts, err = e.one(ctx, business, id.Client(other), at); err != nil {
				break
			}
			gone.Clients = append(gone.Clients, id.Client(other))
			for table, n := range counts {
				gone.Counts[table] += n
			}
		}
	}
	return gone, e.db.Fault(err)
}

// one marks a card as erased and goes through every table. It gives the rows destroyed, by table.
func (e eraser) one(ctx context.Context, business id.Business, client id.Client, at span.Instant) (map[string]int64, error) {
	q := queries(ctx, e.db)
	if err := NewSearch(e.db, e.vault, NewClients(e.db, e.vault)).Forget(ctx, business, client); err != nil {
		return nil, err
	}
	answers, err := e.answers(ctx, business, client) // before the bookings by which they are known
	if err != nil {
		return nil, err
	}
	rows, err := q.EraseClient(ctx, sqlgen.EraseClientParams{BusinessID: string(business), ID: string(client), ErasedAt: nullable(at)})
	if err = changed(e.db, rows, err, "client"); err != nil {
		return nil, err
	}
	counts, err := e.wipe(ctx, business, client, at)
	if err != nil {
		return nil, err
	}
	if answers > 0 {
		counts["idempotency"] = answers
	}
	e.db.AfterCommit(ctx, func() { e.vault.Forget(client) })
	return counts, nil
}

// wipe goes through every table, from those that hang on others to the card.
func (e eraser) wipe(ctx context.Context, business id.Business, client id.Client, at span.Instant) (map[string]int64, error) {
	spared, err := e.spared(ctx, business, client, at)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, p := range Personals() {
		text := p.destroy(spared)
		if text == "" {
			continue
		}
		result, err := e.db.From(ctx).ExecContext(ctx, text, string(business), string(client))
		if err != nil {
			return nil, fmt.Errorf("store: erase %s: %w", p.Table, e.db.Fault(err))
		}
		n, err := result.RowsAffected()
		if err != nil {
			return nil, e.db.Fault(err)
		}
		if n > 0 {
			counts[p.Table] = n
		}
	}
	return counts, nil
}

// spared tells whether a statute holds something of the client.
func (e eraser) spared(ctx context.Context, business id.Business, client id.Client, at span.Instant) (bool, error) {
	holds, err := queries(ctx, e.db).ListHolds(ctx, sqlgen.ListHoldsParams{BusinessID: string(business), ClientID: string(client)})
	if err != nil {
		return false, e.db.Fault(err)
	}
	for _, h := range holds {
		if h.Class == string(secret.Statute) && h.HoldUntil > int64(at) {
			return true, nil
		}
	}
	return false, nil
}

// named finds identifiers in an answer.
var named = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// answersRead is how many stored answers are opened at once.
const answersRead = 500

// answers drops the stored answers of the last day that name the client or one
// of their bookings.
func (e eraser) answers(ctx context.Context, business id.Business, client id.Client) (dropped int64, err error) {
	q := queries(ctx, e.db)
	known, err := e.bookings(ctx, business, client)
	if err != nil {
		return 0, err
	}
	keys, err := e.vault.Business(ctx, business)
	if err != nil {
		return 0, err
	}
	ask := sqlgen.BusinessAnswersParams{BusinessID: string(business), Most: answersRead}
	for {
		list, err := q.BusinessAnswers(ctx, ask)
		if err != nil {
			return 0, e.db.Fault(err)
		}
		for _, a := range list {
			ask.AfterCaller, ask.AfterRoute, ask.AfterKey = a.Caller, a.Route, a.Key
			body, err := keys.Key().Open(fieldAnswer, a.Key, a.SealedAnswer)
			if err != nil || !names(body, known) { // what does not open tells nothing
				continue
			}
			err = q.DropAnswer(ctx, sqlgen.DropAnswerParams{BusinessID: string(business), Caller: a.Caller, Route: a.Route, Key: a.Key})
			if err != nil {
				return 0, e.db.Fault(err)
			}
			dropped++
		}
		if len(list) < answersRead {
			return dropped, nil
		}
	}
}

// names tells whether a text holds one of the identifiers.
func names(body []byte, known map[string]bool) bool {
	for len(body) > 0 {
		at := named.FindIndex(body)
		if at == nil {
			return false
		}
		if known[string(bytes.ToLower(body[at[0]:at[1]]))] {
			return true
		}
		body = body[at[1]:]
	}
	return false
}

// bookings lists a client and their bookings, by which answers are known.
func (e eraser) bookings(ctx context.Context, business id.Business, client id.Client) (map[string]bool, error) {
	rows, err := e.db.From(ctx).QueryContext(ctx, "SELECT id FROM booking WHERE business_id = $1 AND client_id = $2", string(business), string(client))
	if err != nil {
		return nil, e.db.Fault(err)
	}
	defer rows.Close()
	known := map[string]bool{string(client): true}
	for rows.Next() {
		var booking string
		if err := rows.Scan(&booking); err != nil {
			return nil, e.db.Fault(err)
		}
		known[booking] = true
	}
	return known, e.db.Fault(rows.Err())
}
