package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/item"
)

// realExports are workflows that people have exported from n8n. They are not
// part of the project; the test is skipped where they are not.
func realExports(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("JOBSPRINT_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	dir = filepath.Join(dir, "real")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is not here: set JOBSPRINT_CORPUS to the folder that holds real, with workflows exported from n8n", dir)
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".json" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds no workflows: %v", dir, err)
	}
	return files
}

// TestRealExportsAreKept imports what people have exported from n8n: nothing of
// it is lost, whether this build can run it or not, and what it cannot run is
// listed.
func TestRealExportsAreKept(t *testing.T) {
	t.Parallel()
	files := realExports(t)
	c := inProcess(t)
	report := exportReport{codes: map[string]int{}, types: map[string]int{}}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		report.keep(t, c, filepath.Base(file), raw)
	}
	t.Logf("%d files were imported without loss; %d of them can be activated", len(files), report.runnable)
	t.Logf("problems by code: %s", ranked(report.codes))
	t.Logf("step types that this build cannot run, with the number of steps: %s", ranked(report.types))
}

// exportReport is what this build makes of a corpus.
type exportReport struct {
	runnable     int
	codes, types map[string]int
}

// keep imports a file, exports it again and compares.
func (r *exportReport) keep(t *testing.T, c *client.Client, name string, raw []byte) {
	t.Helper()
	w, err := c.CreateWorkflow(t.Context(), raw)
	if err != nil {
		t.Errorf("%s was refused: %v", name, err)
		return
	}
	exported, err := c.ExportWorkflow(t.Context(), w.ID, 0)
	if err != nil {
		t.Errorf("%s was not exported: %v", name, err)
		return
	}
	before, err := item.Parse(raw, item.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	after, err := item.Parse(exported, item.Limits{})
	if err != nil || !item.Equal(before, after) {
		t.Errorf("%s is not exported as it was imported: %v", name, err)
	}
	types, blocked := stepTypes(before), false
	for _, p := range w.Problems {
		r.codes[p.Code]++
		blocked = blocked || p.Blocking
		if p.Code == "node-type-unknown" || p.Code == "node-version-unknown" {
			r.types[types[p.Pointer]]++
		}
	}
	if !blocked {
		r.runnable++
	}
}

// stepTypes gives the type and its version of every step, by the pointers that
// problems may have.
func stepTypes(workflow item.Value) map[string]string {
	out := map[string]string{}
	list, _ := workflow.Get("nodes").Elems()
	for i, node := range list {
		text := node.Get("type").ToString() + " " + node.Get("typeVersion").ToString()
		for _, field := range []string{"", "/type", "/typeVersion"} {
			out[fmt.Sprintf("/nodes/%d%s", i, field)] = text
		}
	}
	return out
}

// ranked prints counts, largest first.
func ranked(counts map[string]int) string {
	names := slices.Collect(maps.Keys(counts))
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s: %d", name, counts[name])
	}
	return strings.Join(names, ", ")
}

// inProcess is a client of the program in this process, on a folder of its own.
func inProcess(t *testing.T) *client.Client {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DataDir: t.TempDir(), Work: app.Read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c, err := client.New(client.LocalBase, client.Local(a.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
