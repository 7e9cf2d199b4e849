package gateway

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jobsprint/jobsprint/events"
)

// filter says which events a reader wants. Empty fields want all.
type filter struct {
	workspace string
	run       string
	workflow  string
	types     []string
}

// verdict is what can be said of a commit without reading anything.
type verdict int

const (
	unwanted verdict = iota
	wanted
	undecided // the workflow of its run must be looked up
)

// commit judges a commit by its envelope and what is known of its run.
func (f *filter) commit(r *events.Recorded, owners *ownerCache) verdict {
	switch {
	case r.Aggregate.Workspace != f.workspace && r.Aggregate.Workspace != events.GlobalWorkspace:
		return unwanted
	case f.run != "" && (r.Aggregate.Kind != events.KindRun || r.Aggregate.ID != f.run):
		return unwanted
	case !f.anyType(r):
		return unwanted
	case f.workflow == "":
		return wanted
	}
	owner, known := owners.peek(r)
	switch {
	case !known:
		return undecided
	case owner == f.workflow:
		return wanted
	}
	return unwanted
}

func (f *filter) anyType(r *events.Recorded) bool {
	if len(f.types) == 0 {
		return true
	}
	return slices.ContainsFunc(r.Types, func(t events.TypeCount) bool { return slices.Contains(f.types, t.Name) })
}

// event judges one event of a commit that is wanted.
func (f *filter) event(name string) bool { return len(f.types) == 0 || slices.Contains(f.types, name) }

// maxOwners bounds each of the two generations of an ownerCache.
const maxOwners = 32 << 10

// ownerCache knows to which workflow a commit belongs. Only the first event of
// a run says it, so what was seen is remembered, within bounds, and the rest is
// looked up.
type ownerCache struct {
	log Log

	mu         sync.Mutex
	young, old map[string]string // run to workflow
}

func newOwnerCache(log Log) *ownerCache { return &ownerCache{log: log, young: map[string]string{}} }

// peek gives the workflow of a commit when that is known without reading the
// log; "" with true: it belongs to none.
func (c *ownerCache) peek(r *events.Recorded) (workflow string, known bool) {
	switch r.Aggregate.Kind {
	case events.KindWorkflow:
		return r.Aggregate.ID, true
	case events.KindRoute, events.KindRun:
		if owner, ok := ownerSaid(r); ok {
			if r.Aggregate.Kind == events.KindRun {
				c.note(r.Aggregate.ID, owner)
			}
			return owner, true
		}
	default:
		return "", true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if owner, ok := c.young[r.Aggregate.ID]; ok {
		return owner, true
	}
	owner, ok := c.old[r.Aggregate.ID]
	return owner, ok
}

// ownerSaid reads the workflow from the commit's first event.
func ownerSaid(r *events.Recorded) (string, bool) {
	first := r.TypeAt(0).Name
	if first != runStartedName && r.Aggregate.Kind == events.KindRun {
		return "", false
	}
	e, err := r.Event(0)
	if err != nil {
		return "", true // erased, or of a later version: nobody can tell
	}
	switch e := e.(type) {
	case events.RunStarted:
		return e.Workflow, true
	case events.RouteClaimed:
		return e.Workflow, true
	case events.RouteReleased:
		return e.Workflow, true
	}
	return "", true
}

func (c *ownerCache) note(run, workflow string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= maxOwners {
		c.young, c.old = make(map[string]string, maxOwners), c.young
	}
	c.young[run] = workflow
}

// errEnough ends a load that has what it wants.
var errEnough = errors.New("enough")

// resolve gives the workflow of a commit, from the log if need be.
func (c *ownerCache) resolve(ctx context.Context, r *events.Recorded) (string, error) {
	if owner, known := c.peek(r); known {
		return owner, nil
	}
	owner := ""
	_, err := c.log.Load(ctx, r.Aggregate, events.Head{}, func(first *events.Recorded) error {
		owner, _ = ownerSaid(first)
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	c.note(r.Aggregate.ID, owner)
	return owner, nil
}

var (
	runStartedName = events.RunStarted{}.EventType().Name
	runEndedName   = events.RunEnded{}.EventType().Name
)

// ends reports whether the commit holds the end of its run.
func ends(r *events.Recorded) bool {
	return len(r.Types) > 0 && r.Types[len(r.Types)-1].Name == runEndedName
}
