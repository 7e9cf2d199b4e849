package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// stepFacts is what the view of a run reads of an event's data.
type stepFacts struct {
	Step         string      `json:"step"`
	RunIndex     int         `json:"runIndex"`
	DurationUS   int64       `json:"durationUS"`
	Outputs      []outFacts  `json:"outputs"`
	Error        *errorFacts `json:"error"`
	UntilMS      float64     `json:"untilMS"`
	RetryMS      float64     `json:"retryMS"`
	Status       any         `json:"status"` // of run.ended a word, of run.responded a number
	LastStep     string      `json:"lastStep"`
	Reason       string      `json:"reason"`
	WorkflowName string      `json:"workflowName"`
	Start        string      `json:"start"`
	Attempt      int         `json:"attempt"`
}

type outFacts struct {
	Items []json.RawMessage `json:"items"`
	Count int               `json:"count"`
	Pass  bool              `json:"pass"`
}

func (o outFacts) count() int { return max(o.Count, len(o.Items)) }

type errorFacts struct {
	Message string `json:"message"`
}

func factsOf(e wire.Event) stepFacts {
	var f stepFacts
	_ = json.Unmarshal(e.Data, &f) // erased content has no facts
	return f
}

// view prints a run as lines for a person: when, what, how long, what came out.
type view struct {
	env   *Env
	begun time.Time
	input []outFacts // of the run, which some outputs refer to
	// Pad is the width of step names.
	pad int
}

func newView(env *Env) *view { return &view{env: env, pad: 24} }

// event prints one event.
func (v *view) event(e wire.Event) {
	if v.begun.IsZero() {
		v.begun = e.At
	}
	f := factsOf(e)
	mark, what := v.words(e, f)
	if what == "" {
		return
	}
	step := f.Step
	if e.Type == "run.started" || e.Type == "run.ended" {
		step = "run"
	}
	line := fmt.Sprintf("%10s  %s %s %s", "+"+iostreams.Took(max(e.At.Sub(v.begun), 0)), mark, padded(iostreams.Plain(step), v.pad), what)
	fmt.Fprintln(v.env.Out, v.cut(line))
}

// cut shortens a line to the terminal; a pipe gets it whole.
func (v *view) cut(line string) string {
	if !v.env.OutTerminal || v.env.Colour {
		return line // with colours the outputs were already shortened
	}
	if runes := []rune(line); len(runes) > v.env.Width() {
		return string(runes[:v.env.Width()-1]) + "…"
	}
	return line
}

func padded(s string, n int) string {
	if len([]rune(s)) >= n {
		return s
	}
	return s + strings.Repeat(" ", n-len([]rune(s)))
}

// words gives the mark and the rest of the line; an empty rest is no line.
func (v *view) words(e wire.Event, f stepFacts) (mark, what string) {
	env := v.env
	took := env.Paint(iostreams.Dim, fmt.Sprintf("%9s", iostreams.Took(time.Duration(f.DurationUS)*time.Microsecond)))
	switch e.Type {
	case "run.started":
		var first struct {
			Input []outFacts `json:"input"`
		}
		_ = json.Unmarshal(e.Data, &first)
		v.input = first.Input
		return env.Paint(iostreams.Cyan, "▶"), fmt.Sprintf("%s of %q begins at %q", e.Aggregate.ID, iostreams.Plain(f.WorkflowName), iostreams.Plain(f.Start))
	case "step.scheduled":
		return env.Paint(iostreams.Cyan, "…"), "acts" + attempt(f)
	case "step.completed":
		if f.Error != nil {
			return env.Paint(iostreams.Yellow, "!"), took + "  went on after: " + iostreams.Plain(f.Error.Message)
		}
		return env.Paint(iostreams.Green, "✓"), took + "  " + v.outputs(f.Outputs)
	case "step.failed":
		what = took + "  " + iostreams.Plain(messageOf(f.Error))
		if f.RetryMS > 0 {
			what += ", will be tried again" + attempt(f)
		}
		return env.Paint(iostreams.Red, "✗"), what
	case "step.waiting":
		return env.Paint(iostreams.Yellow, "⏸"), "waits until " + time.UnixMilli(int64(f.UntilMS)).UTC().Format("15:04:05.000 UTC")
	case "run.responded":
		return env.Paint(iostreams.Cyan, "↩"), fmt.Sprintf("answered its caller with status %v", f.Status)
	case "run.ended":
		return env.Paint(statusStyle(fmt.Sprint(f.Status)), "■"), endWords(env, f)
	}
	return "", ""
}

func messageOf(e *errorFacts) string {
	if e == nil {
		return "failed"
	}
	return e.Message
}

func attempt(f stepFacts) string {
	if f.Attempt <= 1 {
		return ""
	}
	return fmt.Sprintf(", attempt %d", f.Attempt)
}

func endWords(env *Env, f stepFacts) string {
	text := env.Paint(statusStyle(fmt.Sprint(f.Status)), fmt.Sprint(f.Status))
	if f.Error != nil {
		text += ": " + iostreams.Plain(f.Error.Message)
	}
	if f.Reason != "" {
		text += ": " + iostreams.Plain(f.Reason)
	}
	return text
}

// shownOutput is how much of an output is shown in a line.
const shownOutput = 60

// outputs says how many items came out where, and shows the first.
func (v *view) outputs(list []outFacts) string {
	var parts []string
	sample := ""
	for i, o := range list {
		if o.Pass && i < len(v.input) {
			o = v.input[i]
		}
		parts = append(parts, fmt.Sprint(o.count()))
		if sample == "" && len(o.Items) > 0 {
			sample = sampleOf(o.Items[0])
		}
	}
	noun := " items"
	if len(parts) == 1 && parts[0] == "1" {
		noun = " item"
	}
	return strings.Join(parts, " | ") + noun + "  " + v.env.Paint(iostreams.Dim, sample)
}

func sampleOf(raw json.RawMessage) string {
	var it struct {
		JSON json.RawMessage `json:"json"`
	}
	if json.Unmarshal(raw, &it) != nil {
		return ""
	}
	text := []rune(iostreams.Plain(string(it.JSON)))
	if len(text) > shownOutput {
		return string(text[:shownOutput-1]) + "…"
	}
	return string(text)
}

// history gives the events of a run, oldest first.
func history(ctx context.Context, s *session, run string) iter.Seq2[wire.Event, error] {
	return func(yield func(wire.Event, error) bool) {
		after := ""
		for {
			page, err := s.RunEvents(ctx, run, after, pageSize)
			if err != nil {
				yield(wire.Event{}, err)
				return
			}
			for _, e := range page.Items {
				if !yield(e, nil) {
					return
				}
			}
			if !page.More || page.Next == after {
				return
			}
			after = page.Next
		}
	}
}
