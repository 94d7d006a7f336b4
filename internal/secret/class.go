package secret

import "slices"

// Class is a sort of data about a person that lives and dies by a key of its own.
type Class string

// The classes. The words are stored.
const (
	// Personal is the card and what is said around it; its key is made with the card.
	Personal Class = "personal"
	// Health is what few may read: notes of a clinic, allergies.
	Health Class = "health"
	// Statute is what a law says must be kept for a time, even of somebody who is erased.
	Statute Class = "statute"
)

// Classes lists them in the order in which they are shown.
func Classes() []Class { return []Class{Personal, Health, Statute} }

// Valid tells whether a word names a class.
func (c Class) Valid() bool { return slices.Contains(Classes(), c) }

// field binds a wrapped key to its class. A personal key is bound as keys were before there were classes.
func (c Class) field() string {
	if c == Personal {
		return fieldClientKey
	}
	return fieldClientKey + "." + string(c)
}

// NewClass makes a client's key of a class. The caller stores wrapped; deleting it erases that class.
func (b *Business) NewClass(clientID string, class Class) (wrapped []byte, k *Key, err error) {
	r, wrapped := b.wrap.wrapNew(class.field(), clientID)
	if k, err = r.keys("", levelClient, b.id); err != nil {
		return nil, nil, err
	}
	return wrapped, k, nil
}

// Class returns a client's key of a class from its wrapped form. It fails with ErrErased
// if wrapped is empty and with ErrSealed if it's not this client's of this class.
func (b *Business) Class(clientID string, class Class, wrapped []byte) (*Key, error) {
	r, err := b.wrap.unwrap(class.field(), clientID, wrapped)
	if err != nil {
		return nil, err
	}
	return r.keys("", levelClient, b.id)
}

// Rewrap gives a wrapped key of a client as the business's newest key wraps it.
func (b *Business) Rewrap(clientID string, class Class, wrapped []byte) (anew []byte, changed bool, err error) {
	return b.wrap.Reseal(class.field(), clientID, wrapped)
}

// TurnClient takes a step of the rotation of a client's key of a class. It fails with ErrRing out of turn.
func (b *Business) TurnClient(clientID string, class Class, wrapped []byte, t Turn) ([]byte, error) {
	return b.wrap.turn(class.field(), clientID, wrapped, t)
}

// NextClient is the turn that a client's key of a class waits for.
func (b *Business) NextClient(clientID string, class Class, wrapped []byte) (Turn, error) {
	r, err := b.wrap.unwrap(class.field(), clientID, wrapped)
	if err != nil {
		return 0, err
	}
	return r.next(), nil
}
