// Package sms sends short messages to phones, over any provider whose
// interface is like Twilio's: a form is posted to
//
//	{URL}/2010-04-01/Accounts/{account}/Messages.json
//
// with To, From, Body and StatusCallback; the account and its token sign in.
//
// A text message costs money and has little room. What it says is one line,
// the subject of the message, behind the name of the business, and the link in
// its text. Whether one may be sent is asked of a guard before each, since
// anybody can make a business write to a number by booking with it.
//
// The provider tells later what became of a message (receipt.go). What it says
// is believed when it carries its signature over address and form.
//
// A provider that cannot be reached, answers with a fault of its own or does
// not know us is down (message.ErrDown), whatever the message; one that has
// had too many (429) may be asked again; all else it refuses is refused for
// good. Errors carry codes and never the provider's words, which quote numbers.
package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kept/id"
	"kept/internal/dial"
	"kept/message"
)

// Config says over whom messages go.
type Config struct {
	URL     string // of the provider, without the path: https://api.twilio.com; empty: not set up
	Account string // the account's name
	Token   string // its secret: signs in, and signs what the provider tells us
	From    string // our number, or the name that we are allowed
	Base    string // our own address, for receipts; empty for none
	Allow   []netip.Prefix
	Timeout time.Duration // of one message; 0: 10 s
	// Guard tells whether a business may write to a number now, and counts it;
	// nil lets everything pass.
	Guard func(ctx context.Context, business id.Business, number string) (bool, error)
}

const (
	defaultTimeout = 10 * time.Second
	longestBody    = 64 << 10 // of an answer, in bytes
	mostText       = 480      // characters: three parts in plain letters, seven in others
)

// Channel sends messages over one provider. It is safe for concurrent use.
type Channel struct {
	config Config
	to     string // where messages are posted
	client *http.Client
}

var _ message.Channel = (*Channel)(nil)

// ErrGuarded says that the guard did not let a message pass.
var ErrGuarded = errors.New("sms: no more messages to this number, or of this business")

// New makes the channel; without an address it is never ready. An error says
// what is wrong with the configuration.
func New(c Config) (*Channel, error) {
	if c.URL == "" {
		return &Channel{}, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, errors.New("sms: the provider's address must be like https://api.twilio.com")
	}
	if c.Account == "" || c.Token == "" || c.From == "" {
		return nil, errors.New("sms: account, token and sender are all needed")
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	return &Channel{
		config: c, to: u.JoinPath("2010-04-01", "Accounts", c.Account, "Messages.json").String(),
		client: dial.Client(dial.Options{Allow: c.Allow, Timeout: c.Timeout, MaxBody: longestBody, Redirects: -1}),
	}, nil
}

// Name implements message.Channel.
func (c *Channel) Name() string { return "sms" }

// Ready implements message.Channel.
func (c *Channel) Ready(context.Context, id.Business) (bool, string) {
	if c.client == nil {
		return false, "not_set_up"
	}
	return true, ""
}

// Address implements message.Channel: only a number with its country can be reached.
func (c *Channel) Address(to message.Contact) string {
	if !strings.HasPrefix(to.Phone, "+") {
		return ""
	}
	return to.Phone
}

// Send implements message.Channel. When ctx ends first, what became of the
// message is not known; it may be tried again.
func (c *Channel) Send(ctx context.Context, e message.Envelope) (message.Ack, bool, error) {
	callback := ""
	if c.config.Base != "" && e.Business != "" {
		callback = c.config.Base + ReceiptPath + "?" + url.Values{"b": {string(e.Business)}, "m": {string(e.ID)}}.Encode()
	}
	if c.config.Guard != nil {
		ok, err := c.config.Guard(ctx, e.Business, e.Address)
		if err != nil {
			return message.Ack{}, true, err
		}
		if !ok {
			return message.Ack{}, false, ErrGuarded
		}
	}
	return c.post(ctx, e.Address, Text(e), callback)
}

// SendText sends a text that hangs on no message, such as a code, whose sender
// has counted it already.
func (c *Channel) SendText(ctx context.Context, number, text string) (retry bool, err error) {
	_, retry, err = c.post(ctx, number, text, "")
	return retry, err
}

func (c *Channel) post(ctx context.Context, number, text, callback string) (message.Ack, bool, error) {
	var none message.Ack
	if c.client == nil {
		return none, false, errors.New("sms: not set up")
	}
	form := url.Values{"To": {number}, "From": {c.config.From}, "Body": {text}}
	if callback != "" {
		form.Set("StatusCallback", callback)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.to, strings.NewReader(form.Encode()))
	if err != nil {
		return none, false, errors.New("sms: the provider's address is none")
	}
	r.SetBasicAuth(c.config.Account, c.config.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	answer, err := c.client.Do(r)
	if err != nil {
		return none, true, fmt.Errorf("%w: sms: %w", message.ErrDown, reason(err))
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return none, true, fmt.Errorf("sms: the answer broke off: %w", reason(err))
	}
	return read(answer.StatusCode, body)
}

// said is what the provider answers.
type said struct {
	SID    string `json:"sid"`
	Status string `json:"status"`
	Code   int    `json:"code"` // of a refusal
}

// read tells what an answer means.
func read(status int, body []byte) (message.Ack, bool, error) {
	var s said
	parsed := json.Unmarshal(body, &s) == nil
	switch {
	case status >= 200 && status < 300 && parsed && s.SID != "":
		if s.Status == "failed" || s.Status == "undelivered" {
			return message.Ack{}, false, errors.New("sms: the provider took it and could not send it")
		}
		return message.Ack{ProviderID: s.SID, Delivered: s.Status == "delivered"}, false, nil
	case status >= 200 && status < 300:
		return message.Ack{}, false, errors.New("sms: the provider's answer is not of this interface")
	case status == http.StatusTooManyRequests:
		return message.Ack{}, true, errors.New("sms: status 429")
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound || status >= 500:
		return message.Ack{}, true, fmt.Errorf("%w: sms: status %d code %d", message.ErrDown, status, s.Code)
	default:
		return message.Ack{}, false, errors.New("sms: status " + strconv.Itoa(status) + " code " + strconv.Itoa(s.Code))
	}
}

// reason leaves the address out of an error of the client: it holds the account.
func reason(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Text is what a message says on a phone: who it is from, one line, and the link.
func Text(e message.Envelope) string {
	line := strings.Join(strings.Fields(e.Subject), " ")
	if e.From != "" {
		line = e.From + ": " + line
	}
	link := linkOf(e.Text)
	room := mostText
	if link != "" {
		room -= len(link) + 1
	}
	if r := []rune(line); len(r) > room {
		line = string(r[:max(room-1, 0)]) + "…"
	}
	if link != "" {
		return line + "\n" + link
	}
	return line
}

// linkOf finds the first address in a text.
func linkOf(text string) string {
	const longest = 300
	for word := range strings.FieldsSeq(text) {
		if (strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://")) && len(word) <= longest {
			return word
		}
	}
	return ""
}
