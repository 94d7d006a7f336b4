// Package browser lets a test look at a page as a person does: in Debian's chromium, with its own size,
// language, colours and clock zone, by keyboard, with or without JavaScript.
//
// One chromium serves all tests of a process and every [Page] is a private window in it, so tests share no
// cookies and run in parallel. It is started when first asked for and goes when the process goes (see package
// leash). No browser is ever downloaded: a machine without chromium fails the test with the command to type.
//
// A page must be quiet. Whatever it writes to the console as an error, every exception nobody caught and
// every breach of the content security policy fails the test at its end, whether the test looked for it or not.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-rod/rod"

	"kept/internal/testkit/leash"
)

// installHint is the one command that a machine without chromium needs.
const installHint = "chromium is not installed; type: sudo apt-get install -y chromium fonts-noto-cjk"

// patience is how long chromium may take to come up.
const patience = time.Minute

// flags are the same for everybody. No sandbox, because it needs rights that root in a container lacks and
// only our own pages are opened; no traffic of chromium's own; drawing that is alike on every machine.
const flags = "--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run " +
	"--no-default-browser-check --disable-background-networking --disable-component-update --disable-sync " +
	"--disable-default-apps --disable-extensions --mute-audio --hide-scrollbars --force-color-profile=srgb " +
	"--font-render-hinting=none --lang=en"

// up starts chromium ("$1") with its profile in "$2" and waits, at most for half a minute, until it has
// written down its port.
const up = `HOME="$2" "$1" ` + flags + ` --user-data-dir="$2" --remote-debugging-port=0 about:blank \
	</dev/null >"$2/log" 2>&1 & pid=$!
turns=600
until [ -s "$2/DevToolsActivePort" ]; do
	turns=$((turns - 1))
	if [ $turns = 0 ] || ! kill -0 $pid 2>/dev/null; then cat "$2/log" >&2; exit 1; fi
	sleep 0.05
done`

// down ends chromium at once: it has nothing to save, and a polite end takes a second. Its helpers end when
// they lose it and may write into the profile until then, hence the second try.
const down = `kill -KILL $pid; wait $pid 2>/dev/null; rm -rf -- "$2" 2>/dev/null || { sleep 0.3; rm -rf -- "$2"; }`

// process is the chromium that the tests of one process share.
type process struct {
	once    sync.Once
	err     error
	browser *rod.Browser
	held    *leash.Leash // keeps the pipe to chromium's keeper from being collected, and so closed
}

// shared is process-wide because package testing gives the tests of a process no common value to hang it on.
var shared = &process{}

func (p *process) open() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p.held, p.browser, p.err = launch(ctx)
}

// launch starts chromium and connects to it.
func launch(ctx context.Context) (*leash.Leash, *rod.Browser, error) {
	binary, err := binary()
	if err != nil {
		return nil, nil, err
	}
	profile, err := os.MkdirTemp("", "kept-chromium-")
	if err != nil {
		return nil, nil, fmt.Errorf("browser: %w", err)
	}
	held, err := leash.Start(ctx, leash.Spec{Up: up, Down: down, Args: []string{binary, profile}})
	if err != nil {
		return nil, nil, fmt.Errorf("browser: %w", err)
	}
	address, err := devtools(profile)
	if err != nil {
		return nil, nil, errors.Join(err, held.Release())
	}
	// Not rod's own launcher: it downloads browsers and unpacks helper programs.
	browser := rod.New().ControlURL(address).NoDefaultDevice()
	if err := browser.Connect(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("browser: %w", err), held.Release())
	}
	return held, browser, nil
}

// devtools reads the address that chromium has written into its profile: a line with the port, one with the path.
func devtools(profile string) (string, error) {
	note, err := os.ReadFile(filepath.Join(profile, "DevToolsActivePort"))
	if err != nil {
		return "", fmt.Errorf("browser: %w", err)
	}
	port, path, ok := strings.Cut(strings.TrimSpace(string(note)), "\n")
	if !ok {
		return "", fmt.Errorf("browser: no address in %q", note)
	}
	return "ws://127.0.0.1:" + port + path, nil
}

// binary finds chromium, Debian's first.
func binary() (string, error) {
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("browser: " + installHint)
}
