package commands

import (
	"context"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// States of a workflow definition.
const (
	StatusInactive   = "inactive"
	StatusActivating = "activating" // routes are being claimed
	StatusActive     = "active"
	StatusFailed     = "failed" // the last activation was refused; see Reasons
	StatusArchived   = "archived"
)

// Definition is the state of a workflow definition.
type Definition struct {
	ID        string
	Workspace string
	Name      string
	Status    string
	// Version is the newest, ActiveVersion the one that runs (0: none), and
	// RequestedVersion the one whose activation is under way (0: none).
	Version          int
	ActiveVersion    int
	RequestedVersion int
	// Routes are the ids of the routes that the active version holds.
	Routes    []string
	Reasons   []string
	Revision  uint64
	CreatedAt time.Time
	UpdatedAt time.Time
	// Freshness is a cursor behind the last commit.
	Freshness events.Cursor

	raw []string // by version, from 1
}

// Raw is the n8n JSON of a version; false where there is none.
func (d *Definition) Raw(version int) (string, bool) {
	if version < 1 || version > len(d.raw) {
		return "", false
	}
	return d.raw[version-1], true
}

// Exists reports whether anything is recorded.
func (d *Definition) Exists() bool { return d.Revision > 0 }

func (d *Definition) apply(e events.Event, at time.Time) {
	d.UpdatedAt = at
	switch e := e.(type) {
	case events.WorkflowCreated:
		d.Name, d.Status, d.Version, d.CreatedAt, d.raw = e.Name, StatusInactive, 1, at, []string{e.Raw}
	case events.WorkflowRevised:
		d.Name, d.Version = e.Name, e.Version
		d.raw = append(d.raw, e.Raw)
	case events.ActivationRequested:
		d.Status, d.RequestedVersion, d.Reasons = StatusActivating, e.Version, nil
	case events.WorkflowActivated:
		d.Status, d.ActiveVersion, d.RequestedVersion, d.Routes = StatusActive, e.Version, 0, e.Routes
	case events.ActivationFailed:
		d.RequestedVersion, d.Reasons, d.Status = 0, e.Reasons, StatusFailed
		if d.ActiveVersion > 0 {
			d.Status = StatusActive
		}
	case events.WorkflowDeactivated:
		d.Status, d.ActiveVersion, d.RequestedVersion, d.Routes, d.Reasons = StatusInactive, 0, 0, nil, nil
	case events.WorkflowArchived:
		d.Status, d.ActiveVersion, d.RequestedVersion, d.Routes = StatusArchived, 0, 0, nil
	}
}

// definitionState is a definition with what a command needs besides. The lock
// keeps commands of one process on one definition in order.
type definitionState struct {
	mu    sync.Mutex
	state Definition
	end   events.Head
	log   ledger
}

func (s *definitionState) id() events.AggregateID {
	return events.Workflow(s.state.Workspace, s.state.ID)
}
func (s *definitionState) head() events.Head { return s.end }
func (s *definitionState) ledger() *ledger   { return &s.log }

func (s *definitionState) refresh(ctx context.Context, store Store) error {
	_, err := store.Load(ctx, s.id(), s.end, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		for _, e := range list {
			s.state.apply(e, r.At)
		}
		s.log.note(&r.Envelope)
		s.end = r.Head()
		s.state.Revision, s.state.Freshness = r.Revision, s.end.Cursor()
		return nil
	})
	return err
}

// definitionCache keeps folded definitions; each is brought up to date from
// its own subject before it is used, so it is never stale.
type definitionCache struct {
	mu   sync.Mutex
	byID map[string]*definitionState
}

// maxCachedDefinitions bounds the cache; beyond it, it starts again.
const maxCachedDefinitions = 2_000

func (c *definitionCache) get(workspace, id string) *definitionState {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := workspace + "/" + id
	if s, ok := c.byID[key]; ok {
		return s
	}
	if c.byID == nil || len(c.byID) >= maxCachedDefinitions {
		c.byID = make(map[string]*definitionState)
	}
	s := &definitionState{state: Definition{ID: id, Workspace: workspace}}
	c.byID[key] = s
	return s
}

// Definition loads a workflow definition from the log. It returns an *Error
// with CodeNotFound where there is none.
func (x *Executor) Definition(ctx context.Context, workspace, id string) (Definition, error) {
	s := x.definitions.get(workspace, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx, x.Store); err != nil {
		return Definition{}, err
	}
	if !s.state.Exists() {
		return Definition{}, notFound(id)
	}
	return s.state, nil
}

func notFound(id string) *Error {
	return &Error{Code: CodeNotFound, Message: "there is no workflow " + id + "; \"jobsprint workflows list\" shows those that exist"}
}

// graphCache keeps checked versions; a version never changes.
type graphCache struct {
	mu   sync.Mutex
	byID map[graphKey]*workflow.Graph
}

type graphKey struct {
	workspace, id string
	version       int
}

// Graph is a checked version of a workflow. It returns an *Error with
// CodeNotFound where there is none.
func (x *Executor) Graph(ctx context.Context, workspace, id string, version int) (*workflow.Graph, error) {
	key := graphKey{workspace, id, version}
	x.graphs.mu.Lock()
	g, ok := x.graphs.byID[key]
	x.graphs.mu.Unlock()
	if ok {
		return g, nil
	}
	d, err := x.Definition(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	raw, ok := d.Raw(version)
	if !ok {
		return nil, &Error{Code: CodeNotFound, Message: "workflow " + id + " has no such version"}
	}
	def, err := workflow.Import([]byte(raw))
	if err != nil {
		return nil, err
	}
	if def.Name == "" {
		def.Name = d.Name
	}
	g = workflow.Check(def, x.Catalogue)
	return x.graphs.keep(key, g), nil
}

// InlineGraph is a checked workflow that is not a definition of its own. It
// returns an *Error with CodeInvalid or CodeTooLarge where it cannot be read.
func (x *Executor) InlineGraph(raw string) (*workflow.Graph, error) {
	key := graphKey{id: events.HashID("inline", raw)}
	x.graphs.mu.Lock()
	g, ok := x.graphs.byID[key]
	x.graphs.mu.Unlock()
	if ok {
		return g, nil
	}
	def, err := imported([]byte(raw))
	if err != nil {
		return nil, err
	}
	return x.graphs.keep(key, workflow.Check(def, x.Catalogue)), nil
}

func (c *graphCache) keep(key graphKey, g *workflow.Graph) *workflow.Graph {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil || len(c.byID) >= maxCachedDefinitions {
		c.byID = make(map[graphKey]*workflow.Graph)
	}
	c.byID[key] = g
	return g
}
