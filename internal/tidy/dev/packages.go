package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

const module = "github.com/jobsprint/jobsprint/"

// rapidPath is the property test library: packages whose tests import it are the simulation group.
const rapidPath = "pgregory.net/rapid"

// unitRooms are tested without a log, a server or a process. Every other room is integration.
var unitRooms = []string{"item", "events", "expression", "workflow", "nodes", "commands", "internal", "migrations"}

// A goPackage is one package with Go files in this module.
type goPackage struct {
	Path    string   // import path
	Tests   bool     // has test files
	Imports []string // of its tests
}

// room is the top folder, where thresholds and groups are decided.
func (p goPackage) room() string {
	room, _, _ := strings.Cut(strings.TrimPrefix(p.Path, module), "/")
	return room
}

func (p goPackage) unit() bool { return slices.Contains(unitRooms, p.room()) }

// in tells whether the package's tests are in a group.
func (p goPackage) in(group string) bool {
	switch group {
	case "unit":
		return p.unit()
	case "integration":
		return !p.unit()
	case "sim":
		return slices.Contains(p.Imports, rapidPath)
	}
	return true
}

// groups are the names that the test command knows.
var groups = []string{"all", "unit", "integration", "sim"}

const listFormat = `{{.ImportPath}}|{{len .TestGoFiles}}{{len .XTestGoFiles}}|{{range .TestImports}}{{.}} {{end}}{{range .XTestImports}}{{.}} {{end}}`

// list asks the go command for the packages of the module.
func list(ctx context.Context) ([]goPackage, error) {
	out, err := output(ctx, "go", "list", "-e", "-f", listFormat, "./...")
	if err != nil {
		return nil, err
	}
	return parseList(out), nil
}

func parseList(out []byte) []goPackage {
	var pkgs []goPackage
	for line := range strings.Lines(string(out)) {
		path, rest, _ := strings.Cut(strings.TrimSpace(line), "|")
		files, imports, _ := strings.Cut(rest, "|")
		pkgs = append(pkgs, goPackage{Path: path, Tests: files != "00", Imports: strings.Fields(imports)})
	}
	return pkgs
}

// testedIn lists the import paths of a group's packages that have tests.
func testedIn(pkgs []goPackage, group string) []string {
	var paths []string
	for _, p := range pkgs {
		if p.Tests && p.in(group) {
			paths = append(paths, p.Path)
		}
	}
	return paths
}

// output runs a command and gives its standard output; its error holds what it said on the other.
func output(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, nil
}

// passThrough runs a command with our own streams.
func passThrough(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}
