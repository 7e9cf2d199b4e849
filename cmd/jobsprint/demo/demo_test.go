package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
)

// program is the real program, built once; TestMain removes it.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "jobsprint")
	out, err := exec.Command("go", "build", "-o", path, "github.com/jobsprint/jobsprint/cmd/jobsprint").CombinedOutput()
	return path, errors.Join(err, asError(out))
})

func asError(out []byte) error {
	if len(out) == 0 {
		return nil
	}
	return errors.New(string(out))
}

var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "jobsprint-demo-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

func build(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// tempFolder is where the demo makes its own, and must leave nothing.
func tempFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return dir
}

// mustBeGone fails when a process or anything in the folder is left.
func mustBeGone(t *testing.T, dir string, pids ...int) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is still there: %v", pid, err)
		}
	}
}

// line is a line of the demo's output for programs.
type line struct {
	Kind, Run, Step, Status, Key string
	PID, Sent, Seen, Requests    int
	Equal                        bool
	LastEventID                  string
	Repeated                     []struct{ Run, Key string }
}

func TestDemoForPrograms(t *testing.T) {
	path, dir := build(t), tempFolder(t)
	s, _, out, _ := iostreams.Test()
	begun := time.Now()
	if err := demo.Run(t.Context(), demo.Options{Streams: s, Output: demo.OutputJSONL, Executable: path}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %s", took)
	}
	lines := readLines(t, out)
	killed, restarted := only(t, lines, "server.killed"), only(t, lines, "server.restarted")
	mustBeGone(t, dir, lines[killed].PID, lines[restarted].PID)
	if killed > restarted || lines[restarted].LastEventID == "" {
		t.Errorf("killed at line %d, restarted at line %d: %+v", killed, restarted, lines[restarted])
	}
	checkRuns(t, lines, killed, restarted)

	effects := lines[only(t, lines, "effects")]
	if effects.Sent != 6 || effects.Seen != 6 || effects.Requests != 7 {
		t.Errorf("%+v", effects)
	}
	if len(effects.Repeated) != 1 || effects.Repeated[0].Key != lines[killed].Key || effects.Repeated[0].Run != lines[killed].Run {
		t.Errorf("repeated: %+v, killed: %+v", effects.Repeated, lines[killed])
	}
}

// checkRuns holds what is told of runs together: five begin, end and are
// replayed, and two of them are open at the kill.
func checkRuns(t *testing.T, lines []line, killed, restarted int) {
	t.Helper()
	state := map[string]string{}
	var open []string
	for i, l := range lines {
		switch l.Kind {
		case "run.started":
			state[l.Run] = "started"
		case "step.completed":
			if state[l.Run] != "started" || i > killed && i < restarted {
				t.Errorf("line %d: %+v of a run that is %q", i, l, state[l.Run])
			}
		case "server.killed":
			for run, s := range state {
				if s == "started" {
					open = append(open, run)
				}
			}
		case "run.ended":
			state[l.Run] = l.Status
		case "replay":
			if state[l.Run] != "success" || !l.Equal {
				t.Errorf("line %d: %+v of a run that is %q", i, l, state[l.Run])
			}
			state[l.Run] = "replayed"
		}
	}
	if len(state) != 5 || len(open) != 2 || !slices.Contains(open, lines[killed].Run) {
		t.Errorf("runs: %v, open at the kill: %v", state, open)
	}
	for run, s := range state {
		if s != "replayed" {
			t.Errorf("run %s is %q at the end", run, s)
		}
	}
}

func readLines(t *testing.T, out *bytes.Buffer) (lines []line) {
	t.Helper()
	d := json.NewDecoder(out)
	for d.More() {
		var l line
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

// only gives the place of the one line of a kind.
func only(t *testing.T, lines []line, kind string) int {
	t.Helper()
	is := func(l line) bool { return l.Kind == kind }
	i := slices.IndexFunc(lines, is)
	if i < 0 || slices.ContainsFunc(lines[i+1:], is) {
		t.Fatalf("there should be one line of kind %s: %+v", kind, lines)
	}
	return i
}

func TestDemoForPeople(t *testing.T) {
	path, dir := build(t), tempFolder(t)
	s, _, out, _ := iostreams.Test()
	if err := demo.Run(t.Context(), demo.Options{Streams: s, Executable: path}); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, dir)
	text := out.String()
	if strings.Contains(text, "\x1b") {
		t.Error("there are colours although nobody looks")
	}
	at := 0
	for _, want := range []string{
		"ready after", "Order routing", "Ada    Large order", "Grace  Small order", `{"customer":"Grace","lane":"standard","toPay":45}`,
		"B-2    Charge the card               in flight", "kill -9", "Last-Event-ID", "nobody knows", "B-1    Ship",
		"6 effects, and 6 happened at the shop, which got 7 requests", "equal", "Try next", "jobsprint serve",
	} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q is not where it should be in:\n%s", want, text)
		}
		at += i
	}
}

var pidOf = regexp.MustCompile(`process (\d+)`)

// stopAt cancels a context when a text is written.
type stopAt struct {
	text string
	stop context.CancelFunc
	out  bytes.Buffer
}

func (w *stopAt) Write(b []byte) (int, error) {
	n, err := w.out.Write(b)
	if strings.Contains(w.out.String(), w.text) {
		w.stop()
	}
	return n, err
}

func TestInterruptedDemoLeavesNothing(t *testing.T) {
	path := build(t)
	for _, text := range []string{"Start the server", "two workflows in", "Charge the card", "kill -9  ", "sent again"} {
		dir := tempFolder(t)
		ctx, cancel := context.WithCancel(t.Context())
		w := &stopAt{text: strings.TrimRight(text, " "), stop: cancel}
		s, _, _, _ := iostreams.Test()
		s.Out = w
		if err := demo.Run(ctx, demo.Options{Streams: s, Executable: path}); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted at %q: %v", text, err)
		}
		var pids []int
		for _, m := range pidOf.FindAllStringSubmatch(w.out.String(), -1) {
			pid, _ := strconv.Atoi(m[1])
			pids = append(pids, pid)
		}
		mustBeGone(t, dir, pids...)
		cancel()
	}
}

func TestDemoSaysWhyTheServerDoesNotStart(t *testing.T) {
	for _, c := range []struct{ executable, script, want string }{
		{"missing", "", "start the server: "},
		{"broken", "#!/bin/sh\necho the disk is full >&2\nexit 3\n", "exit status 3); it said: the disk is full"},
	} {
		dir := tempFolder(t)
		path := filepath.Join(t.TempDir(), c.executable)
		if c.script != "" {
			if err := os.WriteFile(path, []byte(c.script), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		s, _, out, _ := iostreams.Test()
		err := demo.Run(t.Context(), demo.Options{Streams: s, Executable: path})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.executable, err)
		}
		if strings.Contains(out.String(), "Try next") {
			t.Error("it says that all was well")
		}
		mustBeGone(t, dir)
	}
}
