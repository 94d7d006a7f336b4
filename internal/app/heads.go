package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"kept/audit"
	"kept/id"
)

// headsFile is where the ends of the chains are noted, in the data folder.
const headsFile = "audit.heads"

// heads notes the ends of the chains in a file: whoever changes the database
// alone cannot cut off the end of a chain without that being seen. It
// implements audit.Outside.
type heads struct {
	path string
	mu   sync.Mutex
}

// noted is what the file says: the newest head of each business, and those
// that were the newest once and are in the chain no more, which stay until
// somebody accepts it (after a restore of an older backup).
type noted struct {
	Newest map[id.Business]notedHead   `json:"newest"`
	Lost   map[id.Business][]notedHead `json:"lost,omitempty"`
}

type notedHead struct {
	Number int64  `json:"number"`
	Hash   string `json:"hash"`
}

func newHeads(folder string) *heads { return &heads{path: filepath.Join(folder, headsFile)} }

func (h *heads) read() (noted, error) {
	n := noted{Newest: map[id.Business]notedHead{}, Lost: map[id.Business][]notedHead{}}
	raw, err := os.ReadFile(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(raw)).Decode(&n)
	}
	if n.Lost == nil {
		n.Lost = map[id.Business][]notedHead{}
	}
	return n, err
}

// write replaces the file at once: a reader sees the old one or the new one.
func (h *heads) write(n noted) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	fresh := h.path + ".new"
	if err := os.WriteFile(fresh, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, h.path)
}

// Keep implements audit.Outside.
func (h *heads) Keep(_ context.Context, newest ...audit.Head) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.read()
	if err != nil {
		return err
	}
	for _, head := range newest {
		now := notedHead{head.Number, hex.EncodeToString(head.Hash)}
		// A block that comes after the newest one has a greater number.
		if old, ok := n.Newest[head.Business]; ok && now.Number <= old.Number && now != old {
			n.Lost[head.Business] = append(n.Lost[head.Business], old)
		}
		n.Newest[head.Business] = now
	}
	return h.write(n)
}

// Heads implements audit.Outside.
func (h *heads) Heads(_ context.Context, business id.Business) ([]audit.Head, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.read()
	if err != nil {
		return nil, err
	}
	all := n.Lost[business]
	if newest, ok := n.Newest[business]; ok {
		all = append(all, newest)
	}
	out := make([]audit.Head, len(all))
	for i, one := range all {
		hash, err := hex.DecodeString(one.Hash)
		if err != nil {
			return nil, err
		}
		out[i] = audit.Head{Business: business, Number: one.Number, Hash: hash}
	}
	return out, nil
}

// accept takes a chain's end as it is now: after a restore of an older backup.
func (h *heads) accept(head audit.Head) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.read()
	if err != nil {
		return err
	}
	delete(n.Lost, head.Business)
	n.Newest[head.Business] = notedHead{head.Number, hex.EncodeToString(head.Hash)}
	return h.write(n)
}
