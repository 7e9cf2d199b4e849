// Command diff compares this program with an n8n that the user has installed: it
// makes random workflows of data steps from seeds, runs each in both, and compares
// what every step run has emitted.
//
//	N8N_BIN=/path/to/n8n go run ./bench/diff -seed 1 -count 50
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/bench/diff/oracle"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/internal/rundiff"
	"github.com/jobsprint/jobsprint/item"
)

// Exit codes.
const (
	exitDiffers = 1
	exitUsage   = 2
)

// shownPlaces is how many differences of one workflow are printed; all of them
// are in its folder.
const shownPlaces = 4

// zone is the time zone of both.
const zone = "America/New_York"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// plan says what to compare.
type plan struct {
	seed    uint64
	count   int
	steps   []string
	noCode  bool
	folder  string
	files   []string
	timeout time.Duration
	keepAll bool
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	p, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "diff:", err)
		return exitUsage
	}
	subjects, err := p.subjects()
	if err != nil {
		fmt.Fprintln(stderr, "diff:", err)
		return exitUsage
	}
	n8n, err := oracle.Find(getenv("N8N_BIN"), zone)
	if err != nil && needN8N(subjects) {
		fmt.Fprintln(stderr, "diff:", err)
		return exitUsage
	}
	if err = theirRuns(ctx, n8n, subjects, stdout); err != nil {
		fmt.Fprintln(stderr, "diff:", err)
		return exitDiffers
	}
	differ, err := p.compare(ctx, subjects, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "diff:", err)
		return exitDiffers
	}
	if differ > 0 {
		return exitDiffers
	}
	return 0
}

func parse(args []string, stderr io.Writer) (plan, error) {
	p := plan{}
	var steps string
	f := flag.NewFlagSet("diff", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprint(stderr, "usage: diff [flags] [workflow.json...]\n\nRuns random workflows, or those of files, in n8n (N8N_BIN, else n8n in the path) and here. "+
			"Of a file NAME"+workflowSuffix+" that has NAME"+n8nSuffix+" beside it, as -out writes them, n8n's run is taken from there. Ends with 1 when a run differs.\n\n")
		f.PrintDefaults()
	}
	f.Uint64Var(&p.seed, "seed", uint64(time.Now().Unix()), "of the first workflow; the others have the seeds after it")
	f.IntVar(&p.count, "count", 50, "workflows")
	f.StringVar(&steps, "steps", "", "only these step types, by their short names with commas between")
	f.StringVar(&p.folder, "out", "", "folder for workflows that differ, with both runs (default: a temporary one)")
	f.BoolVar(&p.noCode, "nocode", false, "no code steps: the items come from a set step and a split out")
	f.BoolVar(&p.keepAll, "keep", false, "write those that are alike into the folder too")
	f.DurationVar(&p.timeout, "timeout", 20*time.Second, "of one run here")
	if err := f.Parse(args); err != nil {
		return p, err
	}
	p.files = f.Args()
	if steps != "" {
		p.steps = strings.Split(steps, ",")
	}
	if p.count < 1 || p.count > oracle.MaxWorkflows || len(p.files) > oracle.MaxWorkflows {
		return p, fmt.Errorf("the number of workflows must be from 1 to %d", oracle.MaxWorkflows)
	}
	return p, nil
}

// compare runs all here and tells how many differ.
func (p *plan) compare(ctx context.Context, subjects []subject, stdout io.Writer) (differ int, err error) {
	dir, err := os.MkdirTemp("", "jobsprint-diff-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	a, err := app.Open(ctx, app.Config{DataDir: dir, Work: app.Run, Zone: zone, Offline: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	alike, skipped := 0, 0
	for _, s := range subjects {
		if s.theirs.IsUndefined() {
			fmt.Fprintf(stdout, "%s: n8n has not run it\n", s.name)
			skipped++
			continue
		}
		ours, places := p.one(ctx, a, s)
		if ctx.Err() != nil {
			return differ, ctx.Err()
		}
		if len(places) == 0 {
			alike++
		} else {
			differ++
			report(s, places, stdout)
		}
		if len(places) > 0 || p.keepAll {
			if err := p.keep(s, ours, places); err != nil {
				return differ, err
			}
		}
	}
	fmt.Fprintf(stdout, "%d alike, %d differ, %d not run by n8n", alike, differ, skipped)
	if p.folder != "" && differ > 0 {
		fmt.Fprintf(stdout, "; workflows and runs are in %s", p.folder)
	}
	fmt.Fprintln(stdout)
	return differ, nil
}

// one runs a workflow here and compares.
func (p *plan) one(ctx context.Context, a *app.App, s subject) (ours item.Value, places []string) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	ours, err := a.RunOnce(ctx, app.Once{Workflow: s.raw, Name: s.name})
	if err != nil {
		return item.Undefined, []string{"it does not run here: " + err.Error()}
	}
	return ours, rundiff.Executions(ours, s.theirs)
}

// report prints the first places.
func report(s subject, places []string, stdout io.Writer) {
	fmt.Fprintf(stdout, "%s differs:\n", s.name)
	for i, place := range places {
		if i == shownPlaces {
			fmt.Fprintf(stdout, "  … and %d more\n", len(places)-i)
			return
		}
		fmt.Fprintf(stdout, "  %s\n", place)
	}
}
