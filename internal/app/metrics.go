package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// meter is what operators watch: how requests go, whether the database
// answers, how late messages are. Labels name routes, never addresses: those
// may hold tokens.
type meter struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// probe bounds how long a question to the database may take when it is scraped.
const probe = time.Second

func newMeter(k *kernel) *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kept_http_requests_total", Help: "Requests answered, by route and status class.",
		}, []string{"route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kept_http_request_seconds", Help: "How long answers took, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	up := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kept_database_up", Help: "1 when the database answers.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), probe)
		defer cancel()
		if k.db.Ping(ctx) != nil {
			return 0
		}
		return 1
	})
	late := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kept_messages_late_seconds", Help: "By how much the oldest message that should have gone out is late.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), probe)
		defer cancel()
		due, ok, err := k.dispatcher.NextDue(ctx)
		if err != nil || !ok {
			return 0
		}
		return max(0, k.clock.Now().Sub(due).Seconds())
	})
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.seconds, up, late,
	)
	return m
}

// measure counts and times what a mux answers.
func (m *meter) measure(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		seen := &statusWriter{ResponseWriter: w}
		mux.ServeHTTP(seen, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		m.requests.WithLabelValues(route, strconv.Itoa(seen.class())+"xx").Inc()
		m.seconds.WithLabelValues(route).Observe(time.Since(begun).Seconds())
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is beneath, to flush streams.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) class() int {
	if w.status == 0 {
		return 2 //nolint:mnd // nothing was said, so 200 was
	}
	return w.status / 100 //nolint:mnd // the first digit
}
