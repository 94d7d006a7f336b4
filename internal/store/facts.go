package store

import (
	"context"

	"kept/client"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// fieldFactValue binds the sealed value of a fact to its column.
const fieldFactValue = "fact.value"

var _ client.Facts = (*Clients)(nil)

// factKey gives the key under which facts of a class are sealed.
func (s *Clients) factKey(ctx context.Context, business id.Business, of id.Client, class string) (*secret.Key, error) {
	if class == client.ClassHealth {
		return s.vault.Class(ctx, business, of, secret.Health)
	}
	return s.vault.Client(ctx, business, of)
}

// Current implements client.Facts.
func (s *Clients) Current(ctx context.Context, business id.Business, of id.Client, health bool) ([]client.Fact, error) {
	rows, err := queries(ctx, s.db).CurrentFacts(ctx, sqlgen.CurrentFactsParams{BusinessID: string(business), ClientID: string(of)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openFacts(ctx, business, of, rows, health)
}

// FactHistory implements client.Facts.
func (s *Clients) FactHistory(
	ctx context.Context, business id.Business, of id.Client, f client.FactFilter,
) ([]client.Fact, error) {
	rows, err := queries(ctx, s.db).FactHistory(ctx, sqlgen.FactHistoryParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(f.Subject), FactKey: f.Key, Hidden: hidden(f.Health),
		BeforeAt: int64(f.BeforeAt), BeforeID: string(f.BeforeID), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openFacts(ctx, business, of, rows, f.Health)
}

// hidden is the class that is left out of lists for those without the right to
// health; none has the empty name.
func hidden(health bool) string {
	if health {
		return ""
	}
	return client.ClassHealth
}

func (s *Clients) openFacts(ctx context.Context, business id.Business, of id.Client, rows []sqlgen.Fact, health bool) ([]client.Fact, error) {
	var out []client.Fact
	for _, row := range rows {
		if row.Class == client.ClassHealth && !health {
			continue
		}
		f := client.Fact{
			ID: id.Fact(row.ID), Subject: id.Subject(row.SubjectID), Key: row.FactKey, Side: row.Side, Class: row.Class,
			Source: row.Source, SourceID: row.SourceID, At: span.Instant(row.At),
			OverruledAt: span.Instant(row.OverruledAt.Int64), ReplacedAt: span.Instant(row.ReplacedAt.Int64),
		}
		f.Actor.Kind, f.Actor.ID, f.Value.Kind = row.ActorKind, row.ActorID, row.Kind
		if len(row.SealedValue) > 0 {
			key, err := s.factKey(ctx, business, of, row.Class)
			if err != nil {
				return nil, err
			}
			if f.Value.Text, err = key.OpenString(fieldFactValue, row.ID, row.SealedValue); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// InsertFact implements client.Facts.
func (s *Clients) InsertFact(ctx context.Context, business id.Business, of id.Client, f client.Fact, index string) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	key, err := s.factKey(ctx, business, of, f.Class)
	if err != nil {
		return err
	}
	q, own := queries(ctx, s.db), string(f.ID)
	err = q.ReplaceFact(ctx, sqlgen.ReplaceFactParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(f.Subject), FactKey: f.Key, Side: f.Side,
		ReplacedAt: nullable(f.At),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	var blind []byte
	if index != "" {
		blind = keys.Index(index, client.FoldMark(f.Value.Text))
	}
	return s.db.Fault(q.InsertFact(ctx, sqlgen.InsertFactParams{
		BusinessID: string(business), ID: own, ClientID: string(of), SubjectID: string(f.Subject), FactKey: f.Key,
		Side: f.Side, Class: f.Class, Kind: f.Value.Kind, SealedValue: key.SealString(fieldFactValue, own, f.Value.Text),
		ValueIndex: blind, Source: f.Source, SourceID: f.SourceID, ActorKind: f.Actor.Kind, ActorID: f.Actor.ID, At: int64(f.At),
	}))
}

// OverruleFact implements client.Facts.
func (s *Clients) OverruleFact(ctx context.Context, business id.Business, of id.Client, fact id.Fact, at span.Instant) error {
	rows, err := queries(ctx, s.db).OverruleFact(ctx, sqlgen.OverruleFactParams{
		BusinessID: string(business), ClientID: string(of), ID: string(fact), OverruledAt: nullable(at),
	})
	return changed(s.db, rows, err, "fact")
}

// Marked implements client.Facts.
func (s *Clients) Marked(ctx context.Context, business id.Business, index, value string) ([]client.Mark, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	rows, err := queries(ctx, s.db).FactHolders(ctx, sqlgen.FactHoldersParams{
		BusinessID: string(business), ValueIndex: keys.Index(index, client.FoldMark(value)),
	})
	out := make([]client.Mark, len(rows))
	for i, row := range rows {
		out[i] = client.Mark{Client: id.Client(row.ClientID), Subject: id.Subject(row.SubjectID)}
	}
	return out, s.db.Fault(err)
}
