// Command reference writes the pages of the step types from their definitions:
// one for each under docs/nodes, and an index. What it wrote for a type that is
// no more is removed.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	"github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/reference"
)

//go:generate go run . ../nodes

// indexPage is what a browser of the repository shows for the folder.
const indexPage = "README.md"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: reference FOLDER")
		os.Exit(2)
	}
	cat, err := catalogue.New(full.Definitions(net.Options{})...)
	if err == nil {
		err = write(os.Args[1], cat.All())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

// write makes the folder hold the pages of these types and no others.
func write(folder string, defs []nodes.Definition) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	pages := map[string]string{indexPage: reference.Index(defs)}
	for i := range defs {
		name := reference.Page(&defs[i])
		if _, taken := pages[name]; taken {
			return fmt.Errorf("two types want the page %s", name)
		}
		pages[name] = reference.Markdown(&defs[i])
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return removeOthers(folder, pages)
}

// removeOthers removes pages that were generated and are no longer.
func removeOthers(folder string, pages map[string]string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		if _, ok := pages[filepath.Base(file)]; ok {
			continue
		}
		text, err := os.ReadFile(file)
		if err == nil && strings.HasPrefix(string(text), reference.Marker) {
			err = os.Remove(file)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
