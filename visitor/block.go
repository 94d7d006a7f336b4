package visitor

import (
	"context"
	"strings"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Block is a contact that an owner has no codes sent to, or the beginning of
// phone numbers: "+882" is a range that nobody of theirs calls from.
type Block struct {
	ID        id.Block
	Kind      Kind
	Value     string // a whole contact, or the beginning of a number
	Prefix    bool
	CreatedAt span.Instant
}

// mostBlocks bounds an owner's list.
const mostBlocks = 500

// AddBlock puts a contact, or with a star behind it the beginning of numbers,
// on a business's list. Fault Invalid, field contact.
func (d *Door) AddBlock(ctx context.Context, business id.Business, typed string) (Block, error) {
	now := d.Clock.Now()
	b := Block{ID: id.New[id.Block](now.UTC()), CreatedAt: now}
	if start, ok := strings.CutSuffix(strings.TrimSpace(typed), "*"); ok {
		number := client.CleanPhone(start)
		if len(number) < 2 || len(number) > 12 || number[0] != '+' || strings.Trim(number[1:], "0123456789") != "" {
			return b, fault.BadField("contact", "format", "write the beginning of numbers as +882*")
		}
		b.Kind, b.Value, b.Prefix = Phone, number, true
	} else {
		c, err := ReadContact(typed)
		if err != nil {
			return b, err
		}
		b.Kind, b.Value = c.Kind, c.Value
	}
	return b, d.Atomic.Do(ctx, func(ctx context.Context) error {
		all, err := d.Blocks.ListBlocks(ctx, business)
		if err != nil {
			return err
		}
		if len(all) >= mostBlocks {
			return fault.BadField("contact", "too_many", "at most 500 are kept")
		}
		return d.Blocks.PutBlock(ctx, business, b)
	})
}

// RemoveBlock takes one off the list. Fault NotFound.
func (d *Door) RemoveBlock(ctx context.Context, business id.Business, block id.Block) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Blocks.DropBlock(ctx, business, block) })
}

// ListBlocks gives a business's list, the newest first.
func (d *Door) ListBlocks(ctx context.Context, business id.Business) ([]Block, error) {
	return d.Blocks.ListBlocks(ctx, business)
}
