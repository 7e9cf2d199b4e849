package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// Config says what a projector reads and where it keeps its tables.
type Config struct {
	// Log is read; Source takes its place when it is set.
	Log    *streams.Log
	Source Source
	// Path is the SQLite file; empty: a temporary one. Backend takes its place
	// when it is set, and is closed by Close.
	Path    string
	Backend Backend
	// Projections; nil means Default.
	Projections []Projection
	// Logger; nil logs nothing.
	Logger *slog.Logger
	// Registry takes the metrics; nil: nobody does.
	Registry prometheus.Registerer
	// Now is the clock for figures; nil means time.Now. It never reaches rows.
	Now func() time.Time
}

// Projector keeps the read models up to date with the log.
type Projector struct {
	src     Source
	backend Backend
	log     *slog.Logger
	now     func() time.Time
	models  []*model
	metrics *metrics

	// driving holds one token: who has it follows the log.
	driving chan struct{}
	// rebuilding holds one token: who has it fills new generations.
	rebuilding chan struct{}
	// hurry tells the follower that somebody waits for what it holds back.
	hurry chan struct{}

	// applying is held while rows are written, and over a swap of generations.
	applying sync.Mutex
	gens     []*generation // the live one of each model, in the models' order
	reached  events.Cursor // what the follower has handed to apply

	// state is what others may see; state.mu is held shortly, inside applying.
	state state
}

// Open opens the tables and their books. Generations that a crash left half
// built are dropped. Nothing is read from the log yet.
func Open(ctx context.Context, c Config) (*Projector, error) {
	p := &Projector{
		src: c.Source, backend: c.Backend, log: c.Logger, now: c.Now,
		driving: make(chan struct{}, 1), rebuilding: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.src == nil {
		if c.Log == nil {
			return nil, errors.New("projections: Config needs a Log or a Source")
		}
		p.src = FromLog(c.Log)
	}
	if c.Projections == nil {
		c.Projections = Default()
	}
	for _, def := range c.Projections {
		m, err := compile(def)
		if err != nil {
			return nil, err
		}
		p.models = append(p.models, m)
	}
	var err error
	if p.metrics, err = newMetrics(c.Registry); err != nil {
		return nil, err
	}
	if err := p.open(ctx, c.Path); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Projector) open(ctx context.Context, path string) (err error) {
	if p.backend == nil {
		if p.backend, err = OpenSQLite(ctx, path, p.log); err != nil {
			return err
		}
	}
	err = p.backend.Update(ctx, func(tx Tx) error {
		p.gens, err = books{tx, p.backend.Dialect()}.load(p.models)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("open the read models: %w", err), p.backend.Close())
	}
	p.state.init(p.models)
	for _, g := range p.gens {
		p.state.show(g)
		p.state.serves(g.model.Name, g.current() || p.canServe(ctx, g.model))
	}
	return nil
}

// canServe reports whether the live tables, of another version, still have
// what today's queries ask for.
func (p *Projector) canServe(ctx context.Context, m *model) bool {
	for _, t := range m.Tables {
		columns := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = c.Name
		}
		q := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT %s FROM %s LIMIT 0) AS probe", strings.Join(columns, ", "), t.Name)
		var none int
		if p.backend.Reader().QueryRowContext(ctx, q).Scan(&none) != nil {
			return false
		}
	}
	return true
}

// Close closes the tables. Run, CatchUp and Rebuild must have returned.
func (p *Projector) Close() error {
	p.state.close()
	return p.backend.Close()
}
