package db

import "time"

// Waiting tells how many stand in line for SQLite's writer.
func (d *DB) Waiting() int {
	d.line.mu.Lock()
	defer d.line.mu.Unlock()
	return len(d.line.waiting)
}

// Gather lets a group of SQLite transactions grow as old as that.
func (d *DB) Gather(longest time.Duration) { d.line.longest = longest }
