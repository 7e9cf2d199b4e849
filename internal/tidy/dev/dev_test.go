package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	pkgs := parseList([]byte(module + "item|10|fmt \n" + module + "workflow|01|" + rapidPath + " testing \n" +
		module + "streams/streamtest|00|\n" + module + "gateway|11|testing \n"))
	for group, want := range map[string][]string{
		"all":         {module + "item", module + "workflow", module + "gateway"},
		"unit":        {module + "item", module + "workflow"},
		"integration": {module + "gateway"},
		"sim":         {module + "workflow"},
	} {
		if got := testedIn(pkgs, group); !slices.Equal(got, want) {
			t.Errorf("%s: got %v", group, got)
		}
	}
}

const testLog = `{"Action":"skip","Package":"github.com/jobsprint/jobsprint/item","Test":"TestSlow"}
{"Action":"skip","Package":"github.com/jobsprint/jobsprint/docs"}
{"Action":"pass","Package":"github.com/jobsprint/jobsprint/item","Test":"TestFast"}
`

func TestSkippedTestsAreNamed(t *testing.T) {
	t.Parallel()
	got, err := skippedTests([]byte(testLog))
	if err != nil || !slices.Equal(got, []string{"item TestSlow"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := skippedTests([]byte("{")); err == nil {
		t.Error("a cut log is not an error")
	}
}

func TestClosingLineIsTheLastOne(t *testing.T) {
	t.Parallel()
	l := &lastLine{prefix: "DONE "}
	for _, part := range []string{"DONE 1 test\nok\nDO", "NE 2 tests in 3s\n", "bye\nDONE cut off"} {
		fmt.Fprint(l, part)
	}
	if l.found != "DONE 2 tests in 3s" {
		t.Errorf("got %q", l.found)
	}
}

func TestFuzzTargetsAreFound(t *testing.T) {
	t.Parallel()
	got, broken, err := fuzzTargets([]byte(`{"Action":"build-output","Output":"a.go:1:1: no\n"}
{"Action":"output","Package":"p","Output":"FuzzParse\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.01s\n"}`))
	if err != nil || !slices.Equal(got, []fuzzTarget{{"p", "FuzzParse"}}) || broken != "a.go:1:1: no\n" {
		t.Errorf("got %v, %q, %v", got, broken, err)
	}
}

func TestFuzzingThatRanOutOfTimeIsNoFailure(t *testing.T) {
	t.Parallel()
	if !ranOutOfTime([]byte("--- FAIL: FuzzX\n context deadline exceeded")) {
		t.Error("a stop at the end of the time counts as a failure")
	}
	if ranOutOfTime([]byte("context deadline exceeded\nFailing input written to testdata")) {
		t.Error("a failing input does not count")
	}
}

func TestCoverageByRoom(t *testing.T) {
	t.Parallel()
	got, err := coverage([]byte("mode: set\n" +
		module + "item/a.go:1.1,2.2 3 0\n" + module + "item/a.go:1.1,2.2 3 1\n" + // two test binaries, one reached it
		module + "item/a.go:3.1,4.2 1 0\n" + module + "nodes/flow/a.go:1.1,2.2 2 1\n"))
	if err != nil || got["item"] != (covered{3, 4}) || got["nodes"].percent() != 100 || len(got) != 2 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := coverage([]byte("mode: set\nnonsense\n")); err == nil {
		t.Error("a broken profile is not an error")
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"nonsense"}, {"test"}, {"test", "some"}, {"fuzz", "-time", "x"}} {
		var usage usageError
		if err := run(context.Background(), args); !errors.As(err, &usage) {
			t.Errorf("%q: got %v", args, err)
		}
	}
}

func TestUpdateFlagIsRecognised(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		`var update = flag.Bool("update", false, "rewrite")`: true,
		`flag.BoolVar(&update, "update", false, "rewrite")`:  true,
		`flag.Bool("verbose", false, "update")`:              false,
	} {
		if updateFlag.MatchString(src) != want {
			t.Errorf("%s: want %v", src, want)
		}
	}
}
