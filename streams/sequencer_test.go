package streams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// answering is a sequencer whose stream is played by a function: it sees each
// publish and answers with what it returns, or not at all for "".
func answering(t *testing.T, l *Log, answer func(n int) string) (*sequencer, *message) {
	t.Helper()
	subject := "played." + strings.ReplaceAll(t.Name(), "/", "_")
	n := 0
	sub, err := l.nc.Subscribe(subject, func(m *nats.Msg) {
		n++
		if a := answer(n); a != "" {
			_ = m.Respond([]byte(a))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	q, err := newSequencer(l.writes, "PLAYED", 0, &signal{}, l.conf.Logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sub.Unsubscribe()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := q.close(ctx); err != nil {
			t.Error(err)
		}
	})
	return q, &message{subject: subject, id: "m", body: []byte("x"), commit: &events.Recorded{Bytes: 1}}
}

func stored(seq int) string { return fmt.Sprintf(`{"stream":"PLAYED","seq":%d}`, seq) }

func TestSequencerAnswers(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	refusals := map[string]struct {
		answer string
		is     error
	}{
		"conflict":   {`{"error":{"code":400,"err_code":10071,"description":"wrong last sequence"}}`, nil},
		"race":       {`{"error":{"code":400,"err_code":10164,"description":"x"}}`, nil},
		"in process": {`{"error":{"code":409,"err_code":10158,"description":"x"}}`, nil},
		"disk full":  {`{"error":{"code":503,"err_code":10077,"description":"no space left on device"}}`, commands.ErrUnavailable},
		"resources":  {`{"error":{"code":503,"err_code":10023,"description":"x"}}`, commands.ErrUnavailable},
		"too large":  {`{"error":{"code":400,"err_code":10054,"description":"x"}}`, commands.ErrTooLarge},
		"other":      {`{"error":{"code":500,"err_code":10999,"description":"x"}}`, commands.ErrUnavailable},
		"no JSON":    {`}`, commands.ErrUnavailable},
	}
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			q, m := answering(t, l, func(int) string { return c.answer })
			o := q.send(t.Context(), m)
			if isConflict(o.err) != (c.is == nil) {
				t.Fatalf("conflict: %v", o.err)
			}
			if c.is != nil && !errors.Is(refused(o.err), c.is) {
				t.Fatal(refused(o.err))
			}
			if q.mark.Load() != 0 {
				t.Fatal("a refusal moved the watermark")
			}
		})
	}
	t.Run("nobody takes it", func(t *testing.T) {
		q, m := answering(t, l, func(int) string { return "" })
		m.subject = "played.nowhere"
		if o := q.send(t.Context(), m); !errors.Is(o.err, commands.ErrUnavailable) {
			t.Fatal(o.err)
		}
	})
	if isConflict(nil) || isConflict(jetstream.ErrNoHeartbeat) || !isConflict(fmt.Errorf("x: %w", &jetstream.APIError{ErrorCode: 10164})) {
		t.Error("isConflict goes by something else than the code")
	}
}

func TestSequencerLostAnswer(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	q, m := answering(t, l, func(n int) string {
		if n == 1 {
			return ""
		}
		return stored(n)
	})
	q.attempt = 20 * time.Millisecond
	if o := q.send(t.Context(), m); !errors.Is(o.err, errNoAnswer) {
		t.Fatal(o.err)
	}
	if q.mark.Load() != 0 {
		t.Fatal("the watermark moved without an answer")
	}
	// The next answer skips the lost one: that is stored, but not in memory.
	q.attempt = attemptTimeout
	if o := q.send(t.Context(), m); o.err != nil || o.seq != 2 || m.commit.Position.Seq != 2 {
		t.Fatal(o)
	}
	if q.mark.Load() != 2 || len(q.cached(1, 9)) != 0 || len(q.cached(2, 9)) != 1 {
		t.Fatal("watermark", q.mark.Load(), "in memory", len(q.cached(2, 9)))
	}
}

func TestSequencerLateAnswer(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	release := make(chan struct{})
	q, m := answering(t, l, func(int) string {
		<-release
		return stored(1)
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// With room in the queue, either branch of the first wait may be taken.
	if o := q.send(ctx, m); !errors.Is(o.err, context.Canceled) {
		t.Fatal(o.err)
	}
	moved := q.moved.wait()
	go func() { q.send(context.Background(), m) }() //nolint:errcheck // answered below
	close(release)
	<-moved
	if q.mark.Load() != 1 {
		t.Fatal("an answer that came late does not count")
	}
}

func TestSequencerQueueIsBounded(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	q, m := answering(t, l, func(int) string { return "" })
	for range queueLength {
		q.places <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if o := q.send(ctx, m); !errors.Is(o.err, context.DeadlineExceeded) || q.token != 0 {
		t.Fatal(o.err, q.token)
	}
}

func TestSequencerAwait(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	release := make(chan struct{})
	q, m := answering(t, l, func(n int) string {
		<-release
		return stored(n)
	})
	sent := make(chan outcome, 1)
	go func() { sent <- q.send(context.Background(), m) }()
	for q.quiet() {
		if t.Context().Err() != nil {
			t.Fatal("nothing was published")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.await(ctx, 1); !errors.Is(err, context.Canceled) || q.mark.Load() != 0 {
		t.Fatal("what is on its way is not waited for:", err)
	}
	waited := make(chan error, 1)
	go func() { waited <- q.await(t.Context(), 1) }()
	close(release)
	if err := <-waited; err != nil || q.mark.Load() != 1 {
		t.Fatal(err)
	}
	if o := <-sent; o.err != nil || o.seq != 1 {
		t.Fatal(o)
	}
	// Nothing is on its way: reading it is proof.
	if err := q.await(t.Context(), 9); err != nil || q.mark.Load() != 9 {
		t.Fatal(err, q.mark.Load())
	}
}

func TestSequencerCloseWaits(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	release := make(chan struct{})
	q, m := answering(t, l, func(int) string {
		<-release
		return stored(1)
	})
	sent := make(chan outcome, 1)
	go func() { sent <- q.send(context.Background(), m) }()
	for q.quiet() {
		if t.Context().Err() != nil {
			t.Fatal("nothing was published")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.close(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal("close does not wait for the answer:", err)
	}
	if o := q.send(t.Context(), m); !errors.Is(o.err, ErrClosed) {
		t.Fatal("a closing sequencer takes messages:", o.err)
	}
	close(release)
	if o := <-sent; o.err != nil {
		t.Fatal(o.err)
	}
}

// TestAppendRetriesTheSameMessage plays a server whose answer is lost: the
// message is published again, and stored once.
func TestAppendRetriesTheSameMessage(t *testing.T) {
	t.Parallel()
	warned := make(chan struct{}, 1)
	var retries atomic.Int32
	log := slog.New(counting{slog.DiscardHandler, func() {
		if retries.Add(1) == 1 {
			warned <- struct{}{}
		}
	}})
	l := openTest(t, Config{Dir: t.TempDir(), Logger: log})
	id := newRun()
	at, _ := l.slices.placeOf(id)
	lost, err := newSequencer(l.writes, at.stream, 0, &l.moved, log)
	if err != nil {
		t.Fatal(err)
	}
	// Answers go to an inbox that nobody reads; the attempt ends soon.
	lost.attempt = 20 * time.Millisecond
	lost.inbox = nats.NewInbox()
	l.mu.Lock()
	kept := l.queues[at.stream]
	l.queues[at.stream] = lost
	l.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-warned
		cancel()
	}()
	a := commands.Append{Aggregate: id, Events: filler(600), CommandID: events.ID{1}, At: time.Now()}
	if _, err := l.Append(ctx, a); !errors.Is(err, commands.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	l.mu.Lock()
	l.queues[at.stream] = kept
	l.mu.Unlock()
	r, err := l.Append(t.Context(), a)
	if err != nil || r.Position.Seq != 1 || kept.mark.Load() != 1 {
		t.Fatal(r, err)
	}
	if head, err := loadAll(l, id); err != nil || head != r.Head() {
		t.Fatal(head, err)
	}
}

// counting calls a function for every record.
type counting struct {
	slog.Handler
	on func()
}

func (c counting) Enabled(context.Context, slog.Level) bool { return true }
func (c counting) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "not answered") {
		c.on()
	}
	return nil
}

func TestFullStreamIsUnavailable(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	id := newRun()
	head := fillRun(t, l, id, 1, 600)
	full := streamConfig(runsStream(firstSlice))
	full.MaxBytes = 1
	if _, err := l.js.UpdateStream(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	a := commands.Append{Aggregate: id, Expect: head, Events: filler(600), CommandID: events.ID{1}}
	_, err := l.Append(t.Context(), a)
	if !errors.Is(err, commands.ErrUnavailable) || !strings.Contains(err.Error(), "disk is full") {
		t.Fatal(err)
	}
	if got, err := loadAll(l, id); err != nil || got != head {
		t.Fatal("the oldest was thrown away for the newest", got, err)
	}
}

func TestRingIsBounded(t *testing.T) {
	t.Parallel()
	var r ring
	for i := range uint64(ringCommits + 10) {
		r.push(&events.Recorded{Position: events.Position{Seq: i + 1}, Bytes: 1})
	}
	if len(r.commits) != ringCommits || r.from(10, 1) != nil || len(r.from(11, 3)) != 3 || r.from(ringCommits+11, 1) != nil {
		t.Fatal("by count", len(r.commits))
	}
	r.push(&events.Recorded{Position: events.Position{Seq: ringCommits + 11}, Bytes: ringBytes + 1})
	if len(r.commits) != 1 || r.bytes != ringBytes+1 {
		t.Fatal("by bytes", len(r.commits), r.bytes)
	}
	r.push(&events.Recorded{Position: events.Position{Seq: 1}, Bytes: 1})
	if len(r.commits) != 1 || r.bytes != 1 {
		t.Fatal("a sequence that does not follow stays beside others")
	}
}
