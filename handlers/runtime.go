package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jobsprint/jobsprint/streams"
)

// Handler reacts to the messages of one durable consumer. It must be
// idempotent: a delivery may come again, also after it was handled.
type Handler interface {
	// Consumer describes the durable consumer; its name never changes.
	Consumer() streams.ConsumerConfig
	// Handle deals with one delivery. Nil means that it is done. RetryAt asks
	// for it at a time, DeadLetter gives it up; any other error asks for it
	// again after the backoff, until the attempts are used up.
	Handle(ctx context.Context, d streams.Delivery) error
	// Timeout bounds one call of Handle. The delivery is kept from coming
	// again meanwhile, however short AckWait is.
	Timeout() time.Duration
}

// Defaults gives a Handler its usual settings; embed it and override what
// differs.
type Defaults struct{}

// Timeout is 30 s.
func (Defaults) Timeout() time.Duration { return 30 * time.Second }

// takeover is AckWait of our handlers: when what a dead process had in work
// is delivered to the next one.
const takeover = 5 * time.Second

// defaultBackoff is what handlers wait between attempts.
func defaultBackoff() []time.Duration {
	return []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 10 * time.Second, time.Minute}
}

// retryAt asks for a delivery at a time.
type retryAt struct {
	at  time.Time
	err error
}

func (e *retryAt) Error() string {
	return fmt.Sprintf("again at %s: %v", e.at.Format(time.RFC3339), e.err)
}
func (e *retryAt) Unwrap() error { return e.err }

// RetryAt is an outcome of Handle: deliver again at the time, however often.
func RetryAt(at time.Time, err error) error { return &retryAt{at, err} }

// deadLetter gives a delivery up.
type deadLetter struct {
	reason string
	err    error
}

func (e *deadLetter) Error() string { return fmt.Sprintf("%s: %v", e.reason, e.err) }
func (e *deadLetter) Unwrap() error { return e.err }

// DeadLetter is an outcome of Handle: no further attempt can help.
func DeadLetter(reason string, err error) error { return &deadLetter{reason, err} }

// RuntimeConfig is what a Runtime works with.
type RuntimeConfig struct {
	Log      *streams.Log
	Logger   *slog.Logger
	Registry prometheus.Registerer
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Runtime runs handlers: for each a consumer, and around each call, from the
// outside in, metrics, the outcome's consequence for the delivery, a time
// limit, and recovery from panics. The order matters: a panic and a time-out
// are outcomes like any other, and metrics see them all.
type Runtime struct {
	RuntimeConfig
	handlers []Handler
	handled  *prometheus.CounterVec
	seconds  *prometheus.HistogramVec

	stop      context.CancelFunc
	consumers []*streams.Consumer
	group     sync.WaitGroup
}

// NewRuntime makes a runtime of handlers. It fails when a metric is taken.
func NewRuntime(c RuntimeConfig, list ...Handler) (*Runtime, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	r := &Runtime{
		RuntimeConfig: c, handlers: list,
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jobsprint_handler_deliveries_total", Help: "Deliveries handled, by handler and outcome."}, []string{"handler", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "jobsprint_handler_seconds", Help: "Time of one delivery, by handler.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}, []string{"handler"}),
	}
	return r, register(c.Registry, r.handled, r.seconds)
}

// Start opens the consumers and begins to handle.
func (r *Runtime) Start(ctx context.Context) error {
	work, stop := context.WithCancel(context.Background())
	r.stop = stop
	for _, h := range r.handlers {
		conf := h.Consumer()
		consumer, err := r.Log.Consume(ctx, conf)
		if err != nil {
			return errors.Join(fmt.Errorf("start handler %s: %w", conf.Name, err), r.Shutdown(ctx))
		}
		r.consumers = append(r.consumers, consumer)
		for range workers(conf) {
			r.group.Add(1)
			go func() {
				defer r.group.Done()
				r.serve(work, h, conf, consumer)
			}()
		}
	}
	return nil
}

// maxWorkers bounds the goroutines of one handler.
const maxWorkers = 16

func workers(c streams.ConsumerConfig) int {
	if c.MaxInFlight <= 0 {
		return maxWorkers
	}
	return min(c.MaxInFlight, maxWorkers)
}

// Shutdown stops taking deliveries, lets those in hand finish, and interrupts
// them when ctx ends.
func (r *Runtime) Shutdown(ctx context.Context) error {
	if r.stop == nil { // it was not started
		return nil
	}
	for _, c := range r.consumers {
		c.Close()
	}
	done := make(chan struct{})
	go func() {
		r.group.Wait()
		close(done)
	}()
	defer r.stop()
	select {
	case <-done:
		return r.settled()
	case <-ctx.Done():
		r.stop()
		<-done
		return errors.Join(ctx.Err(), r.settled())
	}
}

// settleWait bounds how long an end waits for the log to take what was said of
// deliveries; a forced end too, since what is lost costs the next start AckWait.
const settleWait = time.Second

func (r *Runtime) settled() error {
	ctx, cancel := context.WithTimeout(context.Background(), settleWait)
	defer cancel()
	var errs []error
	for _, c := range r.consumers {
		if err := c.Settle(ctx); err != nil && !errors.Is(err, streams.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (r *Runtime) serve(ctx context.Context, h Handler, conf streams.ConsumerConfig, c *streams.Consumer) {
	for {
		d, err := c.Next(ctx)
		switch {
		case errors.Is(err, streams.ErrClosed) || ctx.Err() != nil:
			return
		case err != nil:
			r.Logger.Warn("a handler cannot read; trying again", "handler", conf.Name, "error", err)
			if pauseFor(ctx, time.Second) != nil {
				return
			}
			continue
		}
		r.deliver(ctx, h, conf, d)
	}
}

func (r *Runtime) deliver(ctx context.Context, h Handler, conf streams.ConsumerConfig, d streams.Delivery) {
	begin := r.Now()
	outcome, err := r.settle(ctx, conf, d, r.call(ctx, h, conf, d))
	r.seconds.WithLabelValues(conf.Name).Observe(r.Now().Sub(begin).Seconds())
	r.handled.WithLabelValues(conf.Name, outcome).Inc()
	if err != nil {
		r.Logger.Warn("a delivery could not be settled; it comes again", "handler", conf.Name, "seq", d.Position.Seq, "error", err)
	}
}

// extendFrac is the part of AckWait after which a delivery in work is extended.
const extendFrac = 3

// keep extends a delivery until the returned function is called. AckWait is
// thus only what a delivery waits for when its process has died.
func (r *Runtime) keep(conf streams.ConsumerConfig, d streams.Delivery) (stop func()) {
	wait := conf.AckWait
	if wait <= 0 {
		wait = streams.DefaultAckWait
	}
	done, every := make(chan struct{}), time.NewTicker(wait/extendFrac)
	go func() {
		defer every.Stop()
		for {
			select {
			case <-every.C:
				_ = d.Extend() // else it comes again: handlers are idempotent
			case <-done:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// call runs the handler in bounds.
func (r *Runtime) call(ctx context.Context, h Handler, conf streams.ConsumerConfig, d streams.Delivery) (err error) {
	if d.Err != nil {
		return DeadLetter("it cannot be decoded", d.Err)
	}
	ctx, cancel := context.WithTimeout(ctx, h.Timeout())
	defer cancel()
	defer r.keep(conf, d)()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler broke down: %v\n%s", p, debug.Stack())
		}
	}()
	return h.Handle(ctx, d)
}

// settle turns the outcome into an acknowledgement, another delivery or a dead
// letter. A dead letter is stored before the delivery is acknowledged.
func (r *Runtime) settle(ctx context.Context, conf streams.ConsumerConfig, d streams.Delivery, err error) (string, error) {
	var again *retryAt
	var dead *deadLetter
	switch {
	case err == nil:
		return "done", d.Ack(ctx)
	case errors.As(err, &again):
		return "later", d.RetryAfter(again.at.Sub(r.Now()))
	case ctx.Err() != nil:
		return "interrupted", d.RetryAfter(0)
	case !errors.As(err, &dead) && !d.Exhausted():
		r.Logger.Info("a handler failed; it is tried again", "handler", conf.Name, "seq", d.Position.Seq, "attempt", d.Attempt, "error", err)
		return "retry", d.Retry()
	}
	letter := streams.DeadLetter{
		Handler: conf.Name, Reason: err.Error(), Attempts: d.Attempt, At: r.Now(),
		Stream: d.Position.Stream, Seq: d.Position.Seq, Subject: d.Subject,
	}
	if stored := r.Log.DeadLetter(ctx, letter); stored != nil {
		return "retry", errors.Join(stored, d.Retry())
	}
	r.Logger.Error("a delivery is a dead letter now", "handler", conf.Name, "seq", d.Position.Seq, "attempts", d.Attempt, "error", err)
	return "dead", d.Ack(ctx)
}
