package pinned_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/pinned"
	"github.com/jobsprint/jobsprint/item"
)

func read(t *testing.T, pinData string) pinned.Case {
	t.Helper()
	c, err := pinned.Read([]byte(`{"name":"W","nodes":[],"connections":{},"pinData":` + pinData + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// execution is a run of the step "A" whose first output is given.
func execution(status, runs string) item.Value {
	return item.MustParse(`{"status":"` + status + `","data":{"resultData":{"runData":{` + runs + `}}}}`)
}

func ranA(items string) item.Value {
	return execution("success", `"A":[{"data":{"main":[`+items+`,[{"json":{"second":"output"}}]]}}]`)
}

func TestPinnedDataAreTheExpectationAndNothingElse(t *testing.T) {
	t.Parallel()
	c := read(t, `{"A":[{"json":{"a":1},"pairedItem":{"item":3},"binary":{"data":{}}},{"b":2}],"B":[]}`)
	if strings.Contains(string(c.Workflow), "pinData") || !strings.Contains(string(c.Workflow), `"name":"W"`) {
		t.Errorf("the workflow that runs is %s", c.Workflow)
	}
	if len(c.Expect) != 2 || c.Expect[0].Step != "A" || c.Expect[0].Items[0].JSON() != `{"a":1}` || c.Expect[0].Items[1].JSON() != `{"b":2}` || len(c.Expect[1].Items) != 0 {
		t.Errorf("expected is %+v", c.Expect)
	}
	if c.Mode != "manual" || c.Input != nil {
		t.Errorf("it starts as %s with %v", c.Mode, c.Input)
	}
}

func TestAFileMaySayHowItStarts(t *testing.T) {
	t.Parallel()
	for trigger, want := range map[string]string{
		`{"mode":"webhook","input":{"json":{"body":{}}}}`: `webhook [{"body":{}}]`,
		`{"input":[{"json":{"a":1}},{"b":2}]}`:            `manual [{"a":1},{"b":2}]`,
		`null`:                                            `manual []`,
	} {
		c, err := pinned.Read([]byte(`{"nodes":[],"trigger":` + trigger + `}`))
		if err != nil {
			t.Errorf("%s: %v", trigger, err)
			continue
		}
		var list []item.Value
		for _, it := range c.Input {
			list = append(list, it.JSON)
		}
		if got := c.Mode + " " + item.Array(list).JSON(); got != want {
			t.Errorf("%s starts as %s, want %s", trigger, got, want)
		}
		if strings.Contains(string(c.Workflow), "trigger") {
			t.Errorf("the workflow that runs is %s", c.Workflow)
		}
	}
}

func TestWhatIsNoTestIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		raw        string
		noWorkflow bool
	}{
		{`{`, true}, {`[]`, true}, {`{"name":"package"}`, true},
		{`{"nodes":[],"pinData":{"A":{}}}`, false}, {`{"nodes":[],"trigger":{"mode":"cron"}}`, false}, {`{"nodes":[],"trigger":{"input":[1]}}`, false},
	} {
		_, err := pinned.Read([]byte(c.raw))
		if err == nil || errors.Is(err, pinned.ErrNoWorkflow) != c.noWorkflow {
			t.Errorf("%s: %v", c.raw, err)
		}
	}
}

func TestWhatCountsOfARun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pinned string
		run          item.Value
		want         string
	}{
		{"alike, keys in another order, pairs and binary dropped", `{"A":[{"json":{"a":1,"b":2}}]}`,
			ranA(`[{"json":{"b":2,"a":1},"pairedItem":{"item":0},"binary":{"data":{}}}]`), ""},
		{"order of items", `{"A":[{"json":{"a":1}},{"json":{"a":2}}]}`, ranA(`[{"json":{"a":2}},{"json":{"a":1}}]`),
			"A: [0].a: expected 1, got 2; A: [1].a: expected 2, got 1"},
		{"a number is no text", `{"A":[{"json":{"a":"1"}}]}`, ranA(`[{"json":{"a":1}}]`), `A: [0].a: expected "1", got 1`},
		{"null is not nothing", `{"A":[{"json":{"a":null}}]}`, ranA(`[{"json":{}}]`), `A: [0].a: expected null, got nothing`},
		{"more than expected", `{"A":[{"json":{}}]}`, ranA(`[{"json":{"x":1}},{"json":{}}]`),
			"A: expected 1 items, got 2; A: [0].x: expected nothing, got 1"},
		{"no items", `{"A":[]}`, ranA(`[]`), ""},
		{"it has not run", `{"B":[]}`, ranA(`[]`), "B: expected one run of the step, got 0"},
		{"it has run twice", `{"A":[]}`, execution("success", `"A":[{},{}]`), "A: expected one run of the step, got 2"},
		{"it has failed", `{"A":[{"json":{}}]}`, execution("success", `"A":[{"error":{"message":"bad"}}]`),
			"A: expected 1 items, got 0; the step has failed: bad"},
		{"waiting is an end", `{}`, execution("waiting", ``), ""},
		{"an error is none", `{}`, item.MustParse(`{"status":"error","data":{"resultData":{"lastNodeExecuted":"A","error":{"message":"bad"}}}}`),
			`: the run has ended with status error at "A": bad`},
		{"errors are their words", `{"A":[{"json":{"error":{"message":"m","name":"n","stack":"s"}}}]}`,
			ranA(`[{"json":{"error":{"name":"n","message":"m","node":{"id":1},"timestamp":5}}}]`), ""},
		{"the words of an error count", `{"A":[{"json":{"error":{"message":"m","description":"d"}}}]}`,
			ranA(`[{"json":{"error":{"message":"x"}}}]`), `A: [0].error.message: expected "m", got "x"; A: [0].error.description: expected "d", got nothing`},
		{"an object named error without words stays", `{"A":[{"json":{"error":{"code":1}}}]}`, ranA(`[{"json":{"error":{"code":2}}}]`),
			"A: [0].error.code: expected 1, got 2"},
	} {
		test := read(t, c.pinned)
		var told []string
		for _, d := range test.Judge(c.run) {
			told = append(told, d.Step+": "+d.String())
		}
		if got := strings.Join(told, "; "); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestOneStepTellsNoMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	c := read(t, `{"A":[`+strings.Repeat(`{"json":{"a":1}},`, 199)+`{"json":{"a":1}}]}`)
	if n := len(c.Judge(ranA("[" + strings.Repeat(`{"json":{"a":2}},`, 199) + `{"json":{"a":2}}]`))); n != 50 {
		t.Errorf("%d differences", n)
	}
}

func TestJUnitCountsStepsAsTests(t *testing.T) {
	t.Parallel()
	results := []pinned.Result{
		{File: "a.json", Steps: []string{"A", "B <&>"}, DurationMS: 1500, Differences: []pinned.Difference{
			{Step: "B <&>", Path: "[0].x", Expected: "1", Got: "2"}, {Step: "B <&>", Message: "second"},
		}},
		{File: "b.json", Error: "it cannot run"},
		{File: "c.json", Passed: true},
	}
	var b bytes.Buffer
	if err := pinned.WriteJUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Time     string `xml:"time,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure string `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	if back.Tests != 5 || back.Failures != 1 || back.Errors != 1 || back.Time != "1.500" || len(back.Suites) != 3 {
		t.Errorf("%+v", back)
	}
	if last := back.Suites[0].Cases[2]; last.Name != "B <&>" || last.Failure != "[0].x: expected 1, got 2\nsecond" {
		t.Errorf("%+v", last)
	}
	if s := pinned.Sum(results, 2*time.Second); s != (pinned.Summary{Tests: 3, Passed: 1, Failed: 2, DurationMS: 2000}) {
		t.Errorf("%+v", s)
	}
}
