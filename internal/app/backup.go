package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kept/internal/config"
	"kept/internal/db"
	"kept/internal/dump"
)

type backupCommand struct {
	config.Store
	File     string `arg:"" help:"The new file." type:"path"`
	Portable bool   `help:"Write a file that either engine can be restored from; always so with PostgreSQL."`
}

// Run copies the database while it is in use.
func (c *backupCommand) Run(s *stage) error {
	d, err := db.Open(s.ctx, c.DSN(), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if c.Portable || d.Dialect().Name() == "postgres" {
		err = c.portable(s, d)
	} else {
		err = d.Backup(s.ctx, c.File)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "copied to %s; keep %s with it, for nothing in it can be read without, but apart from it; and %s, which says who must stay erased\n",
		c.File, c.KeyFile(), c.ErasedFile())
	return err
}

// portable writes a dump: whole, or not at all.
func (c *backupCommand) portable(s *stage, d *db.DB) (err error) {
	file, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			err = errors.Join(err, os.Remove(c.File))
		}
	}()
	out := bufio.NewWriterSize(file, 1<<20)
	counts, err := dump.Write(s.ctx, d, out)
	if err != nil {
		return err
	}
	if err := errors.Join(out.Flush(), file.Sync()); err != nil {
		return err
	}
	tell(s.out, counts)
	return nil
}

// tell prints what a dump holds.
func tell(out io.Writer, counts []dump.Count) {
	for _, c := range counts {
		fmt.Fprintf(out, "%8d  %s  %s\n", c.Rows, c.Sum[:16], c.Table)
	}
}

type restoreCommand struct {
	config.Store
	File string `arg:"" help:"The backup." type:"existingfile"`
}

// Run puts a backup in the place of the database, or into an empty PostgreSQL
// one. The server must be stopped; what was there is kept under another name.
// Whom the list of erasures names is erased again before anybody is served.
func (c *restoreCommand) Run(s *stage) error {
	if err := c.Prepare(); err != nil {
		return err
	}
	portable, err := isDump(c.File)
	if err != nil {
		return err
	}
	dsn := c.DSN()
	if strings.Contains(dsn, "://") {
		if !portable {
			return errors.New("a copy of a SQLite file does not fit PostgreSQL; make it with kept backup --portable")
		}
		if err := c.fill(s, dsn); err != nil {
			return err
		}
	} else if err := c.replace(s, dsn, portable); err != nil {
		return err
	}
	if err := c.stayErased(s); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "restored", redactDSN(dsn))
	return err
}

func isDump(path string) (bool, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return false, err
	}
	defer file.Close()
	head := make([]byte, 2)
	if _, err := io.ReadFull(file, head); err != nil {
		return false, err
	}
	return dump.Is(head), nil
}

// replace makes a file beside the database and then puts it in its place.
func (c *restoreCommand) replace(s *stage, path string, portable bool) error {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return fmt.Errorf("%s is in use or was not closed; stop the server first", path)
	}
	fresh := path + ".restoring"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var err error
	if portable {
		err = c.fill(s, fresh)
	} else {
		err = copyFile(c.File, fresh)
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		old := path + ".before-restore-" + time.Now().UTC().Format("20060102T150405Z")
		if err := os.Rename(path, old); err != nil {
			return err
		}
		fmt.Fprintln(s.out, "kept what was there as", old)
	}
	return os.Rename(fresh, path)
}

// fill fills an empty database.
func (c *restoreCommand) fill(s *stage, dsn string) (err error) {
	file, err := os.Open(filepath.Clean(c.File))
	if err != nil {
		return err
	}
	defer file.Close()
	d, err := db.Open(s.ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	counts, err := dump.Read(s.ctx, d, bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		return err
	}
	tell(s.out, counts)
	return nil
}

// stayErased erases again, at once, whom the backup has brought back. Without
// the master key it waits for the next start.
func (c *restoreCommand) stayErased(s *stage) error {
	if _, err := os.Stat(c.KeyFile()); err != nil {
		_, err = fmt.Fprintln(s.out, "put the master key back as", c.KeyFile(), "before you start")
		return err
	}
	k, err := s.beside(c.Store, false)
	if err != nil {
		return err
	}
	defer k.close()
	return k.stayErased(context.WithoutCancel(s.ctx))
}

// copyFile copies a file and waits until it is on the disk.
func copyFile(from, to string) (err error) {
	in, err := os.Open(filepath.Clean(from))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Clean(to), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}
