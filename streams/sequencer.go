package streams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// queueLength is how many commits of a stream may wait for their
	// acknowledgement; further appends wait for a place.
	queueLength = 1024
	// attemptTimeout is how long one publish waits for its acknowledgement
	// before the same message is published again.
	attemptTimeout = 2 * time.Second
)

// sequencer is the one writer of a stream. It publishes in order without
// waiting, takes the acknowledgements in the stream's order, puts each
// accepted commit into the ring and then moves the watermark. What stands
// above the watermark has not happened for any reader.
type sequencer struct {
	stream string
	conn   *nats.Conn
	log    *slog.Logger
	moved  *signal // fired when the watermark moves
	inbox  string  // acknowledgements come to inbox.<token>
	sub    *nats.Subscription
	places chan struct{}
	// attempt is attemptTimeout; tests make it shorter.
	attempt time.Duration
	mark    atomic.Uint64

	mu      sync.Mutex // guards all below, and makes tokens follow the order of publishing
	token   uint64
	flying  map[uint64]*flight
	recent  ring
	closing bool
	idle    signal
}

// message is one commit on its way into the stream.
type message struct {
	subject string
	id      string
	expect  uint64 // the subject's last sequence
	body    []byte
	commit  *events.Recorded // without its sequence
}

// flight is one publish of a message.
type flight struct {
	msg  *message
	done chan outcome
}

// outcome is the server's answer to a publish.
type outcome struct {
	seq       uint64
	duplicate bool
	err       error
}

func newSequencer(conn *nats.Conn, stream string, last uint64, moved *signal, log *slog.Logger) (*sequencer, error) {
	s := &sequencer{
		stream: stream, conn: conn, log: log, moved: moved, inbox: nats.NewInbox(),
		places: make(chan struct{}, queueLength), flying: make(map[uint64]*flight), attempt: attemptTimeout,
	}
	s.mark.Store(last)
	sub, err := conn.Subscribe(s.inbox+".*", s.acknowledged)
	if err != nil {
		return nil, fmt.Errorf("subscribe to acknowledgements of %s: %w", stream, err)
	}
	s.sub = sub
	return s, nil
}

// send publishes a message and waits for its outcome. It gives up after
// attemptTimeout, when ctx ends, or when the log is closed; the message may
// then be stored all the same, and its acknowledgement still counts when it
// comes. Errors of the outcome: those of the server, ctx's, errNoAnswer.
func (s *sequencer) send(ctx context.Context, m *message) outcome {
	select {
	case s.places <- struct{}{}:
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
	token, f, err := s.publish(m)
	if err != nil {
		<-s.places
		return outcome{err: err}
	}
	timer := time.NewTimer(s.attempt)
	defer timer.Stop()
	select {
	case o := <-f.done:
		return o
	case <-ctx.Done():
		return s.abandon(token, f, ctx.Err())
	case <-timer.C:
		return s.abandon(token, f, errNoAnswer)
	}
}

func (s *sequencer) publish(m *message) (uint64, *flight, error) {
	f := &flight{msg: m, done: make(chan outcome, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return 0, nil, ErrClosed
	}
	s.token++
	out := &nats.Msg{
		Subject: m.subject, Reply: s.inbox + "." + strconv.FormatUint(s.token, 36), Data: m.body,
		Header: nats.Header{
			jetstream.MsgIDHeader:               {m.id},
			jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(m.expect, 10)},
		},
	}
	if err := s.conn.PublishMsg(out); err != nil {
		return 0, nil, err
	}
	s.flying[s.token] = f
	return s.token, f, nil
}

// abandon ends the wait for an answer, unless it has come meanwhile.
func (s *sequencer) abandon(token uint64, f *flight, err error) outcome {
	s.mu.Lock()
	if _, waiting := s.flying[token]; waiting {
		s.landed(token)
	}
	s.mu.Unlock()
	select {
	case o := <-f.done:
		return o
	default:
		return outcome{err: err}
	}
}

// acknowledged takes one answer of the server. The server answers in the
// stream's order, and one goroutine calls this.
func (s *sequencer) acknowledged(m *nats.Msg) {
	token, err := strconv.ParseUint(m.Subject[len(s.inbox)+1:], 36, 64)
	if err != nil {
		return
	}
	o := readAnswer(m)
	s.mu.Lock()
	f := s.flying[token]
	if f != nil {
		s.landed(token)
	}
	if o.err == nil {
		s.accepted(f, o)
	}
	s.mu.Unlock()
	if f != nil {
		f.done <- o
	}
	if o.err == nil {
		s.moved.fire()
	}
}

// landed takes a flight off the list; the caller holds mu.
func (s *sequencer) landed(token uint64) {
	delete(s.flying, token)
	<-s.places
	if len(s.flying) == 0 {
		s.idle.fire()
	}
}

// accepted moves the watermark over a stored commit; the caller holds mu. An
// answer that skips sequences means that those before it are stored too, their
// answers were lost: readers then take them from the stream.
func (s *sequencer) accepted(f *flight, o outcome) {
	own := f != nil && !o.duplicate
	if own {
		f.msg.commit.Position.Seq = o.seq
	}
	if o.seq <= s.mark.Load() {
		return
	}
	if own {
		s.recent.push(f.msg.commit)
	} else {
		s.recent.clear()
	}
	s.mark.Store(o.seq)
}

// await returns once the watermark covers a sequence that was read from the
// stream. Its acknowledgement is on the way; when none is, or it does not
// come, the read itself is the proof that it is stored.
func (s *sequencer) await(ctx context.Context, seq uint64) error {
	if seq <= s.mark.Load() {
		return nil
	}
	timer := time.NewTimer(s.attempt)
	defer timer.Stop()
	for {
		moved := s.moved.wait()
		if s.quiet() {
			s.lift(seq)
		}
		if seq <= s.mark.Load() {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			s.lift(seq)
			return nil
		}
	}
}

// quiet reports that no answer is awaited.
func (s *sequencer) quiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.flying) == 0
}

// lift moves the watermark over what was read from the stream.
func (s *sequencer) lift(seq uint64) {
	s.mu.Lock()
	s.accepted(nil, outcome{seq: seq})
	s.mu.Unlock()
	s.moved.fire()
}

// cached copies at most n commits from a sequence on, if the ring has it.
func (s *sequencer) cached(seq uint64, n int) []*events.Recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recent.from(seq, n)
}

// close takes no more messages and waits until those under way are answered.
func (s *sequencer) close(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	for {
		idle := s.idle.wait()
		s.mu.Lock()
		n := len(s.flying)
		s.mu.Unlock()
		if n == 0 {
			return s.sub.Unsubscribe()
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return fmt.Errorf("%d commits of %s are not acknowledged: %w", n, s.stream, ctx.Err())
		}
	}
}

// errNoAnswer: the server did not answer in time.
var errNoAnswer = errors.New("no answer in time")

// readAnswer reads the server's answer to a publish.
func readAnswer(m *nats.Msg) outcome {
	if len(m.Data) == 0 {
		return outcome{err: fmt.Errorf("%w: no stream takes it (status %s)", commands.ErrUnavailable, m.Header.Get("Status"))}
	}
	var a struct {
		Error     *jetstream.APIError `json:"error"`
		Seq       uint64              `json:"seq"`
		Duplicate bool                `json:"duplicate"`
	}
	if err := json.Unmarshal(m.Data, &a); err != nil {
		return outcome{err: fmt.Errorf("%w: an answer that is no JSON: %w", commands.ErrUnavailable, err)}
	}
	if a.Error != nil {
		return outcome{err: a.Error}
	}
	return outcome{seq: a.Seq, duplicate: a.Duplicate}
}
