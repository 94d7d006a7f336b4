// Command cmd measures the program against its goals and prints `name value unit` lines; see package bench.
//
//	go run ./internal/bench/cmd                                  everything, as `make bench` does
//	go run ./internal/bench/cmd -engine sqlite -only w4,w5       two works on one engine
//	go run ./internal/bench/cmd -cache .cache/bench -only w4 -bin bin/kept \
//	    -watch 'exec perf record -q -g -p $PID -o /tmp/$WORK.perf'     with a profiler beside it
//
// It leaves with status 1 when an answer was wrong or could not be had, and with 0 when a goal was missed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // the fixture's zone, also where the system has none

	"kept/internal/bench"
)

func main() {
	var o bench.Options
	engine := flag.String("engine", "", "sqlite or postgres; both when empty")
	only := flag.String("only", "", "works, such as w1,w4; all when empty")
	flag.BoolVar(&o.Short, "short", false, "a small fixture and short rounds: proves the benchmark, its figures mean nothing")
	flag.StringVar(&o.Bin, "bin", "", "the program; built when empty")
	flag.StringVar(&o.Cache, "cache", "", "folder to keep filled databases in for a day")
	flag.StringVar(&o.Watch, "watch", "", "shell command to run beside each work, with PID, WORK and ENGINE in its environment")
	flag.IntVar(&o.Town, "w8-businesses", 0, "businesses of W8, each with 200 bookings; 10,000 when 0")
	flag.IntVar(&o.People, "w12-clients", 0, "clients of W12's business; 200,000 when 0")
	flags := flag.String("flags", "", "more flags for `kept serve`, between blanks")
	flag.Parse()
	o.Engines, o.Works = list(*engine), list(*only)
	o.Flags = strings.Fields(*flags)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench.Run(ctx, o, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// list splits words at commas.
func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
