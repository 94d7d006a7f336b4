// Package leash holds a helper process (a database server, a browser) that must not outlive the tests that
// started it.
//
// A test process can end in ways that run no clean-up: a timeout panics, a developer presses Ctrl-C, the
// kernel runs out of memory. So the child is not started by us but by a small shell that waits on a pipe of
// which we hold the other end. When we close it, or when we die and the kernel closes it for us, the shell
// runs the closing commands. There is one way down, taken on good days and on bad ones, so it is well trodden.
package leash

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// ready is the line the shell prints when the opening commands are done.
const ready = "leash: up"

// Spec says what to run. Up and Down are POSIX shell text and see Args as "$1", "$2" and so on; no file name
// is ever pasted into the text.
type Spec struct {
	// Up brings the child up and leaves it running in the background; it must end by itself in bounded time,
	// and its failure (any command, as with set -e) fails Start.
	Up string
	// Down takes the child down and removes what it left. It runs exactly once, also when Up has failed.
	Down string
	// Args are the shell's positional parameters.
	Args []string
	// User, when not nil, is whom the shell and the child run as.
	User *syscall.Credential
}

// A Leash is a running child. Its methods may be called from any goroutine.
type Leash struct {
	hand io.Closer // our end of the pipe
	cmd  *exec.Cmd
	once sync.Once
	err  error
}

// Start runs the opening commands and returns when they are done. When they fail, or when ctx ends first,
// the closing commands are run and the error carries what the shell wrote to its standard error.
func Start(ctx context.Context, spec Spec) (*Leash, error) {
	// No trap for signals: a child shot between fork and exec would take them for its own and live on.
	script := "trap '" + quoted(spec.Down) + "' EXIT\n" +
		"set -e\n" + spec.Up + "\nset +e\n" +
		"echo '" + ready + "'\nread -r _\nexit 0\n"
	// Not CommandContext: killing the shell would let go of the child, closing the pipe takes it along.
	cmd := exec.Command("sh", append([]string{"-c", script, "leash"}, spec.Args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.Dir = os.TempDir() // where any user may stand
	// Its own process group: Ctrl-C in the terminal reaches us, and us alone.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: spec.User}
	// A file, not a buffer: with a buffer Wait would wait for every grandchild that still holds the pipe.
	complaints, err := os.CreateTemp("", "leash-*.err")
	if err != nil {
		return nil, fmt.Errorf("leash: %w", err)
	}
	defer complaints.Close()
	defer os.Remove(complaints.Name())
	cmd.Stderr = complaints
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("leash: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("leash: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("leash: %w", err)
	}
	l := &Leash{hand: stdin, cmd: cmd}
	if err := awaitReady(ctx, stdout); err != nil {
		stop := l.Release()
		text, _ := os.ReadFile(complaints.Name())
		return nil, errors.Join(fmt.Errorf("leash: %w: %s", err, bytes.TrimSpace(text)), stop)
	}
	return l, nil
}

// Release runs the closing commands and waits until they are done. It may be called more than once; later
// calls return what the first returned.
func (l *Leash) Release() error {
	l.once.Do(func() {
		l.hand.Close()
		if err := l.cmd.Wait(); err != nil {
			l.err = fmt.Errorf("leash: going down: %w", err)
		}
	})
	return l.err
}

// awaitReady reads until the shell says that it is up, ends, or ctx is done.
func awaitReady(ctx context.Context, stdout io.Reader) error {
	said := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if lines.Text() == ready {
				said <- nil
				return
			}
		}
		said <- errors.New("the opening commands failed")
	}()
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// quoted makes text fit between single quotes of a shell.
func quoted(text string) string {
	return strings.ReplaceAll(text, "'", `'\''`)
}
