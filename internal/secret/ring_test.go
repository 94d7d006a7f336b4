package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestRingTurnsInOrder walks random steps: a step out of turn changes
// nothing, what was sealed opens until the step that retires its key, and the
// index never changes.
func TestRingTurnsInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := newRing()
		index := r.with(useIndex)[0]
		sealed := map[string][]byte{} // by the key that sealed it
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			step := Turn(rapid.IntRange(0, 2).Draw(t, "turn"))
			right := r.next() == step
			before := r.with(useSeal)[0]
			next, err := r.turn(step)
			if right != (err == nil) || !right && !errors.Is(err, ErrRing) {
				t.Fatalf("%s where %s is due: %v", step, r.next(), err)
			}
			if err != nil {
				continue
			}
			if step == Retire {
				for raw := range sealed {
					if raw != string(before) {
						delete(sealed, raw)
					}
				}
			}
			if r, err = readRing(next.encode()); err != nil {
				t.Fatal(err)
			}
			k, err := r.keys("seal", levelSystem, "")
			if err != nil {
				t.Fatal(err)
			}
			sealed[string(r.with(useSeal)[0])] = k.SealString("f", "1", "x")
			for _, s := range sealed {
				if got, err := k.OpenString("f", "1", s); got != "x" || err != nil {
					t.Fatalf("after %s: %v", step, err)
				}
			}
			if !bytes.Equal(r.with(useIndex)[0], index) {
				t.Fatal("the index was turned")
			}
		}
	})
}

func TestResealLeavesNothingToTheOldKey(t *testing.T) {
	t.Parallel()
	r := newRing()
	old, err := r.keys("", levelClient, businessA)
	must(t, err)
	sealed := old.SealString("f", clientA, "asthma")
	for _, step := range []Turn{Announce, Switch} {
		r, err = r.turn(step)
		must(t, err)
	}
	k, err := r.keys("", levelClient, businessA)
	must(t, err)
	anew, changed, err := k.Reseal("f", clientA, sealed)
	if err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	if _, changed, err = k.Reseal("f", clientA, anew); changed || err != nil {
		t.Errorf("twice: changed %v, %v", changed, err)
	}
	if _, _, err := k.Reseal("other", clientA, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another field: %v", err)
	}
	r, err = r.turn(Retire)
	must(t, err)
	k, err = r.keys("", levelClient, businessA)
	must(t, err)
	if _, err := k.OpenString("f", clientA, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("the retired key opens: %v", err)
	}
	if got, err := k.OpenString("f", clientA, anew); got != "asthma" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMasterTurnsWhereItCameFrom(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	m, err := LoadMaster(path)
	must(t, err)
	server, err := LoadMaster(path) // another program that runs meanwhile
	must(t, err)
	first := m.Fingerprint()
	index := m.Index("email", "mia@example.com")
	token := m.Sign(Token{Business: businessA, Kind: KindManage, ID: clientA, Epoch: 1})
	wrapped, _, err := m.NewBusiness(businessA)
	must(t, err)
	for _, step := range []Turn{Announce, Switch, Retire} {
		if err := m.Rotate(t.Context(), step+1); step < Retire && !errors.Is(err, ErrRing) {
			t.Errorf("out of turn: %v", err)
		}
		if step == Retire {
			anew, changed, err := m.Rewrap(businessA, wrapped)
			if err != nil || !changed {
				t.Fatalf("rewrap: %v, %v", changed, err)
			}
			wrapped = anew
		}
		must(t, m.Rotate(t.Context(), step))
		changed, err := server.Reload(t.Context())
		if err != nil || !changed {
			t.Fatalf("%s: the server learned of it: %v, %v", step, changed, err)
		}
		for _, x := range []*Master{m, server} {
			if _, err := x.Business(businessA, wrapped); err != nil {
				t.Errorf("%s: %v", step, err)
			}
			if !bytes.Equal(x.Index("email", "mia@example.com"), index) {
				t.Errorf("%s: the index changed", step)
			}
			_, err := x.Verify(token, KindManage)
			if (err == nil) != (step != Retire) || x.Answers(first) != (step != Retire) {
				t.Errorf("%s: the token: %v, answers %v", step, err, x.Answers(first))
			}
		}
	}
	if m.Fingerprint() == first || m.Next() != Announce {
		t.Errorf("the fingerprint is %s, next %s", m.Fingerprint(), m.Next())
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	left, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestMasterFromText(t *testing.T) {
	t.Parallel()
	m, err := ParseMaster("0707070707070707070707070707070707070707070707070707070707070707\n")
	must(t, err)
	want, _ := setup(t)
	if m.Fingerprint() != want.Fingerprint() {
		t.Error("another key")
	}
	if err := m.Rotate(t.Context(), Announce); !errors.Is(err, ErrFixed) {
		t.Errorf("turned: %v", err)
	}
	for _, bad := range []string{"", "zz", "0707", "0202" + "0707070707070707070707070707070707070707070707070707070707070707"} {
		if _, err := ParseMaster(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
