package app

import (
	"context"
	"errors"
	"testing"

	"kept/calsync"
	"kept/id"
	"kept/message"
	"kept/privacy"
	"kept/span"
)

// house is a policy that a test turns.
type house struct {
	privacy.Policies

	home bool
	err  error
}

func (h *house) Policy(context.Context, id.Business) (privacy.Policy, error) {
	return privacy.Policy{Home: h.home}, h.err
}

// counting is a channel that counts what goes out.
type counting struct{ sent, asked int }

func (*counting) Name() string { return "email" }
func (c *counting) Ready(context.Context, id.Business) (bool, string) {
	c.asked++
	return true, ""
}
func (*counting) Address(message.Contact) string { return "mia@example.com" }
func (c *counting) Send(context.Context, message.Envelope) (message.Ack, bool, error) {
	c.sent++
	return message.Ack{}, false, nil
}

// TestNothingGoesAbroad: with the switch on, not one message goes to a host
// that is not home, also when it was routed before; at home it does.
func TestNothingGoesAbroad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		host string
		home []string
		out  bool
	}{
		{"mail.example.com", nil, false},
		{"mail.example.com", []string{".ru"}, false},
		{"mail.example.ru", []string{".ru"}, true},
		{"mail.example.ru", []string{"mail.example.ru"}, true},
		{"evilmail.example.ru", []string{"mail.example.ru"}, false},
		{"MAIL.Example.RU.", []string{"example.ru"}, true},
		{"example.ru.evil.com", []string{"ru"}, false},
		{"127.0.0.1", nil, true},
		{"10.1.2.3", nil, true},
		{"::1", nil, true},
		{"localhost", nil, true},
		{"", nil, true},
		{"8.8.8.8", nil, false},
		{"2001:db8::1", nil, false},
	} {
		policy, channel := &house{home: true}, &counting{}
		a := &abroad{policies: policy, home: c.home}
		g := a.guard(channel, c.host)
		ok, reason := g.Ready(t.Context(), "b")
		if ok != c.out || !c.out && (reason != "abroad" || channel.asked != 0) {
			t.Errorf("%s, home %v: ready %v, %q", c.host, c.home, ok, reason)
		}
		_, retry, err := g.Send(t.Context(), message.Envelope{Business: "b"})
		if (channel.sent == 1) != c.out || (err == nil) != c.out || !c.out && !retry {
			t.Errorf("%s, home %v: %d went out, retry %v, %v", c.host, c.home, channel.sent, retry, err)
		}
		policy.home = false
		if _, _, err := g.Send(t.Context(), message.Envelope{Business: "b"}); err != nil {
			t.Errorf("%s with the switch off: %v", c.host, err)
		}
		policy.err = errors.New("no database")
		if ok, _ := g.Ready(t.Context(), "b"); !ok {
			t.Errorf("%s: messages would wait for a channel because a database does not answer", c.host)
		}
		before := channel.sent
		if _, _, err := g.Send(t.Context(), message.Envelope{Business: "b"}); a.is(c.host) && (err == nil || channel.sent != before) {
			t.Errorf("%s went out although nobody knows whether it may", c.host)
		}
	}
}

// shelf is a store of links with one that is due.
type shelf struct {
	calsync.Store

	recorded *calsync.State
}

func (s *shelf) Claim(context.Context, calsync.Ref, span.Instant, span.Instant, span.Instant) (calsync.Link, bool, error) {
	return calsync.Link{Address: calsync.Address{URL: "https://calendar.example/x.ics"}}, true, nil
}

func (s *shelf) Record(_ context.Context, _ calsync.Ref, _ span.Instant, st *calsync.State) (bool, error) {
	s.recorded = st
	return true, nil
}

// TestCalendarsAbroadAreNotRead: a link that is shut is never given to be
// read, says why, and is looked at again later.
func TestCalendarsAbroadAreNotRead(t *testing.T) {
	t.Parallel()
	policy, links := &house{home: true}, &shelf{}
	h := homely{links, &abroad{policies: policy}}
	_, ok, err := h.Claim(t.Context(), calsync.Ref{Business: "b", ID: "l"}, 1000, 0, 5)
	if ok || err != nil || links.recorded == nil || links.recorded.Trouble != "abroad" || links.recorded.NextAt != 1000+abroadAgain || links.recorded.Failing != 1000 {
		t.Errorf("claimed %v, %v, recorded %+v", ok, err, links.recorded)
	}
	policy.home = false
	if _, ok, err = h.Claim(t.Context(), calsync.Ref{Business: "b", ID: "l"}, 1000, 0, 5); !ok || err != nil {
		t.Errorf("with the switch off: %v, %v", ok, err)
	}
}
