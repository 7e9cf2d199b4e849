package handlers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/streams"
)

// called is a workflow that others call: its trigger and steps one after another.
func called(steps ...string) string {
	return strings.Replace(chainOf("", steps...), `"type":"n8n-nodes-base.manualTrigger","typeVersion":1`, `"type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1`, 1)
}

// calling is a step that runs a workflow given as JSON.
func calling(child, mode, more string) string {
	text, _ := json.Marshal(child)
	return fmt.Sprintf(`"type":"n8n-nodes-base.executeWorkflow","typeVersion":1.2,"parameters":{"source":"parameter","workflowJson":%s,"mode":%q,"options":{}}%s`, text, mode, more)
}

func callers() *outside {
	o := newOutside()
	o.extra = []nodes.Definition{
		keeper("fail", func(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
			return nodes.Result{}, nodes.Fail("test.boom", "boom", 0)
		}),
		keeper("three", func(*nodes.Call, nodes.Inputs) (nodes.Result, error) { return nodes.One(numberedItems(3)), nil }),
	}
	return o
}

// emitted writes what a step emitted, with the paired items, by output.
func (s *server) emitted(run, step string) string {
	s.t.Helper()
	var lists []string
	for _, e := range s.history(run) {
		c, ok := e.(events.StepCompleted)
		if !ok || c.Step != step {
			continue
		}
		for _, o := range c.Outputs {
			var items []string
			for _, it := range o.Items {
				items = append(items, it.JSON.JSON()+"<"+string(it.Paired.AppendJSON(nil)))
			}
			lists = append(lists, strings.Join(items, " "))
		}
	}
	return strings.Join(lists, " | ")
}

func TestOtherWorkflowsRunAsASteps(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	add, fail := called(setNode("a", "={{ $json.n }}!")), called(step("fail"))
	for name, test := range map[string]struct{ step, want string }{
		"once":       {calling(add, "once", ""), `{"n":1,"a":"1!"}<{"item":0} {"n":2,"a":"2!"}<{"item":1} {"n":3,"a":"3!"}<{"item":2}`},
		"each":       {calling(add, "each", ""), `{"n":1,"a":"1!"}<{"item":0} {"n":2,"a":"2!"}<{"item":1} {"n":3,"a":"3!"}<{"item":2}`},
		"fails":      {calling(fail, "once", ""), ""},
		"no trigger": {calling(`{"nodes":[],"connections":{}}`, "once", ""), ""},
		"no JSON":    {calling(`{nodes`, "each", ""), ""},
	} {
		run := s.run(s.create(chainOf("", step("three"), test.step)))
		end := s.ended(run)
		if got := s.emitted(run, "Step 2"); got != test.want {
			t.Errorf("%s: emitted %s, want %s", name, got, test.want)
		}
		if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || !replay.Equal {
			t.Errorf("%s: replay %+v, %v", name, replay, err)
		}
		want := map[string]string{"fails": "boom", "no trigger": "Missing node to start execution", "no JSON": "Error executing workflow with item at index 0"}[name]
		if got := message(end); got != want {
			t.Errorf("%s: ended with %q, want %q", name, got, want)
		}
	}
}

func message(e events.RunEnded) string {
	if e.Error == nil {
		return ""
	}
	return e.Error.Message
}

func TestChildRunsNameTheirParent(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	inner := calling(called(effectStep), "once", "")
	run := s.run(s.create(chainOf("", calling(called(inner), "once", ""))))
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %s", end.AppendJSON(nil))
	}
	var parents []events.ParentStep
	s.eachRun(func(id string, first events.RunStarted) {
		if first.Parent.Run != "" {
			parents = append(parents, first.Parent)
			if first.Root != run || first.Mode != events.ModeIntegrated || events.Partition(id) != events.Partition(run) {
				t.Errorf("child %s: root %s, mode %s", id, first.Root, first.Mode)
			}
		}
	})
	if len(parents) != 2 || parents[0].Run != run || parents[0].Step != "Step 1" || parents[0].Attempt != 1 || parents[1].Run == run {
		t.Errorf("parents %+v", parents)
	}
}

// eachRun calls fn for every run in the log.
func (s *server) eachRun(fn func(id string, first events.RunStarted)) {
	s.t.Helper()
	head, err := s.log.Head(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	tail := s.log.Tail(events.Cursor{}, streams.TailOptions{})
	defer tail.Close()
	for at := (events.Cursor{}); !at.Covers(head); {
		list, err := tail.Next(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range list {
			at = at.With(r.Position)
			if first, err := r.Event(0); err == nil {
				if started, ok := first.(events.RunStarted); ok {
					fn(r.Aggregate.ID, started)
				}
			}
		}
	}
}

func TestChildThatFailsMayBeGoneOnAfter(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	run := s.run(s.create(chainOf("", step("three"), calling(called(effectStep), "once", `,"retryOnFail":true,"maxTries":2,"waitBetweenTries":0`))))
	s.ended(run)
	out := s.outside
	out.fails.Store(1)
	again := s.run(s.create(chainOf("", calling(called(effectStep), "once", `,"retryOnFail":true,"maxTries":2,"waitBetweenTries":0`))))
	if end := s.ended(again); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	attempts := 0
	s.eachRun(func(_ string, first events.RunStarted) {
		if first.Parent.Run == again {
			attempts++
		}
	})
	if attempts != 2 {
		t.Errorf("%d runs were started, want one for each attempt", attempts)
	}
}

func TestStoredWorkflowsAreFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "child.json"), []byte(called(setNode("from", "file"))), 0o600); err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	s := start(t, t.TempDir(), callers(), func(c *handlers.EngineConfig) {
		c.Library.Files = func() (*os.Root, error) { return os.OpenRoot(dir) }
		c.Library.Find = func(_ context.Context, _, id, name string) (string, error) {
			if found := byName[id]; found != "" {
				return found, nil
			}
			return byName[name], nil
		}
	})
	defer s.stop()
	id := s.create(called(setNode("from", "store")))
	byName["chain"], byName["n8nId"] = id, id
	stored := func(version, params string) string {
		return fmt.Sprintf(`"type":"n8n-nodes-base.executeWorkflow","typeVersion":%s,"parameters":{%s,"options":{}}`, version, params)
	}
	for params, want := range map[string]string{
		stored("1", fmt.Sprintf(`"workflowId":%q`, id)):                                                      `{"from":"store"}`,
		stored("1.2", fmt.Sprintf(`"workflowId":{"__rl":true,"mode":"id","value":%q}`, id)):                  `{"from":"store"}`,
		stored("1.2", `"workflowId":{"__rl":true,"mode":"list","value":"n8nId"}`):                            `{"from":"store"}`,
		stored("1.2", `"workflowId":{"__rl":true,"mode":"list","value":"x","cachedResultName":"chain"}`):     `{"from":"store"}`,
		stored("1.2", `"workflowId":{"__rl":true,"mode":"id","value":"none"}`):                               "Workflow is not active and cannot be executed.",
		stored("1", `"source":"localFile","workflowPath":"child.json"`):                                      `{"from":"file"}`,
		stored("1", `"source":"localFile","workflowPath":"../child.json"`):                                   `The file "../child.json" could not be found, [item 0]`,
		stored("1", fmt.Sprintf(`"source":"localFile","workflowPath":%q`, filepath.Join(dir, "child.json"))): `{"from":"file"}`,
		stored("1", `"source":"url","workflowUrl":"http://localhost/x"`):                                     "workflows cannot be read from the network here; store the workflow and name it",
	} {
		run := s.run(s.create(chainOf("", params)))
		end := s.ended(run)
		got := message(end)
		if got == "" {
			got = lastOutput(s.history(run), "Step 1")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestWorkflowsThatCallThemselvesEnd(t *testing.T) {
	t.Parallel()
	var id string
	s := start(t, t.TempDir(), callers(), func(c *handlers.EngineConfig) {
		c.MaxRuns = 3 // the runs that are called do not count: the run that waits for them does
		c.Library.Find = func(context.Context, string, string, string) (string, error) { return id, nil }
	})
	defer s.stop()
	id = s.create(called(`"type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{"workflowId":"self"}`))
	end := s.ended(s.run(id))
	if end.Error == nil || end.Error.Code != "child.depth" {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
}

// A run that waits for another leaves memory, and comes back with its end, also
// after a restart; no run is started twice.
func TestParentsWaitOutsideOfMemory(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), callers()
	out.block = make(chan struct{})
	s := start(t, dir, out)
	run := s.run(s.create(chainOf("", calling(called(effectStep), "once", ""), effectStep)))
	<-out.began
	s.until("the run is parked", func() bool {
		list := s.history(run)
		w, ok := list[len(list)-1].(events.StepWaiting)
		return ok && w.Kind == events.WaitChild && s.engine.Stats().InWork == 1
	})
	close(out.block)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	if keys, calls := out.count(); keys != 2 || calls != 2 {
		t.Errorf("%d keys and %d calls, want 2 and 2", keys, calls)
	}
	s.stop()
}

func TestChildrenOutliveARestart(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), callers()
	s := start(t, dir, out)
	run := s.run(s.create(chainOf("", calling(called(fmt.Sprintf(waitStep, 6_000), effectStep), "once", ""), effectStep)))
	s.until("the child waits", func() bool { return s.engine.Stats().Waiting > 0 })
	s.stop()
	s = start(t, dir, out)
	defer s.stop()
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	children := 0
	s.eachRun(func(_ string, first events.RunStarted) {
		if first.Parent.Run == run {
			children++
		}
	})
	if keys, calls := out.count(); children != 1 || keys != 2 || calls != 2 {
		t.Errorf("%d children, %d keys and %d calls, want 1, 2 and 2", children, keys, calls)
	}
}

// A parent that is let go of while its child works finds the child again.
func TestAChildIsStartedOnce(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), callers()
	out.block = make(chan struct{})
	s := start(t, dir, out)
	run := s.run(s.create(chainOf("", calling(called(effectStep), "once", ""), effectStep)))
	<-out.began
	expired, cancel := contextThatHasEnded()
	defer cancel()
	_ = s.engine.Shutdown(expired)
	s.engine.Routes().Stop()
	if err := errors.Join(s.runtime.Shutdown(t.Context()), s.log.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	out.mu.Lock()
	out.block = nil
	out.mu.Unlock()
	s = start(t, dir, out)
	defer s.stop()
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	children := 0
	s.eachRun(func(_ string, first events.RunStarted) {
		if first.Parent.Run == run {
			children++
		}
	})
	if keys, _ := out.count(); children != 1 || keys != 2 {
		t.Errorf("%d children and %d effects, want 1 and 2", children, keys)
	}
}

func TestBinaryDataGoesToTheChildAndBack(t *testing.T) {
	t.Parallel()
	out := callers()
	out.extra = append(out.extra,
		keeper("store", func(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
			b, err := c.Store(item.Binary{MimeType: "text/plain"}, []byte("hello"))
			return nodes.One([]item.Item{{JSON: item.NewObject(0).Value(), Binary: (*item.Binaries)(nil).With("data", b)}}), err
		}),
		keeper("owner", func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
			it := in.First()[0]
			b, _ := it.Binary.Get("data")
			data, err := c.Load(b)
			own := fmt.Sprint(b.Ref.Owner == c.Run)
			it.JSON = item.NewObject(2).Set("was", it.JSON.Get("own")).Set("own", item.String(own+" "+string(data))).Value()
			return nodes.One([]item.Item{it}), err
		}))
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", step("store"), calling(called(step("owner")), "once", ""), step("owner"))))
	s.ended(run)
	if got := lastOutput(s.history(run), "Step 3"); got != `{"was":"true hello","own":"true hello"}` {
		t.Errorf("emitted %s", got)
	}
}

func TestCallersAreAskedForTheirLeave(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	policy := func(settings string) string {
		text := called(setNode("a", "b"))
		return strings.Replace(text, `"settings":{"executionOrder":"v1"`, `"settings":{"executionOrder":"v1"`+settings, 1)
	}
	for settings, allowed := range map[string]bool{
		``: true, `,"callerPolicy":"any"`: true, `,"callerPolicy":"workflowsFromSameOwner"`: true,
		`,"callerPolicy":"none"`: false, `,"callerPolicy":"workflowsFromAList","callerIds":"x, y"`: false,
	} {
		id := s.create(policy(settings))
		run := s.run(s.create(chainOf("", fmt.Sprintf(`"type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{"workflowId":%q}`, id))))
		end := s.ended(run)
		if (end.Status == events.StatusSuccess) != allowed || !allowed && end.Error.Code != "child.denied" {
			t.Errorf("%s: ended with %s", settings, end.AppendJSON(nil))
		}
	}
}
