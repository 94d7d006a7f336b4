package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTokenText(t *testing.T) {
	t.Parallel()
	m, _ := setup(t)
	tests := map[string]struct {
		token Token
		size  int // characters
	}{
		"two UUIDs":       {Token{businessA, KindManage, clientA, 1}, 68},
		"the last epoch":  {Token{businessA, KindManage, clientA, math.MaxUint32}, 74},
		"slug":            {Token{"lumen-salon", KindFeed, clientA, 0}, 63},
		"upper-case UUID": {Token{strings.ToUpper(businessA), KindHold, clientA, 0}, 96},
		"UUID-like":       {Token{"0198c0de-0000-7000-8000-00000000000g", KindHold, "0198c0de00000-7000-8000-00000000000a", 0}, 124},
		"empty":           {Token{}, 28},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := m.Sign(tt.token)
			if len(text) != tt.size || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("%d characters: %s", len(text), text)
			}
			got, err := m.Verify(text, tt.token.Kind)
			must(t, err)
			if diff := cmp.Diff(tt.token, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func drawToken(t *rapid.T) Token {
	name := rapid.OneOf(rapid.StringN(0, 40, 100), rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), unpackUUID))
	return Token{
		Business: name.Draw(t, "business"),
		Kind:     rapid.Byte().Draw(t, "kind"),
		ID:       name.Draw(t, "id"),
		Epoch:    rapid.Uint32().Draw(t, "epoch"),
	}
}

func TestTokensComeBack(t *testing.T) {
	t.Parallel()
	m, _ := setup(t)
	rapid.Check(t, func(t *rapid.T) {
		want := drawToken(t)
		got, err := m.Verify(m.Sign(want), want.Kind)
		if err != nil || got != want {
			t.Fatalf("got %+v, %v", got, err)
		}
		if _, err := m.Verify(m.Sign(want), want.Kind+1); !errors.Is(err, ErrToken) {
			t.Fatalf("as another kind: %v", err)
		}
	})
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	m, _ := setup(t)
	stranger, err := NewMaster(bytes.Repeat([]byte{8}, keySize))
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		token := drawToken(t)
		if _, err := m.Verify(stranger.Sign(token), token.Kind); !errors.Is(err, ErrToken) {
			t.Fatalf("signed by a stranger: %v", err)
		}
		raw, err := base64.RawURLEncoding.DecodeString(m.Sign(token))
		if err != nil {
			t.Fatal(err)
		}
		bit := rapid.IntRange(0, len(raw)*8-1).Draw(t, "bit")
		raw[bit/8] ^= 1 << (bit % 8)
		forged := base64.RawURLEncoding.EncodeToString(raw)
		for _, kind := range []byte{token.Kind, raw[1]} {
			if _, err := m.Verify(forged, kind); !errors.Is(err, ErrToken) {
				t.Fatalf("bit %d flipped: %v", bit, err)
			}
		}
	})
}

// TestOneTextAToken: were there several texts for one token, redacting or counting one would miss the others.
func TestOneTextAToken(t *testing.T) {
	t.Parallel()
	m, _ := setup(t)
	good := m.Sign(Token{"lumen-salon", KindManage, clientA, 5}) // 47 bytes: the last character has spare bits
	last := good[len(good)-1]
	tests := map[string]string{
		"empty":       "",
		"line break":  good[:10] + "\n" + good[10:],
		"at the end":  good + "\r\n",
		"padding":     good + "=",
		"space":       " " + good,
		"spare bits":  good[:len(good)-1] + string(last+1),
		"cut":         good[:len(good)-1],
		"short":       good[:20],
		"standard":    strings.Repeat("+", 68),
		"much":        strings.Repeat("A", 1<<20),
		"nul":         good + "\x00",
		"doubled":     good + good,
		"other bytes": "жжжжжжжж",
	}
	for name, text := range tests {
		if _, err := m.Verify(text, KindManage); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.Verify(good, KindManage); err != nil {
		t.Error(err)
	}
}

// TestParseToken feeds the parser what a signature keeps from it.
func TestParseToken(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		ok   bool
	}{
		"least":            {"\x10m\x00\x00\x00", true},
		"nothing":          {"", false},
		"head only":        {"\x10m", false},
		"other version":    {"\x20m\x00\x00\x00", false},
		"unknown form":     {"\x14m\x00\x00\x00", false},
		"endless epoch":    {"\x10m\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", false},
		"epoch over 32":    {"\x10m\xff\xff\xff\xff\xff\x01\x00\x00", false},
		"short UUID":       {"\x11m\x00abc", false},
		"short id":         {"\x12m\x00\x00abc", false},
		"name too long":    {"\x10m\x00\x05abc", false},
		"name of 2^64":     {"\x10m\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01abc", false},
		"no id":            {"\x10m\x00\x01a", false},
		"something behind": {"\x10m\x00\x00\x00x", false},
	}
	for name, tt := range tests {
		if _, ok := parseToken([]byte(tt.body)); ok != tt.ok {
			t.Errorf("%s: %v", name, ok)
		}
	}
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	one, hash := NewOpaque("kept_")
	two, _ := NewOpaque("kept_")
	if one == two || len(one) != 5+43 || !strings.HasPrefix(one, "kept_") {
		t.Errorf("%q, %q", one, two)
	}
	if diff := cmp.Diff(hash, HashOpaque(one)); diff != "" || len(hash) != 32 {
		t.Error(diff)
	}
}

func FuzzVerify(f *testing.F) {
	m, _ := setup(f)
	good := Token{businessA, KindManage, clientA, 1}
	text := m.Sign(good)
	for _, seed := range []string{"", text, text[:40], text + "A", strings.Repeat("A", 72), "\n" + text} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := m.Verify(s, KindManage); err == nil && (s != text || got != good) {
			t.Errorf("%q is a token: %+v", s, got)
		}
		if raw := []byte(s); len(raw) > 0 {
			_, _ = parseToken(raw) // must not panic
		}
	})
}
