package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

func setNode(name, value string) string { return fmt.Sprintf(setStep, name, value) }

// lastOutput is what the step that completed last emitted first.
func lastOutput(list []events.Event, step string) string {
	out := ""
	for _, e := range list {
		if c, ok := e.(events.StepCompleted); ok && c.Step == step {
			var items []string
			for _, it := range c.Outputs[0].Items {
				items = append(items, it.JSON.JSON())
			}
			out = strings.Join(items, " ")
		}
	}
	return out
}

func TestReplyModes(t *testing.T) {
	t.Parallel()
	out := newOutside()
	s := start(t, t.TempDir(), out)
	defer s.stop()
	const respond = `"type":"n8n-nodes-base.respondToWebhook","typeVersion":1.1,"parameters":{"respondWith":"json","responseBody":"={{ {\"got\": $json.a} }}","options":{"responseCode":201}}`
	big := setNode("text", "={{ $json.text }}")
	for name, c := range map[string]struct {
		reply, flow, input string
		fail               bool
		status             int
		body               string
	}{
		"last node":          {"lastNode", webhookFlow("lastNode", setNode("b", "={{ $json.a }}!")), `{"a":1}`, false, 200, `{"a":1,"b":"1!"}`},
		"last node, failure": {"lastNode", webhookFlow("lastNode", effectStep), `{"a":1}`, true, 500, `{"message":"Error in workflow"}`},
		"respond node":       {"responseNode", webhookFlow("responseNode", respond, effectStep), `{"a":7}`, false, 201, `{"got":7}`},
		"no respond node":    {"responseNode", webhookFlow("responseNode", setNode("b", "1")), `{}`, false, 200, `executed successfully`},
		"respond, failure":   {"responseNode", webhookFlow("responseNode", effectStep, respond), `{}`, true, 500, `Error in workflow`},
		"large answer":       {"lastNode", webhookFlow("lastNode", big), `{"text":"` + strings.Repeat("y", 100_000) + `"}`, false, 200, strings.Repeat("y", 100_000)},
	} {
		if c.fail {
			out.fails.Store(1)
		} else {
			out.fails.Store(0)
		}
		started := s.hook(s.create(c.flow), c.reply, c.input)
		answer, ok := <-started.Wait
		body := answer.Body
		if answer.BodyRef.Address != "" {
			var err error
			if body, err = s.log.Payloads().Get(t.Context(), events.DefaultWorkspace, answer.BodyRef); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !ok || answer.Status != c.status || !strings.Contains(string(body), c.body) {
			t.Errorf("%s: answer %d %.200s %v", name, answer.Status, body, ok)
		}
		if n := countType(s.history(started.Run), "run.responded"); n != 1 {
			t.Errorf("%s: answered and %d answers are recorded", name, n)
		}
		s.ended(started.Run)
		if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, started.Run); err != nil || !replay.Equal {
			t.Errorf("%s: replay %+v, %v", name, replay, err)
		}
	}
	at := s.hook(s.create(webhookFlow("onReceived", effectStep)), "onReceived", `{}`)
	if at.Wait != nil {
		t.Error("a run that answers at once makes its caller wait")
	}
	s.ended(at.Run)
}

// branches: both branches of an if meet in a merge, and the step behind it
// looks back through them.
const branches = `{"name":"branches","settings":{"executionOrder":"v1"},"nodes":[
{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
{"name":"Tag","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[100,0],"parameters":{"assignments":{"assignments":[{"id":"a","name":"tag","value":"={{ 'tag' + $json.n }}","type":"string"}]},"includeOtherFields":true,"options":{}}},
{"name":"If","type":"n8n-nodes-base.if","typeVersion":2,"position":[200,0],"parameters":{"conditions":{"options":{"caseSensitive":true,"typeValidation":"loose"},"combinator":"and","conditions":[{"id":"c","leftValue":"={{ $json.n }}","rightValue":2,"operator":{"type":"number","operation":"gt"}}]},"options":{}}},
{"name":"Yes","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[300,0],"parameters":{"assignments":{"assignments":[{"id":"a","name":"branch","value":"yes","type":"string"}]},"options":{}}},
{"name":"No","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[300,100],"parameters":{"assignments":{"assignments":[{"id":"a","name":"branch","value":"no","type":"string"}]},"options":{}}},
{"name":"Merge","type":"n8n-nodes-base.merge","typeVersion":3,"position":[400,0],"parameters":{}},
{"name":"Look","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[500,0],"parameters":{"assignments":{"assignments":[
 {"id":"1","name":"tag","value":"={{ $('Tag').item.json.tag }}","type":"string"},
 {"id":"2","name":"start","value":"={{ $('Start').item.json.n }}","type":"string"},
 {"id":"3","name":"node","value":"={{ $node['Merge'].json.branch }}","type":"string"},
 {"id":"4","name":"first","value":"={{ $('Tag').first().json.tag }}","type":"string"},
 {"id":"5","name":"input","value":"={{ $input.item.json.branch }}","type":"string"},
 {"id":"6","name":"count","value":"={{ $input.all().length }}","type":"string"},
 {"id":"7","name":"names","value":"={{ $workflow.name }} {{ $execution.mode }} {{ $prevNode.name }}","type":"string"}]},"options":{}}}],
"connections":{"Start":{"main":[[{"node":"Tag","type":"main","index":0}]]},"Tag":{"main":[[{"node":"If","type":"main","index":0}]]},
"If":{"main":[[{"node":"Yes","type":"main","index":0}],[{"node":"No","type":"main","index":0}]]},
"Yes":{"main":[[{"node":"Merge","type":"main","index":0}]]},"No":{"main":[[{"node":"Merge","type":"main","index":1}]]},
"Merge":{"main":[[{"node":"Look","type":"main","index":0}]]}}}`

func numberedItems(n int) []item.Item {
	out := make([]item.Item, n)
	for i := range out {
		out[i].JSON = item.NewObject(1).Set("n", item.Int(i+1)).Value()
	}
	return out
}

func TestExpressionsLookBackThroughBranches(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	run := s.run(s.create(branches), numberedItems(4)...)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %s", end.AppendJSON(nil))
	}
	got := lastOutput(s.history(run), "Look")
	var want []string
	for _, n := range []int{3, 4, 1, 2} {
		branch := "yes"
		if n <= 2 {
			branch = "no"
		}
		want = append(want, fmt.Sprintf(`{"tag":"tag%d","start":"%d","node":%q,"first":"tag1","input":%q,"count":"4","names":"branches test Merge"}`, n, n, branch, branch))
	}
	if got != strings.Join(want, " ") {
		t.Errorf("got  %s\nwant %s", got, strings.Join(want, " "))
	}
}

func TestStepSettings(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	const nothing = `"type":"n8n-nodes-base.filter","typeVersion":2,"parameters":{"conditions":{"options":{"typeValidation":"loose"},"combinator":"and","conditions":[{"id":"c","leftValue":"a","rightValue":"b","operator":{"type":"string","operation":"equals"}}]},"options":{}}`
	for name, c := range map[string]struct{ flow, step, want string }{
		"once":          {chainOf("", setNode("a", "={{ $json.n }}")+`,"executeOnce":true`), "Step 1", `{"n":1,"a":"1"}`},
		"always output": {chainOf("", nothing+`,"alwaysOutputData":true`, setNode("a", "x")), "Step 2", `{"a":"x"}`},
		"disabled":      {chainOf("", panicStep+`,"disabled":true`, setNode("a", "y")), "Step 2", `{"n":1,"a":"y"} {"n":2,"a":"y"}`},
		"nothing":       {chainOf("", nothing, setNode("a", "x")), "Step 2", ``},
	} {
		run := s.run(s.create(c.flow), numberedItems(2)...)
		if end := s.ended(run); end.Status != events.StatusSuccess {
			t.Errorf("%s: ended with %s", name, end.AppendJSON(nil))
		}
		if got := lastOutput(s.history(run), c.step); got != c.want {
			t.Errorf("%s: got %s, want %s in %s", name, got, c.want, texts(s.history(run)))
		}
	}
}

func TestLoopsEnd(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside(), func(c *handlers.EngineConfig) { c.MaxStepRuns = 700 })
	defer s.stop()
	text := strings.Replace(chainOf("", setNode("a", "1"), setNode("b", "2")), `"connections":{`,
		`"connections":{"Step 2":{"main":[[{"node":"Step 1","type":"main","index":0}]]},`, 1)
	run := s.run(s.create(text))
	if end := s.ended(run); end.Status != events.StatusError || end.Error.Code != "run.too-many-steps" || !strings.Contains(end.Error.Message, "700") {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	if n := countType(s.history(run), "step.completed"); n != 700 {
		t.Errorf("%d step runs, want 700", n)
	}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || !replay.Equal || replay.Recomputed != 700 {
		t.Errorf("replay %+v, %v", replay, err)
	}
}

func TestLiveTicks(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", effectStep, fmt.Sprintf(waitStep, 20), panicStep)))
	<-out.began
	ticks, stop := s.engine.Live().Subscribe(run)
	other, stopOther := s.engine.Live().Subscribe("another")
	close(out.block)
	s.ended(run)
	stop()
	stopOther()
	stop()
	var got []string
	for len(ticks) > 0 {
		tick := <-ticks
		got = append(got, tick.Step+" "+tick.Status)
	}
	want := "Step 1 success, Step 2 running, Step 2 waiting, Step 3 running, Step 3 error"
	if strings.Join(got, ", ") != want || len(other) != 0 {
		t.Errorf("ticks %v, of others %d", got, len(other))
	}
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(chainOf("", effectStep))
	broken, err := s.commands.CreateWorkflow(t.Context(), meta(), []byte(`{"nodes":[{"name":"A","type":"no.such","parameters":{}}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		request handlers.StartRequest
		code    string
	}{
		"inactive":     {handlers.StartRequest{Workflow: id}, "inactive"},
		"no workflow":  {handlers.StartRequest{Workflow: "none"}, "not-found"},
		"no version":   {handlers.StartRequest{Workflow: id, Version: 9}, "not-found"},
		"no step":      {handlers.StartRequest{Workflow: id, Version: 1, Start: "Nowhere"}, "invalid"},
		"not runnable": {handlers.StartRequest{Workflow: broken.ID, Version: 1}, "not-runnable"},
	} {
		c.request.Meta, c.request.Mode = meta(), events.ModeManual
		_, err := s.engine.Start(t.Context(), c.request)
		if got := string(commands.CodeOf(err)); got != c.code {
			t.Errorf("%s: %q %v, want %q", name, got, err, c.code)
		}
	}
	if st := s.engine.Stats(); st.InWork != 0 {
		t.Errorf("refused starts count as work: %+v", st)
	}
	begun, err := s.engine.Start(t.Context(), handlers.StartRequest{Meta: meta(), Workflow: id, Version: 1, Start: "Step 1", Mode: events.ModeManual})
	if err != nil {
		t.Fatal(err)
	}
	s.ended(begun.Run)
	if first := s.history(begun.Run)[0].(events.RunStarted); first.Start != "Step 1" {
		t.Errorf("%+v", first)
	}
}

func texts(list []events.Event) string {
	var out []string
	for _, e := range list {
		out = append(out, e.EventType().Name+" "+string(e.AppendJSON(nil)))
	}
	return strings.Join(out, "\n")
}
