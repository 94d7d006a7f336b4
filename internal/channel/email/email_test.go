package email_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"kept/internal/channel/email"
	"kept/message"
	"kept/span"
)

// server is a real SMTP server whose answers a test can choose.
type server struct {
	mu       sync.Mutex
	mails    []string
	greeted  int // connections
	onRcpt   func(to string) error
	onData   func() error
	hangUp   bool // after taking a mail, without a word
	listener net.Listener
}

// NewSession implements smtp.Backend.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.greeted++
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *server
	conn   *smtp.Conn
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.onRcpt != nil {
		return s.server.onRcpt(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.onData != nil {
		if err := s.server.onData(); err != nil {
			return err
		}
	}
	s.server.mails = append(s.server.mails, string(raw))
	if s.server.hangUp {
		s.server.hangUp = false
		return s.conn.Conn().Close()
	}
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

func (s *server) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

// serve starts the server at an address, "127.0.0.1:0" for any.
func (s *server) serve(t testing.TB, at string) (stop func()) {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	s.listener = l
	srv := smtp.NewServer(s)
	srv.Domain = "localhost"
	srv.EnableSMTPUTF8 = true
	go func() { _ = srv.Serve(l) }()
	stop = sync.OnceFunc(func() { _, _ = srv.Close(), l.Close() })
	t.Cleanup(stop)
	return stop
}

func (s *server) channel(t testing.TB) *email.Channel {
	t.Helper()
	addr := s.listener.Addr().(*net.TCPAddr)
	c, err := email.New(email.Config{
		Host: addr.IP.String(), Port: addr.Port, From: "desk@lumen.example", TLS: email.TLSNone, Timeout: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func envelope() message.Envelope {
	return message.Envelope{
		ID: "0193515e-3c00-7000-8000-000000000001", Business: "b", Booking: "k", From: "Салон «Люмен»", Name: "陳美玲", Address: "mia@example.com",
		At: span.At(time.Now()),
		Content: message.Content{
			Language: "zh-Hant", Subject: "您的預約已確認", Text: "您好\n.\n時間：10:00", HTML: "<p>您好</p>",
			Calendar: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), Method: "PUBLISH",
		},
	}
}

func TestAMailHasAllItsParts(t *testing.T) {
	t.Parallel()
	s := &server{}
	s.serve(t, "127.0.0.1:0")
	c := s.channel(t)
	e := envelope()
	ack, _, err := c.Send(t.Context(), e)
	if err != nil || ack.ProviderID != "<"+string(e.ID)+"@lumen.example>" {
		t.Fatalf("%+v, %v", ack, err)
	}
	m, err := mail.ReadMessage(strings.NewReader(s.taken()[0]))
	if err != nil {
		t.Fatal(err)
	}
	words := new(mime.WordDecoder)
	for name, want := range map[string]string{
		"Subject": e.Subject, "From": `Салон «Люмен» <desk@lumen.example>`, "To": `陳美玲 <mia@example.com>`,
		"Message-Id": "<" + string(e.ID) + "@lumen.example>", "Auto-Submitted": "auto-generated", "Content-Language": "zh-Hant",
	} {
		got, err := words.DecodeHeader(m.Header.Get(name))
		if got = strings.ReplaceAll(got, `"`, ""); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	parts := map[string]string{}
	walk(t, m.Header.Get("Content-Type"), m.Body, parts)
	for kind, want := range map[string]string{
		"text/plain": "您好\r\n.\r\n時間：10:00", "text/html": "<p>您好</p>",
		"text/calendar PUBLISH": string(e.Calendar),
	} {
		if got := parts[kind]; strings.TrimRight(got, "\r\n") != strings.TrimRight(want, "\r\n") {
			t.Errorf("%s is %q, want %q", kind, got, want)
		}
	}
}

// walk gathers the leaves of a mail by type.
func walk(t *testing.T, kind string, body io.Reader, into map[string]string) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(kind, err)
	}
	if !strings.HasPrefix(media, "multipart/") {
		raw, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		into[strings.TrimSpace(media+" "+params["method"])] = string(raw)
		return
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var content io.Reader = p
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			content = quotedprintable.NewReader(p)
		case "base64":
			content = base64.NewDecoder(base64.StdEncoding, p)
		}
		walk(t, p.Header.Get("Content-Type"), content, into)
	}
}

func TestAnswersOfTheServer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code  int
		retry bool
		down  bool
	}{
		"busy":          {450, true, false},
		"no mailbox":    {550, false, false},
		"full":          {452, true, false},
		"closing down":  {421, true, true},
		"transaction":   {554, false, false},
		"our own spool": {451, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refusal := &smtp.SMTPError{Code: test.code, EnhancedCode: smtp.EnhancedCode{4, 0, 0}, Message: "about mia@example.com"}
			for _, at := range []string{"rcpt", "data"} {
				s := &server{}
				if at == "rcpt" {
					s.onRcpt = func(string) error { return refusal }
				} else {
					s.onData = func() error { return refusal }
				}
				s.serve(t, "127.0.0.1:0")
				c := s.channel(t)
				for range 2 { // also on the kept connection
					_, retry, err := c.Send(t.Context(), envelope())
					if err == nil || retry != test.retry || errors.Is(err, message.ErrDown) != test.down {
						t.Errorf("at %s: retry %v, %v", at, retry, err)
					}
					if err != nil && strings.Contains(err.Error(), "mia@") {
						t.Errorf("the error quotes the address: %v", err)
					}
				}
			}
		})
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	s := &server{}
	stop := s.serve(t, "127.0.0.1:0")
	c := s.channel(t)
	for range 5 {
		if _, _, err := c.Send(t.Context(), envelope()); err != nil {
			t.Fatal(err)
		}
	}
	if s.greeted != 1 || len(s.taken()) != 5 {
		t.Errorf("%d mails on %d connections", len(s.taken()), s.greeted)
	}
	stop() // and back at the same address: the kept connection is dead
	s.serve(t, s.listener.Addr().String())
	if _, _, err := c.Send(t.Context(), envelope()); err != nil || len(s.taken()) != 6 {
		t.Errorf("after a restart: %v, %d mails", err, len(s.taken()))
	}
}

func TestServerIsDownThenUp(t *testing.T) {
	t.Parallel()
	s := &server{}
	stop := s.serve(t, "127.0.0.1:0")
	c := s.channel(t)
	stop()
	for range 3 {
		_, retry, err := c.Send(t.Context(), envelope())
		if !retry || !errors.Is(err, message.ErrDown) {
			t.Fatalf("retry %v, %v", retry, err)
		}
	}
	s.serve(t, s.listener.Addr().String())
	if _, _, err := c.Send(t.Context(), envelope()); err != nil || len(s.taken()) != 1 {
		t.Errorf("%v, %d mails", err, len(s.taken()))
	}
}

// TestHangUpAfterData is the case that nobody can tell: the mail was taken,
// and the answer was lost. It is tried again, under the same Message-ID.
func TestHangUpAfterData(t *testing.T) {
	t.Parallel()
	s := &server{hangUp: true}
	s.serve(t, "127.0.0.1:0")
	c := s.channel(t)
	_, retry, err := c.Send(t.Context(), envelope())
	if err == nil || !retry || errors.Is(err, message.ErrDown) {
		t.Fatalf("retry %v, %v", retry, err)
	}
	if _, _, err = c.Send(t.Context(), envelope()); err != nil {
		t.Fatal(err)
	}
	mails := s.taken()
	if len(mails) != 2 || idOf(t, mails[0]) != idOf(t, mails[1]) {
		t.Errorf("%d mails, %s and %s", len(mails), idOf(t, mails[0]), idOf(t, mails[1]))
	}
}

func idOf(t testing.TB, raw string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("Message-Id")
}

func TestSilentServerTimesOut(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &server{listener: l}
	c := s.channel(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, retry, err := c.Send(ctx, envelope()); !retry || err == nil {
		t.Errorf("retry %v, %v", retry, err)
	}
	if _, retry, err := c.Send(t.Context(), envelope()); !retry || !errors.Is(err, message.ErrDown) {
		t.Errorf("retry %v, %v", retry, err)
	}
}

func TestBadAddressesAndConfigurations(t *testing.T) {
	t.Parallel()
	s := &server{}
	s.serve(t, "127.0.0.1:0")
	c := s.channel(t)
	for _, bad := range []string{"nobody", "a@b\r\nBcc: c@d", "Mia <mia@example.com>", ""} {
		e := envelope()
		e.Address = bad
		if _, retry, err := c.Send(t.Context(), e); err == nil || retry || errors.Is(err, message.ErrDown) {
			t.Errorf("%q: retry %v, %v", bad, retry, err)
		}
	}
	e := envelope()
	e.Subject, e.Name = "Hello\r\nBcc: x@example.com", "Mia\r\nBcc: y@example.com"
	if _, _, err := c.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if m, err := mail.ReadMessage(strings.NewReader(s.taken()[0])); err != nil || m.Header.Get("Bcc") != "" {
		t.Errorf("a header was smuggled in: %v, %v", m, err)
	}
	for _, bad := range []email.Config{
		{Host: "localhost", From: "nobody"}, {Host: "localhost", From: "a@b.example", TLS: "perhaps"},
	} {
		if _, err := email.New(bad); err == nil {
			t.Errorf("%+v passes", bad)
		}
	}
	none, err := email.New(email.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if ok, why := none.Ready(t.Context(), "b"); ok || why != "not_set_up" {
		t.Errorf("ready %v: %s", ok, why)
	}
	if ok, _ := c.Ready(t.Context(), "b"); !ok || c.Name() != "email" || c.Address(message.Contact{Phone: "+49"}) != "" {
		t.Error("the channel does not know itself")
	}
	for _, tls := range []string{email.TLSAuto, email.TLSImplicit, email.TLSStart} {
		if _, err := email.New(email.Config{Host: "localhost", From: "a@b.example", TLS: tls, User: "u", Password: "p"}); err != nil {
			t.Error(err)
		}
	}
}
