package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A program is the binary under test on one database: its commands, and its server while that runs.
type program struct {
	bin, data, db string
	address       string   // the same at every start
	log           string   // file that takes what the server writes
	flags         []string // of the server, besides those that the benchmark needs

	cmd  *exec.Cmd
	gone chan error // receives once, when the server has ended
}

// Build compiles the program into dir, as it is sold, and returns the file.
func Build(ctx context.Context, dir string) (bin string, err error) {
	bin = filepath.Join(dir, "kept")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "kept/cmd/kept") //nolint:gosec // a folder of ours
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
}

// newProgram prepares a program on the engine's database, with its data folder and log in dir.
func newProgram(ctx context.Context, bin, dir, db string) (*program, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	return &program{bin: bin, data: filepath.Join(dir, "data"), db: db, address: address, log: filepath.Join(dir, "server.log")}, nil
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// run runs one command of the program beside the server and returns what it prints.
func (p *program) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.bin, append(args, "--db", p.db, "--data", p.data)...) //nolint:gosec // the program under test
	cmd.Env = clean()
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("kept %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return strings.TrimSpace(out.String()), nil
}

// clean is the environment without settings for the program.
func clean() []string {
	var env []string
	for _, one := range os.Environ() {
		if !strings.HasPrefix(one, "KEPT_") {
			env = append(env, one)
		}
	}
	return env
}

// start starts the server and does not wait until it answers.
func (p *program) start(flags ...string) error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := append([]string{"serve", "--addr", p.address, "--db", p.db, "--data", p.data, "--public-rate", "0"}, slices.Concat(p.flags, flags)...)
	cmd := exec.Command(p.bin, args...) //nolint:gosec,noctx // the program under test; it is stopped by stop or kill
	cmd.Env = clean()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("kept serve: %w", err)
	}
	p.cmd, p.gone = cmd, make(chan error, 1)
	go func(gone chan<- error) { gone <- cmd.Wait() }(p.gone)
	return nil
}

// pid is that of the server.
func (p *program) pid() int { return p.cmd.Process.Pid }

// rest waits until the program has nothing to do: after a booking it plans
// messages, counts visits and enters cards into its index, which a shop has
// long done before the next client comes.
func (p *program) rest(ctx context.Context) error {
	const look, idle, patience = 500 * time.Millisecond, 25 * time.Millisecond, 5 * time.Minute
	end := time.Now().Add(patience)
	before, err := cpuOf(p.pid(), false)
	for err == nil && time.Now().Before(end) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
		var now time.Duration
		if now, err = cpuOf(p.pid(), false); err == nil && now-before <= idle {
			return nil
		}
		before = now
	}
	return err
}

// pollGap is how long to wait before asking again a server that does not listen yet.
const pollGap = 500 * time.Microsecond

// startPatience is how long a server may take until its first answer.
const startPatience = 60 * time.Second

// await asks until the answer is 200, and returns its body. It fails when the server has ended.
func (p *program) await(ctx context.Context, request []byte) ([]byte, error) {
	deadline := time.Now().Add(startPatience)
	var last error
	for time.Now().Before(deadline) {
		select {
		case err := <-p.gone:
			p.gone <- err
			return nil, fmt.Errorf("the server has ended (%w): %s", err, p.lastWords())
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		default:
		}
		status, body, err := once(ctx, p.address, request)
		if err == nil && status == http.StatusOK {
			return body, nil
		}
		last = fmt.Errorf("status %d, %w", status, err)
		time.Sleep(pollGap)
	}
	return nil, fmt.Errorf("the server gave no answer in %v: %w: %s", startPatience, last, p.lastWords())
}

// once sends one request over a connection of its own.
func once(ctx context.Context, address string, request []byte) (status int, body []byte, err error) {
	c, err := dial(ctx, address)
	if err != nil {
		return 0, nil, err
	}
	defer c.close()
	return c.do(request)
}

// lastWords is the end of the server's log.
func (p *program) lastWords() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// drain is how long a server may take to stop; it promises 10 s.
const drain = 12 * time.Second

// stop asks the server to end and waits until it has.
func (p *program) stop() error {
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-p.gone:
		p.cmd = nil
		if err != nil {
			return fmt.Errorf("the server ended badly: %w: %s", err, p.lastWords())
		}
		return nil
	case <-time.After(drain):
		p.kill()
		return fmt.Errorf("the server did not stop in %v: %s", drain, p.lastWords())
	}
}

// kill ends the server as a crash would, and waits until it is gone. It may be called at any time.
func (p *program) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // else it has ended already
	<-p.gone                 //nolint:errcheck // killed, it cannot have ended well
	p.cmd = nil
}
