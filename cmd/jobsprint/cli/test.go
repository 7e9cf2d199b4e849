package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/internal/pinned"
)

type testCmd struct {
	JUnit       string        `name:"junit" placeholder:"FILE" type:"path" help:"Also write the results as JUnit XML."`
	JSON        bool          `name:"json" help:"Print the results as JSON."`
	Filter      string        `short:"f" placeholder:"REGEXP" help:"Only files whose path matches."`
	Timeout     time.Duration `default:"60s" help:"How long one workflow may run."`
	Parallel    int           `placeholder:"N" help:"How many workflows run at once. Default: the number of processors, at least 2."`
	Timezone    string        `default:"America/New_York" placeholder:"ZONE" help:"Time zone of workflows that name none."`
	Credentials string        `name:"credentials-file" aliases:"credentials" placeholder:"FILE" type:"path" help:"Credentials that steps may use, in n8n's export form. Also JOBSPRINT_CREDENTIALS_FILE."`

	Paths []string `arg:"" name:"path" type:"path" help:"Workflow files in n8n's JSON format, or folders with them."`
}

// Help teaches by example.
func (testCmd) Help() string {
	return `A workflow is a test of itself: the data that is pinned to a step is what the step must emit. The pinned data are taken away, the workflow runs by hand from its start with one item {}, in a temporary store without network, and each step that had pinned data must have run once and have emitted exactly these items on its first output. The run must end with success, or wait for long. docs/testing.md has all rules.

Examples:

    jobsprint test flows/orders.json
    jobsprint test flows --filter 'orders|invoices' --junit report.xml
    jobsprint test flows --json | jq '.results[] | select(.passed | not)'

Exit code: 0 when all have passed, 1 when one has failed, 2 when it was called wrongly or there is nothing to test.`
}

// Limits of the command.
const (
	maxTestParallel = 64
	// shownDifferences is how many places of a step a person sees.
	shownDifferences = 12
)

// Run tests.
func (c *testCmd) Run(env *Env, tree *commands) error {
	cases, err := c.cases(env)
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
		return usage("Give a name of the IANA database, such as Europe/Berlin.", "%q is no time zone", c.Timezone)
	}
	settings, err := env.load(tree, given(map[string]string{config.KeyCredentials: c.Credentials}))
	if err != nil {
		return err
	}
	var results []pinned.Result
	begun := env.Now()
	err = env.inTemporaryWith(settings, func(conf *app.Config) { conf.Zone, conf.Offline, conf.HTTPAllow = c.Timezone, true, nil },
		func(s *session) error {
			results, err = c.all(env, s.app, cases)
			return err
		})
	if err != nil {
		return err
	}
	return c.report(env, results, env.Now().Sub(begun))
}

// testCase is a test with the file that it was read from.
type testCase struct {
	file string
	pinned.Case
	err error
}

// cases reads the tests. In folders, files that are no workflows are passed over.
func (c *testCmd) cases(env *Env) ([]testCase, error) {
	only, err := regexp.Compile(c.Filter)
	if err != nil {
		return nil, usage("Give a regular expression, such as 'orders|invoices'.", "--filter: %v", err)
	}
	if c.Timeout <= 0 || c.Parallel < 0 || c.Parallel > maxTestParallel {
		return nil, usage("Give a timeout above 0 and a number of workflows at once from 1 to 64.", "--timeout or --parallel is out of range")
	}
	var out []testCase
	seen := map[string]bool{}
	for _, path := range c.Paths {
		files, err := workflowFiles(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if seen[file] || !only.MatchString(file) {
				continue
			}
			seen[file] = true
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, usage("Make the file readable.", "cannot read %s: %v", file, errors.Unwrap(err))
			}
			one, err := pinned.Read(raw)
			if errors.Is(err, pinned.ErrNoWorkflow) && file != path {
				env.Notice("%s is passed over: %v", relative(file), err)
				continue
			}
			if errors.Is(err, pinned.ErrNoWorkflow) {
				return nil, usage("Name a file with a workflow in n8n's JSON format.", "%s: %v", relative(file), err)
			}
			out = append(out, testCase{file: file, Case: one, err: err})
		}
	}
	if len(out) == 0 {
		return nil, usage("Name a folder with workflows, or another --filter.", "there is nothing to test")
	}
	return out, nil
}

// relative is a path as people in the current folder write it.
func relative(path string) string {
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, path); err == nil && !strings.HasPrefix(short, "..") {
			return short
		}
	}
	return path
}

// all runs the tests, several at once, and gives the results in their order.
func (c *testCmd) all(env *Env, a *app.App, cases []testCase) ([]pinned.Result, error) {
	workers := c.Parallel
	if workers == 0 {
		workers = max(2, runtime.NumCPU())
	}
	results := make([]pinned.Result, len(cases))
	next := make(chan int)
	var group sync.WaitGroup
	var lock sync.Mutex // of done
	done := 0
	for range min(workers, len(cases)) {
		group.Go(func() {
			for i := range next {
				results[i] = c.one(env.ctx, a, &cases[i])
				lock.Lock()
				done++
				env.Progress("%d of %d workflows", done, len(cases))
				lock.Unlock()
			}
		})
	}
	for i := range cases {
		if env.ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	group.Wait()
	env.ProgressDone()
	return results, env.ctx.Err()
}

// one runs one test.
func (c *testCmd) one(ctx context.Context, a *app.App, t *testCase) pinned.Result {
	begun := time.Now()
	r := pinned.Result{File: relative(t.file), Steps: make([]string, len(t.Expect))}
	for i, e := range t.Expect {
		r.Steps[i] = e.Step
	}
	err := t.err
	if err == nil {
		err = c.judge(ctx, a, t, &r)
	}
	r.DurationMS = time.Since(begun).Milliseconds()
	if err != nil {
		r.Error = err.Error()
	}
	r.Passed = err == nil && len(r.Differences) == 0
	return r
}

func (c *testCmd) judge(ctx context.Context, a *app.App, t *testCase, r *pinned.Result) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	execution, err := a.RunOnce(ctx, app.Once{Workflow: t.Workflow, Name: fileName(t.file), Mode: t.Mode, Input: t.Input})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("it has not ended within %s", c.Timeout)
	}
	if err != nil {
		return err
	}
	r.Differences = t.Judge(execution)
	return nil
}

// report prints the results.
func (c *testCmd) report(env *Env, results []pinned.Result, took time.Duration) error {
	sum := pinned.Sum(results, took)
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, results); err != nil {
			return err
		}
	}
	if c.JSON {
		if err := env.JSON(struct {
			pinned.Summary
			Results []pinned.Result `json:"results"`
		}{sum, results}); err != nil {
			return err
		}
	} else if err := c.print(env, results, sum); err != nil {
		return err
	}
	if sum.Failed > 0 {
		return quiet(codeFailed)
	}
	return nil
}

func writeJUnit(path string, results []pinned.Result) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return usage("Name a file that can be written.", "cannot write %s: %v", path, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return pinned.WriteJUnit(f, results)
}

func (c *testCmd) print(env *Env, results []pinned.Result, sum pinned.Summary) error {
	var b strings.Builder
	for i := range results {
		r := &results[i]
		if r.Passed {
			fmt.Fprintf(&b, "%s    %s %s\n", env.Paint(iostreams.Green, "ok"), iostreams.Plain(r.File), env.Paint(iostreams.Dim, stepCount(r)))
			continue
		}
		fmt.Fprintf(&b, "%s  %s\n", env.Paint(iostreams.Red, "FAIL"), iostreams.Plain(r.File))
		if r.Error != "" {
			fmt.Fprintf(&b, "      %s\n", iostreams.Plain(r.Error))
		}
		for _, step := range slices.Insert(slices.Clone(r.Steps), 0, "") {
			writeDifferences(&b, env, step, r.Of(step))
		}
	}
	fmt.Fprintf(&b, "%d workflows: %d passed, %d failed (%.1f s)\n", sum.Tests, sum.Passed, sum.Failed, float64(sum.DurationMS)/1000)
	_, err := fmt.Fprint(env.Out, b.String())
	return err
}

func stepCount(r *pinned.Result) string {
	if len(r.Steps) == 0 {
		return "(nothing is pinned; it has run)"
	}
	return fmt.Sprintf("(%d steps)", len(r.Steps))
}

func writeDifferences(b *strings.Builder, env *Env, step string, list []pinned.Difference) {
	if len(list) == 0 {
		return
	}
	if step != "" {
		fmt.Fprintf(b, "      %s\n", env.Paint(iostreams.Bold, iostreams.Plain(step)))
	}
	for i, d := range list {
		if i == shownDifferences {
			fmt.Fprintf(b, "        … and %d more\n", len(list)-i)
			break
		}
		if d.Message != "" {
			fmt.Fprintf(b, "        %s\n", iostreams.Plain(d.String()))
			continue
		}
		fmt.Fprintf(b, "        %s\n", iostreams.Plain(d.Path))
		fmt.Fprintf(b, "          %s\n", env.Paint(iostreams.Green, "expected "+iostreams.Plain(orNothing(d.Expected))))
		fmt.Fprintf(b, "          %s\n", env.Paint(iostreams.Red, "got      "+iostreams.Plain(orNothing(d.Got))))
	}
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
