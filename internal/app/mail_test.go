package app_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"kept/internal/app/apptest"
	"kept/internal/config"
)

// post is a mail server.
type post struct {
	mu    sync.Mutex
	mails []string
}

// NewSession implements smtp.Backend.
func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &letter{post: p}, nil }

type letter struct {
	post *post
	to   string
}

func (l *letter) Mail(string, *smtp.MailOptions) error { return nil }

func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error {
	l.to = to
	return nil
}

func (l *letter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	l.post.mu.Lock()
	defer l.post.mu.Unlock()
	l.post.mails = append(l.post.mails, "To-Envelope: "+l.to+"\r\n"+string(text))
	return err
}

func (l *letter) Reset() {}

func (l *letter) Logout() error { return nil }

// to gives the mails that somebody got.
func (p *post) to(who string) (out []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.mails {
		if strings.HasPrefix(m, "To-Envelope: "+who) {
			out = append(out, m)
		}
	}
	return out
}

// open opens the post office at an address.
func (p *post) open(t *testing.T, l net.Listener) {
	t.Helper()
	server := smtp.NewServer(p)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
}

func mailTo(t *testing.T, address string) func(*config.Serve) {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Serve) {
		c.Mail = config.Mail{SMTPHost: host, SMTPPort: number, SMTPTLS: "none", MailFrom: "Lumen <desk@lumen.example>"}
	}
}

func advance(t *testing.T, n *apptest.Node, by string) {
	t.Helper()
	n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: map[string]string{"advance": by}}).Want(t, http.StatusOK)
}

// A booking, told by mail from the receipt to the thanks, each once.
func TestMailsOfAVisit(t *testing.T) {
	t.Parallel()
	office := &post{}
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	office.open(t, l)
	n := apptest.SQLite(t, mailTo(t, l.Addr().String()))
	slots := n.Slots(t, 0, "2026-11-25", "2026-11-26")
	made := n.Do(t, booking(slots[len(slots)-1], 1)).Want(t, http.StatusCreated)
	const client = "canary1@seldom.example"
	apptest.Eventually(t, "the receipt comes", func() bool { return len(office.to(client)) == 1 })
	receipt := office.to(client)[0]
	for _, word := range []string{"text/calendar", "method=PUBLISH", "Message-Id: <", "desk@lumen.example"} {
		if !strings.Contains(strings.ToLower(strings.ReplaceAll(receipt, `"`, "")), strings.ToLower(word)) {
			t.Errorf("the receipt has no %s:\n%s", word, receipt)
		}
	}
	path := "/bookings/" + made.Text("id")
	token := "?token=" + made.Text("manage_token")
	other := n.Do(t, apptest.Request{Path: path + "/alternatives" + token}).Text("slots.0.start")
	n.Do(t, apptest.Request{Method: http.MethodPost, Path: path + "/reschedule" + token, Body: map[string]string{"start": other}}).Want(t, http.StatusOK)
	apptest.Eventually(t, "the move is told", func() bool { return len(office.to(client)) == 2 })
	advance(t, n, "120h")
	steps := map[string]int{}
	for _, m := range n.Do(t, apptest.Request{Path: "/messages?booking=" + made.Text("id"), Key: "demo-lumen-salon-owner"}).List("items") {
		one, _ := m.(map[string]any)
		to, _ := one["recipient"].(map[string]any)
		step, _ := one["step"].(string)
		if one["status"] == "sent" && to["kind"] == "client" {
			steps[step]++
		}
	}
	total := 0
	for step, count := range steps {
		if total += count; count != 1 {
			t.Errorf("%s went %d times", step, count)
		}
	}
	if got := len(office.to(client)); got != total || steps["reminder_24h"] != 1 {
		t.Errorf("%d mails for %v", got, steps)
	}
	unique(t, office, client)
}

func unique(t *testing.T, office *post, who string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range office.to(who) {
		_, rest, _ := strings.Cut(strings.ToLower(m), "message-id: <")
		id, _, _ := strings.Cut(rest, ">")
		if seen[id] || id == "" {
			t.Errorf("mail %q came twice", id)
		}
		seen[id] = true
	}
}

// While the mail server is away, mails wait; when it is back, each goes once.
func TestMailServerAway(t *testing.T) {
	t.Parallel()
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	n := apptest.SQLite(t, mailTo(t, address))
	advance(t, n, "3h") // the demo's own clients are told of other things: the receipt isn't the first to be tried
	slots := n.Slots(t, 0, "2026-11-27", "2026-12-02")
	made := n.Do(t, booking(slots[0], 2)).Want(t, http.StatusCreated)
	receipt := func() map[string]any {
		for _, m := range n.Do(t, apptest.Request{Path: "/messages?booking=" + made.Text("id"), Key: "demo-lumen-salon-owner"}).List("items") {
			if one, _ := m.(map[string]any); one["step"] == "receipt" {
				return one
			}
		}
		return nil
	}
	last := ""
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("the receipt:", last)
		}
	})
	apptest.Eventually(t, "sending was tried", func() bool {
		m := receipt()
		last = fmt.Sprint(m)
		return m["reason"] == "channel_down"
	})
	if m := receipt(); m["status"] != "due" {
		t.Errorf("the receipt waits as %v", m)
	}
	office := &post{}
	back, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	office.open(t, back)
	advance(t, n, "2h")
	apptest.Eventually(t, "the receipt comes", func() bool { return len(office.to("canary2@")) > 0 })
	advance(t, n, "2h")
	if got := len(office.to("canary2@")); got != 1 || receipt()["status"] != "sent" {
		t.Errorf("%d mails, %v", got, receipt())
	}
}

// Two nodes of one database are one program.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	office := &post{}
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	office.open(t, l)
	mail := mailTo(t, l.Addr().String())
	one := apptest.Postgres(t, mail)
	two := apptest.Boot(t, one.Dir, one.DSN, mail)
	events := make(chan string, 16)
	req := apptest.Request{Path: "/stream", Key: "demo-lumen-salon-owner"}.HTTP(t, two.Listen(t))
	req.RequestURI = ""
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err)
	}
	defer res.Body.Close()
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			k, err := res.Body.Read(buffer)
			events <- string(buffer[:k])
			if err != nil {
				return
			}
		}
	}()
	slots := one.Slots(t, 0, "2026-11-24", "2026-11-25")
	made := one.Do(t, booking(slots[len(slots)-1], 3)).Want(t, http.StatusCreated)
	limit := time.After(time.Second)
	for told := ""; !strings.Contains(told, made.Text("id")); {
		select {
		case text := <-events:
			told += text
		case <-limit:
			t.Fatalf("the other node says nothing within a second: %s", told)
		}
	}
	two.Do(t, apptest.Request{Path: "/bookings/" + made.Text("id"), Key: "demo-lumen-salon-owner"}).Want(t, http.StatusOK)
	advance(t, one, "96h")
	early := apptest.Start().Add(96 * time.Hour)
	apptest.Eventually(t, "the other clock follows", func() bool {
		now, err := time.Parse(time.RFC3339, two.Do(t, apptest.Request{Path: "/demo/clock"}).Text("now"))
		return err == nil && !now.Before(early)
	})
	if got := len(office.to("canary3@")); got < 3 {
		t.Errorf("%d mails", got)
	}
	unique(t, office, "canary3@")
}
