// Command cmd simulates a year with and without the ranking of starts and prints `name value unit` lines; see
// package simulate.
//
//	go run ./internal/simulate/cmd            as `make bench` does
//	go run ./internal/simulate/cmd -tune      a table of weights on other seeds than those that are told of
package main

import (
	"flag"
	"os"

	"kept/internal/simulate"
)

func main() {
	tune := flag.Bool("tune", false, "print a table of weights on the seeds for tuning")
	flag.Parse()
	if *tune {
		simulate.Tune(os.Stdout)
		return
	}
	simulate.Report(os.Stdout)
}
