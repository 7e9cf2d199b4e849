package workflow_test

import (
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// plain knows two types of steps: triggers, and everything else.
type plain struct{}

func (plain) Version() string { return "example" }

func (plain) Describe(_ *workflow.Definition, s *workflow.Step) (workflow.StepType, []workflow.Problem) {
	return workflow.StepType{Pure: true, Trigger: s.Type == "trigger", Inputs: 1}, nil
}

// A run is driven by asking what is next and recording what came of it.
func ExampleRun_Next() {
	d, err := workflow.Import([]byte(`{"name":"greet",
		"nodes":[{"name":"Start","type":"trigger"},{"name":"Greet","type":"set"}],
		"connections":{"Start":{"main":[[{"node":"Greet","type":"main","index":0}]]}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	run, now := workflow.NewRun(workflow.Check(d, plain{})), time.Unix(0, 0)
	record := func(list ...events.Event) {
		for _, e := range list {
			if err := run.Evolve(e, now); err != nil {
				fmt.Println(err)
			}
		}
	}
	record(events.RunStarted{Start: "Start", Input: []events.Output{{Items: workflow.DefaultInput(), Count: 1}}})
	for !run.Status().Ended() {
		switch next := run.Next(); next.Kind {
		case workflow.Execute:
			fmt.Println("execute", next.Ref.Step)
			input, _ := run.Output(next.Ref.Source[0])
			record(run.Finish(workflow.Attempt{Ref: next.Ref, Started: now, Ended: now, Outputs: []events.Output{input}})...)
		case workflow.End:
			record(run.DecideEnd())
		}
	}
	fmt.Println(run.Status(), "after", run.Last().Step)
	// Output:
	// execute Start
	// execute Greet
	// success after Greet
}
