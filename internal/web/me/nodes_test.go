package me_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/internal/channel/sms"
	"kept/internal/config"
	"kept/internal/testkit/pgtest"
	"kept/internal/web/pagetest"
)

func TestMain(m *testing.M) { pgtest.Run(m, nil) }

// provider takes text messages, as the real one does.
type provider struct {
	mu    sync.Mutex
	taken []url.Values
}

const smsToken = "s3cret-token"

// ServeHTTP implements http.Handler.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != "AC1" || password != smsToken || r.ParseForm() != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, r.PostForm)
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"sid":"SM%d","status":"queued"}`, len(p.taken))
}

// wait gives the first message whose text holds something.
func (p *provider) wait(t *testing.T, part string) url.Values {
	t.Helper()
	for range 500 {
		p.mu.Lock()
		for _, m := range p.taken {
			if strings.Contains(m.Get("Body"), part) {
				p.mu.Unlock()
				return m
			}
		}
		p.mu.Unlock()
		<-time.After(20 * time.Millisecond)
	}
	t.Fatalf("no message with %q", part)
	return nil
}

// TestTwoNodes is two programs over one PostgreSQL: a client who signed in at
// one of them, by a code sent to her phone, hears within a second what the
// desk changes at the other, and the other way round. What the provider of
// messages tells later is believed when it is signed.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	phones := &provider{}
	office := httptest.NewServer(phones)
	t.Cleanup(office.Close)
	var c config.Serve
	h := newHouse(t, func(s *config.Serve) {
		s.DB = pgtest.Empty(t)
		s.SMSURL, s.SMSAccount, s.SMSToken, s.SMSFrom, s.AllowNet = office.URL, "AC1", smsToken, "+4915735980000", []string{"127.0.0.1"}
		s.BaseURL = "https://kept.example"
		c = *s
	})
	far := &house{House: &pagetest.House{Base: serve(t, c)}, keys: h.keys}
	id := h.enroll(t, salon, "Nora Node", "", "+49 30 5550199")
	client := browserOf(t)
	if got := h.Post(t, client, "/me/-/ask", url.Values{"contact": {"+49 30 5550199"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("asking answers %d", got.Status)
	}
	letter := phones.wait(t, "is your code for Lumen")
	code := letter.Get("Body")[:6]
	if letter.Get("To") != "+49305550199" || letter.Has("StatusCallback") {
		t.Errorf("the code goes as %v", letter)
	}
	got := h.Post(t, client, "/me/-/code", url.Values{"code": {code}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("the code answers %d", got.Status)
	}
	signedIn := far.with(t, client, h.Base) // the same browser, at the other node

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, far.Base+"/me/"+salon+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := signedIn.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the stream answers %v, %v", res, err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	lines.Scan()
	begun := time.Now()
	h.api(t, salon, http.MethodPatch, "/clients/"+id, map[string]string{"note": "hello"}, http.StatusOK)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
		continue
	}
	if took := time.Since(begun); took > 5*time.Second { // a tenth of a second alone; tests share the machine
		t.Errorf("it is heard at the other node after %v", took)
	}

	heard := h.staffHears(t)
	far.send(t, signedIn, "/me/"+salon+"/likes", "/likes", "remind", "none")
	select {
	case line := <-heard:
		if !strings.Contains(line, "preference") {
			t.Errorf("the staff hear %s", line)
		}
	case <-time.After(10 * time.Second):
		t.Error("the staff hear nothing")
	}
	far.send(t, signedIn, "/me/"+salon+"/likes", "/likes", "remind", "")

	action, form := far.hold(t, signedIn)
	if got := far.Post(t, signedIn, action, form); got.Status != http.StatusSeeOther {
		t.Fatalf("booking answers %d", got.Status)
	}
	h.receipt(t, phones.wait(t, "confirmed"))
}

// receipt tells that a message arrived: signed, or not.
func (h *house) receipt(t *testing.T, sent url.Values) {
	t.Helper()
	to, err := url.Parse(sent.Get("StatusCallback"))
	if err != nil || to.Path != "/hooks/sms" {
		t.Fatalf("receipts go to %v", sent)
	}
	form := url.Values{"MessageSid": {"SM9"}, "MessageStatus": {"delivered"}}
	status := func() any {
		return h.api(t, salon, http.MethodGet, "/messages/"+to.Query().Get("m"), nil, http.StatusOK)["status"]
	}
	if got := h.Post(t, http.DefaultClient, to.RequestURI(), form, "X-Twilio-Signature", "AAAA"); got.Status != http.StatusForbidden {
		t.Errorf("a receipt that is not signed answers %d", got.Status)
	}
	for range 200 { // until it is recorded as sent
		if status() == "sent" {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	signature := sms.Sign(smsToken, sent.Get("StatusCallback"), form)
	if got := h.Post(t, http.DefaultClient, to.RequestURI(), form, "X-Twilio-Signature", signature); got.Status != http.StatusNoContent {
		t.Errorf("a receipt answers %d: %.200s", got.Status, got.Body)
	}
	if got := status(); got != "delivered" {
		t.Errorf("the message is %v", got)
	}
}

// with takes a browser's cookies along to another node.
func (h *house) with(t *testing.T, c *http.Client, from string) *http.Client {
	t.Helper()
	out := browserOf(t)
	at, err := url.Parse(from + "/me/-/x")
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(h.Base)
	if err != nil {
		t.Fatal(err)
	}
	cookies := c.Jar.Cookies(at)
	for _, cookie := range cookies {
		cookie.Path = "/"
	}
	out.Jar.SetCookies(to, cookies)
	return out
}
