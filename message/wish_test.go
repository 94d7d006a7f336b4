package message_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/client"
	"kept/id"
	"kept/message"
	"kept/span"
)

// wishing makes an office whose client likes something, with one message due.
func wishing(step message.Step, due, start span.Instant, zone string, likes client.Preferences, reminded bool) (*office, id.Message) {
	o := newOffice()
	o.now, o.start = due, start
	m := o.plan(step, due)
	o.visit = func(message.Message) (message.Visit, error) {
		v := o.plainVisit()
		v.Zone, v.Reminded, v.Recipient.Likes = zone, reminded, likes
		return v, nil
	}
	return o, m
}

func TestWhatTheClientLikes(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) span.Instant {
		return span.At(time.Date(2026, 12, day, hour, minute, 0, 0, time.UTC))
	}
	night := client.Preferences{Quiet: client.Quiet{From: 22 * 60, To: 8 * 60}}
	for name, c := range map[string]struct {
		step       message.Step
		due, start span.Instant
		zone       string
		likes      client.Preferences
		reminded   bool
		status     message.Status
		reason     string
		next       span.Instant // 0: any
	}{
		"likes nothing":        {message.Reminder24h, at(1, 3, 0), at(2, 3, 0), "UTC", client.Preferences{}, false, message.Sent, "", 0},
		"switched off":         {message.Reminder3h, at(2, 9, 0), at(2, 12, 0), "UTC", client.Preferences{Muted: []string{"reminder_3h"}}, false, message.Skipped, "not_wanted", 0},
		"another switched off": {message.Reminder24h, at(1, 12, 0), at(2, 12, 0), "UTC", client.Preferences{Muted: []string{"reminder_3h"}}, false, message.Sent, "", 0},
		"none":                 {message.Reminder24h, at(1, 12, 0), at(2, 12, 0), "UTC", client.Preferences{Remind: client.RemindNone}, false, message.Skipped, "not_wanted", 0},
		"none, but a receipt":  {message.Receipt, at(1, 12, 0), at(2, 12, 0), "UTC", client.Preferences{Remind: client.RemindNone}, false, message.Sent, "", 0},
		"fewer, the first":     {message.Reminder3h, at(2, 9, 0), at(2, 12, 0), "UTC", client.Preferences{Remind: client.RemindFewer}, false, message.Sent, "", 0},
		"fewer, the second":    {message.Reminder3h, at(2, 9, 0), at(2, 12, 0), "UTC", client.Preferences{Remind: client.RemindFewer}, true, message.Skipped, "not_wanted", 0},
		"in the night":         {message.Reminder24h, at(1, 7, 0), at(2, 7, 0), "UTC", night, false, message.Planned, "quiet_hours", at(1, 8, 0)},
		"before midnight":      {message.Reminder24h, at(1, 23, 30), at(2, 23, 30), "UTC", night, false, message.Planned, "quiet_hours", at(2, 8, 0)},
		"in the day":           {message.Reminder24h, at(1, 8, 0), at(2, 8, 0), "UTC", night, false, message.Sent, "", 0},
		"a receipt at night":   {message.Receipt, at(1, 3, 0), at(2, 8, 0), "UTC", night, false, message.Sent, "", 0},
		"where the visit is":   {message.Reminder24h, at(1, 0, 30), at(2, 0, 30), "Asia/Taipei", night, false, message.Sent, "", 0},
		"too late after":       {message.Reminder30m, at(2, 7, 0), at(2, 7, 30), "UTC", night, false, message.Skipped, "quiet_hours", 0},
		"the next says it":     {message.Reminder3h, at(2, 5, 15), at(2, 8, 15), "UTC", night, false, message.Skipped, "quiet_hours", 0},
		"the next is later":    {message.Reminder3h, at(2, 7, 0), at(2, 10, 0), "UTC", night, false, message.Planned, "quiet_hours", at(2, 8, 0)},
		"a day before, by far": {message.Reminder24h, at(1, 11, 0), at(2, 11, 0), "UTC", client.Preferences{Quiet: client.Quiet{From: 9 * 60, To: 60}}, false, message.Planned, "quiet_hours", at(2, 1, 0)},
	} {
		o, m := wishing(c.step, c.due, c.start, c.zone, c.likes, c.reminded)
		if err := o.dispatcher().RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := o.rows[m]
		if got.Status != c.status || got.Reason != c.reason || c.next != 0 && got.Next != c.next {
			t.Errorf("%s: %s %q, next %s", name, got.Status, got.Reason, got.Next)
		}
		if got.Status == message.Planned && got.Attempts != 0 {
			t.Errorf("%s: waiting counts as a try", name)
		}
	}
}

// TestQuietHoursAreQuiet: no timed step reaches a client in their quiet hours,
// and none that they leave room for is lost.
func TestQuietHoursAreQuiet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"Europe/Berlin", "Asia/Taipei", "America/New_York"}).Draw(t, "zone")
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		quiet := client.Quiet{From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1439).Draw(t, "to")}
		if (quiet.To-quiet.From+1440)%1440 > 16*60 {
			return // nobody may have more
		}
		start := noon + span.Minutes(rapid.IntRange(2*1440, 400*1440).Draw(t, "start"))
		o, m := wishing(message.Reminder24h, start-span.Day, start, zone, client.Preferences{Quiet: quiet}, false)
		for range 3 {
			if err := o.dispatcher().RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if o.rows[m].Status == message.Planned {
				o.now = o.rows[m].Next
			}
		}
		got := o.rows[m]
		if got.Status != message.Sent || quiet.Holds(span.WallAt(got.SentAt, place).Minute) || got.SentAt >= start {
			t.Fatalf("quiet %+v, start %s: %s %q at %s", quiet, start, got.Status, got.Reason, got.SentAt)
		}
	})
}

// raven is another channel of the same office.
type raven struct{ *office }

func (raven) Name() string                                        { return "raven" }
func (raven) Address(to message.Contact) string                   { return to.Phone }
func (r raven) Ready(context.Context, id.Business) (bool, string) { return true, "" }

// While one channel is down, what goes by the other goes, be there more
// waiting for the first than are looked at together.
func TestOneChannelDownHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice()
	flies := map[id.Message]bool{}
	for k := range 1000 {
		m := o.plan(message.Receipt, noon-span.Second)
		if k%100 == 99 {
			o.rows[m].Next, flies[m] = noon, true // behind the others
		}
	}
	o.visit = func(m message.Message) (message.Visit, error) {
		v := o.plainVisit()
		if flies[m.ID] {
			v.Recipient.Email, v.Recipient.Phone = "", "+49301"
		}
		return v, nil
	}
	var tries atomic.Int64
	o.send = func(e message.Envelope) (message.Ack, bool, error) {
		if e.Address == "+49301" {
			return message.Ack{}, false, nil
		}
		tries.Add(1)
		return message.Ack{}, true, fmt.Errorf("%w: nobody there", message.ErrDown)
	}
	d := message.NewDispatcher(message.Parts{
		Store: o, Facts: o, Renderer: o, Channels: []message.Channel{o, raven{o}}, Atomic: o, Journal: o, Clock: (*watch)(o),
		Log: slog.New(slog.DiscardHandler),
	})
	if err := d.RunDue(t.Context()); err != nil || len(o.sent) != len(flies) {
		t.Errorf("%d of %d flew, %v", len(o.sent), len(flies), err)
	}
	if first := tries.Swap(0); first > 8 {
		t.Errorf("the other was tried %d times at once", first)
	}
	o.now += span.Minute + 1
	if err := d.RunDue(t.Context()); err != nil || tries.Load() != 1 {
		t.Errorf("a minute later it was tried %d times, %v", tries.Load(), err)
	}
}

func TestChannelsInTheOrderThatIsLiked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		liked []string
		phone string
		want  string
	}{
		{nil, "+49301", "pigeon"},
		{[]string{"raven"}, "+49301", "raven"},
		{[]string{"raven", "pigeon"}, "", "pigeon"}, // no number to fly to
		{[]string{"owl"}, "+49301", "pigeon"},
	} {
		o := newOffice()
		m := o.plan(message.Receipt, noon)
		o.visit = func(message.Message) (message.Visit, error) {
			v := o.plainVisit()
			v.Recipient.Phone, v.Recipient.Likes.Channels = c.phone, c.liked
			return v, nil
		}
		d := message.NewDispatcher(message.Parts{
			Store: o, Facts: o, Renderer: o, Channels: []message.Channel{o, raven{o}}, Atomic: o, Journal: o, Clock: (*watch)(o),
			Log: slog.New(slog.DiscardHandler),
		})
		if err := d.RunDue(t.Context()); err != nil || o.rows[m].Channel != c.want {
			t.Errorf("%v: by %q, %v", c.liked, o.rows[m].Channel, err)
		}
	}
}
