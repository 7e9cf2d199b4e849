// Command w1 measures a built Jobsprint against the goals of README.md: its
// rate on a webhook with ten steps beside that of a floor program in the same
// run, the time until it is ready, the latency of a first step, a run of many
// items, and the rebuild of the read models.
//
//	go build -o bin/jobsprint ./cmd/jobsprint
//	go run ./bench/w1 -jobsprint bin/jobsprint -mode all
//
// The floor is any program started as "PROGRAM ADDRESS FOLDER" that answers a
// GET of /readyz with 200 and a POST to /webhook/w1 with the tenth value.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

// Exit codes.
const (
	exitFailed = 1 // a measurement failed or its result was not right
	exitUsage  = 2
)

// Limits and defaults of the flags.
const (
	maxRounds = 50
	maxItems  = 100_000
)

// options are the flags.
type options struct {
	jobsprint, floor string
	mode             string
	users, rounds    int
	warmup, duration time.Duration
	items, requests  int
	rest             time.Duration

	out io.Writer
}

// modes in the order in which "all" runs them.
var modes = []struct {
	name    string
	measure func(context.Context, options) error
}{
	{"chain", measureChain}, {"ready", measureReady}, {"first", measureFirst}, {"items", measureItems}, {"rebuild", measureRebuild},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "w1:", err)
		return exitUsage
	}
	o.out = stdout
	fmt.Fprintf(stdout, "%d processors, %s, %s/%s\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	code := 0
	for _, m := range modes {
		if o.mode != m.name && o.mode != "all" {
			continue
		}
		fmt.Fprintf(stdout, "\n== %s\n", m.name)
		if err := m.measure(ctx, o); err != nil {
			fmt.Fprintf(stderr, "w1: %s: %v\n", m.name, err)
			code = exitFailed
		}
	}
	return code
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var names []string
	for _, m := range modes {
		names = append(names, m.name)
	}
	f := flag.NewFlagSet("w1", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.jobsprint, "jobsprint", "", "the built program (required)")
	f.StringVar(&o.floor, "floor", "", "a program to measure beside it in mode chain, started as PROGRAM ADDRESS FOLDER")
	f.StringVar(&o.mode, "mode", "chain", "what to measure: "+strings.Join(names, ", ")+" or all")
	f.IntVar(&o.users, "users", 16, "virtual users of mode chain and rebuild")
	f.IntVar(&o.rounds, "rounds", 3, "rounds of each server in mode chain; starts in mode ready")
	f.DurationVar(&o.warmup, "warmup", 2*time.Second, "load before each round that is not measured")
	f.DurationVar(&o.duration, "duration", 10*time.Second, "measured load of a round")
	f.DurationVar(&o.rest, "rest", 5*time.Second, "idle time before the memory of an idle server is read")
	f.IntVar(&o.requests, "requests", 500, "requests one after another in mode first")
	f.IntVar(&o.items, "items", 10_000, "items of the run in mode items")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(f.NArg(), names)
}

func (o options) check(left int, names []string) error {
	known := o.mode == "all"
	for _, n := range names {
		known = known || n == o.mode
	}
	switch {
	case left > 0:
		return errors.New("everything is said by flags; see -help")
	case o.jobsprint == "":
		return errors.New("name the built program with -jobsprint; build it with: go build -o bin/jobsprint ./cmd/jobsprint")
	case !known:
		return fmt.Errorf("there is no mode %q", o.mode)
	case o.rounds < 1 || o.rounds > maxRounds:
		return fmt.Errorf("rounds must be from 1 to %d", maxRounds)
	case o.items < 1 || o.items > maxItems:
		return fmt.Errorf("items must be from 1 to %d", maxItems)
	case o.requests < 1 || o.rest < 0 || o.warmup < 0:
		return errors.New("requests must be 1 or more, and times not negative")
	}
	return nil
}

// verdict writes a figure beside its goal.
func (o options) verdict(what string, figure string, goal string, met bool) {
	word := "missed"
	if met {
		word = "met"
	}
	fmt.Fprintf(o.out, "%s: %s (goal: %s, %s)\n", what, figure, goal, word)
}
