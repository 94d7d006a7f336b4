package secret

const fieldClientKey = "client.key"

// Business holds the keys of one business. It is made by Master and is safe for concurrent use.
type Business struct {
	hidden
	id      string
	seal    *Key
	wrap    *Key
	indexes *mac
}

func newBusiness(id string, r ring) (*Business, error) {
	b := &Business{id: id}
	var err error
	if b.seal, err = r.keys("seal", levelBusiness, id); err != nil {
		return nil, err
	}
	if b.wrap, err = r.keys("wrap", levelWrap, id); err != nil {
		return nil, err
	}
	if b.indexes, err = deriveMAC(r.with(useIndex)[0], "index"); err != nil {
		return nil, err
	}
	return b, nil
}

// Key returns the key for personal data that is not a client's: contacts of staff, addresses of users of the business.
func (b *Business) Key() *Key { return b.seal }

// Index returns the blind index, 16 bytes, of a normalized value (see [Email],
// [Phone], [Name]) of one kind ("email", "phone"); nil for an empty one.
func (b *Business) Index(kind, normalized string) []byte { return b.indexes.index(kind, normalized) }

// NewClient makes the key of a new client. The caller stores wrapped; deleting it erases the person.
func (b *Business) NewClient(clientID string) (wrapped []byte, c *Key, err error) {
	return b.NewClass(clientID, Personal)
}

// Client returns a client's key from its wrapped form. It fails with ErrErased
// if wrapped is empty and with ErrSealed if it's not this client's.
func (b *Business) Client(clientID string, wrapped []byte) (*Key, error) {
	return b.Class(clientID, Personal, wrapped)
}
