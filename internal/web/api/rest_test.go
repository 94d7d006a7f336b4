package api_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"

	"kept/internal/web"
	"kept/internal/web/api"
	"kept/internal/web/wire"
)

// An operation that stands already answers nobody before all the others do:
// they share what requests are checked by. The race detector says the same.
func TestNoneAnswersBeforeAllAreThere(t *testing.T) {
	t.Parallel()
	words, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	all := api.New(mux, api.Deps{Words: words, Demo: true})
	var there atomic.Bool
	answered := make(chan bool, 1)
	all.Rest(func(*wire.Edge) {
		go func() {
			got := httptest.NewRecorder()
			mux.ServeHTTP(got, httptest.NewRequest(http.MethodGet, api.Prefix+"/business", http.NoBody))
			if got.Code != http.StatusUnauthorized {
				t.Errorf("a stranger is answered %d: %s", got.Code, got.Body)
			}
			answered <- there.Load()
		}()
		for range 10_000 {
			runtime.Gosched() // time enough for a bare refusal
		}
		there.Store(true)
	})
	if !<-answered {
		t.Error("it answered while others were still being made ready")
	}
}
