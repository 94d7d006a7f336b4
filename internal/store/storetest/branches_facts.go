package storetest

import (
	"slices"
	"testing"

	"kept/account"
	"kept/catalog"
	"kept/chain"
	"kept/client"
	"kept/fault"
	"kept/id"
)

// branchHealth: facts of health go to who may read them, by a consent of their own.
func branchHealth(t *testing.T, b *branches) {
	b.join(t)
	learn(t, b.World, b.north, b.there,
		client.Learned{Key: "conditions", Value: word("asthma"), Source: client.SourceForm},
		client.Learned{Key: client.KeyAllergies, Value: word("nuts"), Source: client.SourceForm})
	b.agree(t, b.there, catalog.PurposeSharing)
	keys := func(s chain.Shared) (out []string) {
		for _, f := range s.Facts {
			out = append(out, f.Key)
		}
		return out
	}
	if got := keys(b.sees(t, "not agreed to health", true)); !slices.Equal(got, []string{client.KeyAllergies}) {
		t.Errorf("facts are %v", got)
	}
	b.agree(t, b.there, catalog.PurposeSharingHealth)
	if s := b.sees(t, "agreed to health", true); !slices.Equal(keys(s), []string{client.KeyAllergies, "conditions"}) || !s.Health || len(s.Warnings) != 1 {
		t.Errorf("%+v", s)
	}
	reception := boss(b.south)
	reception.Role = account.Reception
	s, err := b.lender.Sheet(t.Context(), reception, b.here, b.north)
	if err != nil || !slices.Equal(keys(s), []string{client.KeyAllergies}) || s.Health {
		t.Errorf("without the right: %+v, %v", s, err)
	}
}

func branchBrought(t *testing.T, b *branches) {
	ctx := t.Context()
	b.join(t)
	learn(t, b.World, b.north, b.there,
		client.Learned{Key: client.KeyAllergies, Value: word("nuts"), Source: client.SourceForm},
		client.Learned{Key: "likes", Value: word("tea"), Source: client.SourceForm},
		client.Learned{Key: "size", Value: word("M"), Source: client.SourceStaff})
	learn(t, b.World, b.south, b.here, client.Learned{Key: "likes", Value: word("coffee"), Source: client.SourceForm},
		client.Learned{Key: client.KeyAllergies, Value: word("none"), Source: client.SourceStaff})
	b.agree(t, b.there, catalog.PurposeSharing)
	s := b.sees(t, "agreed", true)
	var all []id.Fact
	for _, f := range s.Facts {
		all = append(all, f.ID)
	}
	for _, want := range []int{2, 0} { // the second time there is nothing left
		n, err := b.lender.Bring(ctx, boss(b.south), b.here, b.north, all)
		if err != nil || n != want {
			t.Errorf("%d were brought over, %v", n, err)
		}
	}
	l, err := b.Registry.Ledger(ctx, b.south, b.here, true)
	Must(t, err)
	if f, _ := l.Get("", "likes"); f.Value != word("coffee") {
		t.Errorf("what was said here is now %+v", f)
	}
	if f, _ := l.Get("", "size"); f.Source != client.SourceChain || f.SourceID != string(b.north) || f.Side != client.SideStaff {
		t.Errorf("brought over: %+v", f)
	}
	if c := l.Conflicts(); len(c) != 1 || c[0].Client.Value != word("nuts") {
		t.Errorf("conflicts are %+v", c)
	}
	reader := boss(b.south)
	reader.Role, reader.Scopes = account.Staff, []account.Action{account.ReadClients}
	_, err = b.lender.Bring(ctx, reader, b.here, b.north, all)
	WantCode(t, err, fault.CodeForbidden)
}
