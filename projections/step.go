package projections

import (
	"fmt"
	"maps"
	"strings"

	"github.com/jobsprint/jobsprint/events"
)

// step is a generation's share of a batch of commits: the outcome of the pure
// part, not yet written.
type step struct {
	gen     *generation
	batch   *batch
	at      map[string]place // the places behind it
	moved   map[string]bool
	commits int
	events  int
	last    *events.Recorded
	halted  *Halted

	scratch []Statement
}

// prepare folds the commits that the generation has not seen. It stops at the
// first that does not follow; what came before it is still to be written.
func (g *generation) prepare(commits []*events.Recorded) *step {
	s := &step{gen: g, batch: newBatch(g.model), at: maps.Clone(g.at), moved: map[string]bool{}}
	for _, c := range commits {
		p := c.Position
		before := s.at[p.Stream]
		if p.Seq <= before.seq {
			continue // a reader that began earlier, for another projection
		}
		if p.Seq != before.seq+1 {
			s.halted = g.model.halt(ReasonGap, events.Position{Stream: p.Stream, Seq: before.seq + 1},
				fmt.Sprintf("the next commit in the log is %d", p.Seq), nil)
			break
		}
		if s.halted = s.take(c); s.halted != nil {
			break
		}
	}
	return s
}

// take folds one commit in, as a whole or not at all. Statements that do not
// fit the schema are a mistake in the projection: the batch is given up.
func (s *step) take(c *events.Recorded) (halted *Halted) {
	if s.scratch, halted = s.gen.model.project(s.scratch[:0], c); halted != nil {
		return halted
	}
	for _, st := range s.scratch {
		if err := s.batch.add(st); err != nil {
			halted = s.gen.model.halt(ReasonStore, c.Position, err.Error(), err)
			*s = step{gen: s.gen, batch: newBatch(s.gen.model)}
			return halted
		}
	}
	s.at[c.Position.Stream] = place{c.Position.Seq, c.Hash}
	s.moved[c.Position.Stream] = true
	s.commits++
	s.events += c.Len()
	s.last = c
	return nil
}

// write puts the rows and the cursor into a transaction.
func (s *step) write(tx Tx, d Dialect) error {
	for _, seg := range s.batch.segments {
		if err := s.gen.writeSegment(tx, d, seg); err != nil {
			return err
		}
	}
	for stream := range s.moved {
		p := s.at[stream]
		err := tx.Exec(d.Rebind(`INSERT INTO projection_cursors (generation, stream, seq, hash) VALUES (?, ?, ?, ?)
			ON CONFLICT (generation, stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`),
			s.gen.id, stream, int64(p.seq), p.hash[:])
		if err != nil {
			return fmt.Errorf("write the cursor of %s: %w", s.gen.model.Name, err)
		}
	}
	return nil
}

func (g *generation) text(key string, write func() string) string {
	q, ok := g.texts[key]
	if !ok {
		q = write()
		g.texts[key] = q
	}
	return q
}

func (g *generation) writeSegment(tx Tx, d Dialect, seg *segment) error {
	puts := map[*table][]*rowChange{}
	for _, r := range seg.list {
		if r.op == opPut {
			puts[r.table] = append(puts[r.table], r)
		} else if err := g.writeChange(tx, d, r); err != nil {
			return err
		}
	}
	for t, rows := range puts {
		for len(rows) > 0 {
			n := d.rowsAtOnce(len(rows))
			if err := g.writePuts(tx, d, t, rows[:n]); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	if seg.sql == nil {
		return nil
	}
	q := g.text("sql:"+seg.sql.text, func() string { return d.Rebind(g.named(seg.sql.text)) })
	if err := tx.Exec(q, seg.sql.args...); err != nil {
		return fmt.Errorf("projection %s: %w", g.model.Name, err)
	}
	return nil
}

// named puts the physical names in place of "{table}".
func (g *generation) named(text string) string {
	for name := range g.model.tables {
		text = strings.ReplaceAll(text, "{"+name+"}", g.physical(name))
	}
	return text
}

// writePuts writes whole rows with one statement. Only few sizes occur, so
// that few prepared statements serve all batches.
func (g *generation) writePuts(tx Tx, d Dialect, t *table, rows []*rowChange) error {
	q := g.text(fmt.Sprintf("put:%s:%d", t.Name, len(rows)), func() string { return d.put(t, g.physical(t.Name), len(rows)) })
	args := make([]any, 0, len(rows)*len(t.Columns))
	for _, r := range rows {
		for _, k := range r.key {
			args = append(args, k)
		}
		for i := range r.values {
			args = append(args, r.defaulted(i))
		}
	}
	if err := tx.Exec(q, args...); err != nil {
		return fmt.Errorf("write %s: %w", t.Name, err)
	}
	return nil
}

func (g *generation) writeChange(tx Tx, d Dialect, r *rowChange) error {
	args := make([]any, 0, len(r.values)+len(r.key))
	var q string
	if r.op == opDelete {
		q = g.text("delete:"+r.table.Name, func() string { return d.delete(r.table, g.physical(r.table.Name)) })
	} else {
		q = g.text("change:"+r.table.Name+":"+r.modesKey(), func() string { return d.change(r.table, g.physical(r.table.Name), r.modes) })
		for i, m := range r.modes {
			if m != modeKeep {
				args = append(args, r.values[i])
			}
		}
	}
	if q == "" {
		return nil // folded to nothing
	}
	for _, k := range r.key {
		args = append(args, k)
	}
	if err := tx.Exec(q, args...); err != nil {
		return fmt.Errorf("write %s: %w", r.table.Name, err)
	}
	return nil
}
