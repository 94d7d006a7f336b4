// Package email sends messages by SMTP.
//
// A mail has a text, an HTML alternative and, where it is about a visit, an
// iCalendar file. Its Message-ID is made of the message's own identifier and
// so the same in every try: should a try be repeated because nobody knows
// whether it succeeded, the receiving side can tell.
//
// Connections are kept for a while, for a batch of mails costs less than half
// on one. A server that cannot be reached, does not greet or does not let us
// in is down (message.ErrDown), whatever the mail; a refusal of one mail is
// about that mail: 4xx may be tried again, 5xx not. Errors carry codes and
// never the server's words, which like to quote addresses.
package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"time"

	mailer "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"kept/id"
	"kept/message"
)

// How the connection is protected.
const (
	TLSAuto     = ""         // TLS on port 465; else STARTTLS, which must be there when a user is set
	TLSImplicit = "implicit" // TLS from the first byte
	TLSStart    = "starttls" // STARTTLS, or nothing is sent
	TLSNone     = "none"     // plain, for a relay on the same machine
)

// Config says through which server mails go.
type Config struct {
	Host     string // empty: not set up
	Port     int    // 0: 465 with TLSImplicit, else 587
	User     string // empty: no authentication
	Password string
	From     string        // the address mails come from; the name is the business's
	TLS      string        // one of the TLS constants
	Timeout  time.Duration // for connecting, and again for one mail; 0: 10 s
}

const (
	defaultTimeout = 10 * time.Second
	keepIdle       = 20 * time.Second // most servers hang up after minutes, some after half a one
	keepMost       = 8
)

// Channel sends mails through one server. It is safe for concurrent use.
type Channel struct {
	from   mail.Address
	host   string // of Message-IDs
	client *mailer.Client

	mu   sync.Mutex
	idle []line
	shut bool
}

// line is an open connection nobody uses at the moment.
type line struct {
	smtp  *smtp.Client
	since time.Time
}

var _ message.Channel = (*Channel)(nil)

// New makes the channel; without a host it is never ready. An error says what
// is wrong with the configuration.
func New(c Config) (*Channel, error) {
	if c.Host == "" {
		return &Channel{}, nil
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("email: the sender's address %q: %w", c.From, err)
	}
	_, host, _ := strings.Cut(from.Address, "@")
	options, err := c.options()
	if err != nil {
		return nil, err
	}
	client, err := mailer.NewClient(c.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("email: %w", err)
	}
	return &Channel{from: *from, host: host, client: client}, nil
}

func (c Config) options() ([]mailer.Option, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	mode, port := c.TLS, c.Port
	if mode == TLSAuto && port == 465 {
		mode = TLSImplicit
	}
	if port == 0 {
		port = 587
		if mode == TLSImplicit {
			port = 465
		}
	}
	out := []mailer.Option{mailer.WithPort(port), mailer.WithTimeout(timeout)}
	auth := mailer.SMTPAuthAutoDiscover
	switch mode {
	case TLSImplicit:
		out = append(out, mailer.WithSSL())
	case TLSStart:
		out = append(out, mailer.WithTLSPolicy(mailer.TLSMandatory))
	case TLSNone:
		out = append(out, mailer.WithTLSPolicy(mailer.NoTLS))
		auth = mailer.SMTPAuthPlainNoEnc
	case TLSAuto:
		policy := mailer.TLSOpportunistic
		if c.User != "" {
			policy = mailer.TLSMandatory
		}
		out = append(out, mailer.WithTLSPolicy(policy))
	default:
		return nil, fmt.Errorf("email: %q is no way to protect a connection", mode)
	}
	if c.User != "" {
		out = append(out, mailer.WithSMTPAuth(auth), mailer.WithUsername(c.User), mailer.WithPassword(c.Password))
	}
	return out, nil
}

// Name implements message.Channel.
func (c *Channel) Name() string { return "email" }

// Ready implements message.Channel.
func (c *Channel) Ready(context.Context, id.Business) (bool, string) {
	if c.client == nil {
		return false, "not_set_up"
	}
	return true, ""
}

// Address implements message.Channel.
func (c *Channel) Address(to message.Contact) string { return to.Email }

// Send implements message.Channel. When ctx ends first, what became of the
// mail is not known; it may be tried again.
func (c *Channel) Send(ctx context.Context, e message.Envelope) (message.Ack, bool, error) {
	m, err := c.compose(e)
	if err != nil {
		return message.Ack{}, false, err
	}
	type outcome struct {
		retry bool
		err   error
	}
	done := make(chan outcome, 1)
	go func() { // the library's sending heeds its own timeout, but no context
		retry, err := c.deliver(ctx, m)
		done <- outcome{retry, err}
	}()
	select {
	case o := <-done:
		return message.Ack{ProviderID: m.GetMessageID()}, o.retry, o.err
	case <-ctx.Done():
		return message.Ack{}, true, fmt.Errorf("email: %w", ctx.Err())
	}
}

// deliver sends on a kept connection or a new one.
func (c *Channel) deliver(ctx context.Context, m *mailer.Msg) (retry bool, err error) {
	conn, kept, err := c.connect(ctx)
	if err != nil {
		return true, err
	}
	for {
		err = c.client.SendWithSMTPClient(conn, m)
		var failed *mailer.SendError
		switch {
		case err == nil:
			c.keep(conn)
			return false, nil
		case m.IsDelivered(): // taken; only what follows has failed
			c.drop(conn)
			return false, nil
		case !errors.As(err, &failed):
			c.drop(conn)
			return true, errors.New("email: the connection failed")
		case kept && failed.ErrorCode() == 0 && failed.Reason == mailer.ErrConnCheck:
			// It was hung up while it lay idle; nothing was said on it yet.
			c.drop(conn)
			if conn, err = c.dial(ctx); err != nil {
				return true, err
			}
			kept = false
		default:
			return c.refused(conn, failed)
		}
	}
}

// refused tells what an error during a mail means.
func (c *Channel) refused(conn *smtp.Client, failed *mailer.SendError) (retry bool, err error) {
	code := failed.ErrorCode()
	err = fmt.Errorf("email: %s: code %d %s", failed.Reason, code, failed.EnhancedStatusCode())
	switch {
	case code == 421: // the server is closing down
		c.drop(conn)
		return true, fmt.Errorf("%w (%w)", message.ErrDown, err)
	case code >= 400 && failed.Reason != mailer.ErrSMTPReset:
		c.keep(conn)
		return code < 500, err
	case failed.Reason == mailer.ErrGetSender || failed.Reason == mailer.ErrGetRcpts || failed.Reason == mailer.ErrNoUnencoded:
		c.keep(conn)
		return false, err
	default: // cut off in the middle; perhaps because of this very mail
		c.drop(conn)
		return true, err
	}
}

// connect gives a kept connection or opens one.
func (c *Channel) connect(ctx context.Context) (conn *smtp.Client, kept bool, err error) {
	for {
		c.mu.Lock()
		n := len(c.idle)
		if n == 0 {
			c.mu.Unlock()
			conn, err = c.dial(ctx)
			return conn, false, err
		}
		last := c.idle[n-1]
		c.idle = c.idle[:n-1]
		c.mu.Unlock()
		if time.Since(last.since) < keepIdle {
			return last.smtp, true, nil
		}
		c.drop(last.smtp)
	}
}

// dial opens a connection, to the point where mails can be sent.
func (c *Channel) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := c.client.DialToSMTPClientWithContext(ctx)
	if err == nil {
		return conn, nil
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return nil, fmt.Errorf("%w: email: the server answers with code %d", message.ErrDown, answer.Code)
	}
	return nil, fmt.Errorf("%w: email: %w", message.ErrDown, err)
}

func (c *Channel) keep(conn *smtp.Client) {
	c.mu.Lock()
	if !c.shut && len(c.idle) < keepMost {
		c.idle = append(c.idle, line{conn, time.Now()})
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	c.drop(conn)
}

// drop ends a connection, without waiting for the server's farewell.
func (c *Channel) drop(conn *smtp.Client) { _ = conn.Close() }

// Close ends all kept connections. Mails may still be sent, on new ones.
func (c *Channel) Close() {
	c.mu.Lock()
	idle := c.idle
	c.idle, c.shut = nil, true
	c.mu.Unlock()
	for _, l := range idle {
		c.drop(l.smtp)
	}
}

// compose writes the mail.
func (c *Channel) compose(e message.Envelope) (*mailer.Msg, error) {
	to, err := mail.ParseAddress(e.Address)
	if err != nil || to.Address != e.Address {
		return nil, errors.New("email: the recipient's address is none")
	}
	m := mailer.NewMsg()
	m.FromMailAddress(&mail.Address{Name: e.From, Address: c.from.Address})
	m.ToMailAddress(&mail.Address{Name: e.Name, Address: e.Address})
	m.Subject(e.Subject)
	m.SetMessageIDWithValue(string(e.ID) + "@" + c.host)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	if e.Language != "" {
		m.SetGenHeader("Content-Language", e.Language)
	}
	m.SetBodyString(mailer.TypeTextPlain, e.Text)
	if e.HTML != "" {
		m.AddAlternativeString(mailer.TypeTextHTML, e.HTML)
	}
	if len(e.Calendar) > 0 {
		kind := mailer.ContentType(`text/calendar; charset=utf-8; method=` + e.Method)
		if err := m.AttachReader("visit.ics", bytes.NewReader(e.Calendar), mailer.WithFileContentType(kind)); err != nil {
			return nil, fmt.Errorf("email: attach the calendar: %w", err)
		}
	}
	return m, nil
}
