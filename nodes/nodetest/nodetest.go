// Package nodetest runs single steps in tests: it compiles a definition with
// the engine of the program and runs it on items given as JSON.
package nodetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Now is the time that steps see.
var Now = time.Date(2024, 3, 30, 18, 49, 7, 0, time.UTC)

// Engine is the engine of the program, one for all tests.
var Engine = sync.OnceValue(func() expression.Engine { return js.New(js.Options{}) })

// Step is one step to compile and run.
type Step struct {
	Definition nodes.Definition
	Version    float64 // zero: the newest
	Params     string  // JSON; empty: none
	Name       string
	WebhookID  string
	// Data is what expressions see of other steps; nil: none.
	Data     expression.Data
	Zone     *time.Location
	RunIndex int
	Mode     string
	Reply    string
	Continue bool
	Lenient  bool
	Key      string // effect key
	// Payloads keeps binary data; nil: a store of its own for each call.
	Payloads *Payloads
	// Static and History are kept between calls; nil: empty ones for each call.
	Static, History *Memory
	// Credentials holds the data of credentials, as JSON, by type.
	Credentials map[string]string
	// Annotations collects what the step notes about its run; nil: nothing does.
	Annotations *Annotations
}

// Compile builds the node.
func (s Step) Compile() (nodes.Node, error) {
	if s.Version == 0 {
		s.Version = s.Definition.Newest()
	}
	if s.Params == "" {
		s.Params = "{}"
	}
	return s.Definition.Build(&nodes.Compile{
		Type: s.Definition.Type, Version: s.Version, Step: s.Name, WebhookID: s.WebhookID,
		Params: item.MustParse(s.Params), Engine: Engine(),
	})
}

// MustCompile builds the node or fails the test.
func (s Step) MustCompile(t testing.TB) nodes.Node {
	t.Helper()
	n, err := s.Compile()
	if err != nil {
		t.Fatalf("compile %s: %v", s.Definition.Type, err)
	}
	return n
}

// Call makes the call of a run on these inputs.
func (s Step) Call(ctx context.Context, in nodes.Inputs) *nodes.Call {
	var first []item.Item
	for _, items := range in {
		if len(items) > 0 {
			first = items
			break
		}
	}
	if s.Data == nil {
		s.Data = NoSteps{}
	}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	if s.Mode == "" {
		s.Mode = events.ModeManual
	}
	if s.Payloads == nil {
		s.Payloads = NewPayloads()
	}
	if s.Static == nil {
		s.Static = &Memory{}
	}
	if s.History == nil {
		s.History = &Memory{}
	}
	if s.Annotations == nil {
		s.Annotations = &Annotations{}
	}
	return &nodes.Call{
		Context: ctx, Run: Owner, Workflow: "test-workflow",
		Payloads: s.Payloads, Static: s.Static, History: s.History,
		Credential: s.credential, Annotate: s.Annotations.Annotate,
		Batch: expression.Batch{
			Items: first, Step: s.Name, RunIndex: s.RunIndex,
			Env: expression.Env{Now: Now, Zone: s.Zone}, Data: s.Data,
		},
		Mode: s.Mode, Attempt: 1, EffectKey: s.Key, Reply: s.Reply, Continue: s.Continue, Lenient: s.Lenient,
	}
}

// Run compiles the step and runs it.
func (s Step) Run(t testing.TB, in nodes.Inputs) (nodes.Result, error) {
	t.Helper()
	return s.MustCompile(t).Run(s.Call(t.Context(), in), in)
}

// Items makes items of a JSON list of their json values.
func Items(list string) []item.Item {
	elems, _ := item.MustParse(list).Elems()
	out := make([]item.Item, len(elems))
	for i, v := range elems {
		out[i] = item.Item{JSON: v}
	}
	return out
}

// Inputs makes inputs of a JSON list of items' json values, or of a list of
// such lists, one for each input.
func Inputs(text string) nodes.Inputs {
	v := item.MustParse(text)
	elems, _ := v.Elems()
	if len(elems) > 0 && elems[0].Kind() == item.KindArray {
		in := make(nodes.Inputs, len(elems))
		for i, e := range elems {
			in[i] = Items(e.JSON())
		}
		return in
	}
	return nodes.Inputs{Items(text)}
}

// Outputs writes the json values of each output.
func Outputs(outputs [][]item.Item) string {
	lists := make([]item.Value, len(outputs))
	for i, items := range outputs {
		values := make([]item.Value, len(items))
		for k, it := range items {
			values[k] = it.JSON
		}
		lists[i] = item.Array(values)
	}
	return item.Array(lists).JSON()
}

// NoSteps is the data of a run in which no other step has run.
type NoSteps struct{}

// Output is always [expression.ErrNoStep].
func (NoSteps) Output(string, int, int) ([]item.Item, error) { return nil, expression.ErrNoStep }

// Branch is always 0.
func (NoSteps) Branch(string) int { return 0 }

// Step knows none.
func (NoSteps) Step(string) (expression.StepInfo, bool) { return expression.StepInfo{}, false }

// Paired is always [expression.ErrNoStep].
func (NoSteps) Paired(int, string) (item.Item, error) { return item.Item{}, expression.ErrNoStep }

// Variable knows none.
func (NoSteps) Variable(string) (item.Value, bool) { return item.Undefined, false }

// StepError is the step error in err, or fails the test.
func StepError(t testing.TB, err error) *nodes.StepError {
	t.Helper()
	var failure *nodes.StepError
	if !errors.As(err, &failure) {
		t.Fatalf("want a step error, got %v", err)
	}
	return failure
}
