package me

import (
	"context"
	"net/http"
	"strings"

	"kept/audit"
	"kept/catalog"
	"kept/chain"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// Chains tells with which others a business is in a chain.
type Chains interface {
	// Of gives the chain of a business; fault NotFound.
	Of(ctx context.Context, business id.Business) (chain.View, error)
}

// seen tells who opened the card.
func (p *Pages) seen(t *turn) error {
	f, err := p.frame(t, "/seen")
	if err != nil {
		return err
	}
	readers, err := p.Readers.Readers(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_seen"), Line: t.P.T("me.seen_line"), None: t.P.T("me.seen_none")}
	for _, r := range readers {
		row := view.MeRow{Title: t.P.T("me.seen_" + r.Actor.Kind)}
		if row.Line, err = p.read(t, r); err != nil {
			return err
		}
		if r.Action == audit.CardShared {
			row.Title = t.P.T("me.seen_elsewhere")
		}
		times := ""
		if r.Times > 1 {
			times = t.P.T("me.seen_times", "times", t.P.Number(r.Times))
		}
		row.Line = view.Joined(row.Line, t.P.DateTimeIn(r.At.In(t.Home), t.Now.In(t.Home)), times)
		m.Rows = append(m.Rows, row)
	}
	return shell.Draw(t.W, t.R, http.StatusOK, view.MeListPage(m))
}

// read is what somebody read of the card, in words; empty for what has none.
func (p *Pages) read(t *turn, r audit.Reader) (string, error) {
	switch key := "me.seen_" + string(r.Action); {
	case r.Action == audit.CardShared:
		name, err := p.called(t, r.Branch)
		return t.P.T("me.seen_shared", "branch", name), err
	case t.P.Has(key):
		return t.P.T(key), nil
	default:
		return "", nil
	}
}

// called is the name of a business; empty for one that is not there any more.
func (p *Pages) called(t *turn, business id.Business) (string, error) {
	set, err := p.Settings.Load(t.Ctx(), business, 0)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return "", nil //nolint:nilerr // there is no name
	}
	if err != nil {
		return "", err
	}
	return set.Catalog.Business.Names.Pick(t.P.Lang(), set.Catalog.Business.Language), nil
}

// chainLine says, beside what a client agrees to share, with whom: whoever is
// in the chain now, without the business itself. Empty for other purposes, and
// where there is no chain.
func (p *Pages) chainLine(t *turn, purpose string) (string, error) {
	if purpose != catalog.PurposeSharing && purpose != catalog.PurposeSharingHealth {
		return "", nil
	}
	v, err := p.Chains.Of(t.Ctx(), t.business())
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return "", nil //nolint:nilerr // there is no chain
	}
	if err != nil {
		return "", err
	}
	var names []string
	for _, m := range v.Members {
		if m.Business == t.business() {
			continue
		}
		name, err := p.called(t, m.Business)
		if err != nil {
			return "", err
		}
		names = append(names, name)
	}
	return t.P.T("me.consent_chain", "name", v.Name, "branches", strings.Join(names, t.P.T("list.comma"))), nil
}
