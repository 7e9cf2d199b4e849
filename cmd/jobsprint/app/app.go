package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/internal/datadir"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/streams"
)

// App is the program on one data folder. Open starts it, Serve answers HTTP
// until it should end, Close ends it.
type App struct {
	conf     Config
	server   datadir.Server
	keyMade  bool
	registry *prometheus.Registry

	log       *streams.Log
	projector *projections.Projector
	catalogue *catalogue.Catalogue
	commands  *commands.Executor
	engine    *handlers.Engine
	runtime   *handlers.Runtime
	gateway   *gateway.Gateway
	listener  net.Listener
	http      *http.Server
	handler   atomic.Pointer[http.Handler] // what the HTTP server answers with
	served    chan error                   // how the HTTP server ended

	found sync.Map // workflows that steps name, by workspace, id and name

	// following ends the projector; followed is closed when it has ended.
	following context.CancelFunc
	followed  chan struct{}

	state   atomic.Pointer[error] // why requests cannot be taken; nil inside: they can
	closing sync.Once
	closed  error
}

// errStarting is what readiness says before Open has returned, errStopping
// after Close was called.
var (
	errStarting = errors.New("it is taking over what was in work")
	errStopping = errors.New("it is shutting down")
)

// Open starts everything and returns when requests can be taken. What was begun
// is ended again when it fails. Errors: *streams.LockedError,
// streams.ErrKeyMissing, streams.ErrKeyWrong, *projections.Halted,
// *commands.DamageError, and those of the network.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{conf: c.withDefaults(), server: datadir.NewServer(), registry: prometheus.NewRegistry()}
	a.setState(errStarting)
	for _, step := range []func(context.Context) error{
		a.openLog, a.listen, a.openProjections, a.openEngine, a.takeOver, a.openGateway,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
	}
	a.setState(nil)
	return a, nil
}

func (a *App) setState(err error) { a.state.Store(&err) }

// Ready gives the reason why requests cannot be taken; nil: they can.
func (a *App) Ready() error {
	if err := *a.state.Load(); err != nil {
		return err
	}
	if a.conf.Work == Serve && !a.engine.Routes().Ready() {
		return errors.New(`the table of webhook routes has stopped; run "jobsprint doctor"`)
	}
	return nil
}

// Instance is the random id of this start.
func (a *App) Instance() string { return a.server.Instance }

// KeyMade is the path of the master key file when this start has made it.
func (a *App) KeyMade() string {
	if !a.keyMade {
		return ""
	}
	return a.conf.KeyFile
}

// Handler answers requests without a network, for client.Local.
func (a *App) Handler() http.Handler { return a.gateway }

func (a *App) openLog(ctx context.Context) (err error) {
	if a.conf.KeyFile == "" {
		a.conf.KeyFile = filepath.Join(a.conf.DataDir, "master.key")
	}
	_, before := os.Stat(a.conf.KeyFile)
	a.log, err = streams.Open(ctx, streams.Config{
		Dir: a.conf.DataDir, KeyFile: a.conf.KeyFile, Logger: a.conf.Logger.With("room", "streams"),
		Holder: fmt.Sprintf("%s (process %d)", a.conf.Holder, os.Getpid()),
	})
	if err != nil {
		return err
	}
	_, after := os.Stat(a.conf.KeyFile)
	a.keyMade = before != nil && after == nil
	return datadir.RemoveServer(a.conf.DataDir)
}

func (a *App) openProjections(ctx context.Context) (err error) {
	a.projector, err = projections.Open(ctx, projections.Config{
		Log: a.log, Path: filepath.Join(a.conf.DataDir, datadir.ReadModels),
		Logger: a.conf.Logger.With("room", "projections"), Registry: a.registry,
	})
	if err != nil {
		return err
	}
	head, err := a.log.Head(ctx)
	if err != nil {
		return err
	}
	err = a.projector.CatchUp(ctx, head)
	var halted *projections.Halted
	if errors.As(err, &halted) && a.conf.Work != Serve && a.conf.Work != Run {
		a.conf.Logger.Warn("a read model has stopped", "error", err)
		err = nil // so that it can be looked at and rebuilt
	}
	if err != nil {
		return err
	}
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.following, a.followed = stop, make(chan struct{})
	go func() {
		defer close(a.followed)
		if err := a.projector.Run(follow); err != nil {
			a.conf.Logger.Error("the read models have stopped; lists are not up to date", "error", err)
		}
	}()
	return nil
}

func (a *App) openEngine(context.Context) error {
	cat, err := Catalogue(a.conf)
	if err != nil {
		return err
	}
	a.catalogue = cat
	compiler := handlers.NewCompiler(cat, Expressions())
	if a.conf.CredentialsFile != "" {
		list, err := handlers.LoadCredentials(a.conf.CredentialsFile)
		if err != nil {
			return err
		}
		compiler.UseCredentials(list)
	}
	a.commands = commands.New(commands.Config{Store: a.log, Keys: a.log, Catalogue: compiler, Logger: a.conf.Logger.With("room", "commands")})
	library, err := a.library()
	if err != nil {
		return err
	}
	a.engine, err = handlers.NewEngine(handlers.EngineConfig{
		Log: a.log, Commands: a.commands, Compiler: compiler, OpenRuns: a.openRuns(), Row: a.row, Library: library,
		MaxRuns: a.conf.MaxRuns, StepTimeout: a.conf.StepTimeout, Zone: a.conf.Zone, BaseURL: a.base(),
		Node: "node-" + a.server.Instance[:8], Version: a.conf.Version.Version,
		Logger: a.conf.Logger.With("room", "engine"), Registry: a.registry,
	})
	return err
}

// base is the address that runs tell where no request says it.
func (a *App) base() string {
	switch {
	case a.conf.BaseURL != "":
		return a.conf.BaseURL
	case a.Address() != "":
		return a.Address()
	}
	return "http://" + config.DefaultListen
}

// row is what the read model says of a run, for replays.
func (a *App) row(ctx context.Context, workspace, id string, atLeast events.Cursor) (handlers.Row, error) {
	if err := a.projector.Wait(ctx, atLeast); err != nil {
		return handlers.Row{}, err
	}
	r, err := a.projector.Queries().Run(ctx, workspace, id)
	return handlers.Row{Status: r.Status, LastStep: r.LastStep, Revision: r.Revision}, err
}

func (a *App) openGateway(context.Context) error {
	if a.conf.Work == Serve {
		a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	a.gateway = gateway.New(gateway.Config{
		Commands: a.commands, Engine: a.engine, Routes: a.engine.Routes(), Live: a.engine.Live(),
		Log: gateway.OverStreams(a.log), Payloads: a.log.Payloads(),
		Queries: a.projector.Queries(), Projections: a.projector, Nodes: a.catalogue, Tables: a.commands,
		Doctor: a.doctor, Version: a.conf.Version, Instance: a.server.Instance, Ready: a.Ready, BaseURL: a.conf.BaseURL,
		Logger: a.conf.Logger.With("room", "gateway"), Registry: a.registry, Gatherer: a.registry,
	})
	if a.listener != nil {
		a.answerWith(a.gateway)
	}
	return nil
}
