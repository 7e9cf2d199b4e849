package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// Defaults of EngineConfig.
const (
	// DefaultMaxRuns is how many runs a node has in work at a time.
	DefaultMaxRuns = 2_000
	// DefaultStepTimeout bounds one attempt at a step.
	DefaultStepTimeout = 10 * time.Minute
)

// EngineConfig is what an Engine works with.
type EngineConfig struct {
	Log      *streams.Log
	Commands *commands.Executor
	Compiler *Compiler
	// OpenRuns lists the runs that have not ended; it must be as fresh as the
	// log's end when Recover is called.
	OpenRuns func(ctx context.Context, fn func(workspace, id, status, waitKind string, waitUntil time.Time) error) error
	// Row gives what the read model says of a run, at least as fresh as the
	// cursor, for replays; nil: replays do not compare it.
	Row func(ctx context.Context, workspace, id string, atLeast events.Cursor) (Row, error)
	// Library finds the workflows that steps name.
	Library Library
	// MaxRuns bounds the runs in work; 0: DefaultMaxRuns.
	MaxRuns int
	// StepTimeout bounds one attempt at a step that is not pure; 0:
	// DefaultStepTimeout. Pure steps end by their own limits.
	StepTimeout time.Duration
	// MaxStepRuns bounds the step executions of one run; 0:
	// workflow.MaxStepRuns.
	MaxStepRuns int
	// Zone is the IANA time zone of workflows that name none; empty: UTC.
	Zone string
	// BaseURL is the server's address as its users see it, for runs that no
	// request begins.
	BaseURL string
	// Node names this process in events; Version is the program's.
	Node    string
	Version string
	// Now is the clock; nil: time.Now.
	Now      func() time.Time
	Logger   *slog.Logger
	Registry prometheus.Registerer
}

// Engine owns the runs of this node: it executes their steps and is the only
// one to append to them.
type Engine struct {
	EngineConfig
	epoch   uint64
	routes  *Routes
	live    *Live
	items   *itemCache
	metrics *engineMetrics

	// work ends when the engine must let go of everything; stopping is closed
	// when it should come to a good end.
	work     context.Context
	release  context.CancelFunc
	stopping chan struct{}
	stopOnce sync.Once
	group    sync.WaitGroup

	ready    atomic.Bool
	opened   atomic.Uint64 // mailboxes so far
	sleeping atomic.Int64  // runs that wait in memory

	mu     sync.Mutex
	closed bool
	// boxes holds the runs in memory, by id. claims holds those that are being
	// started or loaded, with a channel where somebody waits for that: the runs
	// in work are these two. parked holds those that left memory to wait.
	boxes   map[string]*mailbox
	claims  map[string]chan struct{}
	parked  map[string]struct{}
	answers map[string]chan events.RunResponded
	ends    map[string]chan struct{} // closed when a run ends that another waits for
}

// EngineStats is what an engine has in hand.
type EngineStats struct {
	// InWork counts the runs in memory, Waiting those that wait for a time, in
	// memory or not.
	InWork  int  `json:"inWork"`
	Waiting int  `json:"waiting"`
	Limit   int  `json:"limit"`
	Ready   bool `json:"ready"`
}

// NewEngine makes an engine. Recover must be called before runs are started.
func NewEngine(c EngineConfig) (*Engine, error) {
	if c.MaxRuns <= 0 {
		c.MaxRuns = DefaultMaxRuns
	}
	if c.StepTimeout <= 0 {
		c.StepTimeout = DefaultStepTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Zone == "" {
		c.Zone = "UTC"
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return nil, fmt.Errorf("time zone %q is not known; use a name such as Europe/Berlin", c.Zone)
	}
	e := &Engine{
		EngineConfig: c, live: newLive(), items: newItemCache(maxCachedItemBytes), stopping: make(chan struct{}),
		boxes: map[string]*mailbox{}, claims: map[string]chan struct{}{}, parked: map[string]struct{}{},
		answers: map[string]chan events.RunResponded{}, ends: map[string]chan struct{}{},
	}
	var err error
	if e.metrics, err = newEngineMetrics(c.Registry, e.Stats); err != nil {
		return nil, err
	}
	e.work, e.release = context.WithCancel(context.Background())
	e.routes = newRoutes(c.Log, e)
	return e, nil
}

// Routes is the table of webhook routes.
func (e *Engine) Routes() *Routes { return e.routes }

// Live gives the ticks of running steps.
func (e *Engine) Live() *Live { return e.live }

// Stats says what the engine has in hand.
func (e *Engine) Stats() EngineStats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return EngineStats{
		InWork: len(e.boxes) + len(e.claims), Waiting: len(e.parked) + int(e.sleeping.Load()),
		Limit: e.MaxRuns, Ready: e.ready.Load(),
	}
}

// Recover takes over every open run: those that were in the middle of a step
// go on, and for those that wait the timer is set again. It returns when all
// are in hand.
func (e *Engine) Recover(ctx context.Context) error {
	epoch, err := e.Log.NextEpoch(ctx)
	if err != nil {
		return fmt.Errorf("take ownership: %w", err)
	}
	e.epoch = epoch
	n := 0
	err = e.OpenRuns(ctx, func(workspace, id, status, kind string, until time.Time) error {
		n++
		return e.adopt(ctx, workspace, id, status, kind, until)
	})
	if err != nil {
		return fmt.Errorf("take over open runs: %w", err)
	}
	if n > 0 {
		e.Logger.Info("took over open runs", "runs", n, "epoch", epoch)
	}
	e.ready.Store(true)
	return nil
}

// adopt takes one open run over. A run that waits for long stays out of
// memory: its timer brings it back. A run that cannot go on keeps none of the
// others from it; only a log that is away ends the takeover.
func (e *Engine) adopt(ctx context.Context, workspace, id, status, kind string, until time.Time) error {
	called := until.IsZero() && (kind == events.WaitWebhook || kind == events.WaitForm) // its address brings it back
	if status == string(waitingStatus) && (called || until.Sub(e.Now()) > stayAwake) {
		var err error
		if !called {
			err = e.Log.SetTimer(ctx, streams.Timer{Run: events.Run(workspace, id), ID: recoveryTimer, At: until})
		}
		if err == nil {
			e.mu.Lock()
			e.parked[id] = struct{}{}
			e.mu.Unlock()
		}
		return err
	}
	err := e.Wake(ctx, workspace, id)
	if err == nil || ctx.Err() != nil || errors.Is(err, commands.ErrUnavailable) || commands.CodeOf(err) == commands.CodeUnavailable {
		return err
	}
	e.metrics.stuck.Inc()
	e.Logger.Error("a run cannot go on", "run", id, "error", err)
	return nil
}

// releaseGrace is how long Shutdown waits, when its time is over, for steps
// that do not heed that they are interrupted.
const releaseGrace = 2 * time.Second

// Shutdown lets steps in flight finish and hands everything else over to the
// next start. When ctx ends it lets go at once.
func (e *Engine) Shutdown(ctx context.Context) error {
	e.stopOnce.Do(func() {
		e.mu.Lock()
		e.closed = true
		e.mu.Unlock()
		close(e.stopping)
	})
	done := make(chan struct{})
	go func() {
		e.group.Wait()
		close(done)
	}()
	select {
	case <-done:
		e.release()
		return nil
	case <-ctx.Done():
		e.release()
	}
	select {
	case <-done:
		return ctx.Err()
	case <-time.After(releaseGrace):
		return fmt.Errorf("a step does not heed its interruption: %w", ctx.Err())
	}
}

// released reports whether the engine has let go of everything.
func (e *Engine) released() bool { return e.work.Err() != nil }
