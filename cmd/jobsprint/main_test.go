package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/datadir"
)

// TestMain makes this test binary the program when it is called so: scripts and
// tests run the real thing as a process.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jobsprint": main})
}

const scripts = "testdata/script"

func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: scripts, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			for _, pair := range os.Environ() { // a person's settings do not count in tests
				if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "JOBSPRINT_") {
					env.Setenv(name, "")
				}
			}
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_DATA_HOME", "")
			env.Setenv("XDG_CONFIG_HOME", "")
			env.Setenv("EXAMPLES", examples)
			return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "ready": ready, "capture": capture, "post": post, "get": get, "until": until, "together": together, "hold": hold,
		},
	})
}

// exits runs a command that must end with a code: exits 2 jobsprint bogus.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s ended with code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// scriptPatience bounds every wait for a condition in scripts.
const scriptPatience = 20 * time.Second

// waitFor polls until a condition holds.
func waitFor(ts *testscript.TestScript, what string, holds func() bool) {
	deadline := time.Now().Add(scriptPatience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ; !holds(); <-tick.C {
		if time.Now().After(deadline) {
			ts.Fatalf("waited %s for %s", scriptPatience, what)
		}
	}
}

// ready waits until a server takes requests for a folder, and puts its address
// into $ADDR: ready DIR.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready DIR")
	}
	waitFor(ts, "the server on "+args[0], func() bool {
		s, err := datadir.ReadServer(ts.MkAbs(args[0]))
		if err != nil {
			return false
		}
		c, err := client.New(s.Address, nil)
		ts.Check(err)
		r, err := c.Ready(context.Background())
		ts.Setenv("ADDR", s.Address)
		return err == nil && r.Instance == s.Instance
	})
}

// capture puts the first group of a pattern in the last stdout into a variable:
// capture NAME PATTERN.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME PATTERN")
	}
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("stdout has nothing like %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// post sends a JSON body; the answer is the next stdout: post URL BODY.
func post(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] post URL BODY")
	}
	show(ts, neg)(http.Post(args[0], "application/json", strings.NewReader(args[1])))
}

// get reads an address; the answer is the next stdout: get URL.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] get URL")
	}
	show(ts, neg)(http.Get(args[0]))
}

func show(ts *testscript.TestScript, neg bool) func(*http.Response, error) {
	return func(answer *http.Response, err error) {
		ts.Check(err)
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		ts.Check(err)
		_, _ = fmt.Fprintf(ts.Stdout(), "%d %s", answer.StatusCode, body)
		if ok := answer.StatusCode < 300; ok == neg {
			ts.Fatalf("answered %d: %s", answer.StatusCode, body)
		}
	}
}

// until waits until a run has a status: until STATUS RUN, on $ADDR.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until STATUS RUN")
	}
	c, err := client.New(ts.Getenv("ADDR"), nil)
	ts.Check(err)
	var run wire.Run
	waitFor(ts, "run "+args[1]+" to be "+args[0], func() bool {
		run, err = c.WithAtLeast("head").Run(context.Background(), args[1])
		return err == nil && run.Status == args[0]
	})
}

// together runs the same command twice at the same time; both must succeed:
// together program [args...].
func together(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: together program [args...]")
	}
	var commands [2]*exec.Cmd
	var outputs [2]bytes.Buffer
	for i := range commands {
		commands[i] = exec.Command(args[0], args[1:]...)
		commands[i].Dir = ts.MkAbs(".")
		commands[i].Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
		commands[i].Stdout, commands[i].Stderr = &outputs[i], &outputs[i]
		ts.Check(commands[i].Start())
	}
	for i := range commands {
		if err := commands[i].Wait(); err != nil {
			ts.Fatalf("%d of two at once: %v\n%s", i+1, err, outputs[i].String())
		}
		_, _ = ts.Stdout().Write(outputs[i].Bytes())
	}
}

// hold takes a folder's lock until the script ends, and serves nothing: hold DIR.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold DIR")
	}
	path := filepath.Join(ts.MkAbs(args[0]), "LOCK")
	lock := flock.New(path)
	held, err := lock.TryLock()
	ts.Check(err)
	if !held {
		ts.Fatalf("%s is held by another process", path)
	}
	ts.Defer(func() { _ = lock.Close() })
	ts.Check(os.WriteFile(path, []byte("a script\n"), 0o600))
}

// Every command has a script that runs it and one that asks for its help.
func TestEveryCommandHasAScript(t *testing.T) {
	t.Parallel()
	paths, err := cli.Paths()
	if err != nil || len(paths) < 20 {
		t.Fatalf("found %d commands: %v", len(paths), err)
	}
	files, err := filepath.Glob(filepath.Join(scripts, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, path := range paths {
		if !strings.Contains(all.String(), "jobsprint "+path+" --help") {
			t.Errorf("no script runs jobsprint %s --help", path)
		}
		if path == "demo" {
			continue // it has tests of its own
		}
		if !regexp.MustCompile(`jobsprint ` + regexp.QuoteMeta(path) + `( |\n)[^\n]*`).MatchString(strings.ReplaceAll(all.String(), "jobsprint "+path+" --help", "")) {
			t.Errorf("no script runs jobsprint %s", path)
		}
	}
}
