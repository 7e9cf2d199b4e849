package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// Limits of a batch. A batch is written when it holds maxBatchCommits, when
// linger has passed since its first commit, or when somebody waits for it.
// Waiting a little makes the writer cheap: a run that begins and ends within
// one batch is one row written once.
const (
	maxBatchCommits = 1000
	linger          = 20 * time.Millisecond
	// catchUpLinger takes its place where somebody waits for the end.
	catchUpLinger = 2 * time.Millisecond
	// readAhead is how many reads wait for the writer: decoding and writing
	// overlap, in bounded memory.
	readAhead = 4
)

// Run follows the log until ctx ends, and then returns nil. It returns the
// alarm as *Halted when no projection is left that can go on, ErrRunning when
// it runs already, and any other error of the log or the database, after which
// it may be called again. Projections of an older version are rebuilt on the
// way, while their old tables serve.
func (p *Projector) Run(ctx context.Context) error {
	select {
	case p.driving <- struct{}{}:
	default:
		return ErrRunning
	}
	defer func() { <-p.driving }()
	err := p.drive(ctx, nil)
	if ctx.Err() != nil && !isHalted(err) {
		return nil
	}
	return err
}

// CatchUp returns when everything up to `to` is applied. While Run runs it
// waits for it; otherwise it reads the log itself. Errors: *Halted, those of
// ctx, of the log and of the database.
func (p *Projector) CatchUp(ctx context.Context, to events.Cursor) error {
	for {
		ok, changed, err := p.state.covered(to)
		if ok || err != nil {
			return err
		}
		p.flushSoon()
		select {
		case p.driving <- struct{}{}:
			err := p.drive(ctx, &to)
			<-p.driving
			if err != nil {
				return err
			}
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func isHalted(err error) bool {
	var h *Halted
	return errors.As(err, &h)
}

// drive follows the log until ctx ends or, when to is given, until that place
// is covered. The caller holds the token of p.driving.
func (p *Projector) drive(ctx context.Context, to *events.Cursor) error {
	if err := p.verify(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	rebuilt := make(chan error, 1)
	if old := p.outdated(); len(old) > 0 {
		wg.Go(func() { rebuilt <- p.renew(ctx, old) })
	}
	f := p.begin(ctx)
	if to != nil {
		f.linger = catchUpLinger
	}
	wg.Go(f.read)
	for {
		var changed <-chan struct{}
		if to != nil {
			var ok bool
			var err error
			if ok, changed, err = p.state.covered(*to); ok || err != nil {
				return err
			}
		}
		if h := p.allHalted(); h != nil {
			return h
		}
		select {
		case r := <-f.reads:
			if err := p.take(ctx, f, r); err != nil {
				return err
			}
		case <-changed:
		case err := <-rebuilt:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// follower reads the log in a goroutine of its own, ahead of the writer.
type follower struct {
	ctx    context.Context
	reader Reader
	reads  chan reading
	linger time.Duration
}

type reading struct {
	commits []*events.Recorded
	err     error
}

// begin starts to read where the generation is that has read least.
func (p *Projector) begin(ctx context.Context) *follower {
	p.applying.Lock()
	defer p.applying.Unlock()
	p.reached = p.least()
	return newFollower(ctx, p.src, p.reached)
}

func newFollower(ctx context.Context, src Source, from events.Cursor) *follower {
	return &follower{ctx: ctx, reader: src.Follow(from), reads: make(chan reading, readAhead), linger: linger}
}

// least is, for each stream, the lowest place of the generations that go on.
func (p *Projector) least() events.Cursor {
	least := map[string]place{}
	first := true
	for _, g := range p.gens {
		if g.halted != nil || !g.current() {
			continue
		}
		if first {
			for s, at := range g.at {
				least[s] = at
			}
			first = false
			continue
		}
		for s, at := range least {
			if mine := g.at[s]; mine.seq < at.seq {
				least[s] = mine
			}
		}
	}
	return cursorOf(least)
}

// read runs until ctx ends or the log cannot be read on; it then sends the
// error as its last reading.
func (f *follower) read() {
	defer f.reader.Close()
	for {
		commits, err := f.reader.Next(f.ctx)
		select {
		case f.reads <- reading{commits, err}:
		case <-f.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// gather adds to a first reading what comes within the linger.
func (f *follower) gather(r reading, hurry <-chan struct{}) reading {
	if r.err != nil || len(r.commits) >= maxBatchCommits {
		return r
	}
	commits := append(make([]*events.Recorded, 0, maxBatchCommits), r.commits...)
	timer := time.NewTimer(f.linger)
	defer timer.Stop()
	for len(commits) < maxBatchCommits {
		select {
		case more := <-f.reads:
			commits = append(commits, more.commits...)
			if more.err != nil {
				return reading{commits, more.err}
			}
		case <-timer.C:
			return reading{commits, nil}
		case <-hurry:
			return reading{commits, nil}
		case <-f.ctx.Done():
			return reading{commits, nil}
		}
	}
	return reading{commits, nil}
}

// take applies one batch to the live generations.
func (p *Projector) take(ctx context.Context, f *follower, r reading) error {
	r = f.gather(r, p.hurry)
	p.applying.Lock()
	defer p.applying.Unlock()
	if len(r.commits) > 0 {
		if err := p.apply(ctx, p.gens, r.commits); err != nil {
			return p.refuse(err, r.commits[0].Position)
		}
		p.reached = advance(p.reached, r.commits)
		p.publish(eventCount(r.commits), r.commits[len(r.commits)-1])
	}
	if r.err == nil {
		return nil
	}
	wrong := false
	for _, g := range p.gens {
		if h := g.model.unreadable(r.err, events.Position{}); h != nil && g.halted == nil {
			p.haltOne(g, h)
			wrong = true
		}
	}
	if wrong {
		p.publish(0, nil)
		return nil
	}
	return fmt.Errorf("follow the log: %w", r.err)
}

// refuse turns an error of the database into alarms when it will not pass.
func (p *Projector) refuse(err error, at events.Position) error {
	if !isUnusable(err) {
		return err
	}
	for _, g := range p.gens {
		if g.halted == nil {
			p.haltOne(g, g.model.halt(ReasonStore, at, "the database refuses the rows: "+err.Error(), err))
		}
	}
	p.publish(0, nil)
	return nil
}

func advance(c events.Cursor, commits []*events.Recorded) events.Cursor {
	last := map[string]uint64{}
	for _, r := range commits {
		last[r.Position.Stream] = max(last[r.Position.Stream], r.Position.Seq)
	}
	for s, seq := range last {
		c = c.With(events.Position{Stream: s, Seq: seq})
	}
	return c
}

func eventCount(commits []*events.Recorded) int {
	n := 0
	for _, c := range commits {
		n += c.Len()
	}
	return n
}

// unreadable is the halt for an error that says that the log is wrong, nil for
// any other.
func (m *model) unreadable(err error, at events.Position) *Halted {
	var u *Unreadable
	if !errors.As(err, &u) {
		return nil
	}
	if u.Position.Stream != "" {
		at = u.Position
	}
	return m.halt(u.Reason, at, u.Err.Error(), u.Err)
}

// allHalted is the first alarm when no projection can go on, else nil.
func (p *Projector) allHalted() error {
	p.applying.Lock()
	defer p.applying.Unlock()
	for _, g := range p.gens {
		if g.halted == nil {
			return nil
		}
	}
	for _, g := range p.gens {
		return g.halted
	}
	return nil
}

// outdated lists the models whose live tables are of another version.
func (p *Projector) outdated() []*model {
	p.applying.Lock()
	defer p.applying.Unlock()
	var list []*model
	for _, g := range p.gens {
		if !g.current() {
			list = append(list, g.model)
		}
	}
	return list
}
