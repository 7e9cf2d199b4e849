package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/workflow"
)

// ErrNoRoute reports a path that no active workflow listens on.
var ErrNoRoute = errors.New("no active workflow listens on this path")

// MethodError reports a path that is listened on with other methods.
type MethodError struct{ Allowed []string }

// Error names the methods.
func (e *MethodError) Error() string {
	return "this path takes " + strings.Join(e.Allowed, ", ")
}

// routeWait is how long a path that is not known may wait for the table to
// reach the end of the log: the claim may be on its way here.
const routeWait = 250 * time.Millisecond

// Match is the webhook step that a request is for.
type Match struct {
	Method   string
	Path     string
	Reply    string
	Params   []events.Header
	Node     nodes.Webhook
	Workflow string
	Version  int
	Step     string
	// Credential gives the data of a credential of the step by its type.
	Credential func(typ string) (item.Value, error)
}

// Routes is this node's table of webhook routes, kept in memory from the
// definitions' stream.
type Routes struct {
	log    *streams.Log
	engine *Engine

	mu     sync.RWMutex
	exact  map[string][]*route // by workspace and path
	shaped map[string][]*route // with parameters, by workspace
	byID   map[string]*route   // by aggregate id
	at     events.Cursor
	moved  chan struct{} // closed and replaced when at moves

	ready atomic.Bool
	stop  context.CancelFunc
	done  chan struct{}
	alarm atomic.Pointer[error]
}

type route struct {
	events.RouteClaimed
	id        string
	workspace string
	segments  []string // of a path with parameters

	compiled atomic.Pointer[compiledRoute]
}

// compiledRoute is the step of a route, ready to take requests.
type compiledRoute struct {
	node  nodes.Webhook
	reply string
	step  *workflow.Step
}

func newRoutes(log *streams.Log, e *Engine) *Routes {
	return &Routes{
		log: log, engine: e, exact: map[string][]*route{}, shaped: map[string][]*route{},
		byID: map[string]*route{}, moved: make(chan struct{}), done: make(chan struct{}),
	}
}

// Start reads the table up to the log's end and then follows it.
func (t *Routes) Start(ctx context.Context) error {
	head, err := t.log.Head(ctx)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(context.Background())
	t.stop = stop
	go func() {
		defer close(t.done)
		t.follow(work)
	}()
	if err := t.Wait(ctx, definitionsOf(head)); err != nil {
		t.Stop()
		return err
	}
	t.ready.Store(true)
	return nil
}

// Stop ends the table's reader.
func (t *Routes) Stop() {
	if t.stop != nil {
		t.stop()
		<-t.done
	}
}

// Ready reports whether the table is loaded and follows the log.
func (t *Routes) Ready() bool { return t.ready.Load() && t.alarm.Load() == nil }

func definitionsOf(c events.Cursor) events.Cursor {
	return events.NewCursor(c.At(streams.DefinitionsStream))
}

func (t *Routes) follow(ctx context.Context) {
	tail := t.log.Tail(events.Cursor{}, streams.TailOptions{Streams: []string{streams.DefinitionsStream}})
	defer tail.Close()
	for {
		list, err := tail.Next(ctx)
		if err != nil {
			if ctx.Err() == nil {
				t.alarm.Store(&err)
				t.engine.Logger.Error("the route table cannot follow the log; webhooks are refused", "error", err)
			}
			return
		}
		t.apply(list)
	}
}

func (t *Routes) apply(list []*events.Recorded) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range list {
		if r.Aggregate.Kind == events.KindRoute {
			t.fold(r)
		}
		t.at = t.at.With(r.Position)
	}
	close(t.moved)
	t.moved = make(chan struct{})
}

func (t *Routes) fold(r *events.Recorded) {
	all, err := r.Events()
	if err != nil {
		t.engine.Logger.Error("a route cannot be read", "route", r.Aggregate.ID, "error", err)
		return
	}
	for _, e := range all {
		t.remove(r.Aggregate.ID)
		if claim, ok := e.(events.RouteClaimed); ok {
			t.add(&route{RouteClaimed: claim, id: r.Aggregate.ID, workspace: r.Aggregate.Workspace})
		}
	}
}

func (t *Routes) add(r *route) {
	t.byID[r.id] = r
	if !strings.Contains(r.Path, ":") {
		key := r.workspace + "/" + r.Path
		t.exact[key] = append(t.exact[key], r)
		return
	}
	r.segments = strings.Split(r.Path, "/")
	t.shaped[r.workspace] = append(t.shaped[r.workspace], r)
}

func (t *Routes) remove(id string) {
	r, ok := t.byID[id]
	if !ok {
		return
	}
	delete(t.byID, id)
	same := func(o *route) bool { return o == r }
	key := r.workspace + "/" + r.Path
	if t.exact[key] = slices.DeleteFunc(slices.Clone(t.exact[key]), same); len(t.exact[key]) == 0 {
		delete(t.exact, key)
	}
	t.shaped[r.workspace] = slices.DeleteFunc(slices.Clone(t.shaped[r.workspace]), same)
}

// Wait returns when the table has read up to the cursor's place among the
// definitions.
func (t *Routes) Wait(ctx context.Context, c events.Cursor) error {
	want := definitionsOf(c)
	for {
		t.mu.RLock()
		at, moved := t.at, t.moved
		t.mu.RUnlock()
		if at.Covers(want) {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-t.done:
			return ErrNoRoute
		}
	}
}

// Match finds the step that listens on a method and a path, which has no
// leading slash. A path that is not known waits a little for the table to
// catch up. Errors: ErrNoRoute, *MethodError.
func (t *Routes) Match(ctx context.Context, workspace, method, path string) (Match, error) {
	m, err := t.find(workspace, method, path)
	if err == nil {
		return m, nil
	}
	head := events.NewCursor(events.Position{Stream: streams.DefinitionsStream, Seq: t.log.Last(streams.DefinitionsStream)})
	short, cancel := context.WithTimeout(ctx, routeWait)
	defer cancel()
	if t.Wait(short, head) != nil {
		return Match{}, err
	}
	return t.find(workspace, method, path)
}

// find looks for the route of a method and a path: an exact path comes before
// those with parameters, method by method.
func (t *Routes) find(workspace, method, path string) (Match, error) {
	t.mu.RLock()
	exact, shaped := t.exact[workspace+"/"+path], t.shaped[workspace]
	t.mu.RUnlock()
	var allowed []string
	for _, r := range exact {
		if r.Method == method {
			return t.match(r, nil)
		}
		allowed = append(allowed, r.Method)
	}
	fit, params := shapedLike(shaped, path, method)
	for _, r := range fit {
		if r.Method == method {
			return t.match(r, params)
		}
		allowed = append(allowed, r.Method)
	}
	if len(allowed) > 0 {
		slices.Sort(allowed)
		return Match{}, &MethodError{Allowed: slices.Compact(allowed)}
	}
	return Match{}, ErrNoRoute
}

// shapedLike lists the routes with parameters that a path fits, those with the
// method first, and the parameters' values for the first.
func shapedLike(list []*route, path, method string) ([]*route, []events.Header) {
	segments := strings.Split(path, "/")
	var fit []*route
	for _, r := range list {
		if fits(r.segments, segments) {
			fit = append(fit, r)
		}
	}
	if len(fit) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(fit, func(a, b *route) int { return rank(a, method) - rank(b, method) })
	var params []events.Header
	for i, s := range fit[0].segments {
		if name, ok := strings.CutPrefix(s, ":"); ok {
			params = append(params, events.Header{Name: name, Value: segments[i]})
		}
	}
	return fit, params
}

// rank orders routes that fit: the right method first, then fewer parameters.
func rank(r *route, method string) int {
	n := strings.Count(r.Path, ":")
	if r.Method != method {
		n += 1 << 16
	}
	return n
}

func fits(shape, path []string) bool {
	if len(shape) != len(path) {
		return false
	}
	for i, s := range shape {
		if s != path[i] && (!strings.HasPrefix(s, ":") || path[i] == "") {
			return false
		}
	}
	return true
}

// match compiles the step of a route when it is first asked for. A failure is
// not kept: the log may have been away for a moment.
func (t *Routes) match(r *route, params []events.Header) (Match, error) {
	c := r.compiled.Load()
	if c == nil {
		var err error
		if c, err = t.compile(r); err != nil {
			return Match{}, err
		}
		r.compiled.Store(c)
	}
	return Match{
		Method: r.Method, Path: r.Path, Reply: c.reply, Params: params, Node: c.node,
		Workflow: r.Workflow, Version: r.Version, Step: r.Step,
		Credential: func(kind string) (item.Value, error) { return t.engine.Compiler.credentials.of(c.step, kind) },
	}, nil
}

func (t *Routes) compile(r *route) (*compiledRoute, error) {
	p, _, err := t.engine.program(t.engine.work, r.workspace, r.Workflow, r.Version)
	if err != nil {
		return nil, err
	}
	s, ok := p.Graph.StepNamed(r.Step)
	if !ok {
		return nil, ErrNoRoute
	}
	hook, ok := p.Nodes[s.Index].(nodes.Webhook)
	if !ok {
		return nil, ErrNoRoute
	}
	for _, declared := range hook.Routes() {
		if declared.Method == r.Method && declared.Path == r.Path {
			return &compiledRoute{node: hook, reply: declared.Reply, step: s}, nil
		}
	}
	return nil, ErrNoRoute
}
