package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/item"
)

// conformanceZone is the time zone of the recorded runs.
const conformanceZone = "America/New_York"

// conformanceDir is where workflows and what n8n made of them lie; they are not
// part of the project, and tests are skipped where they are not.
func conformanceDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("JOBSPRINT_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, "n8n-golden")); err != nil {
		t.Skipf("%s is not here: set JOBSPRINT_CORPUS to the corpus to compare runs with n8n's", filepath.Join(dir, "n8n-golden"))
	}
	return dir
}

// conformanceCase is a workflow and n8n's run of it.
type conformanceCase struct {
	name     string
	workflow item.Value
	want     item.Value
}

func conformanceCases(t *testing.T) []conformanceCase {
	t.Helper()
	dir := conformanceDir(t)
	var cases []conformanceCase
	for golden, source := range map[string]string{"n8n-golden": "n8n-nodes", "n8n-generated-golden": "n8n-generated"} {
		files, err := filepath.Glob(filepath.Join(dir, golden, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no runs in %s: %v", golden, err)
		}
		for _, file := range files {
			name := strings.Replace(strings.TrimPrefix(filepath.Base(file), "nodes__"), "__", "/", 1)
			w, _ := parseFile(t, filepath.Join(dir, source, name)).Obj()
			cases = append(cases, conformanceCase{source + "/" + name, w.Without("pinData").Value(), parseFile(t, file)})
		}
	}
	slices.SortFunc(cases, func(a, b conformanceCase) int { return strings.Compare(a.name, b.name) })
	return cases
}

func parseFile(t *testing.T, path string) item.Value {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := item.Parse(raw, item.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// TestRunsAreN8ns runs every workflow of the corpus as n8n did and compares
// all that n8n recorded. A workflow whose steps this build has all runs through
// the command; in the others recorded steps stand in for those that it lacks,
// so that the engine still has to do what n8n's did around them.
func TestRunsAreN8ns(t *testing.T) {
	cases := conformanceCases(t)
	engine := openConformanceEngine(t)
	equal := map[string]int{}
	var table strings.Builder
	note := func(name, format string, args ...any) {
		fmt.Fprintf(&table, "  %s: %s\n", name, fmt.Sprintf(format, args...))
	}
	for _, c := range cases {
		if why := leftOut[c.name]; why != "" {
			note(c.name, "not run: %s", why)
			continue
		}
		blocked := engine.blocked(c.workflow.AppendJSON(nil))
		way := byCommand
		if len(blocked) > 0 {
			way = withStandIns
			note(c.name, "%s: %s", way, reasons(blocked))
		}
		execution, err := engine.runEither(c, blocked)
		if err != nil {
			t.Errorf("%s (%s): %v", c.name, way, err)
			continue
		}
		differences := executionDifferences(execution, c.want)
		switch why := recordedOnce[c.name]; {
		case len(differences) == 0:
			equal[way]++
		case why != "":
			note(c.name, "not compared: %s", why)
		default:
			t.Errorf("%s (%s) differs from n8n's run:\n  %s", c.name, way, strings.Join(differences[:min(12, len(differences))], "\n  "))
		}
	}
	t.Logf("not run as they are:\n%s", table.String())
	t.Logf("of %d workflows these were equal: %v", len(cases), equal)
	if equal[byCommand] < leastByCommand || equal[byCommand]+equal[withStandIns] < leastByCommand+leastWithRecorded {
		t.Errorf("too few were equal: want %d and %d", leastByCommand, leastWithRecorded)
	}
}

// recordedOnce names the workflows whose record no other run can give.
var recordedOnce = map[string]string{
	"n8n-nodes/CompareDatasets/workflow.compareDatasets.json":   "its record shows items as a later step of n8n changed them in place",
	"n8n-nodes/Files-test/convert_extract.workflow.json":        "it shows the moment of the record",
	"n8n-nodes/ItemLists/workflow.concatenate_pairedItems.json": "it shows data of chance",
	"n8n-nodes/Set/Set.v3.workflow.json":                        "it shows the moment of the record",
	"n8n-nodes/Set/Set.v3_3.workflow.json":                      "it shows the moment of the record",
}

// The ways in which a workflow is run.
const (
	byCommand    = "by the command"
	withStandIns = "with recorded steps"
)

// runEither runs a workflow by the command where it can run, and else with
// recorded steps for those that are blocked.
func (e *conformanceEngine) runEither(c conformanceCase, blocked map[string]string) (item.Value, error) {
	e.t.Helper()
	if len(blocked) == 0 {
		return runByCommand(e.t, c)
	}
	if why, whole := blocked[""]; whole {
		return item.Undefined, fmt.Errorf("the workflow as a whole is refused: %s", why)
	}
	return e.run(withRecorded(c.workflow, blocked, item.GetPath(c.want, "data.resultData.runData")))
}

// leftOut names the workflows that are not run at all.
var leftOut = map[string]string{
	"n8n-nodes/Wait/Wait.workflow.json": "it waits for 42 s",
}

// The least numbers of workflows that must be equal.
const (
	leastByCommand    = 99
	leastWithRecorded = 2
	leastInContext    = 123
)

// reasons shortens what is in the way of a workflow.
func reasons(blocked map[string]string) string {
	messages := slices.Sorted(maps.Values(blocked))
	if len(messages) > 1 {
		return fmt.Sprintf("%s (and %d more)", messages[0], len(messages)-1)
	}
	return messages[0]
}

// runByCommand runs a workflow with "jobsprint run".
func runByCommand(t *testing.T, c conformanceCase) (item.Value, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "workflow.json")
	if err := os.WriteFile(path, c.workflow.AppendJSON(nil), 0o600); err != nil {
		return item.Undefined, err
	}
	streams, _, out, errs := iostreams.Test()
	home := t.TempDir()
	env := &cli.Env{Streams: streams, Now: time.Now, Environ: func() []string {
		return []string{"HOME=" + home, "JOBSPRINT_TIMEZONE=" + conformanceZone}
	}}
	if code := cli.Execute(t.Context(), env, []string{"run", path, "--output", "n8n"}); code > 1 {
		return item.Undefined, fmt.Errorf("exit code %d: %s", code, errs)
	}
	return item.Parse(out.Bytes(), item.Limits{})
}
