package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/streams"
)

// TestMain checks that no goroutine of the gateway outlives its tests. The
// embedded server leaves some of its own, which are none of ours.
func TestMain(m *testing.M) {
	code := m.Run()
	house.close()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*Server).startGoRoutine.func1"),
			goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*ipQueue[...]).unregister"),
			goleak.IgnoreTopFunction("time.Sleep"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
			goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop")); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// stack is a whole server but for its listener: log, engine, read models.
type stack struct {
	dir      string
	log      *streams.Log
	commands *commands.Executor
	engine   *handlers.Engine
	models   *projections.Projector
	ends     []func()
	err      error
}

// shared is one stack for all tests that do not mind each other.
type shared struct {
	once  sync.Once
	stack *stack
}

var house shared

func (h *shared) close() {
	if h.stack != nil {
		h.stack.close()
	}
}

func theStack(t testing.TB) *stack {
	t.Helper()
	house.once.Do(func() { house.stack = newStack() })
	if house.stack.err != nil {
		t.Fatal(house.stack.err)
	}
	return house.stack
}

func newStack() *stack {
	s := &stack{}
	s.err = s.open()
	return s
}

func (s *stack) open() error {
	ctx := context.Background()
	var err error
	if s.dir, err = os.MkdirTemp("", "jobsprint-gateway-"); err != nil {
		return err
	}
	if s.log, err = streams.Open(ctx, streams.Config{Dir: s.dir}); err != nil {
		return err
	}
	s.ends = append(s.ends, func() { _ = s.log.Close(ctx) })
	types, err := catalogue.New(core.Definitions()...)
	if err != nil {
		return err
	}
	compiler := handlers.NewCompiler(types, expression.NewCompiled())
	s.commands = commands.New(commands.Config{Store: s.log, Keys: s.log, Catalogue: compiler})
	if s.models, err = projections.Open(ctx, projections.Config{Log: s.log}); err != nil {
		return err
	}
	work, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.models.Run(work)
	}()
	s.ends = append(s.ends, func() {
		stop()
		<-done
		_ = s.models.Close()
	})
	return s.run(ctx, compiler)
}

func (s *stack) run(ctx context.Context, compiler *handlers.Compiler) error {
	var err error
	s.engine, err = handlers.NewEngine(handlers.EngineConfig{
		Log: s.log, Commands: s.commands, Compiler: compiler, OpenRuns: s.models.Queries().OpenRuns, Registry: prometheus.NewRegistry(),
	})
	if err != nil {
		return err
	}
	s.ends = append(s.ends, func() { _ = s.engine.Shutdown(ctx) })
	runtime, err := handlers.NewRuntime(handlers.RuntimeConfig{Log: s.log, Registry: prometheus.NewRegistry()},
		handlers.NewActivation(s.commands), handlers.NewDueTimers(s.engine))
	if err != nil {
		return err
	}
	if err := runtime.Start(ctx); err != nil {
		return err
	}
	s.ends = append(s.ends, func() { _ = runtime.Shutdown(ctx) })
	if err := s.engine.Routes().Start(ctx); err != nil {
		return err
	}
	s.ends = append(s.ends, s.engine.Routes().Stop)
	return s.engine.Recover(ctx)
}

func (s *stack) close() {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
	_ = os.RemoveAll(s.dir)
}

// bench is a gateway with a server and a client.
type bench struct {
	*stack
	t       testing.TB
	gateway *gateway.Gateway
	server  *httptest.Server
	client  *client.Client
}

// config is a gateway's over the shared stack.
func config(s *stack) gateway.Config {
	registry := prometheus.NewRegistry()
	return gateway.Config{
		Commands: s.commands, Engine: s.engine, Routes: s.engine.Routes(), Live: s.engine.Live(), Tables: s.commands,
		Log: gateway.OverStreams(s.log), Payloads: s.log.Payloads(), Queries: s.models.Queries(), Projections: s.models,
		Instance: "instance-1", Version: wire.Version{Version: "1.2.3"}, Registry: registry, Gatherer: registry,
		Doctor: func(context.Context) []wire.Check { return []wire.Check{{Name: "log", Status: wire.CheckOK}} },
	}
}

// newBench makes a gateway over the shared stack; change may replace parts.
func newBench(t testing.TB, change func(*gateway.Config)) *bench {
	t.Helper()
	s := theStack(t)
	c := config(s)
	if change != nil {
		change(&c)
	}
	b := &bench{stack: s, t: t, gateway: gateway.New(c)}
	b.server = httptest.NewUnstartedServer(nil)
	b.server.Config = gateway.NewServer(b.gateway)
	b.server.Start()
	var err error
	if b.client, err = client.New(b.server.URL, b.server.Client()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.gateway.Close()
		b.server.Close()
	})
	return b
}

// create stores a workflow.
func (b *bench) create(raw string) wire.Workflow {
	b.t.Helper()
	w, err := b.client.CreateWorkflow(b.t.Context(), []byte(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

// activate stores and activates a workflow.
func (b *bench) activate(raw string) wire.Workflow {
	b.t.Helper()
	w := b.create(raw)
	w, err := b.client.ActivateWorkflow(b.t.Context(), w.ID, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	if w.Status != wire.WorkflowActive {
		b.t.Fatalf("the workflow is %s", w.Status)
	}
	return w
}

// start runs a workflow to its end.
func (b *bench) start(workflow string, s wire.StartRun) wire.Run {
	b.t.Helper()
	if s.Version == 0 {
		s.Version = wire.NewestVersion
	}
	started, err := b.client.StartRun(b.t.Context(), workflow, s, 10*time.Second)
	if err != nil {
		b.t.Fatal(err)
	}
	return *started.Run
}

// do sends a request as it is.
func (b *bench) do(r *http.Request) (*http.Response, string) {
	b.t.Helper()
	answer, err := b.server.Client().Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer, readAll(b.t, answer)
}

// eventually polls until ok, or fails after 10 s.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

func codeOf(t testing.TB, err error) string {
	t.Helper()
	return problemOf(t, err).Code
}

func problemOf(t testing.TB, err error) *client.Problem {
	t.Helper()
	var p *client.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%v is no problem", err)
	}
	return p
}

const workspace = events.DefaultWorkspace
