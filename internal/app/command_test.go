package app_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kept/internal/app"
	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) {
	apptest.Run(m)
	if binary.dir != "" {
		_ = os.RemoveAll(binary.dir)
	}
}

// binary is the program, built once.
var binary struct {
	once sync.Once
	dir  string
	err  error
	out  []byte
}

func program(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.dir, binary.err = os.MkdirTemp("", "kept-program-"); binary.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(binary.dir, "kept"), "kept/cmd/kept")
		binary.out, binary.err = build.CombinedOutput()
	})
	if binary.err != nil {
		t.Fatalf("%v: %s", binary.err, binary.out)
	}
	return filepath.Join(binary.dir, "kept")
}

// lines collects what a process says, and tells when it said something.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// process is a running program.
type process struct {
	*exec.Cmd
	said lines
	base string
	done chan error
}

// run starts the program and waits until it is ready.
func run(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	address := "127.0.0.1:" + freePort(t)
	p := &process{Cmd: exec.Command(program(t), append([]string{"serve", "--addr", address}, args...)...), base: "http://" + address, done: make(chan error, 1)}
	p.Stderr, p.Env = &p.said, append(os.Environ(), env...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.Wait() }()
	t.Cleanup(func() { _ = p.Process.Kill() })
	apptest.Eventually(t, "the program is ready", func() bool { return strings.Contains(p.said.String(), "kept is ready") })
	return p
}

func (p *process) ask(t *testing.T, r apptest.Request) apptest.Answer {
	t.Helper()
	return r.Over(t, http.DefaultClient, p.base)
}

// command runs a command in this process.
func command(args ...string) (status int, out, errOut string) {
	var o, e bytes.Buffer
	status = app.Main(context.Background(), "1.2.3", args, &o, &e)
	return status, o.String(), e.String()
}

func TestCommands(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	copyFile := filepath.Join(t.TempDir(), "copy.db")
	var server *process
	var key string
	for _, c := range []struct {
		name       string
		args       []string
		status     int
		out, wrong string // regular expressions
	}{
		{"version", []string{"version"}, 0, `^kept 1\.2\.3\n$`, `^$`},
		{"doctor before anything", []string{"doctor", "--data", dir}, 1, ``, `failed`},
		{"migrate", []string{"migrate", "--data", dir}, 0, `^schema version \d+\n$`, `^$`},
		{"migrate again", []string{"migrate", "--data", dir}, 0, `^schema version \d+\n$`, `^$`},
		{"business", []string{"business", "create", "north", "--data", dir, "--name", "North", "--zone", "Europe/Berlin", "--preset", "salon", "--language", "en"}, 0, `^[0-9a-f-]{36}\n$`, `^$`},
		{"business twice", []string{"business", "create", "north", "--data", dir, "--name", "North", "--zone", "Europe/Berlin", "--preset", "salon", "--language", "en"}, 1, `^$`, `^kept: `},
		{"business nowhere", []string{"business", "create", "south", "--data", dir, "--name", "S", "--zone", "Mars/X", "--preset", "blank", "--language", "en"}, 1, `^$`, `^kept: `},
		{"preset unknown", []string{"business", "create", "south", "--data", dir, "--name", "S", "--zone", "UTC", "--preset", "zoo", "--language", "en"}, 2, `^$`, `zoo`},
		{"user", []string{"user", "create", "--data", dir, "--business", "north", "--email", "o@north.example", "--name", "O", "--role", "owner", "--password", "long enough to be one"}, 0, `^[0-9a-f-]{36}\n$`, `^$`},
		{"key", []string{"key", "create", "--data", dir, "--business", "north", "--role", "owner"}, 0, `^\S+\n$`, `^$`},
		{"narrow key", []string{"key", "create", "--data", dir, "--business", "north", "--role", "owner", "--scope", "bookings.read"}, 0, `^\S+\n$`, `^$`},
		{"key of nobody", []string{"key", "create", "--data", dir, "--business", "nobody", "--role", "owner"}, 1, `^$`, `^kept: `},
		{"scope unknown", []string{"key", "create", "--data", dir, "--business", "north", "--role", "owner", "--scope", "everything"}, 1, `^$`, `^kept: `},
		{"doctor", []string{"doctor", "--data", dir}, 0, `no lane is taken twice`, `^$`},
		{"backup", []string{"backup", copyFile, "--data", dir}, 0, `copied`, `^$`},
		{"backup over a file", []string{"backup", copyFile, "--data", dir}, 1, `^$`, `^kept: `},
		{"restore", []string{"restore", copyFile, "--data", dir}, 0, `restored`, `^$`},
		{"doctor after", []string{"doctor", "--data", dir}, 0, `ok`, `^$`},
		{"nothing", []string{}, 2, `^$`, `^kept: `},
		{"unknown command", []string{"dance"}, 2, `^$`, `^kept: `},
		{"unknown flag", []string{"migrate", "--dance"}, 2, `^$`, `^kept: `},
		{"help", []string{"--help"}, 0, `serve`, `^$`},
		{"demo in public", []string{"serve", "--demo", "--addr", "0.0.0.0:0", "--data", dir}, 1, `^$`, `loopback`},
		{"bad clock", []string{"serve", "--clock", "noon", "--data", dir}, 2, `^$`, `clock`},
	} {
		status, out, wrong := command(c.args...)
		if status != c.status || !regexp.MustCompile(c.out).MatchString(out) || !regexp.MustCompile(c.wrong).MatchString(wrong) {
			t.Errorf("%s: status %d, out %q, err %q", c.name, status, out, wrong)
		}
		if c.name == "key" {
			key = strings.TrimSpace(out)
		}
	}
	// Every flag is also read from the environment; commands work beside a server.
	server = run(t, []string{"KEPT_DATA=" + dir, "KEPT_CLOCK=2026-11-22T08:00:00Z", "KEPT_PUBLIC_RATE=1"})
	if a := server.ask(t, apptest.Request{Path: "/services", Key: key}); a.Status != http.StatusOK {
		t.Errorf("the printed key: %d %s", a.Status, a.Body)
	}
	if a := server.ask(t, apptest.Request{Path: "/demo/clock"}); a.Status != http.StatusNotFound {
		t.Errorf("a demo's clock outside of a demo: %d", a.Status)
	}
	if status, out, wrong := command("key", "create", "--data", dir, "--business", "north", "--role", "integration"); status != 0 {
		t.Errorf("beside a server: %d %s", status, wrong)
	} else if a := server.ask(t, apptest.Request{Path: "/bookings", Key: strings.TrimSpace(out)}); a.Status != http.StatusOK {
		t.Errorf("a key made beside a server: %d %s", a.Status, a.Body)
	}
	if status, _, wrong := command("restore", copyFile, "--data", dir); status != 1 {
		t.Errorf("restore under a server: %d %s", status, wrong)
	}
	limited := apptest.Request{Method: http.MethodPost, Path: "/b/north/holds", Body: `{}`}
	server.ask(t, limited)
	if a := server.ask(t, limited); a.Status != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("the limit: %d %v", a.Status, a.Header)
	}
	// A live stream does not keep the program from stopping.
	req := apptest.Request{Path: "/stream", Key: key}.HTTP(t, server.base)
	req.RequestURI = ""
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("stream: %v", err)
	} else {
		defer res.Body.Close()
	}
	begun := time.Now()
	_ = server.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-server.done:
		if err != nil || time.Since(begun) > 10*time.Second {
			t.Errorf("stopped after %v: %v\n%s", time.Since(begun), err, server.said.String())
		}
	case <-time.After(12 * time.Second):
		t.Error("SIGTERM does not stop it")
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	return port
}
