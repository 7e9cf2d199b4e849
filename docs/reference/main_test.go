package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/nodes/reference"
)

func TestTheFolderHoldsThePagesAndNoOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"gone.md": reference.Marker + "# Gone", "own.md": "# By hand"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir, core.Definitions()); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(dir, indexPage))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range core.Definitions() {
		page, err := os.ReadFile(filepath.Join(dir, reference.Page(&d)))
		if err != nil || !strings.Contains(string(page), "# "+d.Name) {
			t.Errorf("the page of %s: %v", d.Type, err)
		}
		if !strings.Contains(string(index), "]("+reference.Page(&d)+")") {
			t.Errorf("the index does not lead to %s", d.Type)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.md")); !os.IsNotExist(err) {
		t.Errorf("the page of a type that is no more: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "own.md")); err != nil {
		t.Errorf("a page by hand: %v", err)
	}
}

func TestTwoTypesCannotShareAPage(t *testing.T) {
	t.Parallel()
	if err := write(t.TempDir(), []nodes.Definition{{Type: "a.set", Versions: []float64{1}}, {Type: "b.set", Versions: []float64{1}}}); err == nil {
		t.Error("one page was written over the other")
	}
}
