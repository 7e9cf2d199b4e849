// Command n8n runs the workflows of n8n's own benchmark suite, and a run of many
// items, on a built Jobsprint, and gives each rate beside what n8n reached.
//
//	go build -o bin/jobsprint ./cmd/jobsprint
//	go run ./bench/n8n -jobsprint bin/jobsprint -scenarios packages/@n8n/benchmark/scenarios
//
// The scenarios are n8n's and no part of this project: take the folder from its
// repository.
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
	"slices"
	"strings"
	"time"
)

// Exit codes.
const (
	exitFailed = 1 // a measurement failed or an answer was not right
	exitUsage  = 2
)

// Limits of the flags.
const (
	maxDuration = 5 * time.Minute
	maxUsers    = 64
)

// manyItems is the name of the run of many items among the scenarios.
const manyItems = "many-items"

// options are the flags.
type options struct {
	jobsprint, folder string
	only              []string
	users             int
	warmup, duration  time.Duration
	serveFlags        []string

	out io.Writer
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
		fmt.Fprintln(stderr, "n8n:", err)
		return exitUsage
	}
	o.out = stdout
	fmt.Fprintf(stdout, "%d processors, %s, %s/%s\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(stdout, "%-22s %6s %9s %8s %8s %8s %18s %18s\n", "scenario", "users", "req/s", "p50 ms", "p95 ms", "MB", "of n8n (goal)", "of its legacy")
	code := 0
	for _, s := range scenarios {
		if !o.wants(s.name) {
			continue
		}
		if err := o.measure(ctx, s); err != nil {
			fmt.Fprintf(stderr, "n8n: %s: %v\n", s.name, err)
			code = exitFailed
		}
	}
	if o.wants(manyItems) {
		if err := o.measureMany(ctx); err != nil {
			fmt.Fprintf(stderr, "n8n: %s: %v\n", manyItems, err)
			code = exitFailed
		}
	}
	return code
}

func (o *options) wants(name string) bool { return len(o.only) == 0 || slices.Contains(o.only, name) }

func names() []string {
	var out []string
	for _, s := range scenarios {
		out = append(out, s.name)
	}
	return append(out, manyItems)
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{}
	var only, serve string
	f := flag.NewFlagSet("n8n", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.jobsprint, "jobsprint", "", "the built program (required)")
	f.StringVar(&o.folder, "scenarios", "", "the folder scenarios of n8n's benchmark package; needed for all but "+manyItems)
	f.StringVar(&only, "only", "", "only these, with commas between: "+strings.Join(names(), ", "))
	f.IntVar(&o.users, "users", users, "virtual users")
	f.DurationVar(&o.warmup, "warmup", 2*time.Second, "load before the measured load")
	f.DurationVar(&o.duration, "duration", 10*time.Second, "measured load of a scenario")
	f.StringVar(&serve, "serve", "", "further flags of jobsprint serve, with spaces between")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.serveFlags = strings.Fields(serve)
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, name := range o.only {
		if !slices.Contains(names(), name) {
			return o, fmt.Errorf("there is no scenario %q", name)
		}
	}
	switch {
	case f.NArg() > 0:
		return o, errors.New("everything is said by flags; see -help")
	case o.jobsprint == "":
		return o, errors.New("name the built program with -jobsprint; build it with: go build -o bin/jobsprint ./cmd/jobsprint")
	case o.folder == "" && !slices.Equal(o.only, []string{manyItems}):
		return o, errors.New("name the folder of n8n's scenarios with -scenarios, or measure -only " + manyItems)
	case o.users < 1 || o.users > maxUsers || o.duration <= 0 || o.duration > maxDuration || o.warmup < 0 || o.warmup > maxDuration:
		return o, fmt.Errorf("users must be from 1 to %d, and times up to %s", maxUsers, maxDuration)
	}
	return o, nil
}
