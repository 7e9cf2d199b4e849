package projections

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/events"
)

// books reads and writes the tables that say which generations there are.
// Every method works inside a transaction of its caller.
type books struct {
	tx Tx
	d  Dialect
}

// row is a line of projection_generations.
type generationRow struct {
	id         int64
	projection string
	version    int
	state      string
	tables     string
}

func (b books) exec(query string, args ...any) error {
	if err := b.tx.Exec(b.d.Rebind(query), args...); err != nil {
		return fmt.Errorf("keep the projections' books: %w", err)
	}
	return nil
}

func (b books) generations() ([]generationRow, error) {
	var list []generationRow
	err := b.tx.Query("SELECT id, projection, version, state, tables FROM projection_generations ORDER BY id", nil, func(scan func(...any) error) error {
		var r generationRow
		err := scan(&r.id, &r.projection, &r.version, &r.state, &r.tables)
		list = append(list, r)
		return err
	})
	return list, err
}

// places reads the cursor of a generation.
func (b books) places(id int64) (map[string]place, error) {
	at := map[string]place{}
	q := b.d.Rebind("SELECT stream, seq, hash FROM projection_cursors WHERE generation = ?")
	err := b.tx.Query(q, []any{id}, func(scan func(...any) error) error {
		var stream string
		var seq int64
		var hash []byte
		if err := scan(&stream, &seq, &hash); err != nil {
			return err
		}
		p := place{seq: uint64(seq)}
		if copy(p.hash[:], hash) != len(events.Hash{}) {
			return fmt.Errorf("the cursor of generation %d holds a hash of %d bytes", id, len(hash))
		}
		at[stream] = p
		return nil
	})
	return at, err
}

// load gives the live generation of each model, making it where there is none,
// and drops all others: rebuilds that a crash has ended, and generations of
// projections that this build does not have.
func (b books) load(models []*model) ([]*generation, error) {
	rows, err := b.generations()
	if err != nil {
		return nil, err
	}
	live := map[string]*generation{}
	for _, r := range rows {
		m := modelNamed(models, r.projection)
		if m == nil || r.state != stateLive {
			if err := b.discard(r); err != nil {
				return nil, err
			}
			continue
		}
		g := newGeneration(r.id, m, r.version)
		if g.at, err = b.places(r.id); err != nil {
			return nil, err
		}
		live[m.Name] = g
	}
	list := make([]*generation, len(models))
	for i, m := range models {
		if list[i] = live[m.Name]; list[i] == nil {
			if list[i], err = b.create(m, stateLive); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func modelNamed(models []*model, name string) *model {
	for _, m := range models {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// discard drops a generation that was found at Open.
func (b books) discard(r generationRow) error {
	if r.state == stateLive {
		if err := b.hide(r); err != nil {
			return err
		}
	}
	return b.drop(r)
}

// create makes an empty generation with its tables. Ids only grow, so that a
// name is never used twice and no prepared statement can meet another table.
func (b books) create(m *model, state string) (*generation, error) {
	names := make([]string, 0, len(m.Tables))
	for _, t := range m.Tables {
		names = append(names, t.Name)
	}
	err := b.exec("INSERT INTO projection_generations (projection, version, state, tables) VALUES (?, ?, ?, ?)",
		m.Name, int64(m.Version), state, strings.Join(names, " "))
	if err != nil {
		return nil, err
	}
	var id int64
	err = b.tx.Query("SELECT MAX(id) FROM projection_generations", nil, func(scan func(...any) error) error { return scan(&id) })
	if err != nil {
		return nil, err
	}
	g := newGeneration(id, m, m.Version)
	for _, t := range m.Tables {
		for _, q := range b.d.createTable(m.tables[t.Name], g.physical(t.Name)) {
			if err := b.exec(q); err != nil {
				return nil, err
			}
		}
	}
	if state == stateLive {
		return g, b.show(g)
	}
	return g, nil
}

// show points the views with the plain names at a generation.
func (b books) show(g *generation) error {
	for _, t := range g.model.Tables {
		if err := b.exec("DROP VIEW IF EXISTS " + t.Name); err != nil {
			return err
		}
		if err := b.exec(fmt.Sprintf("CREATE VIEW %s AS SELECT * FROM %s", t.Name, g.physical(t.Name))); err != nil {
			return err
		}
	}
	return nil
}

// hide removes the views of a generation.
func (b books) hide(r generationRow) error {
	for _, t := range strings.Fields(r.tables) {
		if err := b.exec("DROP VIEW IF EXISTS " + t); err != nil {
			return err
		}
	}
	return nil
}

// swap makes a built generation the live one. The old one's tables are dropped
// later: that takes long and must not hold up readers of the new one.
func (b books) swap(g *generation) error {
	rows, err := b.generations()
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.projection == g.model.Name && r.state == stateLive {
			if err := b.hide(r); err != nil {
				return err
			}
		}
	}
	if err := b.exec("UPDATE projection_generations SET state = ? WHERE projection = ? AND state = ?", stateDropped, g.model.Name, stateLive); err != nil {
		return err
	}
	if err := b.exec("UPDATE projection_generations SET state = ? WHERE id = ?", stateLive, g.id); err != nil {
		return err
	}
	return b.show(g)
}

// drop removes a generation that no view shows, and its tables.
func (b books) drop(r generationRow) error {
	for _, t := range strings.Fields(r.tables) {
		if err := b.exec(fmt.Sprintf("DROP TABLE IF EXISTS %s_g%d", t, r.id)); err != nil {
			return err
		}
	}
	if err := b.exec("DELETE FROM projection_cursors WHERE generation = ?", r.id); err != nil {
		return err
	}
	return b.exec("DELETE FROM projection_generations WHERE id = ?", r.id)
}
