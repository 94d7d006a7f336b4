package dump

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"kept/internal/db"
	"kept/internal/store"
)

// ErrDamaged says that a file is no backup, is cut off, or was changed.
var ErrDamaged = errors.New("dump: the backup is damaged")

// Is tells whether a file begins like one of ours.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) }

// Read fills an empty database from a file and brings its schema up to date.
// A database with a schema is refused.
func Read(ctx context.Context, d *db.DB, from io.Reader) ([]Count, error) {
	if v, err := d.Version(ctx); err != nil || v != 0 {
		return nil, errors.Join(err, errors.New("dump: the database is not empty"))
	}
	zip, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r := &reader{lines: bufio.NewReaderSize(zip, 1<<20)}
	head, err := r.head()
	if err != nil {
		return nil, err
	}
	all := store.Migrations(d.Dialect().Name())
	if err := d.Migrate(ctx, upTo(all, head.Schema)...); err != nil {
		return nil, fmt.Errorf("dump: schema %d: %w", head.Schema, err)
	}
	tx, err := d.SQL().BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("dump: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	counts, err := r.tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := check(ctx, tx, counts); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("dump: %w", err)
	}
	return counts, d.Migrate(ctx, all...)
}

// check counts what was filled.
func check(ctx context.Context, tx *sql.Tx, counts []Count) error {
	for _, c := range counts {
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+c.Table).Scan(&n); err != nil {
			return fmt.Errorf("dump: %s: %w", c.Table, err)
		}
		if n != c.Rows {
			return fmt.Errorf("%w: %s has %d rows and should have %d", ErrDamaged, c.Table, n, c.Rows)
		}
	}
	return nil
}

// upTo leaves newer migrations out.
func upTo(folders []fs.FS, version int64) []fs.FS {
	out := make([]fs.FS, len(folders))
	for i, f := range folders {
		out[i] = older{f, version}
	}
	return out
}

// older is a folder of migrations without the newer ones.
type older struct {
	fs.FS
	version int64
}

// ReadDir implements fs.ReadDirFS.
func (o older) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	var out []fs.DirEntry
	for _, e := range all {
		number, _, _ := strings.Cut(e.Name(), "_")
		n, bad := strconv.ParseInt(number, 10, 64)
		if bad != nil || n <= o.version {
			out = append(out, e)
		}
	}
	return out, err
}

// reader reads a file line by line.
type reader struct {
	lines *bufio.Reader
}

func (r *reader) next() ([]byte, error) {
	text, err := r.lines.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("%w: it ends too early: %w", ErrDamaged, err)
	}
	return text, nil
}

func (r *reader) head() (line, error) {
	var l line
	text, err := r.next()
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(text, &l); err != nil || l.Kept != format || l.Schema <= 0 {
		return l, fmt.Errorf("%w: it is none of ours", ErrDamaged)
	}
	return l, nil
}

func (r *reader) tables(ctx context.Context, tx *sql.Tx) ([]Count, error) {
	var counts []Count
	for {
		text, err := r.next()
		if err != nil {
			return nil, err
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if l.Done {
			if l.Tables != len(counts) {
				return nil, fmt.Errorf("%w: %d of %d tables", ErrDamaged, len(counts), l.Tables)
			}
			return counts, nil
		}
		c, err := r.table(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
}

// table fills one table.
func (r *reader) table(ctx context.Context, tx *sql.Tx, head line) (Count, error) {
	if head.Table == "" || len(head.Columns) == 0 || len(head.Columns) != len(head.Kinds) || !words(append(head.Columns, head.Table)) {
		return Count{}, fmt.Errorf("%w: a table was expected", ErrDamaged)
	}
	fill := &filler{tx: tx, head: head, most: min(200, 30_000/len(head.Columns)), sum: sha256.New()}
	for {
		text, err := r.next()
		if err != nil {
			return Count{}, err
		}
		if text[0] != '[' {
			if err := fill.flush(ctx); err != nil {
				return Count{}, err
			}
			return fill.end(text)
		}
		if err := fill.row(ctx, text); err != nil {
			return Count{}, err
		}
	}
}

// words tells whether names are plain: they become part of statements.
func words(names []string) bool {
	for _, n := range names {
		if n == "" || strings.Trim(n, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return false
		}
	}
	return true
}

// filler inserts rows, many with one statement.
type filler struct {
	tx   *sql.Tx
	head line
	most int
	args []any
	rows int64
	sum  hash.Hash
}

func (f *filler) row(ctx context.Context, text []byte) error {
	_, _ = f.sum.Write(text)
	var cells []json.RawMessage
	if err := json.Unmarshal(text, &cells); err != nil || len(cells) != len(f.head.Columns) {
		return fmt.Errorf("%w: row %d of %s", ErrDamaged, f.rows+1, f.head.Table)
	}
	for i, c := range cells {
		v, err := decode(c, f.head.Kinds[i])
		if err != nil {
			return fmt.Errorf("%w: row %d of %s: %w", ErrDamaged, f.rows+1, f.head.Table, err)
		}
		f.args = append(f.args, v)
	}
	f.rows++
	if len(f.args) < f.most*len(f.head.Columns) {
		return nil
	}
	return f.flush(ctx)
}

func (f *filler) flush(ctx context.Context) error {
	if len(f.args) == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString("INSERT INTO " + f.head.Table + " (" + strings.Join(f.head.Columns, ", ") + ") VALUES ")
	for i := range f.args {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%len(f.head.Columns) == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		text.WriteString("$" + strconv.Itoa(i+1))
	}
	text.WriteString(")")
	if _, err := f.tx.ExecContext(ctx, text.String(), f.args...); err != nil {
		return fmt.Errorf("dump: fill %s: %w", f.head.Table, err)
	}
	f.args = f.args[:0]
	return nil
}

func (f *filler) end(text []byte) (Count, error) {
	var l line
	sum := hex.EncodeToString(f.sum.Sum(nil))
	if err := json.Unmarshal(text, &l); err != nil || l.End != f.head.Table || l.Rows != f.rows || l.Sum != sum {
		return Count{}, fmt.Errorf("%w: %s does not add up", ErrDamaged, f.head.Table)
	}
	return Count{Table: f.head.Table, Rows: f.rows, Sum: sum}, nil
}
