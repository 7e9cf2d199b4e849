package gateway

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// Defaults of Config.
const (
	// DefaultFreshnessWait bounds how long a query waits to be fresh enough.
	DefaultFreshnessWait = 5 * time.Second
	// DefaultActivationWait bounds how long an activation waits for its routes.
	DefaultActivationWait = 10 * time.Second
	// DefaultWebhookWait bounds how long a caller waits for a run's answer.
	DefaultWebhookWait = 120 * time.Second
	// DefaultAnswerGrace is how much longer callers wait for their runs' answers
	// when the gateway closes.
	DefaultAnswerGrace = 3 * time.Second
	// DefaultHeartbeat is the time between signs of life on a quiet stream.
	DefaultHeartbeat = 15 * time.Second
	// DefaultStreamBuffer is how many commits wait for one live client before
	// it is cut.
	DefaultStreamBuffer = 256
	// DefaultMaxStreams is how many streams may be open.
	DefaultMaxStreams = 4096
	// DefaultStreamWrite bounds how long one write to a stream may take.
	DefaultStreamWrite = 30 * time.Second
)

// Config is what a Gateway works with. The ports must be set; of the rest, zero
// means the default.
type Config struct {
	Commands    Commands
	Engine      Engine
	Routes      Routes
	Live        Live
	Log         Log
	Payloads    Payloads
	Queries     Queries
	Projections Projections
	Nodes       Catalogue
	Tables      Tables

	Doctor  Doctor
	Version wire.Version
	// Instance is the random id of this start, which /readyz echoes.
	Instance string
	// Ready gives the reason why the server cannot take requests yet; nil
	// func or nil error: it can.
	Ready func() error
	// BaseURL is the address under which users reach the server; empty: what
	// each request says.
	BaseURL string
	// Logger; nil logs nothing. Requests are logged at debug level.
	Logger *slog.Logger
	// Registry takes the gateway's metrics and Gatherer serves /metrics; nil:
	// no metrics.
	Registry prometheus.Registerer
	Gatherer prometheus.Gatherer

	FreshnessWait  time.Duration
	ActivationWait time.Duration
	WebhookWait    time.Duration
	AnswerGrace    time.Duration
	Heartbeat      time.Duration
	StreamBuffer   int
	MaxStreams     int
	StreamWrite    time.Duration
}

func (c *Config) setDefaults() {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	setDefault(&c.FreshnessWait, DefaultFreshnessWait)
	setDefault(&c.ActivationWait, DefaultActivationWait)
	setDefault(&c.WebhookWait, DefaultWebhookWait)
	setDefault(&c.AnswerGrace, DefaultAnswerGrace)
	setDefault(&c.Heartbeat, DefaultHeartbeat)
	setDefault(&c.StreamBuffer, DefaultStreamBuffer)
	setDefault(&c.MaxStreams, DefaultMaxStreams)
	setDefault(&c.StreamWrite, DefaultStreamWrite)
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Gateway answers HTTP. It is ready to use when New returns; Close ends its
// streams.
type Gateway struct {
	Config
	log         *slog.Logger
	metrics     *metrics
	metricsPage http.Handler
	router      *http.ServeMux
	sameOrigin  *http.CrossOriginProtection
	hub         *hub
	owners      *ownerCache

	open    atomic.Int64 // streams
	closing sync.Once
	closed  chan struct{}
}

// New makes a Gateway. It panics when two metrics or paths collide, which is a
// mistake in the program.
func New(c Config) *Gateway {
	c.setDefaults()
	g := &Gateway{Config: c, log: c.Logger, metrics: newMetrics(c.Registry), owners: newOwnerCache(c.Log), sameOrigin: http.NewCrossOriginProtection(), closed: make(chan struct{})}
	if c.Gatherer != nil {
		g.metricsPage = promhttp.HandlerFor(c.Gatherer, promhttp.HandlerOpts{})
	}
	g.hub = newHub(c.Log, g.owners, c.StreamBuffer, g.log, g.metrics)
	g.router = g.newRouter()
	return g
}

// Close ends every open stream and takes no new work, so that a server can shut
// down; callers who wait for a run get AnswerGrace more. It waits for the reader
// of the log, not for the handlers: http.Server.Shutdown does.
func (g *Gateway) Close() {
	g.closing.Do(func() {
		close(g.closed)
		g.hub.close()
	})
}

const (
	webhookPrefix   = "/webhook/"
	workspacePrefix = "/w/"
)

// ServeHTTP routes a request. Webhooks are the hot path: they pass no mux.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.log.Enabled(r.Context(), slog.LevelDebug) {
		logged := &loggedWriter{ResponseWriter: w, begun: time.Now()}
		defer g.logAccess(r, logged)
		w = logged
	}
	setCommonHeaders(w.Header(), r)
	defer g.recover(w, r)
	p := r.URL.Path
	kind, rest := waitingKind(p)
	switch {
	case strings.HasPrefix(p, webhookPrefix):
		g.serveWebhook(w, r, events.DefaultWorkspace, p[len(webhookPrefix):])
	case kind != "":
		g.serveWaiting(w, r, events.DefaultWorkspace, kind, rest)
	case strings.HasPrefix(p, workspacePrefix):
		g.serveWorkspaceWebhook(w, r, p[len(workspacePrefix):])
	case !routable(p):
		g.noSuchPath(w, r)
	default:
		setAPIHeaders(w.Header())
		g.serveAPI(w, r)
	}
}

// serveAPI keeps out what a page of another site makes a browser send: the
// server asks for no login, and a browser can reach loopback.
func (g *Gateway) serveAPI(w http.ResponseWriter, r *http.Request) {
	if err := g.sameOrigin.Check(r); err != nil {
		g.writeProblem(w, r, refuse(codeCrossOrigin, "").because(err))
		return
	}
	g.router.ServeHTTP(w, r)
}

// recover turns a panic into a problem, or, when the answer has begun, ends the
// connection so that the caller sees that it is not whole.
func (g *Gateway) recover(w http.ResponseWriter, r *http.Request) {
	what := recover()
	if what == nil {
		return
	}
	if err, ok := what.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(what)
	}
	g.metrics.panics.Inc()
	g.log.ErrorContext(r.Context(), "a request panicked", "request", w.Header().Get(headerRequestID),
		"method", r.Method, "path", r.URL.Path, "panic", what, "stack", string(debug.Stack()))
	if w.Header().Get("Content-Type") != "" {
		panic(http.ErrAbortHandler)
	}
	g.writeProblem(w, r, refuse(codeInternal, ""))
}
