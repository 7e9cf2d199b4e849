package projections

import (
	"context"
	"fmt"
	"slices"

	"github.com/jobsprint/jobsprint/events"
)

// apply folds commits into generations and writes all of it in one
// transaction. Generations that have halted are left alone, those that halt
// here are written up to that place. The caller holds p.applying.
func (p *Projector) apply(ctx context.Context, gens []*generation, commits []*events.Recorded) error {
	begin := p.now()
	steps := make([]*step, 0, len(gens))
	for _, g := range gens {
		if g.halted == nil && g.current() {
			steps = append(steps, g.prepare(commits))
		}
	}
	if err := p.write(ctx, steps); err != nil {
		return err
	}
	p.metrics.seconds.Observe(p.now().Sub(begin).Seconds())
	for _, s := range steps {
		p.settle(s)
	}
	return nil
}

func (p *Projector) write(ctx context.Context, steps []*step) error {
	commits := 0
	for _, s := range steps {
		commits += s.commits
	}
	if commits == 0 {
		return nil
	}
	err := p.backend.Update(ctx, func(tx Tx) error {
		for _, s := range steps {
			if err := s.write(tx, p.backend.Dialect()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the read models: %w", err)
	}
	return nil
}

// settle makes what was written the generation's place.
func (p *Projector) settle(s *step) {
	g := s.gen
	for stream := range s.moved {
		g.at[stream] = s.at[stream]
	}
	p.metrics.events.WithLabelValues(g.model.Name).Add(float64(s.events))
	if s.halted != nil {
		p.haltOne(g, s.halted)
	}
}

// haltOne stops a generation with an alarm.
func (p *Projector) haltOne(g *generation, h *Halted) {
	g.halted = h
	if slices.Contains(p.gens, g) { // else a rebuild fails, and the old one goes on
		p.metrics.halted.WithLabelValues(g.model.Name).Set(1)
	}
	p.log.Error("projection halted", "projection", h.Projection, "reason", string(h.Reason), "stream", h.Stream, "seq", h.Seq, "error", h)
}

// publish shows what the live generations hold. The caller holds p.applying.
func (p *Projector) publish(count int, last *events.Recorded) {
	now := p.now()
	head, err := p.src.Head(context.Background())
	for _, g := range p.gens {
		c, name := g.cursor(), g.model.Name
		p.state.update(name, func(v *shown) {
			v.version, v.cursor, v.halted = g.version, c, g.halted
			if g.halted == nil && g.current() {
				v.rate.add(now, count)
			}
		})
		if err == nil {
			p.metrics.lag.WithLabelValues(name).Set(float64(lag(head, c)))
		}
		if last != nil && g.halted == nil {
			p.metrics.age.WithLabelValues(name).Set(max(0, now.Sub(last.At).Seconds()))
		}
	}
}

// verify compares the places of the live generations with the log, once after
// each start: the log may have been replaced, cut or altered since.
func (p *Projector) verify(ctx context.Context) error {
	p.applying.Lock()
	defer p.applying.Unlock()
	head, err := p.src.Head(ctx)
	if err != nil {
		return fmt.Errorf("find the end of the log: %w", err)
	}
	for _, g := range p.gens {
		if g.halted != nil || !g.current() {
			continue
		}
		halted, err := p.verifyOne(ctx, g, head)
		if err != nil {
			return err
		}
		if halted != nil {
			p.haltOne(g, halted)
		}
	}
	p.publish(0, nil)
	return nil
}

func (p *Projector) verifyOne(ctx context.Context, g *generation, head events.Cursor) (*Halted, error) {
	for _, pos := range g.cursor().Positions() {
		end := head.At(pos.Stream).Seq
		if pos.Seq > end {
			return g.model.halt(ReasonAhead, pos, fmt.Sprintf("the rows hold commits up to here, but the log ends at %d", end), nil), nil
		}
		c, err := p.src.ReadAt(ctx, pos)
		if halted := g.model.unreadable(err, pos); halted != nil {
			return halted, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the commit at the cursor: %w", err)
		}
		if c.Hash != g.at[pos.Stream].hash {
			return g.model.halt(ReasonHash, pos, "the log holds another commit here than the one that was applied", nil), nil
		}
	}
	return nil, nil
}
