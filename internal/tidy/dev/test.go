package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// testTimeout is for one package; the longest are crash tests with many restarts.
const testTimeout = "15m"

// test runs a group's tests through gotestsum, whose summary names failed and skipped tests and whose closing
// line ("DONE 12 tests in 3s") is always the last line printed. With CI=true a skipped test fails the run.
func test(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	allowSkips := flags.Bool("allow-skips", false, "do not fail on skipped tests when CI=true")
	if err := flags.Parse(args); err != nil {
		return usageError(err.Error())
	}
	group := flags.Arg(0)
	if !slices.Contains(groups, group) {
		return usageError("say which tests: " + strings.Join(groups, ", "))
	}
	pkgs, err := list(ctx)
	if err != nil {
		return err
	}
	selected := testedIn(pkgs, group)
	if len(selected) == 0 {
		return fmt.Errorf("no package has %s tests", group)
	}
	ci := os.Getenv("CI") == "true"
	skipped, closing, err := runTests(ctx, selected, goTestFlags(flags.Args()[1:], ci))
	if err == nil && ci && !*allowSkips && len(skipped) > 0 {
		fmt.Printf("\n%d skipped: in CI every test must run\n", len(skipped))
		for _, s := range skipped {
			fmt.Println("  " + s)
		}
		fmt.Println(closing)
		err = errFailed
	}
	return err
}

func goTestFlags(extra []string, ci bool) []string {
	flags := []string{"-timeout", testTimeout}
	if ci {
		flags = append(flags, "-count=1")
	}
	return append(flags, extra...)
}

func runTests(ctx context.Context, pkgs, flags []string) (skipped []string, closing string, err error) {
	dir, err := os.MkdirTemp("", "jobsprint-tests-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	events := filepath.Join(dir, "events.json")
	args := append([]string{"tool", "-modfile=tools/go.mod", "gotestsum", "--format", "pkgname",
		"--jsonfile", events, "--packages", strings.Join(pkgs, " "), "--"}, flags...)
	cmd := exec.CommandContext(ctx, "go", args...)
	last := &lastLine{prefix: "DONE "}
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, last), os.Stderr
	runErr := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(runErr, &exit) {
		runErr = errFailed
	}
	log, err := os.ReadFile(events)
	if err != nil {
		return nil, last.found, errors.Join(runErr, err)
	}
	skipped, err = skippedTests(log)
	return skipped, last.found, errors.Join(runErr, err)
}

// testEvent is a line of go test -json.
type testEvent struct{ Action, Package, Test, Output string }

// skippedTests names the tests that skipped themselves. A package without tests is no skipped test.
func skippedTests(log []byte) ([]string, error) {
	var names []string
	err := eachEvent(log, func(e testEvent) {
		if e.Action == "skip" && e.Test != "" {
			names = append(names, strings.TrimPrefix(e.Package, module)+" "+e.Test)
		}
	})
	return names, err
}

func eachEvent(log []byte, visit func(testEvent)) error {
	for decoder := json.NewDecoder(bytes.NewReader(log)); ; {
		var e testEvent
		switch err := decoder.Decode(&e); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read go test -json: %w", err)
		}
		visit(e)
	}
}

// lastLine remembers the last complete line that begins with prefix.
type lastLine struct {
	prefix, found string
	partial       []byte
}

func (l *lastLine) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		line, rest, ok := bytes.Cut(l.partial, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		if strings.HasPrefix(string(line), l.prefix) {
			l.found = string(line)
		}
		l.partial = rest
	}
}
