package projections

import (
	"context"
	"fmt"
	"sync"

	"github.com/jobsprint/jobsprint/events"
)

// The states that Status shows.
const (
	StateRunning    = "running"
	StateHalted     = "halted"
	StateRebuilding = "rebuilding"
)

// Status is how one projection stands.
type Status struct {
	Name string `json:"name"`
	// Version is that of the tables that serve.
	Version int `json:"version"`
	// State is StateRunning, StateHalted or StateRebuilding.
	State string `json:"state"`
	// Alarm says why it halted and what to do.
	Alarm string `json:"alarm,omitempty"`
	// Position is what the rows hold.
	Position events.Cursor `json:"-"`
	// Lag is in commits, against the head of the log; -1: not known.
	Lag int64 `json:"lag"`
	// AppliedPerSec is in events, over the last seconds.
	AppliedPerSec float64 `json:"appliedPerSec"`
}

// state is what the projector shows to others while it works.
type state struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change
	closed  bool
	order   []string
	byName  map[string]*shown
}

// shown is a projection as it is seen from outside.
type shown struct {
	version    int
	cursor     events.Cursor
	halted     *Halted
	rebuilding bool
	serving    bool
	rate       rate
}

func (s *state) init(models []*model) {
	s.changed = make(chan struct{})
	s.byName = map[string]*shown{}
	for _, m := range models {
		s.order = append(s.order, m.Name)
		s.byName[m.Name] = &shown{}
	}
}

// update changes what is shown of one projection and wakes who waits.
func (s *state) update(name string, change func(*shown)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.byName[name])
	s.wake()
}

func (s *state) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *state) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.wake()
	}
}

// show takes over what a live generation holds.
func (s *state) show(g *generation) {
	c := g.cursor()
	s.update(g.model.Name, func(v *shown) { v.version, v.cursor, v.halted = g.version, c, g.halted })
}

func (s *state) serves(name string, ok bool) {
	s.update(name, func(v *shown) { v.serving = ok })
}

// covered reports whether every projection has reached the cursor. Err is the
// alarm of one that never will, or ErrClosed.
func (s *state) covered(to events.Cursor) (ok bool, changed <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, nil, ErrClosed
	}
	ok = true
	for _, name := range s.order {
		v := s.byName[name]
		if v.cursor.Covers(to) {
			continue
		}
		ok = false
		if v.halted != nil && !v.rebuilding {
			return false, nil, v.halted
		}
	}
	return ok, s.changed, nil
}

// Wait returns when every projection holds what lies before atLeast. It is
// bounded by ctx. Errors: ErrBehind when ctx ends first, *Halted, ErrClosed.
func (p *Projector) Wait(ctx context.Context, atLeast events.Cursor) error {
	for {
		ok, changed, err := p.state.covered(atLeast)
		if ok || err != nil {
			return err
		}
		p.flushSoon()
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrBehind, ctx.Err())
		}
	}
}

// flushSoon asks the follower not to wait for a fuller batch.
func (p *Projector) flushSoon() {
	select {
	case p.hurry <- struct{}{}:
	default:
	}
}

// Status says how each projection stands, in the order of the configuration.
func (p *Projector) Status(ctx context.Context) []Status {
	head, err := p.src.Head(ctx)
	p.state.mu.Lock()
	defer p.state.mu.Unlock()
	out := make([]Status, 0, len(p.state.order))
	for _, name := range p.state.order {
		v := p.state.byName[name]
		st := Status{
			Name: name, Version: v.version, State: StateRunning, Position: v.cursor,
			Lag: lag(head, v.cursor), AppliedPerSec: v.rate.perSecond(p.now()),
		}
		if err != nil {
			st.Lag = -1
		}
		if v.halted != nil {
			st.State, st.Alarm = StateHalted, v.halted.Error()
		}
		if v.rebuilding {
			st.State = StateRebuilding
		}
		out = append(out, st)
	}
	return out
}

// lag is the number of commits between a cursor and the head.
func lag(head, at events.Cursor) int64 {
	var n int64
	for _, h := range head.Positions() {
		if p := at.At(h.Stream); h.Seq > p.Seq {
			n += int64(h.Seq - p.Seq)
		}
	}
	return n
}

// answers reports whether the tables of a projection can be asked.
func (s *state) answers(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.byName[name]
	switch {
	case s.closed:
		return ErrClosed
	case !ok:
		return fmt.Errorf("%w: %s", ErrUnknown, name)
	case !v.serving:
		return fmt.Errorf("%s: %w", name, ErrRebuilding)
	}
	return nil
}
