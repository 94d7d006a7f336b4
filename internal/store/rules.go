package store

import (
	"context"

	"kept/catalog"
	"kept/id"
	"kept/internal/store/sqlgen"
)

// InsertRule writes a new rule of the owner's.
func (s *Setup) InsertRule(ctx context.Context, business id.Business, r *catalog.Rule) error {
	body, err := encode(r.RuleBody)
	if err != nil {
		return err
	}
	err = queries(ctx, s.db).InsertRule(ctx, sqlgen.InsertRuleParams{
		BusinessID: string(business), ID: string(r.ID), Position: int64(r.Position), Kind: string(r.Kind), Body: body,
		Off: r.Off, Archived: r.Archived,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.ruleTexts(ctx, business, r)
}

// UpdateRule writes a rule anew; fault NotFound.
func (s *Setup) UpdateRule(ctx context.Context, business id.Business, r *catalog.Rule) error {
	body, err := encode(r.RuleBody)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateRule(ctx, sqlgen.UpdateRuleParams{
		BusinessID: string(business), ID: string(r.ID), Position: int64(r.Position), Kind: string(r.Kind), Body: body,
		Off: r.Off, Archived: r.Archived,
	})
	if err = changed(s.db, rows, err, "rule"); err != nil {
		return err
	}
	return s.ruleTexts(ctx, business, r)
}

func (s *Setup) ruleTexts(ctx context.Context, business id.Business, r *catalog.Rule) error {
	return s.texts(ctx, business, kindRule, string(r.ID), map[string]catalog.Texts{fieldName: r.Names, fieldAbout: r.About})
}
