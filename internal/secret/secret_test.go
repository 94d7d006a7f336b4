package secret

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	businessA = "0198c0de-0000-7000-8000-00000000000a"
	businessB = "0198c0de-0000-7000-8000-00000000000b"
	clientA   = "0198c0de-0000-7000-8000-0000000000ca"
	clientB   = "0198c0de-0000-7000-8000-0000000000cb"
)

// bundle is one business with one client.
type bundle struct {
	business       *Business
	client         *Key
	businessKey    []byte
	clientKey      []byte
	other          *Business // another business of the same root
	otherClientKey []byte
}

func setup(tb testing.TB) (*Master, bundle) {
	tb.Helper()
	m, err := NewMaster(bytes.Repeat([]byte{7}, keySize))
	must(tb, err)
	var out bundle
	out.businessKey, out.business, err = m.NewBusiness(businessA)
	must(tb, err)
	out.clientKey, out.client, err = out.business.NewClient(clientA)
	must(tb, err)
	_, out.other, err = m.NewBusiness(businessB)
	must(tb, err)
	out.otherClientKey, _, err = out.other.NewClient(clientA)
	must(tb, err)
	return m, out
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestSealedOpensAgain(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	keys := map[string]*Key{"client": b.client, "business": b.business.Key(), "system": m.System()}
	for name, k := range keys {
		rapid.Check(t, func(t *rapid.T) {
			plain := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "plain")
			field, owner := rapid.String().Draw(t, "field"), rapid.String().Draw(t, "owner")
			sealed := k.Seal(field, owner, plain)
			got, err := k.Open(field, owner, sealed)
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s: got %x, %v", name, got, err)
			}
			text, err := k.OpenString(field, owner, k.SealString(field, owner, string(plain)))
			if err != nil || text != string(plain) {
				t.Fatalf("%s: got %q, %v", name, text, err)
			}
			if len(plain) > 0 && len(sealed) != 1+12+(len(plain)/16+1)*16+16 {
				t.Fatalf("%s: %d bytes sealed to %d", name, len(plain), len(sealed))
			}
		})
	}
}

func TestEmptyIsSealedAsNothing(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	if got := b.client.SealString("f", clientA, ""); got != nil {
		t.Errorf("sealed empty to %x", got)
	}
	for _, sealed := range [][]byte{nil, {}} {
		if got, err := b.client.OpenString("f", clientA, sealed); got != "" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestSealingHidesEqualityAndLength(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	one, two := b.client.SealString("f", clientA, "x"), b.client.SealString("f", clientA, "x")
	if bytes.Equal(one, two) {
		t.Error("the same text was sealed to the same bytes")
	}
	if long := b.client.SealString("f", clientA, strings.Repeat("x", 15)); len(long) != len(one) {
		t.Errorf("1 and 15 bytes sealed to %d and %d", len(one), len(long))
	}
}

func TestSealedCannotMove(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	const field, owner, text = "client.email", clientA, "ann@example.com"
	again, err := m.Business(businessB, nil)
	if again != nil || !errors.Is(err, ErrErased) {
		t.Fatalf("got %v, %v", again, err)
	}
	_, sibling, err := b.business.NewClient(clientB)
	must(t, err)
	// The same raw key at another level or in another business must not open it either.
	raw, err := b.business.wrap.unwrap(fieldClientKey, clientA, b.clientKey)
	must(t, err)
	otherBusiness, err := newKey(raw[0].raw, levelClient, businessB)
	must(t, err)
	otherLevel, err := newKey(raw[0].raw, levelBusiness, businessA)
	must(t, err)

	sealed := b.client.SealString(field, owner, text)
	tests := map[string]struct {
		key          *Key
		field, owner string
	}{
		"another field":            {b.client, "client.phone", owner},
		"another owner":            {b.client, field, clientB},
		"owner and field cut anew": {b.client, field[1:], owner + field[:1]},
		"another client's key":     {sibling, field, owner},
		"the business's key":       {b.business.Key(), field, owner},
		"the system's key":         {m.System(), field, owner},
		"another business":         {otherBusiness, field, owner},
		"another level":            {otherLevel, field, owner},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := tt.key.OpenString(tt.field, tt.owner, sealed); got != "" || !errors.Is(err, ErrSealed) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestOneFlippedBitDoesNotOpen(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		sealed := b.client.Seal("f", clientA, rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(t, "plain"))
		bit := rapid.IntRange(0, len(sealed)*8-1).Draw(t, "bit")
		sealed[bit/8] ^= 1 << (bit % 8)
		if _, err := b.client.Open("f", clientA, sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	})
}

func TestCutOrLengthenedDoesNotOpen(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	sealed := b.client.SealString("f", clientA, "a text of more than sixteen bytes")
	for n := 1; n < len(sealed); n++ {
		if _, err := b.client.Open("f", clientA, sealed[:n]); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := b.client.Open("f", clientA, append(sealed, make([]byte, 16)...)); !errors.Is(err, ErrSealed) {
		t.Errorf("lengthened: %v", err)
	}
}

func TestBadPaddingDoesNotOpen(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	for name, padded := range map[string]string{"all zeros": strings.Repeat("\x00", 16), "no mark": strings.Repeat("x", 16)} {
		nonce := make([]byte, nonceSize)
		sealed := append([]byte{sealedV1}, nonce...)
		sealed = b.client.aead.Seal(sealed, nonce, []byte(padded), b.client.associated("f", clientA))
		if _, err := b.client.Open("f", clientA, sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysComeBackFromTheirWrapping(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	inBusiness := b.business.Key().SealString("staff.phone", clientB, "+491")
	inClient := b.client.SealString("client.phone", clientA, "+492")
	index := b.business.Index("phone", "+492")

	// Another process with the same root.
	again, err := NewMaster(bytes.Repeat([]byte{7}, keySize))
	must(t, err)
	if again.Fingerprint() != m.Fingerprint() || len(m.Fingerprint()) != 16 {
		t.Errorf("fingerprints %q and %q", again.Fingerprint(), m.Fingerprint())
	}
	business, err := again.Business(businessA, b.businessKey)
	must(t, err)
	got, err := business.Key().OpenString("staff.phone", clientB, inBusiness)
	if got != "+491" || err != nil {
		t.Errorf("business: %q, %v", got, err)
	}
	client, err := business.Client(clientA, b.clientKey)
	must(t, err)
	got, err = client.OpenString("client.phone", clientA, inClient)
	if got != "+492" || err != nil {
		t.Errorf("client: %q, %v", got, err)
	}
	if diff := cmp.Diff(index, business.Index("phone", "+492")); diff != "" {
		t.Error(diff)
	}
}

func TestWrappedKeysStayWithTheirOwner(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	stranger, err := NewMaster(bytes.Repeat([]byte{8}, keySize))
	must(t, err)
	short := b.business.wrap.Seal(fieldClientKey, clientA, []byte("too short"))
	_, fromRoot := m.Business(businessB, b.businessKey)
	_, fromStranger := stranger.Business(businessA, b.businessKey)
	_, fromBusiness := b.business.Client(clientB, b.clientKey)
	_, fromOther := b.business.Client(clientA, b.otherClientKey)
	_, fromShort := b.business.Client(clientA, short)
	_, fromNothing := b.business.Client(clientA, nil)
	tests := map[string]struct{ err, want error }{
		"business under another's id":  {fromRoot, ErrSealed},
		"business under another root":  {fromStranger, ErrSealed},
		"client under another's id":    {fromBusiness, ErrSealed},
		"client of another business":   {fromOther, ErrSealed},
		"something that is not a key":  {fromShort, ErrSealed},
		"client whose key was deleted": {fromNothing, ErrErased},
	}
	for name, tt := range tests {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v", name, tt.err)
		}
	}
}

func TestBusinessesAreRememberedByTheirWrapping(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	one, err := m.Business(businessA, b.businessKey)
	must(t, err)
	if two, _ := m.Business(businessA, b.businessKey); two != one {
		t.Error("asked twice, unwrapped twice")
	}
	damaged := bytes.Clone(b.businessKey)
	damaged[20] ^= 1
	if _, err := m.Business(businessA, damaged); !errors.Is(err, ErrSealed) {
		t.Errorf("damaged wrapping after a good one: %v", err)
	}
	if _, err := m.Business(businessA, nil); !errors.Is(err, ErrErased) {
		t.Errorf("deleted wrapping after a good one: %v", err)
	}
	m.Forget(businessA)
	if two, _ := m.Business(businessA, b.businessKey); two == one {
		t.Error("remembered after Forget")
	}
}

func TestRememberedBusinessesAreBounded(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	for i := range maxKnown + 10 {
		m.remember(fmt.Sprint(i), known{business: b.business})
	}
	if n := len(m.businesses); n != maxKnown {
		t.Errorf("%d remembered", n)
	}
	m.remember(fmt.Sprint(maxKnown+9), known{business: b.other})
	if n := len(m.businesses); n != maxKnown {
		t.Errorf("%d remembered after one came again", n)
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	base := b.business.Index("email", "ann@example.com")
	if len(base) != 16 {
		t.Fatalf("%d bytes", len(base))
	}
	if !bytes.Equal(base, b.business.Index("email", "ann@example.com")) {
		t.Error("not stable")
	}
	others := map[string][]byte{
		"value":     b.business.Index("email", "ann@example.org"),
		"kind":      b.business.Index("phone", "ann@example.com"),
		"cut":       b.business.Index("emaila", "nn@example.com"),
		"business":  b.other.Index("email", "ann@example.com"),
		"the whole": m.Index("email", "ann@example.com"),
	}
	for name, other := range others {
		if bytes.Equal(base, other) {
			t.Errorf("another %s has the same index", name)
		}
	}
	if b.business.Index("email", "") != nil || m.Index("email", "") != nil {
		t.Error("an empty value has an index")
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	t.Parallel()
	m, b := setup(t)
	const canary = "canary-password"
	values := map[string]any{"master": m, "business": b.business, "key": b.client, "value": *b.client, "text": Redacted(canary)}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if got := strings.Trim(fmt.Sprintf(verb, v), `"`); got != redactedText {
				t.Errorf("%s: %s prints %s", name, verb, got)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		marshalled, err := json.Marshal(struct{ V any }{v})
		must(t, err)
		for _, got := range []string{log.String(), string(marshalled)} {
			if !strings.Contains(got, redactedText) || strings.Contains(got, canary) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	if string(Redacted(canary)) != canary {
		t.Error("the text is lost")
	}
}

func TestNewMasterWantsAWholeKey(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := NewMaster(make([]byte, n)); err == nil {
			t.Errorf("took %d bytes", n)
		}
	}
}

func FuzzOpen(f *testing.F) {
	_, b := setup(f)
	good := b.client.SealString("f", clientA, "text")
	for _, seed := range [][]byte{nil, {1}, good, good[:30], make([]byte, 45)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sealed []byte) {
		got, err := b.client.OpenString("f", clientA, sealed)
		if err == nil && got != "" && !bytes.Equal(sealed, good) {
			t.Errorf("%x opened as %q", sealed, got)
		}
	})
}
