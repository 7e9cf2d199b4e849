package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/item"
)

// leastSelfTests is how many of the 58 workflows that n8n's suite tests itself
// with must pass. Raise it when more do.
const leastSelfTests = 55

// slowFolder holds a workflow that sits out 42 s.
const slowFolder = "Wait"

// TestWorkflowsOfTheCorpusPassTheirOwnTests runs the command "test" on the
// workflows of the corpus, by the rules of n8n's own suite.
func TestWorkflowsOfTheCorpusPassTheirOwnTests(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(conformanceDir(t), "n8n-nodes")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is not here: set JOBSPRINT_CORPUS to the corpus to run its workflows as tests", dir)
	}
	streams, _, out, errs := iostreams.Test()
	home := t.TempDir()
	env := &cli.Env{Streams: streams, Now: time.Now, Environ: func() []string { return []string{"HOME=" + home} }}
	args := []string{"test", "--json"}
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if testing.Short() && f.Name() == slowFolder {
			t.Logf("in short mode %s is passed over", slowFolder)
			continue
		}
		args = append(args, filepath.Join(dir, f.Name()))
	}
	if code := cli.Execute(t.Context(), env, args); code > 1 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	report, err := item.Parse(out.Bytes(), item.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	results, _ := report.Get("results").Elems()
	for _, r := range results {
		if passed, _ := r.Get("passed").Bool(); !passed {
			t.Logf("FAILS: %s: %s", r.Get("file").ToString(), firstFault(r))
		}
	}
	passed, _ := report.Get("passed").Number()
	t.Logf("%v of %d workflows pass their own tests", passed, len(results))
	want := leastSelfTests
	if testing.Short() {
		want-- // the slow one
	}
	if int(passed) < want {
		t.Errorf("%v pass, want %d", passed, want)
	}
}

func firstFault(result item.Value) string {
	if text, ok := result.Get("error").Str(); ok {
		return text
	}
	list, _ := result.Get("differences").Elems()
	d := list[0]
	text := fmt.Sprintf("%s%s expected %s, got %s", d.Get("step").ToString(), d.Get("path").ToString(), d.Get("expected").ToString(), d.Get("got").ToString())
	if message, ok := d.Get("message").Str(); ok {
		text = d.Get("step").ToString() + ": " + message
	}
	return fmt.Sprintf("%s (%d differences)", text, len(list))
}
