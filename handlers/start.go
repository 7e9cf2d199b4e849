package handlers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/workflow"
)

// NewestVersion asks for the newest version of a workflow, active or not.
const NewestVersion = -1

// StartRequest asks for a run.
type StartRequest struct {
	Meta     commands.Meta
	Workflow string
	// Version is that of the workflow; 0: the active one, NewestVersion: the
	// newest.
	Version int
	// Start is the step to begin with; empty: the workflow's own start.
	Start string
	// Input are the items that the start step emits, on its output number
	// Output; nil: one empty item.
	Input   []item.Item
	Output  int
	Mode    string
	Reply   string
	BaseURL string
	// Pinned lets steps emit what is pinned to them; for runs by hand only.
	Pinned bool
	// Run is an id of Reserve; empty: a new one.
	Run string
}

// Started is a run that has begun: its first commit is acknowledged.
type Started struct {
	Run       string
	Freshness events.Cursor
	// Repeated is set when the same idempotency key started it before.
	Repeated bool
	// Wait gives the answer once; nil where the request wants none. It is
	// closed without one where none can come from here any more: the server
	// stops, or the run cannot go on. Who stops waiting calls Forget.
	Wait   <-chan events.RunResponded
	Forget func()
}

// Start begins a run. Errors: *commands.Error with CodeNotFound, CodeInactive,
// CodeNotRunnable, CodeTooManyRuns or an idempotency code, and the store's.
func (e *Engine) Start(ctx context.Context, r StartRequest) (Started, error) {
	program, version, err := e.program(ctx, r.Meta.Workspace, r.Workflow, r.Version)
	if err != nil {
		return Started{}, err
	}
	first, err := e.firstEvent(program.Graph, r, version)
	if err != nil {
		return Started{}, err
	}
	run := r.Run
	if run == "" {
		run = events.NewTimeID(e.Now(), drawRandom())
	}
	if err := e.admit(run); err != nil {
		return Started{}, err
	}
	settled := false
	defer func() {
		if !settled {
			e.settle(run, nil)
		}
	}()
	if first.StaticRevision, err = e.staticRevision(ctx, r.Meta.Workspace, r.Workflow, program.Graph); err != nil {
		return Started{}, err
	}
	if err := e.offload(ctx, events.Run(r.Meta.Workspace, run), first.Input); err != nil {
		return Started{}, err
	}
	out := Started{Run: run, Forget: func() {}}
	if r.Reply == events.ReplyLastNode || r.Reply == events.ReplyStep {
		out.Wait, out.Forget = e.expect(run)
	}
	// The caller may leave at any time; a run that is recorded has its owner.
	begun, err := e.Commands.StartRun(e.work, r.Meta, run, first)
	if err != nil || begun.Recorded == nil || begun.Run != run {
		out.Forget()
		settled = true
		e.settle(run, nil)
		return e.begunBefore(ctx, r, begun, err)
	}
	out.Freshness = begun.Recorded.Head().Cursor()
	e.metrics.started.WithLabelValues(r.Mode).Inc()
	m, err := e.begin(r.Meta.Workspace, run, program, begun.Recorded)
	if err != nil {
		out.Forget()
		return Started{}, err
	}
	settled = true
	if !e.settle(run, m) { // the next start goes on with it
		e.unanswered(run)
	}
	return out, nil
}

// begin makes the mailbox of a run that was started just now. What counts is
// what is recorded: with an idempotency key that may be the event of a request
// at the same time.
func (e *Engine) begin(workspace, run string, p *Program, recorded *events.Recorded) (*mailbox, error) {
	list, err := recorded.Events()
	if err != nil {
		return nil, err
	}
	if g, err := e.graphOf(e.work, workspace, list); err != nil {
		return nil, err
	} else if g != p.Graph {
		if p, err = e.compile(g); err != nil {
			return nil, err
		}
	}
	state := e.newRun(p.Graph)
	for _, event := range list {
		if err := state.Evolve(event, recorded.At); err != nil {
			return nil, err
		}
	}
	return newMailbox(e, workspace, run, p, state, recorded.Head()), nil
}

// begunBefore ends a start that did not make a new run under its own id: it
// failed, or its key belongs to an earlier run, which may still have to begin.
func (e *Engine) begunBefore(ctx context.Context, r StartRequest, b commands.Begun, err error) (Started, error) {
	if err != nil {
		return Started{}, err
	}
	out := Started{Run: b.Run, Repeated: true, Forget: func() {}}
	if b.Recorded != nil {
		out.Freshness = b.Recorded.Head().Cursor()
	}
	return out, e.Wake(ctx, r.Meta.Workspace, b.Run)
}

func drawRandom() (out [10]byte) {
	_, _ = rand.Read(out[:]) // documented never to fail
	return out
}

// program finds the version to run and makes sure that it can.
func (e *Engine) program(ctx context.Context, workspace, id string, version int) (*Program, int, error) {
	if version <= 0 {
		d, err := e.Commands.Definition(ctx, workspace, id)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case version == NewestVersion:
			version = d.Version
		case d.ActiveVersion == 0:
			return nil, 0, &commands.Error{Code: commands.CodeInactive, Message: fmt.Sprintf("workflow %q is %s; activate it, or start a version by number", d.Name, d.Status)}
		default:
			version = d.ActiveVersion
		}
	}
	g, err := e.Commands.Graph(ctx, workspace, id, version)
	if err != nil {
		return nil, 0, err
	}
	if why := g.Blocking(); len(why) > 0 {
		return nil, 0, commands.NotRunnable(why)
	}
	p, err := e.Compiler.Program(g)
	return p, version, err
}

func (e *Engine) firstEvent(g *workflow.Graph, r StartRequest, version int) (events.RunStarted, error) {
	start, err := startStep(g, r.Start, r.Mode)
	if err != nil {
		return events.RunStarted{}, err
	}
	input, usesPins := r.Input, r.Pinned && r.Mode == events.ModeManual
	if s, ok := g.StepNamed(start); ok && usesPins && input == nil && g.Types[s.Index].Trigger && !g.Pinned(s.Index).IsUndefined() {
		var failure *events.StepError
		if input, failure = pinned(g, s.Index); failure != nil {
			return events.RunStarted{}, &commands.Error{Code: commands.CodeInvalid, Pointer: "/pinned", Message: failure.Message}
		}
	}
	if input == nil {
		input = workflow.DefaultInput()
	}
	input = numbered(input, 0)
	var seed [16]byte
	_, _ = rand.Read(seed[:])
	first := events.RunStarted{
		Workflow: r.Workflow, WorkflowName: g.Name, Version: version, Mode: r.Mode,
		Start: start, Input: make([]events.Output, r.Output+1),
		Order: g.Settings.Order, Zone: g.Settings.Zone, Seed: hex.EncodeToString(seed[:]),
		Reply: r.Reply, ReplyTo: e.Node, Engine: e.Version, Catalogue: e.Compiler.Version(), BaseURL: r.BaseURL,
	}
	first.Input[r.Output] = events.Output{Items: input, Count: len(input)}
	first.Short = !g.Settings.Saves(r.Mode, events.StatusSuccess)
	first.Pinned = usesPins
	if first.BaseURL == "" {
		first.BaseURL = e.BaseURL
	}
	if first.Zone == "" {
		first.Zone = e.Zone
	}
	if g.Settings.TimeoutSeconds > 0 {
		first.Deadline = e.Now().Add(time.Duration(g.Settings.TimeoutSeconds) * time.Second)
	}
	return first, nil
}

// startStep is where a run begins: at the step that is asked for; else, for a
// run by hand, at a trigger without routes if there is one, as n8n does.
func startStep(g *workflow.Graph, wanted, mode string) (string, error) {
	if wanted != "" {
		s, ok := g.StepNamed(wanted)
		if !ok || g.Types[s.Index].Note || s.Disabled {
			return "", &commands.Error{Code: commands.CodeInvalid, Pointer: "/start", Message: fmt.Sprintf("the workflow has no step %q to begin with", wanted)}
		}
		return s.Name, nil
	}
	for _, i := range g.Starts {
		if mode == events.ModeManual && len(g.Types[i].Routes) == 0 {
			return g.Steps[i].Name, nil
		}
	}
	return g.Steps[g.Starts[0]].Name, nil
}

// admit claims a run that is about to start, or refuses it.
func (e *Engine) admit(run string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return shuttingDown()
	case len(e.boxes)+len(e.claims) >= e.MaxRuns:
		e.metrics.refused.Inc()
		return &commands.Error{Code: commands.CodeTooManyRuns, Message: fmt.Sprintf("%d runs are in work, which is the limit of this server; try again in a moment", e.MaxRuns)}
	}
	e.claims[run] = nil
	return nil
}

// expect makes the place where the answer of a run will be put.
func (e *Engine) expect(run string) (<-chan events.RunResponded, func()) {
	c := make(chan events.RunResponded, 1)
	e.mu.Lock()
	if before, ok := e.answers[run]; ok {
		close(before) // only who called last is answered
	}
	e.answers[run] = c
	e.mu.Unlock()
	return c, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.answers[run] == c {
			delete(e.answers, run)
		}
	}
}

// deliver hands a recorded answer to whoever waits for it here.
func (e *Engine) deliver(run string, r events.RunResponded) {
	e.mu.Lock()
	c, ok := e.answers[run]
	delete(e.answers, run)
	e.mu.Unlock()
	if ok {
		c <- r
	}
}

// unanswered tells whoever waits here that no answer will come.
func (e *Engine) unanswered(run string) {
	e.mu.Lock()
	c, ok := e.answers[run]
	delete(e.answers, run)
	e.mu.Unlock()
	if ok {
		close(c)
	}
}
