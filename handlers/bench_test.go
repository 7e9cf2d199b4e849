package handlers_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/streams"
)

// server is an engine on a real log in a folder, without HTTP.
type server struct {
	t        testing.TB
	dir      string
	log      *streams.Log
	commands *commands.Executor
	engine   *handlers.Engine
	runtime  *handlers.Runtime
	outside  *outside
	conf     handlers.EngineConfig

	catalogue *catalogue.Catalogue
}

// outside is what the effects of the test steps touch.
type outside struct {
	mu    sync.Mutex
	calls map[string]int // by effect key
	// block, when set, is waited for by effects before they end.
	block chan struct{}
	began chan string
	fails atomic.Int64 // the next effects that fail
	extra []nodes.Definition
}

func newOutside() *outside { return &outside{calls: map[string]int{}, began: make(chan string, 1000)} }

func (o *outside) count() (keys, calls int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range o.calls {
		keys, calls = keys+1, calls+n
	}
	return keys, calls
}

// start opens an engine on a folder, as the program does.
func start(t testing.TB, dir string, o *outside, options ...func(*handlers.EngineConfig)) *server {
	t.Helper()
	ctx := t.Context()
	log, err := streams.Open(ctx, streams.Config{Dir: dir, KeyFile: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalogue.New(core.Definitions()...)
	if err == nil {
		cat, err = cat.With(append(o.steps(), o.extra...)...)
	}
	if err != nil {
		t.Fatal(err)
	}
	compiler := handlers.NewCompiler(cat, nodetest.Engine())
	s := &server{t: t, dir: dir, log: log, outside: o, catalogue: cat}
	s.commands = commands.New(commands.Config{Store: log, Keys: log, Catalogue: compiler})
	conf := handlers.EngineConfig{Log: log, Commands: s.commands, Compiler: compiler, OpenRuns: s.openRuns, Node: "test", Version: "test"}
	for _, set := range options {
		set(&conf)
	}
	s.conf = conf
	if s.engine, err = handlers.NewEngine(conf); err != nil {
		t.Fatal(err)
	}
	s.runtime, err = handlers.NewRuntime(handlers.RuntimeConfig{Log: log}, handlers.NewActivation(s.commands), handlers.NewDueTimers(s.engine))
	if err := errors.Join(err, s.engine.Recover(ctx), s.runtime.Start(ctx), s.engine.Routes().Start(ctx)); err != nil {
		t.Fatal(err)
	}
	return s
}

// stop ends it in good order.
func (s *server) stop() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s.engine.Routes().Stop()
	if err := errors.Join(s.runtime.Shutdown(ctx), s.engine.Shutdown(ctx), s.log.Close(ctx)); err != nil {
		s.t.Error(err)
	}
}

// openRuns reads the open runs from the log itself.
func (s *server) openRuns(ctx context.Context, fn func(workspace, id, status, waitKind string, until time.Time) error) error {
	head, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	type state struct {
		status, kind string
		until        time.Time
	}
	open := map[string]state{}
	var order []string
	tail := s.log.Tail(events.Cursor{}, streams.TailOptions{})
	defer tail.Close()
	var at events.Cursor
	for !at.Covers(head) {
		list, err := tail.Next(ctx)
		if err != nil {
			return err
		}
		for _, r := range list {
			at = at.With(r.Position)
			all, err := r.Events()
			if err != nil || r.Aggregate.Kind != events.KindRun {
				continue
			}
			for _, e := range all {
				switch e := e.(type) {
				case events.RunStarted:
					order = append(order, r.Aggregate.ID)
					open[r.Aggregate.ID] = state{status: "running"}
				case events.StepWaiting:
					open[r.Aggregate.ID] = state{"waiting", e.Kind, e.Until}
				case events.RunEnded:
					delete(open, r.Aggregate.ID)
				default:
					open[r.Aggregate.ID] = state{status: "running"}
				}
			}
		}
	}
	for _, id := range order {
		if st, ok := open[id]; ok {
			if err := fn(events.DefaultWorkspace, id, st.status, st.kind, st.until); err != nil {
				return err
			}
		}
	}
	return nil
}

func meta() commands.Meta {
	return commands.Meta{Workspace: events.DefaultWorkspace, Actor: "tester"}
}

// create stores a workflow.
func (s *server) create(text string) string {
	s.t.Helper()
	made, err := s.commands.CreateWorkflow(s.t.Context(), meta(), []byte(text), "")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range made.Problems {
		if p.Blocking {
			s.t.Fatalf("%s: %s", p.Code, p.Message)
		}
	}
	return made.ID
}

// run starts the newest version of a workflow by hand.
func (s *server) run(workflowID string, input ...item.Item) string {
	s.t.Helper()
	started, err := s.engine.Start(s.t.Context(), handlers.StartRequest{
		Meta: meta(), Workflow: workflowID, Version: handlers.NewestVersion, Mode: events.ModeManual, Input: input,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return started.Run
}

// history reads all events of a run.
func (s *server) history(run string) []events.Event {
	s.t.Helper()
	var out []events.Event
	_, err := s.log.Load(s.t.Context(), events.Run(events.DefaultWorkspace, run), events.Head{}, func(r *events.Recorded) error {
		list, err := r.Events()
		out = append(out, list...)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// ended waits for the end of a run.
func (s *server) ended(run string) events.RunEnded {
	s.t.Helper()
	var end events.RunEnded
	s.until("the run ends", func() bool {
		list := s.history(run)
		e, ok := list[len(list)-1].(events.RunEnded)
		end = e
		return ok
	})
	return end
}

// until waits for a condition.
func (s *server) until(what string, ok func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for pause := time.Millisecond; !ok(); pause = min(2*pause, 50*time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain: %s", what)
		}
		timer := time.NewTimer(pause)
		<-timer.C
	}
}

func types(list []events.Event) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.EventType().Name)
	}
	return out
}

func countType(list []events.Event, name string) int {
	n := 0
	for _, t := range types(list) {
		if t == name {
			n++
		}
	}
	return n
}

// chainOf is a workflow of a manual trigger and steps one after another, each
// given as its node JSON without name and position.
func chainOf(settings string, steps ...string) string {
	nodesJSON := `{"name":"Start","id":"s","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}}`
	connections, previous := "", "Start"
	for i, step := range steps {
		name := fmt.Sprintf("Step %d", i+1)
		nodesJSON += fmt.Sprintf(`,{"name":%q,"id":"n%d","position":[%d,0],%s}`, name, i, 200*(i+1), step)
		if connections != "" {
			connections += ","
		}
		connections += fmt.Sprintf(`%q:{"main":[[{"node":%q,"type":"main","index":0}]]}`, previous, name)
		previous = name
	}
	return fmt.Sprintf(`{"name":"chain","nodes":[%s],"connections":{%s},"settings":{"executionOrder":"v1"%s}}`, nodesJSON, connections, settings)
}

const (
	effectStep = `"type":"test.effect","typeVersion":1,"parameters":{}`
	bigStep    = `"type":"test.big","typeVersion":1,"parameters":{"count":3000}`
	waitStep   = `"type":"test.wait","typeVersion":1,"parameters":{"ms":%d}`
	panicStep  = `"type":"test.panic","typeVersion":1,"parameters":{}`
	setStep    = `"type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"assignments":{"assignments":[{"id":"a","name":%q,"value":%q,"type":"string"}]},"includeOtherFields":true,"options":{}}`
)

// steps are the step types of these tests: an effect that is counted, one that
// emits much, one that waits, and one that breaks down.
func (o *outside) steps() []nodes.Definition {
	def := func(name string, class nodes.Class, run func(*nodes.Call, nodes.Inputs) (nodes.Result, error)) nodes.Definition {
		return nodes.Definition{
			Type: "test." + name, Versions: []float64{1}, Class: class, Name: name, Doc: "A step of the tests.", Group: "flow",
			Inputs: []string{"main"}, Outputs: []string{"main"}, Repeat: events.RepeatUnsafe,
			Fields: []nodes.Field{{Name: "count", Label: "Count", Kind: "number"}, {Name: "ms", Label: "Milliseconds", Kind: "number"}},
			New:    func(c *nodes.Compile) (nodes.Node, error) { return testNode{c.Params, run}, nil },
		}
	}
	number := func(c *nodes.Call, key string) float64 {
		n, _ := c.Context.Value(paramsKey{}).(item.Value).Get(key).Number()
		return n
	}
	return []nodes.Definition{
		def("effect", nodes.Effect, o.effect),
		def("wide", nodes.Pure, wide),
		def("longError", nodes.Pure, func(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
			return nodes.Result{}, nodes.Fail("test.long", noise(9<<20), 0)
		}),
		def("longAnswer", nodes.Pure, func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
			r := nodes.One(in.First())
			r.Response = &events.RunResponded{Status: 200, Headers: []events.Header{{Name: "X-Long", Value: noise(9 << 20)}}}
			return r, nil
		}),
		brokenHook(),
		def("panic", nodes.Pure, func(*nodes.Call, nodes.Inputs) (nodes.Result, error) { panic("as asked") }),
		def("wait", nodes.Pure, func(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
			r := nodes.One(in.First())
			r.Wait = c.Now().Add(time.Duration(number(c, "ms")) * time.Millisecond)
			return r, nil
		}),
		def("big", nodes.Pure, func(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
			out := make([]item.Item, int(number(c, "count")))
			for i := range out {
				out[i].JSON = item.NewObject(2).Set("i", item.Int(i)).Set("text", item.String("some text that takes room")).Value()
				out[i].Paired = item.PairOf(0)
			}
			return nodes.One(out), nil
		}),
	}
}

type paramsKey struct{}

type testNode struct {
	params item.Value
	run    func(*nodes.Call, nodes.Inputs) (nodes.Result, error)
}

func (n testNode) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	c.Context = context.WithValue(c.Context, paramsKey{}, n.params)
	return n.run(c, in)
}

func (o *outside) effect(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	o.mu.Lock()
	o.calls[c.EffectKey]++
	block := o.block
	o.mu.Unlock()
	select {
	case o.began <- c.Run:
	default:
	}
	if block != nil {
		select {
		case <-block:
		case <-c.Context.Done():
			return nodes.Result{}, c.Context.Err()
		}
	}
	if o.fails.Add(-1) >= 0 {
		return nodes.Result{}, nodes.Fail("test.refused", "refused as asked", 0)
	}
	out := slices.Clone(in.First())
	return nodes.One(out), nil
}

func contextThatHasEnded() (context.Context, context.CancelFunc) {
	return context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
}

// wide emits more on its outputs together than one commit can hold, and on
// none of them enough for the payload store.
func wide(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
	out := make([][]item.Item, 200)
	for i := range out {
		out[i] = []item.Item{{JSON: item.NewObject(1).Set("text", item.String(noise(60<<10, uint64(i)))).Value()}}
	}
	return nodes.Result{Outputs: out}, nil
}

// noise is text that does not get smaller when it is compressed.
func noise(n int, seed ...uint64) string {
	raw := make([]byte, n/2)
	random := rand.New(rand.NewPCG(1, uint64(n)+append(seed, 0)[0]))
	for i := range raw {
		raw[i] = byte(random.Uint32())
	}
	return base64.StdEncoding.EncodeToString(raw)[:n/2] + hex.EncodeToString(raw)[:n/2]
}

// brokenHook is a webhook step that breaks down when it is to answer.
func brokenHook() nodes.Definition {
	return nodes.Definition{
		Type: "test.hook", Versions: []float64{1}, Class: nodes.Pure, Name: "hook", Doc: "A step of the tests.", Group: "trigger",
		Trigger: true, Outputs: []string{"main"},
		New: func(*nodes.Compile) (nodes.Node, error) { return hookNode{}, nil },
	}
}

type hookNode struct{}

func (hookNode) Run(_ *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	return nodes.One(in.First()), nil
}
func (hookNode) Routes() []nodes.Route { return nil }
func (hookNode) Accept(*nodes.Request) (nodes.Result, error) {
	return nodes.Result{}, nil
}
func (hookNode) Answer(string, string, []item.Item, *events.StepError) events.RunResponded {
	panic("as asked")
}
