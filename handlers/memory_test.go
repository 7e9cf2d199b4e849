package handlers_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// keeper is a step type of the tests that runs a function.
func keeper(name string, run func(*nodes.Call, nodes.Inputs) (nodes.Result, error)) nodes.Definition {
	return nodes.Definition{
		Type: "test." + name, Versions: []float64{1}, Class: nodes.Sealed, Name: name, Doc: "A step of the tests.", Group: "flow",
		Inputs: []string{"main"}, Outputs: []string{"main"},
		Fields: []nodes.Field{{Name: "use", Label: "Use", Kind: "string"}},
		New:    func(c *nodes.Compile) (nodes.Node, error) { return testNode{c.Params, run}, nil },
	}
}

// counting adds one to what a memory holds under a key and emits it; an item that
// says so lets it fail afterwards.
func counting(memory func(*nodes.Call) nodes.Memory) func(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
	return func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
		m := memory(c)
		v, err := m.Get("global")
		if err != nil {
			return nodes.Result{}, err
		}
		n, _ := v.Get("n").Number()
		now := item.NewObject(1).Set("n", item.Number(n+1)).Value()
		if err := m.Set("global", now); err != nil {
			return nodes.Result{}, err
		}
		if again, _ := m.Get("global"); again.JSON() != now.JSON() {
			return nodes.Result{}, nodes.Fail("test", "what was set is not what is got: "+again.JSON(), -1)
		}
		if in.First()[0].JSON.Get("fail").Truthy() {
			return nodes.Result{}, nodes.Fail("test", "as asked", 0)
		}
		return nodes.One([]item.Item{{JSON: now}}), nil
	}
}

const (
	staticStep  = `"type":"test.static","typeVersion":1,"parameters":{"use":"$getWorkflowStaticData"}`
	historyStep = `"type":"test.history","typeVersion":1,"parameters":{}`
)

func rememberers() *outside {
	o := newOutside()
	o.extra = []nodes.Definition{
		keeper("static", counting(func(c *nodes.Call) nodes.Memory { return c.Static })),
		keeper("history", counting(func(c *nodes.Call) nodes.Memory { return c.History })),
		keeper("seen", seen),
		keeper("note", func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
			c.Note("customer", in.First()[0].JSON.Get("c").ToString())
			return nodes.One(nodes.PassOn(in.First())), nil
		}),
	}
	return o
}

// seen emits the items whose "k" no earlier run had, of the last three.
func seen(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	v, err := c.History.Get("seen")
	if err != nil {
		return nodes.Result{}, err
	}
	list, _ := v.Elems()
	var out []item.Item
	for i, it := range in.First() {
		known := false
		for _, old := range list {
			known = known || old.JSON() == it.JSON.Get("k").JSON()
		}
		if !known {
			list = append(list[:len(list):len(list)], it.JSON.Get("k"))
			out = append(out, item.Item{JSON: it.JSON, Paired: item.PairOf(i)})
		}
	}
	list = list[max(0, len(list)-3):]
	return nodes.One(out), c.History.Set("seen", item.Array(list))
}

// runAs runs a workflow in a mode and gives what its last step emitted.
func (s *server) runAs(mode, id, input string) string {
	s.t.Helper()
	started, err := s.engine.Start(s.t.Context(), handlers.StartRequest{
		Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Mode: mode, Input: []item.Item{{JSON: item.MustParse(input)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	end := s.ended(started.Run)
	if end.Error != nil {
		return end.Error.Message
	}
	return lastOutput(s.history(started.Run), end.LastStep)
}

func TestStaticDataIsKeptBySuccessfulProductionRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir, rememberers())
	id := s.create(chainOf("", staticStep, staticStep))
	const web, hand = events.ModeWebhook, events.ModeManual
	for i, step := range []struct{ mode, input, want string }{
		{hand, `{}`, `{"n":2}`}, {web, `{}`, `{"n":2}`}, {hand, `{}`, `{"n":4}`},
		{web, `{"fail":true}`, "as asked"}, {web, `{}`, `{"n":4}`},
	} {
		if got := s.runAs(step.mode, id, step.input); got != step.want {
			t.Errorf("run %d: %s, want %s", i, got, step.want)
		}
	}
	s.stop()
	s = start(t, dir, rememberers())
	defer s.stop()
	if got := s.runAs(web, id, `{}`); got != `{"n":6}` {
		t.Errorf("after a restart: %s", got)
	}
	if got := s.runAs(web, s.create(chainOf("", staticStep)), `{}`); got != `{"n":1}` {
		t.Errorf("another workflow: %s", got)
	}
}

func TestHistoryIsKeptByEveryRunThatGotThere(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), rememberers())
	defer s.stop()
	id := s.create(chainOf("", historyStep, historyStep))
	for i, step := range []struct{ mode, input, want string }{
		{events.ModeManual, `{}`, `{"n":2}`}, {events.ModeManual, `{"fail":1}`, "as asked"}, {events.ModeWebhook, `{}`, `{"n":4}`},
	} {
		if got := s.runAs(step.mode, id, step.input); got != step.want {
			t.Errorf("run %d: %s, want %s", i, got, step.want)
		}
	}
}

// What a list of a history gets and loses is recorded, not the whole list.
func TestHistoryRecordsChangesOfLists(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), rememberers())
	defer s.stop()
	id := s.create(chainOf("", `"type":"test.seen","typeVersion":1,"parameters":{}`))
	var input []item.Item
	run := ""
	for _, k := range []string{"a", "b", "a", "c", "d"} {
		input = []item.Item{{JSON: item.MustParse(fmt.Sprintf(`{"k":%q}`, k))}}
		run = s.run(id, input...)
		s.ended(run)
	}
	m, err := s.commands.Memory(t.Context(), events.History(events.DefaultWorkspace, id))
	if got := m.Values["seen"].JSON(); err != nil || got != `["b","c","d"]` || m.Revision != 5 {
		t.Errorf("the history is %s at revision %d, %v", got, m.Revision, err)
	}
	for _, e := range s.history(run) {
		if k, ok := e.(events.StepKept); ok && (len(k.Kept) != 1 || !k.Kept[0].Appends || k.Kept[0].Drop != 1 || k.Kept[0].Value.JSON() != `["d"]`) {
			t.Errorf("recorded %s", k.AppendJSON(nil))
		}
	}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || !replay.Equal {
		t.Errorf("replay %+v, %v", replay, err)
	}
}

// A run that was recorded and whose history did not get to the workflow brings
// it there when it is taken over; done before, it changes nothing.
func TestHistoryIsSettledAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := rememberers()
	out.block = make(chan struct{})
	s := start(t, dir, out)
	id := s.create(chainOf("", `"type":"test.seen","typeVersion":1,"parameters":{}`, effectStep))
	run := events.NewTimeID(s.engine.Now(), [10]byte{1})
	list := s.history(s.run(s.create(chainOf("")), item.Item{JSON: item.MustParse(`{"k":"a"}`)}))
	started := list[0].(events.RunStarted)
	started.Workflow = id
	ref := events.StepRef{Step: "Start", Attempt: 1, Source: []events.Source{{}}}
	next := events.StepRef{Step: "Step 1", Order: 1, Attempt: 1, Source: []events.Source{{Step: "Start"}}}
	pass := []events.Output{{Pass: true, Count: 1}}
	s.record(run, started, events.StepCompleted{StepRef: ref, Outputs: pass}, events.StepCompleted{StepRef: next, Outputs: pass},
		events.StepKept{Step: "Step 1", Kept: []events.Kept{{Scope: events.KeptHistory, Key: "seen", Value: item.MustParse(`["a"]`)}}})
	if err := s.engine.Wake(t.Context(), events.DefaultWorkspace, run); err != nil {
		t.Fatal(err)
	}
	<-out.began // the step behind it acts: the history is there
	m, err := s.commands.Memory(t.Context(), events.History(events.DefaultWorkspace, id))
	if err != nil || m.Values["seen"].JSON() != `["a"]` || m.Revision != 1 {
		t.Errorf("the history is %v at revision %d, %v", m.Values["seen"], m.Revision, err)
	}
	close(out.block)
	s.ended(run)
	s.stop()
}

// record appends one commit to a run, as another owner would.
func (s *server) record(run string, list ...events.Event) {
	s.t.Helper()
	a := commands.Append{Aggregate: events.Run(events.DefaultWorkspace, run), Events: list, At: time.Now()}
	if _, err := s.log.Append(s.t.Context(), a); err != nil {
		s.t.Fatal(err)
	}
}

func TestNotesAreRecordedWithTheRun(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), rememberers())
	defer s.stop()
	run := s.run(s.create(chainOf("", `"type":"test.note","typeVersion":1,"parameters":{}`)), item.Item{JSON: item.MustParse(`{"c":"Ada"}`)})
	s.ended(run)
	var got string
	for _, e := range s.history(run) {
		if k, ok := e.(events.StepKept); ok {
			got = string(k.AppendJSON(nil))
		}
	}
	if want := `{"step":"Step 1","kept":[{"scope":"note","key":"customer","value":"Ada"}]}`; got != want {
		t.Errorf("recorded %s, want %s", got, want)
	}
}

func TestPayloadsBelongToTheRun(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.extra = []nodes.Definition{
		keeper("store", func(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
			b, err := c.Store(item.Binary{MimeType: "text/plain", FileName: "a.txt"}, []byte("hello"))
			return nodes.One([]item.Item{{JSON: item.NewObject(0).Value(), Binary: (*item.Binaries)(nil).With("data", b)}}), err
		}),
		keeper("load", func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
			b, _ := in.First()[0].Binary.Get("data")
			data, err := c.Load(b)
			return nodes.One([]item.Item{{JSON: item.NewObject(2).Set("text", item.String(string(data))).Set("owner", item.String(b.Ref.Owner)).Value()}}), err
		}),
	}
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", step("store"), step("load"))))
	s.ended(run)
	if got, want := lastOutput(s.history(run), "Step 2"), fmt.Sprintf(`{"text":"hello","owner":%q}`, run); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	reserved := s.engine.Reserve(t.Context(), events.DefaultWorkspace)
	ref, err := reserved.Store("text/plain", []byte("hi"))
	if err != nil || ref.Owner != reserved.Run {
		t.Fatalf("%+v %v", ref, err)
	}
	input := []item.Item{{JSON: item.NewObject(0).Value(), Binary: (*item.Binaries)(nil).With("data", item.Binary{MimeType: "text/plain", Ref: ref})}}
	started, err := s.engine.Start(t.Context(), handlers.StartRequest{
		Meta: meta(), Workflow: s.create(chainOf("", step("load"))), Version: handlers.NewestVersion, Mode: events.ModeManual, Input: input, Run: reserved.Run,
	})
	if err != nil || started.Run != reserved.Run {
		t.Fatalf("%+v %v", started, err)
	}
	s.ended(started.Run)
	if got, want := lastOutput(s.history(started.Run), "Step 1"), fmt.Sprintf(`{"text":"hi","owner":%q}`, reserved.Run); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
