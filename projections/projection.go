package projections

import (
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// Projection is one read model: its tables and how events change them. It is
// plain data and is listed in Default; nothing registers itself.
type Projection struct {
	// Name is what the projection is about. It is stored and never changes.
	Name string
	// Version is raised when tables or meaning change: the model is then
	// rebuilt beside the old one, which serves until the new one is ready.
	Version int
	Tables  []Table
	Apply   []Handler
}

// Default lists the projections of Jobsprint; one line for each.
func Default() []Projection { return []Projection{Runs, Workflows} }

// Type is the type of a column. There are two, since both databases agree on
// them: times are nanoseconds since 1970 (0: none), truth values 0 and 1.
type Type uint8

// The column types.
const (
	Text Type = iota
	Integer
)

// Column is a column of a table; it is never NULL and defaults to "" or 0.
type Column struct {
	Name string
	Type Type
}

// Table describes a table. Its name and those of its columns are plain lower
// case words, valid in SQL as they are.
type Table struct {
	Name    string
	Columns []Column
	// Key names the columns of the primary key, which are the first columns
	// and all Text.
	Key []string
	// Indexes lists the columns of each further index.
	Indexes [][]string
}

// Meta is what a handler may know of an event besides its content.
type Meta struct {
	// Workspace and ID are those of the aggregate.
	Workspace, ID string
	// Revision is the commit's place in the aggregate's chain, from 1.
	Revision uint64
	// At is the decider's clock.
	At time.Time
}

// Handler turns one kind of event into statements. It is made by On, Seen or
// OnCommit, and is pure: no clock, no query, no memory.
type Handler struct {
	event  events.Type
	kind   string
	decode func(Meta, events.Event) []Statement
	seen   func(Meta, int) []Statement
	commit func(Meta) []Statement
}

// On calls f for each event of type E. Events of other types are not decoded.
// An event whose content was erased is passed over.
func On[E events.Event](f func(Meta, E) []Statement) Handler {
	var zero E
	return Handler{event: zero.EventType(), decode: func(m Meta, ev events.Event) []Statement {
		return f(m, ev.(E))
	}}
}

// Seen calls f for n neighbouring events of type E without decoding them, for
// what only counts them. It sees events whose content was erased too.
func Seen[E events.Event](f func(m Meta, n int) []Statement) Handler {
	var zero E
	return Handler{event: zero.EventType(), seen: f}
}

// OnCommit calls f once for each commit of an aggregate of the given kind,
// behind the handlers of its events.
func OnCommit(kind string, f func(Meta) []Statement) Handler {
	return Handler{kind: kind, commit: f}
}

// Applies lists handlers, so that a Projection reads as one sentence.
func Applies(h ...Handler) []Handler { return h }

// model is a projection made ready: checked, and with its handlers by event.
type model struct {
	Projection
	tables  map[string]*table
	byEvent map[string][]Handler
	commits map[string][]Handler
}

func compile(p Projection) (*model, error) {
	m := &model{Projection: p, tables: map[string]*table{}, byEvent: map[string][]Handler{}, commits: map[string][]Handler{}}
	if p.Name == "" || p.Version < 1 {
		return nil, fmt.Errorf("projection %q has no name or no version", p.Name)
	}
	for _, t := range p.Tables {
		ready, err := compileTable(t)
		if err != nil {
			return nil, fmt.Errorf("projection %s: %w", p.Name, err)
		}
		m.tables[t.Name] = ready
	}
	for _, h := range p.Apply {
		if h.commit != nil {
			m.commits[h.kind] = append(m.commits[h.kind], h)
		} else {
			m.byEvent[h.event.Name] = append(m.byEvent[h.event.Name], h)
		}
	}
	return m, nil
}

// table is a Table with its columns found by name.
type table struct {
	Table
	index map[string]int
}

func compileTable(t Table) (*table, error) {
	ready := &table{Table: t, index: map[string]int{}}
	for i, c := range t.Columns {
		if !plainName(c.Name) {
			return nil, fmt.Errorf("table %s: column name %q", t.Name, c.Name)
		}
		ready.index[c.Name] = i
	}
	if !plainName(t.Name) || len(t.Key) == 0 || len(t.Key) >= len(t.Columns) {
		return nil, fmt.Errorf("table %q needs a plain name, a key and more columns than the key's", t.Name)
	}
	for i, k := range t.Key {
		if t.Columns[i].Name != k || t.Columns[i].Type != Text {
			return nil, fmt.Errorf("table %s: the key must be the first columns, as text", t.Name)
		}
	}
	for _, index := range t.Indexes {
		for _, c := range index {
			if _, ok := ready.index[c]; !ok {
				return nil, fmt.Errorf("table %s: an index names column %q, which it has not", t.Name, c)
			}
		}
	}
	return ready, nil
}

// plainName reports a name that needs no quoting in any dialect.
func plainName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
