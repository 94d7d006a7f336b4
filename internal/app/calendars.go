package app

import (
	"context"
	"fmt"
	"time"

	"kept/calsync"
	"kept/internal/calendar/caldav"
	"kept/internal/calendar/ical"
	"kept/internal/config"
	"kept/internal/dial"
	"kept/internal/store"
)

// What is read of a calendar in one answer, in bytes.
const (
	maxCalendar = 32 << 20
	maxOwn      = 4 << 20 // of a client's
)

// outside builds what reads the calendars that people have elsewhere.
func (k *kernel) outside(c config.Serve) error {
	allow, err := dial.ParseNets(c.AllowNet)
	if err != nil {
		return fmt.Errorf("networks: %w", err)
	}
	client := dial.Client(dial.Options{Allow: allow, MaxBody: maxCalendar, Timeout: time.Minute, Agent: "Kept (calendar reader)"})
	parts := calsync.Parts{
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Settings: k.settings, Store: homely{store.NewCalendars(k.db, k.vault), k.abroad}, Lanes: k.lanes,
	}
	narrow := dial.Client(dial.Options{Allow: allow, MaxBody: maxOwn, Timeout: 30 * time.Second, Agent: "Kept (calendar reader)"})
	sources := map[calsync.Kind]calsync.Source{
		calsync.ICal: ical.New(client), calsync.CalDAV: caldav.New(client), calsync.Own: ical.New(narrow),
	}
	k.reader = calsync.NewReader(parts, sources, k.log)
	k.links = calsync.NewLinks(parts, k.reader.Wake)
	k.watches = calsync.NewWatches(calsync.WatchParts{
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Store: homelyWatches{store.NewWatches(k.db, k.vault), k.abroad}, Plain: len(allow) > 0,
	}, k.reader)
	k.desk.Agendas = k.watches
	return nil
}

// readCalendars reads what is due, at once when a link has been made or
// changed here, and every few seconds for those of other nodes.
func (l *loops) readCalendars(ctx context.Context) {
	const look = 5 * time.Second
	for ctx.Err() == nil {
		if err := l.reader.RunDue(ctx); err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "calendars could not be looked after and are tried again", "error", err)
		}
		if l.clock.Wait(ctx, l.clock.Now().Add(look), l.reader.Woken()) != nil {
			return
		}
	}
}
