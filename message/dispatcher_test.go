package message_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/event"
	"kept/fault"
	"kept/message"
	"kept/span"
)

func TestWhatBecomesOfAMessage(t *testing.T) {
	t.Parallel()
	gone := func(message.Message) (message.Visit, error) { return message.Visit{}, fault.Missing("booking") }
	type end struct {
		Status   message.Status
		Reason   string
		Attempts int
		Later    bool
		Event    event.Type
	}
	for name, test := range map[string]struct {
		step message.Step
		set  func(o *office)
		want end
	}{
		"sent":                    {message.Receipt, func(*office) {}, end{message.Sent, "", 1, false, event.MessageSent}},
		"cancelled before":        {message.Receipt, func(o *office) { o.status = "cancelled" }, end{message.Skipped, "outdated", 1, false, ""}},
		"booking gone":            {message.Receipt, func(o *office) { o.visit = gone }, end{message.Skipped, "outdated", 1, false, ""}},
		"moved while it waited":   {message.Reminder24h, func(o *office) { o.start += span.Hour }, end{message.Skipped, "outdated", 1, false, ""}},
		"too late":                {message.Receipt, func(o *office) { o.now = o.start }, end{message.Skipped, "too_late", 1, false, ""}},
		"no channel":              {message.Receipt, func(o *office) { o.channel = false }, end{message.Planned, "no_channel", 0, true, ""}},
		"too late for no channel": {message.Receipt, func(o *office) { o.channel, o.now = false, o.start }, end{message.Skipped, "too_late", 0, false, ""}},
		"changed while it waited in a claim": {message.Receipt, func(o *office) {
			o.visit = func(message.Message) (message.Visit, error) {
				v := o.plainVisit()
				v.Status = "cancelled"
				return v, nil
			}
		}, end{message.Skipped, "outdated", 1, false, ""}},
		"staff no longer on it": {message.StaffNew, func(*office) {}, end{message.Skipped, "outdated", 1, false, ""}},
		"erased": {message.Receipt, func(o *office) {
			o.visit = func(message.Message) (message.Visit, error) {
				v := o.plainVisit()
				v.Gone = true
				return v, nil
			}
		}, end{message.Skipped, "erased", 1, false, ""}},
		"no address": {message.Receipt, func(o *office) {
			o.visit = func(message.Message) (message.Visit, error) {
				v := o.plainVisit()
				v.Recipient = message.Contact{Phone: "+49"}
				return v, nil
			}
		}, end{message.Skipped, "no_address", 1, false, ""}},
		"database away": {message.Receipt, func(o *office) {
			o.visit = func(message.Message) (message.Visit, error) { return message.Visit{}, errors.New("away") }
		}, end{message.Planned, "try_again", 1, true, ""}},
		"text broken": {message.Receipt, func(o *office) {
			o.render = func(message.Message) (message.Content, error) { return message.Content{}, errors.New("oops") }
		}, end{message.Failed, "broken", 1, false, event.MessageFailed}},
		"text panics": {message.Receipt, func(o *office) {
			o.render = func(message.Message) (message.Content, error) { panic("oops") }
		}, end{message.Failed, "broken", 1, false, event.MessageFailed}},
		"refused": {message.Receipt, func(o *office) {
			o.send = func(message.Envelope) (message.Ack, bool, error) { return message.Ack{}, false, errors.New("550") }
		}, end{message.Failed, "refused", 1, false, event.MessageFailed}},
		"channel panics": {message.Receipt, func(o *office) {
			o.send = func(message.Envelope) (message.Ack, bool, error) { panic("oops") }
		}, end{message.Failed, "refused", 1, false, event.MessageFailed}},
		"busy": {message.Receipt, func(o *office) {
			o.send = func(message.Envelope) (message.Ack, bool, error) { return message.Ack{}, true, errors.New("450") }
		}, end{message.Planned, "try_again", 1, true, ""}},
		"busy until it is of no use": {message.Receipt, func(o *office) {
			o.now = o.start - span.Second
			o.send = func(message.Envelope) (message.Ack, bool, error) { return message.Ack{}, true, errors.New("450") }
		}, end{message.Skipped, "too_late", 1, false, ""}},
		"channel down": {message.Receipt, func(o *office) {
			o.send = func(message.Envelope) (message.Ack, bool, error) { return message.Ack{}, true, message.ErrDown }
		}, end{message.Planned, "channel_down", 0, true, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			m := o.plan(test.step, noon)
			test.set(o)
			if err := o.dispatcher().RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			row := o.rows[m]
			got := end{row.Status, row.Reason, row.Attempts, row.Next > o.now, ""}
			if len(o.events) > 0 {
				got.Event = o.events[0].Type
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if sent := row.Status == message.Sent; sent != (row.Address != "") || sent != (row.SentAt == o.now) {
				t.Errorf("%+v", row)
			}
		})
	}
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	o := newOffice()
	m := o.plan(message.Receipt, noon)
	if err := o.dispatcher().RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := message.Envelope{
		ID: m, Business: "business", Booking: "booking", From: "Lumen", Name: "Mia", Address: "mia@example.com", At: noon,
		Content: message.Content{Language: "en", Subject: "receipt", Text: "text"},
	}
	if d := cmp.Diff([]message.Envelope{want}, o.sent); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestABrokenChannelIsLeftAlone counts how often a channel is tried that does
// not answer, while many messages wait for it.
func TestABrokenChannelIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOffice()
	for range 100 {
		o.plan(message.Receipt, noon)
	}
	tries, down := 0, true
	var mu sync.Mutex
	o.send = func(message.Envelope) (message.Ack, bool, error) {
		mu.Lock()
		defer mu.Unlock()
		tries++
		if down {
			return message.Ack{}, true, fmt.Errorf("%w: nobody there", message.ErrDown)
		}
		return message.Ack{}, false, nil
	}
	d := o.dispatcher()
	run := func() {
		if err := d.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	run()
	first := tries // workers who were at it at once
	if first > 8 {
		t.Errorf("%d tries at first", first)
	}
	for range 60 { // an hour, looking every second minute
		next, ok, err := d.NextDue(t.Context())
		if err != nil || !ok || next <= o.now || next > o.now+span.Minute+1 {
			t.Fatalf("next at %s, %v, %v", next, ok, err)
		}
		run() // before its time: nothing
		o.now += span.Minute + 1
		run()
	}
	for _, m := range o.rows { // also those that nobody has tried say what keeps them
		if m.Reason != message.ReasonChannelDown || m.Attempts != 0 {
			t.Fatalf("waits for %q after %d tries", m.Reason, m.Attempts)
		}
	}
	if tries != first+60 {
		t.Errorf("%d tries in an hour", tries-first)
	}
	o.now += span.Minute + 1
	down = false
	run()
	if len(o.sent) != 100 {
		t.Errorf("%d of 100 were sent", len(o.sent))
	}
	for _, m := range o.rows {
		if m.Attempts != 1 {
			t.Fatalf("the outage cost %d tries", m.Attempts-1)
		}
	}
}

// One message that makes the far end hang up each time keeps no other one from
// going, be it the oldest of all.
func TestOneThatBringsTheChannelDown(t *testing.T) {
	t.Parallel()
	o := newOffice()
	poison := o.plan(message.Receipt, noon)
	o.rows[poison].Due, o.rows[poison].Next = noon-span.Hour, noon-span.Hour
	for range 100 {
		o.plan(message.Receipt, noon)
	}
	o.send = func(e message.Envelope) (message.Ack, bool, error) {
		if e.ID == poison {
			return message.Ack{}, true, fmt.Errorf("%w: 421", message.ErrDown)
		}
		return message.Ack{}, false, nil
	}
	d := o.dispatcher()
	for range 5 {
		if err := d.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.now += span.Minute + 1
	}
	if len(o.sent) != 100 {
		t.Errorf("%d of 100 were sent within five minutes", len(o.sent))
	}
	if m := o.rows[poison]; m.Status != message.Planned || m.Reason != message.ReasonChannelDown {
		t.Errorf("%s, %s", m.Status, m.Reason)
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.start = noon + 100*span.Day
	m := o.plan(message.Receipt, noon)
	o.send = func(message.Envelope) (message.Ack, bool, error) { return message.Ack{}, true, errors.New("450") }
	d := o.dispatcher()
	want := 30 * time.Second
	for range 12 {
		if err := d.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := o.rows[m].Next.Sub(o.now)
		if got < want*4/5 || got > want*6/5 {
			t.Fatalf("try %d: a pause of %s, want about %s", o.rows[m].Attempts, got, want)
		}
		want = min(2*want, 30*time.Minute)
		o.now = o.rows[m].Next
	}
}

// TestWhatWasSentIsRecordedLate loses the database just after sending.
func TestWhatWasSentIsRecordedLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		m := o.plan(message.Receipt, noon)
		o.send = func(message.Envelope) (message.Ack, bool, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.broken = 10
			return message.Ack{}, false, nil
		}
		d := o.dispatcher()
		if err := d.RunDue(t.Context()); err != nil || o.rows[m].Status != message.Sent || len(o.sent) != 1 {
			t.Errorf("%s, sent %d times: %v", o.rows[m].Status, len(o.sent), err)
		}
		other := o.plan(message.Receipt, noon)
		o.send = func(message.Envelope) (message.Ack, bool, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.broken = 1_000_000
			return message.Ack{}, false, nil
		}
		// Longer than the claim lasts: then it cannot be told any more.
		if err := d.RunDue(t.Context()); err == nil || o.rows[other].Status != message.Sending {
			t.Errorf("%s: %v", o.rows[other].Status, err)
		}
	})
}

func TestTheLoopSendsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.still, o.now = false, noon-span.At(time.Now())
		o.plan(message.Receipt, noon+10*span.Minute)
		d := o.dispatcher()
		d.Start()
		d.Start()
		time.Sleep(10*time.Minute + 50*time.Millisecond)
		if sent := o.mails(); len(sent) != 1 || sent[0].At < noon+10*span.Minute {
			t.Errorf("sent %+v", sent)
		}
		o.mu.Lock()
		o.plan(message.Moved, noon)
		o.mu.Unlock()
		d.Wake(t.Context())
		o.commit()
		time.Sleep(150 * time.Millisecond)
		if n := len(o.mails()); n != 2 {
			t.Errorf("woken, and sent %d", n)
		}
		d.Stop()
		d.Stop()
	})
}

func TestTheLoopCallsBackWhatWaitedForAChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.still, o.now, o.channel = false, noon-span.At(time.Now()), false
		o.plan(message.Receipt, noon)
		d := o.dispatcher()
		d.Start()
		defer d.Stop()
		time.Sleep(10 * time.Second)
		if n := len(o.mails()); n != 0 {
			t.Fatalf("%d went out without a channel", n)
		}
		o.mu.Lock()
		o.channel = true // by its business's switch, of which nobody tells
		o.mu.Unlock()
		time.Sleep(time.Minute)
		if n := len(o.mails()); n != 1 {
			t.Errorf("%d went out after the channel was there again, want 1", n)
		}
	})
}

// TestStopLetsTheRestWait stops while the first of many messages is on its way.
func TestStopLetsTheRestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		o.still, o.now = false, noon-span.At(time.Now())
		for range 40 {
			o.plan(message.Receipt, noon)
		}
		d := o.dispatcher()
		o.send = func(message.Envelope) (message.Ack, bool, error) {
			time.Sleep(2 * time.Second)
			return message.Ack{}, false, nil
		}
		d.Start()
		time.Sleep(time.Second)
		d.Stop()
		if len(o.sent) != 3 { // one of each claim
			t.Errorf("%d were sent", len(o.sent))
		}
		for _, m := range o.rows {
			if m.Status == message.Sending || (m.Status == message.Planned && m.Attempts != 0) {
				t.Errorf("left %s after %d tries", m.Status, m.Attempts)
			}
		}
	})
}

// TestSettleWaitsForWhatIsUnderWay: a change of a booking is acknowledged when
// nothing of it is on the wire any more, or after three seconds.
func TestSettleWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ send, want time.Duration }{{time.Second, 900 * time.Millisecond}, {time.Minute, 3 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice()
			o.plan(message.Receipt, noon)
			o.send = func(message.Envelope) (message.Ack, bool, error) {
				time.Sleep(test.send)
				return message.Ack{}, true, errors.New("450")
			}
			d := o.dispatcher()
			done := make(chan error)
			go func() { done <- d.RunDue(t.Context()) }()
			time.Sleep(100 * time.Millisecond)
			begun := time.Now()
			d.Settle(t.Context(), "business", "booking")
			o.commit()
			if took := time.Since(begun); took < test.want || took > test.want+10*time.Millisecond {
				t.Errorf("waited %s, want %s", took, test.want)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAVainPassLooksOnce has nothing that can be sent: what comes meanwhile
// would only be put to wait as well.
func TestAVainPassLooksOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		channel bool
		looks   int
	}{{false, 1}, {true, 2}} {
		o := newOffice()
		o.channel = test.channel
		for range 3 {
			o.plan(message.Receipt, noon)
		}
		if err := o.dispatcher().RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if o.looks != test.looks {
			t.Errorf("with a channel %v it looked %d times", test.channel, o.looks)
		}
	}
}
