package sms_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/id"
	"kept/internal/channel/sms"
	"kept/internal/dial"
	"kept/message"
)

const (
	account = "AC0123456789abcdef0123456789abcdef"
	token   = "s3cret-token"
	base    = "https://kept.example"
)

// provider does what the real one does: it signs one in, wants its fields, and
// answers with what it has made of the message. A test may choose the answer.
type provider struct {
	mu     sync.Mutex
	taken  []url.Values
	status int    // to answer with; 0: as it should be
	body   string // with it
	hang   chan struct{}
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	switch {
	case r.URL.Path != "/2010-04-01/Accounts/"+account+"/Messages.json" || r.Method != http.MethodPost:
		http.Error(w, `{"code":20404,"message":"not found","status":404}`, http.StatusNotFound)
		return
	case user != account || password != token:
		http.Error(w, `{"code":20003,"message":"Authenticate","status":401}`, http.StatusUnauthorized)
		return
	}
	if p.hang != nil {
		select {
		case <-p.hang:
		case <-r.Context().Done():
		}
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.status != 0 {
		w.WriteHeader(p.status)
		fmt.Fprint(w, p.body)
		return
	}
	if !strings.HasPrefix(r.PostForm.Get("To"), "+") || r.PostForm.Get("Body") == "" || r.PostForm.Get("From") == "" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"code":21211,"message":"Invalid 'To' Phone Number: %s","status":400}`, r.PostForm.Get("To"))
		return
	}
	p.taken = append(p.taken, r.PostForm)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"sid":"SM%030d","status":"queued"}`, len(p.taken))
}

func (p *provider) channel(t *testing.T, edit func(*sms.Config)) *sms.Channel {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	c := sms.Config{
		URL: server.URL, Account: account, Token: token, From: "+4915735980000", Base: base,
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 2 * time.Second,
	}
	if edit != nil {
		edit(&c)
	}
	out, err := sms.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func envelope() message.Envelope {
	return message.Envelope{
		ID: "019cbe1c-0000-7000-8000-000000000001", Business: "019cbe1c-0000-7000-8000-00000000000b", From: "Lumen",
		Name: "Mia", Address: "+4930901820",
		Content: message.Content{Language: "en", Subject: "See you at 10:30:\nHaircut", Text: "Hello Mia,\n\nSee you.\n\nhttps://kept.example/m/abc\n"},
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	p := &provider{}
	c := p.channel(t, nil)
	if ok, why := c.Ready(t.Context(), ""); !ok || why != "" || c.Name() != "sms" {
		t.Errorf("the channel is ready: %v %q", ok, why)
	}
	ack, _, err := c.Send(t.Context(), envelope())
	if err != nil || !strings.HasPrefix(ack.ProviderID, "SM") || ack.Delivered {
		t.Fatalf("%+v, %v", ack, err)
	}
	got := p.taken[0]
	if got.Get("To") != "+4930901820" || got.Get("From") != "+4915735980000" ||
		got.Get("Body") != "Lumen: See you at 10:30: Haircut\nhttps://kept.example/m/abc" {
		t.Errorf("posted is %v", got)
	}
	if got.Get("StatusCallback") != base+"/hooks/sms?b=019cbe1c-0000-7000-8000-00000000000b&m=019cbe1c-0000-7000-8000-000000000001" {
		t.Errorf("receipts go to %q", got.Get("StatusCallback"))
	}
	if retry, err := c.SendText(t.Context(), "+4930901820", "123456"); err != nil || retry || p.taken[1].Has("StatusCallback") {
		t.Errorf("a code: %v, %v, %v", retry, err, p.taken[1])
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	c, err := sms.New(sms.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if ok, why := c.Ready(t.Context(), ""); ok || why != "not_set_up" {
		t.Errorf("without an address it is ready: %v %q", ok, why)
	}
	if _, retry, err := c.Send(t.Context(), envelope()); err == nil || retry {
		t.Errorf("without an address it sends: %v, %v", retry, err)
	}
	for phone, want := range map[string]string{"+4930901820": "+4930901820", "030901820": "", "": ""} {
		if got := c.Address(message.Contact{Phone: phone, Email: "mia@example.com"}); got != want {
			t.Errorf("%q is reached at %q", phone, got)
		}
	}
}

// TestRefusals tells what may be tried again, and what is no fault of the message.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name        string
		status      int
		body        string
		retry, down bool
	}{
		{"busy", 429, `{"code":20429}`, true, false},
		{"broken", 500, "oops +4930901820", true, true},
		{"closed", 503, "", true, true},
		{"unknown to it", 401, `{"code":20003}`, true, true},
		{"suspended", 403, `{"code":20005}`, true, true},
		{"no number", 400, `{"code":21211,"message":"Invalid 'To' Phone Number: +4930901820"}`, false, false},
		{"unsubscribed", 400, `{"code":21610}`, false, false},
		{"another interface", 200, "<html>", false, false},
		{"no name", 201, `{"status":"queued"}`, false, false},
		{"failed at once", 201, `{"sid":"SM1","status":"failed"}`, false, false},
		{"sent elsewhere", 302, "", false, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			p := &provider{status: x.status, body: x.body}
			_, retry, err := p.channel(t, nil).Send(t.Context(), envelope())
			if err == nil || retry != x.retry || errors.Is(err, message.ErrDown) != x.down {
				t.Fatalf("retry %v, %v", retry, err)
			}
			for _, secret := range []string{"4930901820", token, account} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells %s: %v", secret, err)
				}
			}
		})
	}
	p := &provider{status: 201, body: `{"sid":"SM1","status":"delivered"}`}
	if ack, _, err := p.channel(t, nil).Send(t.Context(), envelope()); err != nil || !ack.Delivered {
		t.Errorf("delivered at once: %+v, %v", ack, err)
	}
}

func TestWrongToken(t *testing.T) {
	t.Parallel()
	p := &provider{}
	_, retry, err := p.channel(t, func(c *sms.Config) { c.Token = "wrong" }).Send(t.Context(), envelope())
	if !retry || !errors.Is(err, message.ErrDown) || len(p.taken) != 0 {
		t.Errorf("a wrong token: %v, %v", retry, err)
	}
}

// TestUnreachable meets a provider that is not there, hangs, or lies in a network that is none of ours.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	p := &provider{hang: make(chan struct{})}
	defer close(p.hang)
	_, retry, err := p.channel(t, func(c *sms.Config) { c.Timeout = 50 * time.Millisecond }).Send(t.Context(), envelope())
	if !retry || !errors.Is(err, message.ErrDown) || strings.Contains(err.Error(), account) {
		t.Errorf("one that hangs: %v, %v", retry, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, retry, err := (&provider{}).channel(t, nil).Send(ctx, envelope()); !retry || err == nil {
		t.Errorf("an ended context: %v, %v", retry, err)
	}
	_, retry, err = (&provider{}).channel(t, func(c *sms.Config) { c.Allow = nil }).Send(t.Context(), envelope())
	if !retry || !errors.Is(err, dial.ErrForbidden) {
		t.Errorf("one in the house: %v, %v", retry, err)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	p := &provider{}
	asked, let := "", false
	c := p.channel(t, func(c *sms.Config) {
		c.Guard = func(_ context.Context, b id.Business, number string) (bool, error) {
			asked = string(b) + number
			return let, nil
		}
	})
	e := envelope()
	if _, retry, err := c.Send(t.Context(), e); retry || !errors.Is(err, sms.ErrGuarded) || len(p.taken) != 0 {
		t.Errorf("a guarded number: %v, %v, %d sent", retry, err, len(p.taken))
	}
	if asked != string(e.Business)+e.Address {
		t.Errorf("asked was for %s", asked)
	}
	let = true
	if _, _, err := c.Send(t.Context(), e); err != nil {
		t.Error(err)
	}
	broken := p.channel(t, func(c *sms.Config) {
		c.Guard = func(context.Context, id.Business, string) (bool, error) { return false, errors.New("no database") }
	})
	if _, retry, err := broken.Send(t.Context(), e); !retry || err == nil {
		t.Errorf("a guard that fails: %v, %v", retry, err)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("я", 1000)
	for _, x := range []struct{ from, subject, text, want string }{
		{"Lumen", "Soon", "no link", "Lumen: Soon"},
		{"", "Soon", "see http://a.example/b", "Soon\nhttp://a.example/b"},
		{"L", "S", "see https://a.example/" + strings.Repeat("x", 400), "L: S"},
		{"L", long, "https://a.example/b", "L: " + strings.Repeat("я", 480-20-3-1) + "…\nhttps://a.example/b"},
	} {
		got := sms.Text(message.Envelope{From: x.from, Content: message.Content{Subject: x.subject, Text: x.text}})
		if got != x.want {
			t.Errorf("it says %q, want %q", got, x.want)
		}
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	good := sms.Config{URL: "https://api.twilio.com", Account: "a", Token: "t", From: "+1"}
	if _, err := sms.New(good); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*sms.Config){
		"scheme": func(c *sms.Config) { c.URL = "ftp://x" }, "host": func(c *sms.Config) { c.URL = "https://" },
		"user": func(c *sms.Config) { c.URL = "https://a:b@x" }, "query": func(c *sms.Config) { c.URL = "https://x?y" },
		"account": func(c *sms.Config) { c.Account = "" }, "token": func(c *sms.Config) { c.Token = "" },
		"sender": func(c *sms.Config) { c.From = "" }, "text": func(c *sms.Config) { c.URL = ":" },
	} {
		c := good
		spoil(&c)
		if _, err := sms.New(c); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// TestSign compares with the example of the interface's documentation.
func TestSign(t *testing.T) {
	t.Parallel()
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"},
	}
	if got := sms.Sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Errorf("the signature is %s", got)
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	c := (&provider{}).channel(t, nil)
	const query = "b=019cbe1c-0000-7000-8000-00000000000b&m=019cbe1c-0000-7000-8000-000000000001"
	form := func(status string) url.Values { return url.Values{"MessageSid": {"SM1"}, "MessageStatus": {status}} }
	sign := func(query string, form url.Values) string { return sms.Sign(token, base+"/hooks/sms?"+query, form) }
	for status, want := range map[string][2]bool{
		"delivered": {true, false}, "undelivered": {false, true}, "failed": {false, true}, "sent": {}, "": {},
	} {
		got, ok := c.Receipt(query, form(status), sign(query, form(status)))
		if !ok || got.Delivered != want[0] || got.Failed != want[1] || got.Message != "019cbe1c-0000-7000-8000-000000000001" {
			t.Errorf("%s: %+v, %v", status, got, ok)
		}
	}
	for name, bad := range map[string]struct {
		query, signature string
		form             url.Values
	}{
		"another status":  {query, sign(query, form("sent")), form("delivered")},
		"another message": {strings.Replace(query, "0001", "0002", 1), sign(query, form("delivered")), form("delivered")},
		"another token":   {query, sms.Sign("x", base+"/hooks/sms?"+query, form("delivered")), form("delivered")},
		"none":            {query, "", form("delivered")},
		"no ids":          {"b=1&m=2", sign("b=1&m=2", form("delivered")), form("delivered")},
		"no query":        {"%zz", sign("%zz", form("delivered")), form("delivered")},
	} {
		if got, ok := c.Receipt(bad.query, bad.form, bad.signature); ok {
			t.Errorf("%s is believed: %+v", name, got)
		}
	}
	silent, err := sms.New(sms.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := silent.Receipt(query, form("delivered"), sms.Sign("", "/hooks/sms?"+query, form("delivered"))); ok {
		t.Error("a channel that is not set up believes a receipt")
	}
}
