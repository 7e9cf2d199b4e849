package handlers

import (
	"context"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// equip gives a step what it may use besides its inputs.
func (m *mailbox) equip(ctx context.Context, a workflow.Action, c *nodes.Call) {
	c.Tables = tables{ctx: ctx, executor: m.engine.Commands, workspace: m.workspace, run: m.id, call: c}
	c.Payloads = payloads{ctx: ctx, engine: m.engine, run: events.Run(m.workspace, m.id)}
	m.keeping.changes = nil
	c.Static = memory{m, ctx, events.KeptStatic}
	c.History = memory{m, ctx, events.KeptHistory}
	c.Credential = func(kind string) (item.Value, error) {
		return m.engine.Compiler.credentials.of(&m.program.Graph.Steps[a.Step], kind)
	}
	c.Hookless = !hooked(m.program)
	if first, ok := m.program.Graph.StepNamed(m.run.Started.Start); ok {
		c.Began = nodes.Beginning{Step: first.Name, Type: first.Type}
	}
	c.Execute = func(child nodes.Child) (nodes.ChildEnd, error) { return m.executeChild(ctx, a, child) }
	c.Annotate = func(key, value string) {
		m.keep(events.Kept{Scope: events.KeptNote, Key: key, Value: item.String(value)})
	}
}

// hooked reports whether a workflow has a step that requests begin or resume.
func hooked(p *Program) bool {
	for i := range p.Graph.Types {
		if len(p.Graph.Types[i].Routes) > 0 {
			return true
		}
		if n, ok := p.Nodes[i].(nodes.Resumable); ok && n.Listens() {
			return true
		}
	}
	return false
}

// payloads is the binary data of one run as its steps see it. What is stored is
// acknowledged before Store returns, and thus before the commit that names it;
// the same content has the same reference, so that a step that runs again stores
// nothing new.
type payloads struct {
	ctx    context.Context
	engine *Engine
	run    events.AggregateID
}

var _ nodes.Payloads = payloads{}

// Load reads a payload of the run, or of a run that gave its items to this one.
func (p payloads) Load(ref item.Ref) (data []byte, err error) {
	err = p.engine.patiently(p.ctx, p.run.ID, func() error {
		data, err = p.engine.Log.Payloads().Get(p.ctx, p.run.Workspace, ref)
		return err
	})
	return data, err
}

// Store keeps data for the run.
func (p payloads) Store(mediaType string, data []byte) (ref item.Ref, err error) {
	err = p.engine.patiently(p.ctx, p.run.ID, func() error {
		ref, err = p.engine.Log.Payloads().Put(p.ctx, p.run, mediaType, data)
		return err
	})
	return ref, err
}

// Reservation is the id of a run that is about to start, for which payloads can
// be stored before.
type Reservation struct {
	Run string
	// Store keeps data for the run.
	Store func(mediaType string, data []byte) (item.Ref, error)
}

// Reserve makes the id of a run that is about to start. A run that never starts
// leaves payloads behind that end with its slice.
func (e *Engine) Reserve(ctx context.Context, workspace string) Reservation {
	id := events.NewTimeID(e.Now(), drawRandom())
	return Reservation{Run: id, Store: payloads{ctx: ctx, engine: e, run: events.Run(workspace, id)}.Store}
}

// takeOver copies the binary data of items that come from another run, since a
// payload lives and ends with its run. Items without such data are as they were.
func (e *Engine) takeOver(ctx context.Context, run events.AggregateID, items []item.Item) ([]item.Item, error) {
	var out []item.Item
	for i := range items {
		taken, changed, err := e.takeOverItem(ctx, run, items[i].Binary)
		if err != nil {
			return nil, err
		}
		if !changed {
			continue
		}
		if out == nil {
			out = append([]item.Item(nil), items...)
		}
		out[i].Binary = taken
	}
	if out == nil {
		return items, nil
	}
	return out, nil
}

func (e *Engine) takeOverItem(ctx context.Context, run events.AggregateID, list *item.Binaries) (*item.Binaries, bool, error) {
	changed := false
	for i := range list.Len() {
		name, b := list.At(i)
		if b.Ref.IsZero() || b.Ref.Owner == run.ID {
			continue
		}
		err := e.patiently(ctx, run.ID, func() error {
			r, err := e.Log.Payloads().Open(ctx, run.Workspace, b.Ref)
			if err != nil {
				return err
			}
			defer func() { _ = r.Close() }()
			b.Ref, err = e.Log.Payloads().PutReader(ctx, run, b.Ref.MediaType, r)
			return err
		})
		if err != nil {
			return nil, false, fmt.Errorf("copy the binary data %q of run %s: %w", name, b.Ref.Owner, err)
		}
		list, changed = list.With(name, b), true
	}
	return list, changed, nil
}
