package account_test

import (
	"testing"

	"kept/account"
)

func TestUnenclosed(t *testing.T) {
	t.Parallel()
	ctx := account.Enclose(t.Context(), account.Principal{ID: "eva", Reach: account.ReachOwn})
	if _, enclosed := account.Enclosed(account.Unenclosed(ctx)); enclosed {
		t.Error("it is still enclosed")
	}
	if who, enclosed := account.Enclosed(ctx); !enclosed || who.ID != "eva" {
		t.Error("the context before it was changed")
	}
}
