package secret

import (
	"errors"
	"testing"
)

func TestClassesHaveKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	for _, class := range Classes() {
		wrapped, key, err := b.business.NewClass(clientA, class)
		must(t, err)
		sealed := key.SealString("f", clientA, "x")
		if _, err := b.client.OpenString("f", clientA, sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: the personal key opens it: %v", class, err)
		}
		for _, other := range Classes() {
			again, err := b.business.Class(clientA, other, wrapped)
			if (err == nil) != (other == class) {
				t.Errorf("%s opened as %s: %v", class, other, err)
			}
			if err != nil {
				continue
			}
			if got, err := again.OpenString("f", clientA, sealed); got != "x" || err != nil {
				t.Errorf("%s: got %q, %v", class, got, err)
			}
		}
		if _, err := b.business.Class(clientB, class, wrapped); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: opened for another client: %v", class, err)
		}
		if _, err := b.other.Class(clientA, class, wrapped); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: opened in another business: %v", class, err)
		}
		if _, err := b.business.Class(clientA, class, nil); !errors.Is(err, ErrErased) {
			t.Errorf("%s: without a key: %v", class, err)
		}
	}
}

func TestPersonalClassIsTheClientsKey(t *testing.T) {
	t.Parallel()
	_, b := setup(t)
	if _, err := b.business.Class(clientA, Personal, b.clientKey); err != nil {
		t.Error(err)
	}
	if Class("other").Valid() || !Health.Valid() {
		t.Error("classes are not told from other words")
	}
}
