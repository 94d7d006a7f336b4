package demo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/internal/channel/demo"
	"kept/message"
)

type inbox struct {
	mails []demo.Mail
	err   error
}

func (b *inbox) Put(_ context.Context, m demo.Mail) error {
	b.mails = append(b.mails, m)
	return b.err
}

func TestEverythingGoesIntoTheInbox(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	c := demo.New(b)
	e := message.Envelope{
		ID: "m", Business: "b", Name: "Mia", Address: "mia@example.com", At: 7,
		Content: message.Content{Subject: "s", Text: "t", HTML: "<p>h</p>"},
	}
	if ack, _, err := c.Send(t.Context(), e); err != nil || ack.ProviderID != "m" {
		t.Fatalf("%+v, %v", ack, err)
	}
	want := demo.Mail{Business: "b", ID: "m", To: "Mia <mia@example.com>", Subject: "s", Text: "t", HTML: "<p>h</p>", At: 7}
	if d := cmp.Diff([]demo.Mail{want}, b.mails); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	b.err = errors.New("full")
	if _, retry, err := c.Send(t.Context(), e); err == nil || !retry {
		t.Error("a failure of the inbox is not told")
	}
	if ok, _ := c.Ready(t.Context(), "b"); !ok || c.Name() != "demo" {
		t.Error("the channel does not know itself")
	}
}

func TestEverybodyIsReached(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		to   message.Contact
		want string
	}{
		{message.Contact{Name: "Mia", Email: "m@x.example", Phone: "+49"}, "m@x.example"},
		{message.Contact{Name: "Mia", Phone: "+49"}, "+49"},
		{message.Contact{Name: "Mia"}, "Mia"},
		{message.Contact{}, "—"},
	} {
		if got := demo.New(&inbox{}).Address(test.to); got != test.want {
			t.Errorf("%+v: %q", test.to, got)
		}
	}
}
