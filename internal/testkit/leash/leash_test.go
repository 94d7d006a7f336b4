package leash_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kept/internal/testkit/leash"
)

// child starts a process that would sleep for ever, notes its id in $1 and takes it down by that note.
var child = leash.Spec{
	Up:   `sleep 86400 >/dev/null 2>&1 & pid=$!; echo "$pid" >"$1"`,
	Down: `kill "$pid"; wait "$pid" 2>/dev/null; rm -f "$1"`,
}

func TestReleaseTakesTheChildDown(t *testing.T) {
	t.Parallel()
	spec, note := child, filepath.Join(t.TempDir(), "pid")
	spec.Args = []string{note}
	l, err := leash.Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	pid := noted(t, note)
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the child does not run: %v", err)
	}
	for range 2 {
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the child still runs: %v", err)
	}
	if _, err := os.Stat(note); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the closing commands did not tidy up: %v", err)
	}
}

func TestStartSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	trace := filepath.Join(t.TempDir(), "trace")
	_, err := leash.Start(t.Context(), leash.Spec{
		Up:   `echo "it's broken" >&2; false; echo never`,
		Down: `echo 'down' >"$1"`,
		Args: []string{trace},
	})
	if err == nil || !strings.Contains(err.Error(), "it's broken") {
		t.Errorf("Start = %v, want the shell's complaint", err)
	}
	if text, err := os.ReadFile(trace); err != nil || string(text) != "down\n" {
		t.Errorf("closing commands left %q, %v", text, err)
	}
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := leash.Start(ctx, leash.Spec{Up: "sleep 0.2", Down: ":"}); !errors.Is(err, cause) {
		t.Errorf("Start = %v, want %v", err, cause)
	}
}

// The reason the package exists: a process killed without mercy leaves nothing behind. The test runs itself
// as that process.
func TestChildDiesWithAKilledOwner(t *testing.T) {
	if note := os.Getenv("LEASH_TEST_NOTE"); note != "" {
		spec := child
		spec.Args = []string{note}
		if _, err := leash.Start(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("holding\n")
		select {}
	}
	t.Parallel()
	note := filepath.Join(t.TempDir(), "pid")
	owner := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildDiesWithAKilledOwner$")
	owner.Env = append(os.Environ(), "LEASH_TEST_NOTE="+note)
	// Inherited by the owner, the shell and the child: reading it ends when the last of them is gone.
	alive, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	owner.ExtraFiles = []*os.File{held}
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	held.Close()
	if _, err := io.ReadFull(out, make([]byte, len("holding\n"))); err != nil {
		t.Fatal(err)
	}
	pid := noted(t, note)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.Wait()
	if err := alive.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(alive); err != nil {
		t.Fatalf("somebody lives on: %v", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the orphan still runs: %v", err)
	}
	if _, err := os.Stat(note); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the closing commands did not tidy up: %v", err)
	}
}

func noted(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
