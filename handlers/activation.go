package handlers

import (
	"context"
	"fmt"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/workflow"
)

// activation is the process that joins workflows and routes, which are
// aggregates of their own: a requested activation claims each route of the
// version and is then confirmed or, if a route is taken, refused; whatever a
// workflow no longer needs is released. Every command's id follows from the
// event that causes it, so that the process may stop and begin again anywhere.
type activation struct {
	Defaults
	commands *commands.Executor
}

// NewActivation makes the handler that claims and releases routes.
func NewActivation(x *commands.Executor) Handler { return activation{commands: x} }

// Definitions are handled one after another: an activation and the
// deactivation that follows it must not overtake each other.
func (activation) Consumer() streams.ConsumerConfig {
	return streams.ConsumerConfig{Name: "activation", Source: streams.Definitions, AckWait: takeover, MaxInFlight: 1, Backoff: defaultBackoff()}
}

func (h activation) Handle(ctx context.Context, d streams.Delivery) error {
	r := d.Recorded
	if r.Aggregate.Kind != events.KindWorkflow {
		return nil
	}
	for i := range r.Len() {
		switch r.TypeAt(i) {
		case events.ActivationRequested{}.EventType(), events.WorkflowDeactivated{}.EventType():
			e, err := r.Event(i)
			if err != nil {
				return err
			}
			if err := h.react(ctx, r, i, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h activation) react(ctx context.Context, r *events.Recorded, i int, e events.Event) error {
	meta := commands.Meta{
		Workspace: r.Aggregate.Workspace, Actor: r.Actor, Correlation: r.Correlation, Traceparent: r.Traceparent,
		Causation: fmt.Sprintf("%s/%d.%d", r.Aggregate.ID, r.Revision, i),
	}
	if requested, ok := e.(events.ActivationRequested); ok {
		return h.activate(ctx, meta, r.Aggregate.ID, requested.Version)
	}
	return h.release(ctx, meta, r.Aggregate.ID, 0)
}

// activate claims the routes of a version. Routes of other versions that the
// new one does not have are released after the confirmation, so that an update
// leaves no moment without the route.
func (h activation) activate(ctx context.Context, meta commands.Meta, id string, version int) error {
	d, err := h.commands.Definition(ctx, meta.Workspace, id)
	if err != nil {
		return err
	}
	if d.RequestedVersion != version {
		return nil // overtaken by a later command, which has its own event
	}
	g, err := h.commands.Graph(ctx, meta.Workspace, id, version)
	if err != nil {
		return err
	}
	ids, reasons, err := h.claim(ctx, meta, id, version, g.Routes())
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		if err := h.undo(ctx, meta, d, ids); err != nil {
			return err
		}
		_, err := h.commands.RefuseActivation(ctx, meta, id, version, reasons)
		return err
	}
	if _, err := h.commands.ConfirmActivation(ctx, meta, id, version, ids); err != nil {
		return err
	}
	for _, old := range without(d.Routes, ids) {
		if _, err := h.commands.ReleaseRoute(ctx, meta, old, id, version); err != nil {
			return err
		}
	}
	return nil
}

func (h activation) claim(ctx context.Context, meta commands.Meta, id string, version int, routes []workflow.Route) (ids, reasons []string, err error) {
	for _, r := range routes {
		_, err := h.commands.ClaimRoute(ctx, meta, events.RouteClaimed{Method: r.Method, Path: r.Path, Workflow: id, Version: version, Step: r.Step})
		switch {
		case commands.CodeOf(err) == commands.CodeRouteTaken:
			reasons = append(reasons, err.Error())
		case err != nil:
			return nil, nil, err
		default:
			ids = append(ids, events.RouteID(meta.Workspace, r.Method, r.Path))
		}
	}
	return ids, reasons, nil
}

// undo gives back what a refused activation claimed. Routes that the active
// version holds too go back to it.
func (h activation) undo(ctx context.Context, meta commands.Meta, d commands.Definition, ids []string) error {
	meta.Causation += ".undo"
	for _, claimed := range without(ids, d.Routes) {
		if _, err := h.commands.ReleaseRoute(ctx, meta, claimed, d.ID, 0); err != nil {
			return err
		}
	}
	if d.ActiveVersion == 0 {
		return nil
	}
	g, err := h.commands.Graph(ctx, meta.Workspace, d.ID, d.ActiveVersion)
	if err != nil {
		return err
	}
	_, _, err = h.claim(ctx, meta, d.ID, d.ActiveVersion, g.Routes())
	return err
}

// release frees all routes that any version of the workflow may hold, unless a
// later activation wants them again.
func (h activation) release(ctx context.Context, meta commands.Meta, id string, keep int) error {
	d, err := h.commands.Definition(ctx, meta.Workspace, id)
	if err != nil {
		return err
	}
	if d.ActiveVersion != 0 || d.RequestedVersion != 0 {
		keep = max(d.ActiveVersion, d.RequestedVersion)
	}
	for version := 1; version <= d.Version; version++ {
		g, err := h.commands.Graph(ctx, meta.Workspace, id, version)
		if err != nil {
			return err
		}
		for _, r := range g.Routes() {
			if _, err := h.commands.ReleaseRoute(ctx, meta, events.RouteID(meta.Workspace, r.Method, r.Path), id, keep); err != nil {
				return err
			}
		}
	}
	return nil
}

func without(list, drop []string) []string {
	gone := make(map[string]bool, len(drop))
	for _, s := range drop {
		gone[s] = true
	}
	var out []string
	for _, s := range list {
		if !gone[s] {
			out = append(out, s)
		}
	}
	return out
}
