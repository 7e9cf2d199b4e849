package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A fuzzTarget is one FuzzX function.
type fuzzTarget struct{ pkg, name string }

// fuzz finds all fuzz targets and runs each for a bounded time; it goes on after a failure and counts them.
func fuzz(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("fuzz", flag.ContinueOnError)
	each := flags.Duration("time", 5*time.Second, "how long each target runs")
	if err := flags.Parse(args); err != nil {
		return usageError(err.Error())
	}
	out, listErr := output(ctx, "go", "test", "-list", "^Fuzz", "-json", "./...")
	targets, broken, err := fuzzTargets(out)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return errors.Join(listErr, errors.New("no fuzz target found"))
	}
	failed := 0
	if listErr != nil { // a package that does not compile does not keep the others from running
		failed++
		fmt.Printf("cannot list all fuzz targets: %v\n%s", listErr, broken)
	}
	for _, t := range targets {
		if err := fuzzOne(ctx, t, *each); err != nil {
			failed++
			fmt.Println(err)
		}
	}
	fmt.Printf("fuzzed %d targets for %s each, %d failures\n", len(targets), *each, failed)
	if failed > 0 {
		return errFailed
	}
	return nil
}

// fuzzTargets reads go test -list -json: one output line for each name. broken is what the compiler said.
func fuzzTargets(log []byte) (targets []fuzzTarget, broken string, err error) {
	err = eachEvent(log, func(e testEvent) {
		name := strings.TrimSpace(e.Output)
		switch {
		case e.Action == "output" && strings.HasPrefix(name, "Fuzz"):
			targets = append(targets, fuzzTarget{e.Package, name})
		case e.Action == "build-output":
			broken += e.Output
		}
	})
	return targets, broken, err
}

func fuzzOne(ctx context.Context, t fuzzTarget, each time.Duration) error {
	fmt.Printf("fuzz %s %s\n", strings.TrimPrefix(t.pkg, module), t.name)
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", each.String(), t.pkg)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	out, err := cmd.CombinedOutput()
	if err != nil && !ranOutOfTime(out) {
		return fmt.Errorf("fuzz %s %s: %w\n%s", t.pkg, t.name, err, out)
	}
	return nil
}

// ranOutOfTime recognises the go command stopping a slow input at the end of -fuzztime and calling it a
// failure. A true failure always comes with the input that was written down.
func ranOutOfTime(out []byte) bool {
	return bytes.Contains(out, []byte("context deadline exceeded")) && !bytes.Contains(out, []byte("Failing input written"))
}
