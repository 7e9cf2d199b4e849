package projections

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// known holds every event type of this build, with its version.
var known = func() map[string]int {
	m := map[string]int{}
	for _, s := range events.Specs() {
		m[s.Name] = s.Version
	}
	return m
}()

// project gives a commit's events to the handlers and appends what they say to
// out. A halt names what this build cannot read: an event type that it has
// never heard of counts, since nobody can know what it changes.
func (m *model) project(out []Statement, c *events.Recorded) ([]Statement, *Halted) {
	meta := Meta{Workspace: c.Aggregate.Workspace, ID: c.Aggregate.ID, Revision: c.Revision, At: c.At}
	i := 0
	for _, t := range c.Types {
		handlers := m.byEvent[t.Name]
		version, ok := known[t.Name]
		if !ok || len(handlers) > 0 && t.Version > version {
			return out, m.halt(ReasonNewer, c.Position, fmt.Sprintf("event %s was written by a later version", t.Type), events.ErrNewerVersion)
		}
		for _, h := range handlers {
			var err error
			if out, err = h.apply(out, meta, c, i, t.Count); err != nil {
				return out, m.halt(ReasonDamage, c.Position, fmt.Sprintf("%s of %s cannot be read: %v", t.Type, c.Aggregate, err), err)
			}
		}
		i += t.Count
	}
	for _, h := range m.commits[c.Aggregate.Kind] {
		out = append(out, h.commit(meta)...)
	}
	return out, nil
}

// apply runs one handler over n neighbouring events of its type, from index i.
func (h Handler) apply(out []Statement, meta Meta, c *events.Recorded, i, n int) ([]Statement, error) {
	if h.seen != nil {
		return append(out, h.seen(meta, n)...), nil
	}
	for end := i + n; i < end; i++ {
		ev, err := c.Event(i)
		if errors.Is(err, events.ErrRedacted) {
			continue
		} else if err != nil {
			return out, err
		}
		out = append(out, h.decode(meta, ev)...)
	}
	return out, nil
}

func (m *model) halt(r Reason, p events.Position, detail string, err error) *Halted {
	return &Halted{Projection: m.Name, Reason: r, Stream: p.Stream, Seq: p.Seq, Detail: detail, Err: err}
}
