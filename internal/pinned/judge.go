package pinned

import (
	"fmt"

	"github.com/jobsprint/jobsprint/internal/rundiff"
	"github.com/jobsprint/jobsprint/item"
)

// Difference is a place where a run is not what was expected. Values are JSON;
// an empty one stands for nothing.
type Difference struct {
	Step     string `json:"step,omitempty"` // empty: the run as a whole
	Path     string `json:"path,omitempty"` // such as "[0].total"
	Message  string `json:"message,omitempty"`
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
}

// String is the difference in one line, without its step.
func (d Difference) String() string {
	text := d.Message
	if text == "" {
		text = "expected " + orNothing(d.Expected) + ", got " + orNothing(d.Got)
	}
	if d.Path != "" {
		text = d.Path + ": " + text
	}
	return text
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// Judge compares a run, in the form in which n8n prints an execution, with what
// is expected. None: the test has passed.
func (c *Case) Judge(execution item.Value) []Difference {
	var out []Difference
	if status, _ := execution.Get("status").Str(); status != "success" && status != "waiting" {
		out = append(out, Difference{Message: "the run has ended with status " + status + because(execution)})
	}
	runs := item.GetPath(execution, "data.resultData.runData")
	for _, e := range c.Expect {
		out = append(out, e.judge(runs.Get(e.Step))...)
	}
	return out
}

func because(execution item.Value) string {
	result := item.GetPath(execution, "data.resultData")
	message, ok := result.Get("error").Get("message").Str()
	if !ok {
		return ""
	}
	if last, ok := result.Get("lastNodeExecuted").Str(); ok {
		return fmt.Sprintf(" at %q: %s", last, message)
	}
	return ": " + message
}

// judge compares the runs of one step.
func (e *Expectation) judge(runs item.Value) []Difference {
	list, _ := runs.Elems()
	if len(list) != 1 {
		return []Difference{{Step: e.Step, Message: fmt.Sprintf("expected one run of the step, got %d", len(list))}}
	}
	first, _ := item.GetPath(list[0], "data.main").Index(0).Elems()
	var out []Difference
	if len(first) != len(e.Items) {
		text := fmt.Sprintf("expected %d items, got %d", len(e.Items), len(first))
		if message, ok := list[0].Get("error").Get("message").Str(); ok {
			text += "; the step has failed: " + message
		}
		out = append(out, Difference{Step: e.Step, Message: text})
	}
	for i := range min(len(first), len(e.Items)) {
		got, want := reduced(first[i].Get("json")), reduced(e.Items[i])
		for _, d := range rundiff.Values(fmt.Sprintf("[%d]", i), got, want) {
			out = append(out, Difference{Step: e.Step, Path: d.Path, Expected: text(d.Want), Got: text(d.Got)})
			if len(out) >= rundiff.MaxDifferences {
				return out
			}
		}
	}
	return out
}

func text(v item.Value) string {
	if v.IsUndefined() {
		return ""
	}
	return rundiff.Brief(v)
}

// errorParts are what counts of an error.
var errorParts = []string{"message", "name", "description", "context"}

// reduced leaves of an error, where an item's json holds one, what counts.
func reduced(json item.Value) item.Value {
	o, ok := json.Obj()
	if !ok {
		return json
	}
	failure, ok := json.Get("error").Obj()
	if _, said := json.Get("error").Get("message").Str(); !ok || !said {
		return json
	}
	kept := item.NewObject(len(errorParts))
	for _, part := range errorParts {
		if v, ok := failure.Get(part); ok {
			kept.Set(part, v)
		}
	}
	return o.With("error", kept.Value()).Value()
}
