package browser

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// phoneWidth is the width in CSS pixels below which a window is that of a phone: chromium makes no narrower
// window on a desktop, so such sizes are emulated, touch and viewport tag included.
const phoneWidth = 500

// timeLimit is how long one tab may be in use; a page that hangs fails its test and not the whole run.
const timeLimit = 2 * time.Minute

// Options say who looks at the page, and with what.
type Options struct {
	Width    int    // CSS pixels, 1280 when 0; below 500 it is a phone
	Height   int    // CSS pixels, 800 when 0
	Dark     bool   // prefers dark colours
	Lang     string // Accept-Language, such as "zh-Hant" or "ru, en;q=0.5"; "en" when empty
	Zone     string // IANA name of the viewer's zone; the machine's when empty
	NoScript bool   // JavaScript is off
}

// filled puts the defaults where nothing is said.
func (o Options) filled() Options {
	o.Width = cmp.Or(o.Width, 1280)
	o.Height = cmp.Or(o.Height, 800)
	o.Lang = cmp.Or(o.Lang, "en")
	return o
}

// A Tab is an open page: everything that [rod.Page] can do, where each Must method fails the test instead of
// panicking, and an ear for its complaints.
type Tab struct {
	*rod.Page

	ear    *ear
	viewer Options // with the defaults filled in
}

// Page opens address in a private window and waits until it is loaded. When the test ends, the window is
// closed and the test fails if the page has complained (see [Tab.MustBeQuiet]). Motion is always reduced,
// so that a picture shows the end of every transition.
func Page(t testing.TB, address string, options Options) *Tab {
	t.Helper()
	shared.once.Do(shared.open)
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	// Not the test's own context: that one has ended when the clean-up asks the page for its complaints.
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	t.Cleanup(cancel)
	window, err := shared.browser.Context(ctx).Incognito()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { window.Close() })
	page, err := window.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		t.Fatal(err)
	}
	options = options.filled()
	tab := &Tab{viewer: options, Page: page.WithPanic(func(why any) {
		t.Helper()
		t.Fatal(why)
	})}
	if tab.ear, err = listen(tab.Page); err != nil {
		t.Fatal(err)
	}
	if err := dress(tab.Page, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() { // else the complaints are most likely what the test died of, or of its dying
			tab.MustBeQuiet(t)
		}
	})
	// By the debugger's events: MustWaitLoad waits for a promise, which nobody keeps where scripts are off.
	loaded := tab.WaitNavigation(proto.PageLifecycleEventNameLoad)
	tab.MustNavigate(address)
	loaded()
	return tab
}

// dress makes the page believe in the viewer that the options describe.
func dress(page *rod.Page, o Options) error {
	version, err := proto.BrowserGetVersion{}.Call(page)
	if err != nil {
		return err
	}
	colours := "light"
	if o.Dark {
		colours = "dark"
	}
	phone := o.Width < phoneWidth
	for _, wish := range []interface{ Call(c proto.Client) error }{
		proto.EmulationSetDeviceMetricsOverride{Width: o.Width, Height: o.Height, DeviceScaleFactor: 1, Mobile: phone},
		proto.EmulationSetTouchEmulationEnabled{Enabled: phone},
		proto.EmulationSetUserAgentOverride{UserAgent: version.UserAgent, AcceptLanguage: o.Lang},
		proto.EmulationSetTimezoneOverride{TimezoneID: o.Zone},
		proto.EmulationSetScriptExecutionDisabled{Value: o.NoScript},
		proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{
			{Name: "prefers-color-scheme", Value: colours},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}},
	} {
		if err := wish.Call(page); err != nil {
			return err
		}
	}
	return nil
}

// Screenshot writes a PNG picture of the whole page, not only of what the window shows, making the folders
// of path where they are missing.
func Screenshot(t testing.TB, tab *Tab, path string) {
	t.Helper()
	picture, err := tab.Page.Screenshot(true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Fits fails the test when the page is wider than its window, and names the elements that stick out: nobody
// should have to scroll sideways (WCAG 2.2, 1.4.10).
func Fits(t testing.TB, tab *Tab) {
	t.Helper()
	wide := tab.MustEval(`width => {
		if (document.scrollingElement.scrollWidth <= width) return "";
		const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1);
		return "wider than " + width + "px: " + out.slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(" | ");
	}`, tab.viewer.Width).Str()
	if wide != "" {
		t.Error("browser: the page is " + wide)
	}
}
