package streams

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// Source is what a durable consumer reads.
type Source uint8

// Sources of durable consumers.
const (
	// Definitions are the commits of DEFS from the first on.
	Definitions Source = iota + 1
	// DueTimers are the timers that are due. They are a work queue: one
	// consumer only, and what it has acknowledged is gone.
	DueTimers
)

// Defaults of ConsumerConfig.
const (
	DefaultAckWait     = 30 * time.Second
	DefaultMaxInFlight = 64
	DefaultMaxDeliver  = 10
)

// ConsumerConfig describes a durable consumer. All but Name and Source may
// change from one start to the next.
type ConsumerConfig struct {
	// Name is the durable name; it never changes. Letters, digits, '-', '_'.
	Name   string
	Source Source
	// AckWait is how long a delivery may stay without Ack, RetryAfter or
	// Extend before it is delivered again; 0 means DefaultAckWait.
	AckWait time.Duration
	// MaxInFlight is how many deliveries may be out at a time; 0 means
	// DefaultMaxInFlight. With more than one their order is not kept once one
	// of them is delivered again.
	MaxInFlight int
	// Backoff is what Retry waits after the first, second, … attempt; the last
	// one serves for all further attempts. Empty: at once.
	Backoff []time.Duration
	// MaxDeliver is the attempt after which Exhausted says so; 0 means
	// DefaultMaxDeliver. Nothing is dropped at that number: the handler stores
	// a dead letter and acknowledges.
	MaxDeliver int
}

func (c ConsumerConfig) withDefaults() (ConsumerConfig, error) {
	if err := checkToken("consumer", c.Name); err != nil {
		return c, err
	}
	if c.Source != Definitions && c.Source != DueTimers {
		return c, fmt.Errorf("consumer %s: unknown source %d", c.Name, c.Source)
	}
	if c.AckWait == 0 {
		c.AckWait = DefaultAckWait
	}
	if c.MaxInFlight == 0 {
		c.MaxInFlight = DefaultMaxInFlight
	}
	if c.MaxDeliver == 0 {
		c.MaxDeliver = DefaultMaxDeliver
	}
	if c.AckWait < 0 || c.MaxInFlight < 0 || c.MaxDeliver < 0 {
		return c, fmt.Errorf("consumer %s: a setting is negative", c.Name)
	}
	return c, nil
}

// stream is where the source lives, and filter what is read of it.
func (s Source) stream() (name, filter string) {
	if s == DueTimers {
		return streamTimers, timersDue
	}
	return streamDefinitions, streamSubjects(streamDefinitions)[0]
}

// durable is the consumer as the server keeps it. Its MaxDeliver is unlimited,
// since the server stops delivering at the limit without a word to the
// handler; BackOff stays empty, since it would replace AckWait.
func (c ConsumerConfig) durable() jetstream.ConsumerConfig {
	_, filter := c.Source.stream()
	return jetstream.ConsumerConfig{
		Durable: c.Name, FilterSubject: filter,
		DeliverPolicy: jetstream.DeliverAllPolicy, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: c.AckWait, MaxAckPending: c.MaxInFlight, MaxDeliver: -1,
	}
}

// retryDecode is when a message comes back that could not be decoded now.
const retryDecode = time.Second

// pullBatch is what the client asks the server for at a time; MaxInFlight bounds
// what it gets. The client asks again at half of it, and misses that moment when
// a message overtakes its own request, so that a batch of a few could be its last
// for the half minute until the next heartbeat is missed.
const pullBatch = 128

// Consumer delivers the messages of its source at least once. Next may be
// called by many goroutines.
type Consumer struct {
	log  *Log
	conf ConsumerConfig
	iter jetstream.MessagesContext
	turn chan struct{} // held by the caller that waits for a message
	// last is the newest message that was received; Settle asks about it.
	last atomic.Pointer[jetstream.Msg]

	closing sync.Once
	closed  chan struct{}
}

// Consume opens the durable consumer of the name, made or brought up to the
// settings when need be. Errors: events.ErrBadID, commands.ErrUnavailable.
func (l *Log) Consume(ctx context.Context, conf ConsumerConfig) (*Consumer, error) {
	conf, err := conf.withDefaults()
	if err != nil {
		return nil, err
	}
	stream, _ := conf.Source.stream()
	durable, err := l.js.CreateOrUpdateConsumer(ctx, stream, conf.durable())
	if err != nil {
		return nil, unavailable(ctx, "open consumer "+conf.Name, err)
	}
	iter, err := durable.Messages(jetstream.PullMaxMessages(pullBatch), jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return nil, unavailable(ctx, "open consumer "+conf.Name, err)
	}
	return &Consumer{log: l, conf: conf, iter: iter, turn: make(chan struct{}, 1), closed: make(chan struct{})}, nil
}

// Next waits for the next delivery. A message that is damaged is delivered
// too, with Err set. One that this build or this moment cannot read is an
// error, and comes back after a second. Errors: ErrClosed after Close of
// consumer or log, the context's, events.ErrNewerVersion,
// commands.ErrUnavailable.
func (c *Consumer) Next(ctx context.Context) (Delivery, error) {
	msg, err := c.receive(ctx)
	if err != nil {
		return Delivery{}, err
	}
	d, err := c.delivery(ctx, msg)
	if err == nil {
		return d, nil
	}
	if ctx.Err() != nil {
		return Delivery{}, errors.Join(err, ignoreClosed(msg.Nak()))
	}
	return Delivery{}, errors.Join(err, ignoreClosed(msg.NakWithDelay(retryDecode)))
}

// receive takes the next message. The iterator makes callers queue on a mutex
// that knows no context, so they queue here.
func (c *Consumer) receive(ctx context.Context) (jetstream.Msg, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.closed:
		return nil, ErrClosed
	}
	msg, err := c.iter.Next(jetstream.NextContext(ctx))
	switch {
	case err == nil:
		c.last.Store(&msg)
		return msg, nil
	case errors.Is(err, jetstream.ErrMsgIteratorClosed):
		return nil, ErrClosed
	}
	return nil, unavailable(ctx, "read consumer "+c.conf.Name, err)
}

func (c *Consumer) delivery(ctx context.Context, msg jetstream.Msg) (Delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return Delivery{}, unavailable(ctx, "read consumer "+c.conf.Name, err)
	}
	d := Delivery{
		Position: events.Position{Stream: meta.Stream, Seq: meta.Sequence.Stream}, Subject: msg.Subject(),
		Attempt: int(meta.NumDelivered), msg: msg, conf: &c.conf,
	}
	if c.conf.Source == DueTimers {
		d.Timer, d.Err = readTimer(msg.Subject(), msg.Data())
	} else if err := c.commit(ctx, &d); err != nil {
		return Delivery{}, err
	}
	// It may have waited in the client for a while: AckWait begins now.
	return d, ignoreClosed(d.Extend())
}

// commit waits until the commit is acknowledged and decodes it. Damage is the
// message's; anything else, such as an event that only a newer version knows,
// is no reason to give the message up.
func (c *Consumer) commit(ctx context.Context, d *Delivery) error {
	q, err := c.log.sequencer(d.Position.Stream)
	if err != nil {
		return err
	}
	if err := q.await(ctx, d.Position.Seq); err != nil {
		return err
	}
	d.Recorded, err = c.log.decode(ctx, d.Position.Stream, raw{seq: d.Position.Seq, subject: d.Subject, body: d.msg.Data()})
	if errors.As(err, new(*commands.DamageError)) {
		d.Err, err = err, nil
	}
	return err
}

// Close ends the consumer; deliveries that are out may still be acknowledged.
// What the client holds and nobody has taken goes back at once.
func (c *Consumer) Close() {
	c.closing.Do(func() {
		close(c.closed)
		c.iter.Drain()
		c.turn <- struct{}{} // after the last caller has left
		for {
			msg, err := c.iter.Next()
			if err != nil {
				return
			}
			c.last.Store(&msg)
			_ = msg.Nak() // else it comes back after AckWait
		}
	})
}

// Settle returns when the server has taken all that was said of deliveries so
// far. It takes that in on the side, and what it has not when it ends is lost:
// the next process would get such a delivery again, after AckWait. Errors:
// ErrClosed, commands.ErrUnavailable.
func (c *Consumer) Settle(ctx context.Context) error {
	last := c.last.Load()
	if last == nil {
		return nil
	}
	// What is said of one consumer is taken in its order, and this is answered.
	_, err := c.log.nc.RequestWithContext(ctx, (*last).Reply(), stillWorking)
	if err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		return unavailable(ctx, "settle consumer "+c.conf.Name, err)
	}
	return ackError(err)
}

// stillWorking is the protocol's word for progress; it changes nothing for a
// delivery that is acknowledged or given back.
var stillWorking = []byte("+WPI")

// Delivery is one message, handed out for an attempt to handle it.
type Delivery struct {
	// Recorded is the commit; nil for timers.
	Recorded *events.Recorded
	// Timer is the timer that is due; nil for commits.
	Timer *Timer
	// Err says why the message cannot be decoded; Recorded and Timer are then
	// nil, and a dead letter is what is left.
	Err error
	// Attempt counts the deliveries of the message, from 1, across restarts.
	Attempt  int
	Position events.Position
	Subject  string

	msg  jetstream.Msg
	conf *ConsumerConfig
}

// Ack says that the message was handled. An ack that is lost means another
// delivery: handlers are idempotent.
func (d Delivery) Ack(context.Context) error { return ackError(d.msg.Ack()) }

// RetryAfter asks for another delivery after a time.
func (d Delivery) RetryAfter(wait time.Duration) error {
	return ackError(d.msg.NakWithDelay(max(wait, 0)))
}

// Retry asks for another delivery after the configured backoff.
func (d Delivery) Retry() error { return d.RetryAfter(d.Backoff()) }

// Backoff is what Retry waits after this attempt.
func (d Delivery) Backoff() time.Duration {
	b := d.conf.Backoff
	if len(b) == 0 {
		return 0
	}
	return b[min(max(d.Attempt, 1), len(b))-1]
}

// Exhausted reports that this attempt is the last one that MaxDeliver grants.
func (d Delivery) Exhausted() bool { return d.Attempt >= d.conf.MaxDeliver }

// Extend lets AckWait begin anew.
func (d Delivery) Extend() error { return ackError(d.msg.InProgress()) }

// DeadLetter is the letter that gives this delivery up.
func (d Delivery) DeadLetter(reason string, at time.Time) DeadLetter {
	return DeadLetter{
		Handler: d.conf.Name, Reason: reason, Attempts: d.Attempt, At: at,
		Stream: d.Position.Stream, Seq: d.Position.Seq, Subject: d.Subject, Body: d.msg.Data(),
	}
}

func ackError(err error) error {
	if errors.Is(err, nats.ErrConnectionClosed) {
		return ErrClosed
	}
	return err
}

// ignoreClosed: what was not said to a closed connection, AckWait says.
func ignoreClosed(err error) error {
	if errors.Is(err, ErrClosed) || errors.Is(err, nats.ErrConnectionClosed) {
		return nil
	}
	return err
}
