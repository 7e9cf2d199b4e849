package handlers_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

// A webhook for several methods has an output for each: the run begins on the
// output of the method that was called.
func TestTriggerEmitsOnTheOutputThatWasCalled(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(`{"name":"two","nodes":[
		{"name":"Hook","id":"h","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"w","position":[0,0],"parameters":{"multipleMethods":true,"httpMethod":["GET","POST"],"path":"two","options":{}}},
		{"name":"Get","id":"g","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[200,0],"parameters":{}},
		{"name":"Post","id":"p","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[200,200],"parameters":{}}],
		"connections":{"Hook":{"main":[[{"node":"Get","type":"main","index":0}],[{"node":"Post","type":"main","index":0}]]}},
		"settings":{"executionOrder":"v1"}}`)
	started, err := s.engine.Start(t.Context(), handlers.StartRequest{
		Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Start: "Hook", Output: 1, Mode: events.ModeWebhook,
		Input: []item.Item{{JSON: item.MustParse(`{"body":1}`)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.ended(started.Run)
	list := s.history(started.Run)
	hook, next := list[1].(events.StepCompleted), list[2].(events.StepCompleted)
	if len(hook.Outputs) != 2 || hook.Outputs[0].Pass || !hook.Outputs[1].Pass || next.Step != "Post" {
		t.Errorf("the trigger emitted %s, then came %q", hook.AppendJSON(nil), next.Step)
	}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, started.Run); err != nil || !replay.Equal {
		t.Errorf("replay %+v, %v", replay, err)
	}
}
