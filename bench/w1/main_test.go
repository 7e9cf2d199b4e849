package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/bench/closedloop"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
)

// subjectEnv makes this test program what is measured: Jobsprint when it is
// started as "serve", else a floor, which answers right or wrong.
const subjectEnv = "BENCH_SUBJECT"

func TestMain(m *testing.M) {
	switch subject := os.Getenv(subjectEnv); {
	case subject == "":
		os.Exit(m.Run())
	case os.Args[1] == "serve":
		os.Exit(cli.Main())
	default:
		floor(os.Args[1], subject)
	}
}

func floor(address, subject string) {
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/webhook/w1", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if subject == "right" {
			_, _ = io.WriteString(w, "{"+bench.ChainAnswer+"}")
		}
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(address, nil))
	os.Exit(1)
}

func TestMeasuresARealServer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	t.Setenv(subjectEnv, "right")
	code, out, errs := w1(t, "-jobsprint", os.Args[0], "-floor", os.Args[0], "-mode", "all", "-rounds", "1", "-users", "4",
		"-warmup", "50ms", "-duration", "200ms", "-rest", "10ms", "-requests", "5", "-items", "300")
	if code != 0 || errs != "" {
		t.Fatalf("%d\n%s\n%s", code, out, errs)
	}
	for _, want := range []string{
		"1     floor ", "1     jobsprint ", "share of the floor's rate: ", "read model behind", "from start to ready", "RSS idle",
		"start to first step", "300 items", "its memory", " events in ", "rebuild: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

func TestWrongAnswersAreNoFigures(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	t.Setenv(subjectEnv, "wrong")
	code, out, errs := w1(t, "-jobsprint", os.Args[0], "-floor", os.Args[0], "-rounds", "1", "-warmup", "0", "-duration", "50ms")
	if code != exitFailed || !strings.Contains(errs, "does not contain") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
}

func TestRefusesFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args, says string
		code       int
	}{
		{"", "go build", exitUsage},
		{"-jobsprint x -mode walk", "walk", exitUsage},
		{"-jobsprint x -rounds 0", "rounds", exitUsage},
		{"-jobsprint x -items 100001", "items", exitUsage},
		{"-jobsprint x -requests 0", "requests", exitUsage},
		{"-jobsprint x y", "flags", exitUsage},
		{"-nonsense", "nonsense", exitUsage},
		{"-help", "-jobsprint", 0},
		{"-jobsprint /no/such/program -mode ready", "/no/such/program", exitFailed},
	} {
		code, out, errs := w1(t, strings.Fields(tt.args)...)
		if code != tt.code || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%q: %d\n%s%s", tt.args, code, out, errs)
		}
	}
}

func TestRoundsThatDoNotCount(t *testing.T) {
	t.Parallel()
	good := round{Report: closedloop.Report{Requests: 10}, sent: 12, readModel: readModel{runs: 12, whole: 12}}
	if err := check([]round{good}, true); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*round){
		"an error":         func(r *round) { r.Errors = 1 },
		"nothing measured": func(r *round) { r.Requests = 0 },
		"a run missing":    func(r *round) { r.readModel.runs-- },
		"a run too many":   func(r *round) { r.readModel.runs++ },
		"a step missing":   func(r *round) { r.readModel.whole-- },
	} {
		bad := good
		change(&bad)
		if check([]round{good, bad}, true) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestTheMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := medianOf(tt.list); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.list, got, tt.want)
		}
	}
	list := []round{{serverCPU: time.Second, Report: closedloop.Report{Requests: 1000}}, {}}
	if got := median(list, round.serverEach); got != 500 {
		t.Errorf("got %v", got)
	}
}

func w1(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}
