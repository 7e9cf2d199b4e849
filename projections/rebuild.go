package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// Rebuild fills new tables from the beginning of the log beside the live ones,
// which serve meanwhile, and swaps them in one transaction. Name "" means all
// projections. Progress, if not nil, is told how many commits of how many are
// done. When it fails or the process ends, the old tables stay. A projection
// that had halted can go on afterwards: call Run again if it has returned.
// Errors: ErrUnknown, ErrRunning when another rebuild runs, *Halted.
func (p *Projector) Rebuild(ctx context.Context, name string, progress func(done, total int64)) error {
	models := p.models
	if name != "" {
		m := modelNamed(p.models, name)
		if m == nil {
			return fmt.Errorf("%w: %q", ErrUnknown, name)
		}
		models = []*model{m}
	}
	select {
	case p.rebuilding <- struct{}{}:
	default:
		return fmt.Errorf("rebuild: %w", ErrRunning)
	}
	defer func() { <-p.rebuilding }()
	return p.fill(ctx, models, progress)
}

// renew rebuilds what is of an older version, behind a rebuild that runs.
func (p *Projector) renew(ctx context.Context, models []*model) error {
	select {
	case p.rebuilding <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.rebuilding }()
	return p.fill(ctx, models, nil)
}

// fill builds new generations of the models with one reader and swaps them.
// The caller holds the token of p.rebuilding.
func (p *Projector) fill(ctx context.Context, models []*model, progress func(done, total int64)) error {
	for _, m := range models {
		p.state.update(m.Name, func(v *shown) { v.rebuilding = true })
		defer p.state.update(m.Name, func(v *shown) { v.rebuilding = false })
	}
	begin := p.now()
	shadows, err := p.createShadows(ctx, models)
	if err != nil {
		return err
	}
	total, err := p.fillShadows(ctx, shadows, progress)
	if err != nil {
		return errors.Join(err, p.dropDead(context.WithoutCancel(ctx), shadows))
	}
	for _, g := range shadows {
		p.log.Info("projection rebuilt", "projection", g.model.Name, "version", g.version, "commits", total, "seconds", p.now().Sub(begin).Seconds())
	}
	return p.dropDead(ctx, nil)
}

func (p *Projector) createShadows(ctx context.Context, models []*model) ([]*generation, error) {
	var shadows []*generation
	err := p.backend.Update(ctx, func(tx Tx) error {
		b := books{tx, p.backend.Dialect()}
		for _, m := range models {
			g, err := b.create(m, stateBuilding)
			if err != nil {
				return err
			}
			shadows = append(shadows, g)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make new tables: %w", err)
	}
	return shadows, nil
}

// fillShadows reads the log from its beginning until the shadows hold what it
// held at the start of the rebuild and all that the live generations hold, and
// then swaps. It returns the number of commits.
func (p *Projector) fillShadows(ctx context.Context, shadows []*generation, progress func(done, total int64)) (int64, error) {
	head, err := p.src.Head(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the end of the log: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	f := newFollower(ctx, p.src, events.Cursor{})
	done := make(chan struct{})
	go func() { defer close(done); f.read() }()
	defer func() { cancel(); <-done }()

	total, count := lag(head, events.Cursor{}), int64(0)
	for {
		if progress != nil {
			progress(count, max(total, count))
		}
		if swapped, err := p.trySwap(ctx, shadows, head); swapped || err != nil {
			return count, err
		}
		select {
		case r := <-f.reads:
			if count < total {
				r = f.gather(r, nil)
			}
			if err := p.takeShadows(ctx, shadows, r); err != nil {
				return count, err
			}
			count += int64(len(r.commits))
		case <-ctx.Done():
			return count, ctx.Err()
		}
	}
}

func (p *Projector) takeShadows(ctx context.Context, shadows []*generation, r reading) error {
	if r.err != nil {
		if h := shadows[0].model.unreadable(r.err, events.Position{}); h != nil {
			return h
		}
		return fmt.Errorf("read the log: %w", r.err)
	}
	p.applying.Lock()
	defer p.applying.Unlock()
	if err := p.apply(ctx, shadows, r.commits); err != nil {
		return err
	}
	for _, g := range shadows {
		if g.halted != nil {
			return g.halted
		}
	}
	return nil
}

// trySwap makes the shadows live once they are as far as everything that was
// seen so far: readers never go back, and the follower meets no gap.
func (p *Projector) trySwap(ctx context.Context, shadows []*generation, head events.Cursor) (bool, error) {
	p.applying.Lock()
	defer p.applying.Unlock()
	for _, g := range shadows {
		c := g.cursor()
		if !c.Covers(head) || !c.Covers(p.reached) {
			return false, nil
		}
	}
	err := p.backend.Update(ctx, func(tx Tx) error {
		for _, g := range shadows {
			if err := (books{tx, p.backend.Dialect()}).swap(g); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("swap in the new tables: %w", err)
	}
	for i, g := range p.gens {
		for _, s := range shadows {
			if s.model == g.model {
				p.gens[i] = s
				p.metrics.halted.WithLabelValues(s.model.Name).Set(0)
				p.state.serves(s.model.Name, true)
			}
		}
	}
	p.publish(0, nil)
	return true, nil
}

// dropDead removes the tables that a swap replaced, and the given shadows,
// which came to nothing.
func (p *Projector) dropDead(ctx context.Context, shadows []*generation) error {
	failed := map[int64]bool{}
	for _, g := range shadows {
		failed[g.id] = true
	}
	err := p.backend.Update(ctx, func(tx Tx) error {
		b := books{tx, p.backend.Dialect()}
		rows, err := b.generations()
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.state == stateDropped || failed[r.id] {
				if err := b.drop(r); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop old tables: %w", err)
	}
	return nil
}
