package browser

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// marker is what MustBeQuiet makes the page say in order to know that everything said before was heard.
const marker = "browser: have I been heard?"

// ear collects what a page complains about.
type ear struct {
	heard chan struct{} // one token for each marker

	mu         sync.Mutex
	complaints []string
	expected   []*regexp.Regexp
}

// listen starts collecting; it ends with the page's context.
func listen(page *rod.Page) (*ear, error) {
	e := &ear{heard: make(chan struct{}, 1)}
	hear := page.EachEvent(func(said *proto.RuntimeConsoleAPICalled) {
		text := spoken(said.Args)
		if text == marker {
			e.heard <- struct{}{}
		} else if said.Type == proto.RuntimeConsoleAPICalledTypeError || said.Type == proto.RuntimeConsoleAPICalledTypeAssert {
			e.note("console: " + text)
		}
	}, func(thrown *proto.RuntimeExceptionThrown) {
		text := thrown.ExceptionDetails.Text
		if thrown.ExceptionDetails.Exception != nil {
			text += " " + thrown.ExceptionDetails.Exception.Description
		}
		e.note("exception: " + text)
	}, func(added *proto.LogEntryAdded) {
		if added.Entry.Level == proto.LogLogEntryLevelError {
			e.note(string(added.Entry.Source) + ": " + added.Entry.Text + " " + added.Entry.URL)
		}
	})
	for _, domain := range []interface{ Call(c proto.Client) error }{proto.RuntimeEnable{}, proto.LogEnable{}} {
		if err := domain.Call(page); err != nil {
			return nil, err
		}
	}
	go hear()
	return e, nil
}

// note keeps a complaint, unless it is one that the test provokes on purpose.
func (e *ear) note(complaint string) {
	if strings.Contains(complaint, "favicon.ico") {
		return // asked for by chromium, not by the page
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.complaints = append(e.complaints, complaint)
}

// Expect says that complaints matching the pattern (a regular expression) are provoked on purpose, such as
// "status of 404" by a test that opens a page which is not there.
func (tab *Tab) Expect(pattern string) {
	tab.ear.mu.Lock()
	defer tab.ear.mu.Unlock()
	tab.ear.expected = append(tab.ear.expected, regexp.MustCompile(pattern))
}

// MustBeQuiet fails the test for every unexpected error on the console, uncaught exception, resource that did
// not load and breach of the content security policy up to now. [Page] calls it at the end of the test.
func (tab *Tab) MustBeQuiet(t testing.TB) {
	t.Helper()
	for _, complaint := range tab.Complaints(t) {
		t.Error("browser: the page complains: " + complaint)
	}
}

// Complaints returns what MustBeQuiet would fail for, and forgets it.
func (tab *Tab) Complaints(t testing.TB) []string {
	t.Helper()
	if _, err := tab.Eval(`text => console.debug(text)`, marker); err != nil {
		t.Fatal(err)
	}
	select {
	case <-tab.ear.heard:
	case <-time.After(10 * time.Second):
		t.Fatal("browser: the page does not answer")
	}
	tab.ear.mu.Lock()
	defer tab.ear.mu.Unlock()
	var all []string
	for _, complaint := range tab.ear.complaints {
		if !matches(tab.ear.expected, complaint) {
			all = append(all, complaint)
		}
	}
	tab.ear.complaints = nil
	return all
}

func matches(patterns []*regexp.Regexp, text string) bool {
	for _, pattern := range patterns {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// spoken is what console.log would show for the arguments.
func spoken(args []*proto.RuntimeRemoteObject) string {
	words := make([]string, len(args))
	for i, arg := range args {
		if words[i] = arg.Description; words[i] == "" {
			words[i] = arg.Value.Str()
		}
	}
	return strings.Join(words, " ")
}
