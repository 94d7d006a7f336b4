package account_test

import (
	"slices"
	"strings"
	"testing"

	"kept/account"
	"kept/event"
)

// The table of rights, written down a second time as people read it: a row
// for each action, a column for each role.
//
//nolint:dupword // a table
const rights = `
                    owner  manager  reception  staff  accountant  integration
bookings.read       yes    yes      yes        yes    yes         yes
bookings.write      yes    yes      yes        yes    -           yes
bookings.override   yes    yes      yes        -      -           -
bookings.squeeze    yes    yes      -          -      -           -
clients.read        yes    yes      yes        yes    -           yes
clients.write       yes    yes      yes        yes    -           yes
clients.health      yes    yes      -          yes    -           -
clients.export      yes    yes      -          -      -           -
clients.erase       yes    -        -          -      -           -
messages.read       yes    yes      yes        yes    -           yes
settings.read       yes    yes      yes        yes    yes         yes
settings.write      yes    yes      -          -      -           -
time_off.write      yes    yes      yes        -      -           -
events.read         yes    yes      yes        yes    -           yes
audit.read          yes    yes      -          -      -           -
accounts.manage     yes    -        -          -      -           -
privacy.manage      yes    -        -          -      -           -
chain.manage        yes    -        -          -      -           -
`

func TestRights(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(rights), "\n")
	roles := strings.Fields(lines[0])
	told := map[string]int{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for n, cell := range cells[1:] {
			p := account.Principal{Kind: account.KindUser, Role: account.Role(roles[n])}
			want := cell == "yes"
			if got := p.May(account.Action(cells[0])); got != want {
				t.Errorf("%s may %s: %v", roles[n], cells[0], got)
			}
			if want {
				told[roles[n]]++
			}
		}
	}
	for _, role := range roles {
		r := account.Role(role)
		if !r.Valid() || len(r.Actions()) != told[role] {
			t.Errorf("%s has %d actions, the table tells %d", role, len(r.Actions()), told[role])
		}
	}
}

func TestUnknownWordsMayNothing(t *testing.T) {
	t.Parallel()
	for _, role := range []account.Role{"", "root", "Owner", "owner "} {
		if role.Valid() || len(role.Actions()) != 0 {
			t.Errorf("role %q is known", role)
		}
	}
	owner := account.Principal{Kind: account.KindUser, Role: account.Owner}
	if owner.May("") || owner.May("bookings.everything") {
		t.Error("an owner may do what nobody has heard of")
	}
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why    string
		p      account.Principal
		action account.Action
		want   bool
	}{
		{"the system may all", account.System("b"), account.ManageAccounts, true},
		{"a visitor has no rights of their own", account.Visitor("b", "c"), account.ReadBookings, false},
		{"scopes narrow", account.Principal{Kind: account.KindKey, Role: account.Owner, Scopes: []account.Action{account.ReadBookings}}, account.WriteBookings, false},
		{"scopes leave what they name", account.Principal{Kind: account.KindKey, Role: account.Owner, Scopes: []account.Action{account.ReadBookings}}, account.ReadBookings, true},
		{"scopes never widen", account.Principal{Kind: account.KindKey, Role: account.Staff, Scopes: []account.Action{account.WriteSettings}}, account.WriteSettings, false},
		{"no scopes are all of the role", account.Principal{Kind: account.KindKey, Role: account.Integration}, account.WriteClients, true},
	} {
		if got := c.p.May(c.action); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
	for kind, want := range map[account.Kind]bool{
		account.KindUser: true, account.KindKey: true, account.KindSystem: true, account.KindClient: false,
	} {
		if got := (account.Principal{Kind: kind}).IsStaff(); got != want {
			t.Errorf("%s works here: %v", kind, got)
		}
	}
	if got, want := account.Visitor("b", "c").Actor(), (event.Actor{Kind: "client", ID: "c"}); got != want {
		t.Errorf("actor = %v", got)
	}
	if got := account.System("b").Actor(); got != event.System() {
		t.Errorf("actor = %v", got)
	}
}

// TestActionsAreTheCallersOwn: whoever gets the list may sort or cut it.
func TestActionsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	for _, role := range []account.Role{account.Owner, account.Manager, account.Reception} {
		before := role.Actions()
		clear(role.Actions())
		if !slices.Equal(role.Actions(), before) {
			t.Errorf("%s lost its rights", role)
		}
	}
}
