package streams

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

func consume(t testing.TB, l *Log, conf ConsumerConfig) *Consumer {
	t.Helper()
	conf.Name, conf.Source = "routes", Definitions
	c, err := l.Consume(context.Background(), conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// nextDelivery waits for a delivery, 10 s at most. The slice table, which a
// new log begins with, is passed over.
func nextDelivery(t testing.TB, c *Consumer) Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		d, err := c.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if d.Recorded == nil || d.Recorded.Aggregate != events.Slices() {
			return d
		}
		ack(t, d)
	}
}

// noDelivery expects that nothing comes for a while. The slice table is passed
// over here too: it comes again when its ack was lost.
func noDelivery(t testing.TB, c *Consumer, while time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), while)
	defer cancel()
	d, err := c.Next(ctx)
	for err == nil && d.Recorded != nil && d.Recorded.Aggregate == events.Slices() {
		ack(t, d)
		d, err = c.Next(ctx)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%+v was delivered (%v), nothing was expected", d, err)
	}
}

// define appends the first commit of a new definition.
func define(t testing.TB, l *Log, name string) *events.Recorded {
	t.Helper()
	r, err := appendDefinition(l, name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func appendDefinition(l *Log, name string) (*events.Recorded, error) {
	return l.Append(context.Background(), commands.Append{
		Aggregate: events.Route(events.DefaultWorkspace, events.HashID(name)),
		Events:    []events.Event{events.RouteReleased{Workflow: name}},
		At:        time.Now(), CommandName: "test",
	})
}

func ack(t testing.TB, d Delivery) {
	t.Helper()
	if err := d.Ack(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestDefinitionsAreDeliveredInOrder(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	want := []*events.Recorded{define(t, l, "a"), define(t, l, "b"), define(t, l, "c")}
	c := consume(t, l, ConsumerConfig{})
	for _, w := range want {
		d := nextDelivery(t, c)
		if d.Recorded == nil || d.Err != nil || d.Timer != nil {
			t.Fatalf("delivery %+v", d)
		}
		if d.Recorded.Hash != w.Hash || d.Position != w.Position || d.Attempt != 1 || d.Recorded.Aggregate != w.Aggregate {
			t.Errorf("%v at %v attempt %d, want %v at %v", d.Recorded.Aggregate, d.Position, d.Attempt, w.Aggregate, w.Position)
		}
		ack(t, d)
	}
}

func TestConsumerGoesOnAfterRestart(t *testing.T) {
	for _, how := range []string{"close", "crash"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			l := openTest(t, Config{Dir: dir})
			first, second := define(t, l, "a"), define(t, l, "b")
			c := consume(t, l, ConsumerConfig{AckWait: 500 * time.Millisecond})
			ack(t, nextDelivery(t, c))
			if d := nextDelivery(t, c); d.Position != second.Position {
				t.Fatalf("%v came second", d.Position)
			}
			// A double ack would say that it is stored; acks may be lost, so
			// that only the floor of the live consumer is waited for.
			eventually(t, "the first ack is counted", func() bool {
				d, err := l.js.Consumer(t.Context(), streamDefinitions, "routes")
				return err == nil && d.CachedInfo().AckFloor.Stream == first.Position.Seq
			})
			if how == "close" {
				closeLog(t, l)
			} else {
				dir = copyFolder(t, dir)
			}
			c = consume(t, openTest(t, Config{Dir: dir}), ConsumerConfig{AckWait: 500 * time.Millisecond})
			d := nextDelivery(t, c)
			if how == "crash" && d.Position == first.Position { // its ack was lost
				ack(t, d)
				d = nextDelivery(t, c)
			}
			if d.Position != second.Position || d.Attempt < 2 && how == "close" {
				t.Errorf("%v came, attempt %d; want %v again", d.Position, d.Attempt, second.Position)
			}
			ack(t, d)
			noDelivery(t, c, 800*time.Millisecond)
		})
	}
}

func TestNothingIsDeliveredAboveTheWatermark(t *testing.T) {
	const writers, each = 8, 50
	l := openTest(t, Config{Dir: t.TempDir()})
	c := consume(t, l, ConsumerConfig{MaxInFlight: 64})
	var g errgroup.Group
	for w := range writers {
		g.Go(func() error {
			for i := range each {
				if _, err := appendDefinition(l, fmt.Sprintf("%d/%d", w, i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range writers * each {
		d := nextDelivery(t, c)
		if last := l.Last(streamDefinitions); d.Position.Seq > last {
			t.Fatalf("commit %d was delivered when the watermark was %d", d.Position.Seq, last)
		}
		ack(t, d)
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestRetryWaitsForItsTime(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	define(t, l, "a")
	c := consume(t, l, ConsumerConfig{Backoff: []time.Duration{100 * time.Millisecond, 250 * time.Millisecond}, MaxDeliver: 4})
	d := nextDelivery(t, c)
	for i, want := range []time.Duration{100 * time.Millisecond, 250 * time.Millisecond, 250 * time.Millisecond} {
		if d.Attempt != i+1 || d.Backoff() != want || d.Exhausted() {
			t.Fatalf("attempt %d, backoff %v, exhausted %v; want %d, %v, false", d.Attempt, d.Backoff(), d.Exhausted(), i+1, want)
		}
		began := time.Now()
		if err := d.Retry(); err != nil {
			t.Fatal(err)
		}
		d = nextDelivery(t, c)
		if waited := time.Since(began); waited < want {
			t.Errorf("attempt %d came after %v, want %v", d.Attempt, waited, want)
		}
	}
	if d.Attempt != 4 || !d.Exhausted() {
		t.Errorf("attempt %d of 4 is not said to be the last", d.Attempt)
	}
	ack(t, d)
}

func TestRetryWithoutBackoffIsAtOnce(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	define(t, l, "a")
	c := consume(t, l, ConsumerConfig{AckWait: time.Minute})
	for range 3 {
		d := nextDelivery(t, c) // fails after 10 s
		if err := errors.Join(d.Retry(), d.RetryAfter(-time.Second)); err != nil && !errors.Is(err, jetstream.ErrMsgAlreadyAckd) {
			t.Fatal(err)
		}
	}
}

func TestExtendKeepsADelivery(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	define(t, l, "a")
	c := consume(t, l, ConsumerConfig{AckWait: 400 * time.Millisecond})
	d := nextDelivery(t, c)
	for range 4 {
		noDelivery(t, c, 200*time.Millisecond)
		if err := d.Extend(); err != nil {
			t.Fatal(err)
		}
	}
	again := nextDelivery(t, c) // nobody extends any more
	if again.Position != d.Position || again.Attempt != 2 {
		t.Errorf("%v attempt %d came, want %v attempt 2", again.Position, again.Attempt, d.Position)
	}
	ack(t, again)
}

func TestDamagedMessageIsDeliveredAsSuch(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	if _, err := l.js.Publish(t.Context(), "ev.d.00.w0.route."+events.HashID("x"), []byte("\x01nonsense")); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	l = openTest(t, Config{Dir: dir})
	good := define(t, l, "a")
	c := consume(t, l, ConsumerConfig{})
	d := nextDelivery(t, c)
	var damage *commands.DamageError
	if !errors.As(d.Err, &damage) || d.Recorded != nil {
		t.Fatalf("delivery %+v, want damage", d)
	}
	if err := l.DeadLetter(t.Context(), d.DeadLetter(d.Err.Error(), time.Now())); err != nil {
		t.Fatal(err)
	}
	ack(t, d)
	if d := nextDelivery(t, c); d.Err != nil || d.Position != good.Position {
		t.Fatalf("delivery %+v, want the commit behind the damage", d)
	}
	list, err := l.DeadLetters(t.Context(), 10)
	if err != nil || len(list) != 1 || string(list[0].Body) != "\x01nonsense" || list[0].Handler != "routes" {
		t.Fatalf("dead letters %+v, %v", list, err)
	}
}

// A commit that only a newer build can read is not given up: the consumer stops
// there, and the newer build gets it.
func TestCommitOfANewerVersionIsKept(t *testing.T) {
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	if _, err := l.js.Publish(t.Context(), "ev.d.00.w0.route."+events.HashID("x"), []byte("\x7fnewer")); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	c := consume(t, openTest(t, Config{Dir: dir}), ConsumerConfig{AckWait: time.Minute})
	first, err := c.Next(t.Context()) // the slice table
	if err != nil {
		t.Fatal(err)
	}
	ack(t, first)
	for range 2 { // the second time after retryDecode, not after AckWait
		if d, err := c.Next(t.Context()); !errors.Is(err, events.ErrNewerVersion) {
			t.Fatalf("%+v, %v; want ErrNewerVersion", d, err)
		}
	}
}

func TestCloseGivesBackWhatNobodyTook(t *testing.T) {
	const count = 10
	l := openTest(t, Config{Dir: t.TempDir()})
	for i := range count {
		define(t, l, fmt.Sprint(i))
	}
	c := consume(t, l, ConsumerConfig{AckWait: time.Minute, MaxInFlight: count})
	ack(t, nextDelivery(t, c))
	c.Close()
	c.Close()
	if _, err := c.Next(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("next after close gave %v", err)
	}
	c = consume(t, l, ConsumerConfig{AckWait: time.Minute, MaxInFlight: count})
	for range count - 1 {
		ack(t, nextDelivery(t, c)) // fails after 10 s, long before AckWait
	}
}

// TestOneInFlightNeverStalls takes many deliveries one after another: each must
// come when the one before is acknowledged, not when a heartbeat is missed.
func TestOneInFlightNeverStalls(t *testing.T) {
	const count, consumers = 150, 4
	for range consumers {
		l := openTest(t, Config{Dir: t.TempDir()})
		for i := range count {
			define(t, l, fmt.Sprint(i))
		}
		c := consume(t, l, ConsumerConfig{AckWait: time.Minute, MaxInFlight: 1})
		for range count {
			ack(t, nextDelivery(t, c)) // fails after 10 s
		}
		closeLog(t, l)
	}
}

// TestSettleOutlivesTheLog acknowledges, settles, ends, and begins again: the
// server takes acknowledgements on the side and forgets what is left at its end.
func TestSettleOutlivesTheLog(t *testing.T) {
	const count, rounds = 200, 3
	for range rounds {
		dir := t.TempDir()
		l := openTest(t, Config{Dir: dir})
		for i := range count {
			define(t, l, fmt.Sprint(i))
		}
		c := consume(t, l, ConsumerConfig{AckWait: 300 * time.Millisecond, MaxInFlight: 2 * count})
		if err := c.Settle(t.Context()); err != nil {
			t.Errorf("settle before anything came: %v", err)
		}
		var list []Delivery
		for range count {
			list = append(list, nextDelivery(t, c))
		}
		for _, d := range list {
			ack(t, d)
		}
		if err := c.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		closeLog(t, l)
		l = openTest(t, Config{Dir: dir})
		noDelivery(t, consume(t, l, ConsumerConfig{AckWait: 300 * time.Millisecond, MaxInFlight: 2 * count}), 600*time.Millisecond)
		if err := c.Settle(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("settle on a closed log gave %v", err)
		}
		closeLog(t, l)
	}
}

func TestManyCallersShareAConsumer(t *testing.T) {
	const count = 200
	l := openTest(t, Config{Dir: t.TempDir()})
	c := consume(t, l, ConsumerConfig{MaxInFlight: 16})
	var seen sync.Map
	var n atomic.Int64
	done, stop := context.WithCancel(t.Context())
	var g errgroup.Group
	for range 4 {
		g.Go(func() error {
			for {
				d, err := c.Next(done)
				if errors.Is(err, context.Canceled) {
					return nil
				}
				if err != nil {
					return err
				}
				if d.Recorded.Aggregate == events.Slices() {
					if err := d.Ack(done); err != nil {
						return err
					}
					continue
				}
				if _, twice := seen.LoadOrStore(d.Position.Seq, true); twice {
					return fmt.Errorf("commit %d was delivered twice", d.Position.Seq)
				}
				if err := d.Ack(done); err != nil {
					return err
				}
				if n.Add(1) == count {
					stop()
				}
			}
		})
	}
	for i := range count {
		define(t, l, fmt.Sprint(i))
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	stop()
}

func TestWaitingCallersEnd(t *testing.T) {
	for _, how := range []string{"consumer", "log"} {
		t.Run(how, func(t *testing.T) {
			l := openTest(t, Config{Dir: t.TempDir()})
			c := consume(t, l, ConsumerConfig{})
			define(t, l, "a")
			ack(t, nextDelivery(t, c))
			errs := make(chan error, 2)
			for range 2 {
				go func() {
					_, err := c.Next(context.Background())
					errs <- err
				}()
			}
			oneWaits(t, c)
			if how == "log" {
				closeLog(t, l)
			} else {
				c.Close()
			}
			for range 2 {
				select {
				case err := <-errs:
					if !errors.Is(err, ErrClosed) {
						t.Errorf("next gave %v, want ErrClosed", err)
					}
				case <-time.After(10 * time.Second):
					t.Fatal("a caller still waits")
				}
			}
		})
	}
}

// oneWaits waits until a caller has taken its turn, and checks that another
// one with an ended context does not queue.
func oneWaits(t *testing.T, c *Consumer) {
	t.Helper()
	eventually(t, "a caller waits", func() bool { return len(c.turn) == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("next with an ended context gave %v", err)
	}
}

func TestConsumerSettings(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	for _, conf := range []ConsumerConfig{
		{Name: "", Source: Definitions},
		{Name: "a.b", Source: Definitions},
		{Name: "a"},
		{Name: "a", Source: 9},
		{Name: "a", Source: DueTimers, MaxInFlight: -1},
	} {
		if _, err := l.Consume(t.Context(), conf); err == nil {
			t.Errorf("%+v was taken", conf)
		}
	}
	first := consume(t, l, ConsumerConfig{MaxInFlight: 4, AckWait: time.Second})
	first.Close()
	consume(t, l, ConsumerConfig{MaxInFlight: 8, AckWait: 2 * time.Second})
	d, err := l.js.Consumer(t.Context(), streamDefinitions, "routes")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.CachedInfo().Config; got.MaxAckPending != 8 || got.AckWait != 2*time.Second || got.MaxDeliver != -1 {
		t.Errorf("the consumer has %+v", got)
	}
}

func TestConsumerOfAClosedLog(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	define(t, l, "a")
	c := consume(t, l, ConsumerConfig{})
	d := nextDelivery(t, c)
	closeLog(t, l)
	for name, err := range map[string]error{"ack": d.Ack(t.Context()), "extend": d.Extend(), "retry": d.Retry()} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s gave %v, want ErrClosed", name, err)
		}
	}
	if _, err := l.Consume(t.Context(), ConsumerConfig{Name: "b", Source: Definitions}); !errors.Is(err, ErrClosed) {
		t.Errorf("consume gave %v, want ErrClosed", err)
	}
}
