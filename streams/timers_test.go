package streams

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jobsprint/jobsprint/events"
)

// dueTimers opens the consumer of due timers.
func dueTimers(t testing.TB, l *Log) *Consumer {
	t.Helper()
	c, err := l.Consume(context.Background(), ConsumerConfig{Name: "timers", Source: DueTimers, MaxInFlight: 256})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// nextTimer waits for a due timer and acknowledges it.
func nextTimer(t testing.TB, c *Consumer) Timer {
	t.Helper()
	d := nextDelivery(t, c)
	if d.Timer == nil {
		t.Fatalf("delivery %+v holds no timer", d)
	}
	if err := d.Ack(context.Background()); err != nil {
		t.Fatal(err)
	}
	return *d.Timer
}

func setTimer(t testing.TB, l *Log, run events.AggregateID, id string, at time.Time) Timer {
	t.Helper()
	timer := Timer{Run: run, ID: id, At: at.UTC().Round(0), Revision: 7}
	if err := l.SetTimer(context.Background(), timer); err != nil {
		t.Fatal(err)
	}
	return timer
}

// eventually waits until ok holds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("after 10 s still not: %s", what)
		}
		<-tick.C
	}
}

// messagesIn counts the messages of a stream.
func messagesIn(t testing.TB, l *Log, stream string) int {
	t.Helper()
	s, err := l.js.Stream(context.Background(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return int(s.CachedInfo().State.Msgs)
}

func TestTimerFiresWhenItIsDue(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	want := setTimer(t, l, newRun(), "7", time.Now().Add(400*time.Millisecond+123*time.Microsecond))
	got := nextTimer(t, c)
	if got != want {
		t.Errorf("%+v came due, want %+v", got, want)
	}
	if early := time.Until(want.At); early > 0 {
		t.Errorf("it fired %v early", early)
	}
	eventually(t, "the acknowledged timer is gone", func() bool { return messagesIn(t, l, streamTimers) == 0 })
}

func TestTimerInThePastFiresAtOnce(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	run := newRun()
	setTimer(t, l, run, "1", time.Now().Add(time.Hour))
	began := time.Now()
	want := setTimer(t, l, run, "1", time.Now().Add(-time.Hour)) // replaces the first
	if got := nextTimer(t, c); got != want {
		t.Errorf("%+v came due, want %+v", got, want)
	}
	t.Logf("a timer in the past came due after %v", time.Since(began))
	eventually(t, "the replaced schedule is gone", func() bool { return messagesIn(t, l, streamTimers) == 0 })
}

func TestTimerIsReplacedAndCancelled(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	run, now := newRun(), time.Now()
	setTimer(t, l, run, "sooner", now.Add(time.Hour))
	setTimer(t, l, run, "later", now.Add(350*time.Millisecond))
	setTimer(t, l, run, "cancelled", now.Add(350*time.Millisecond))
	setTimer(t, l, run, "sooner", now.Add(400*time.Millisecond))
	setTimer(t, l, run, "later", now.Add(900*time.Millisecond))
	for range 2 { // the second time there is nothing to cancel
		if err := l.CancelTimer(t.Context(), Timer{Run: run, ID: "cancelled"}); err != nil {
			t.Fatal(err)
		}
	}
	var order []string
	for range 2 {
		order = append(order, nextTimer(t, c).ID)
	}
	if want := []string{"sooner", "later"}; !slices.Equal(order, want) {
		t.Errorf("%v came due, want %v", order, want)
	}
	if late := time.Since(now); late < 900*time.Millisecond {
		t.Errorf("the later one came after %v, as if it had not been replaced", late)
	}
	eventually(t, "nothing is left", func() bool { return messagesIn(t, l, streamTimers) == 0 })
}

func TestTimersOutliveTheServer(t *testing.T) {
	for _, how := range []string{"close", "crash"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			l := openTest(t, Config{Dir: dir})
			run := newRun()
			setTimer(t, l, run, "down", time.Now().Add(300*time.Millisecond)) // due while nobody runs, or soon after
			far := setTimer(t, l, run, "up", time.Now().Add(1500*time.Millisecond))
			unread := setTimer(t, l, run, "unread", time.Now())
			if how == "close" {
				closeLog(t, l)
			} else {
				dir = copyFolder(t, dir)
			}
			eventually(t, "the first timer is due", func() bool { return time.Since(unread.At) > 400*time.Millisecond })
			c := dueTimers(t, openTest(t, Config{Dir: dir}))
			seen := map[string]int{}
			for seen["up"] == 0 {
				seen[nextTimer(t, c).ID]++
			}
			if time.Until(far.At) > 0 {
				t.Error("the last one came early")
			}
			if seen["unread"] != 1 || seen["down"] != 1 || seen["up"] != 1 {
				t.Errorf("%v came due, want each once", seen)
			}
		})
	}
}

func TestTimerForNever(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	run := newRun()
	setTimer(t, l, run, "never", time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC))
	setTimer(t, l, run, "soon", time.Now().Add(600*time.Millisecond))
	if got := nextTimer(t, c); got.ID != "soon" {
		t.Errorf("%s came due", got.ID)
	}
	eventually(t, "the far timer waits alone", func() bool { return messagesIn(t, l, streamTimers) == 1 })
}

func TestTimersWithBadNames(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	for _, timer := range []Timer{
		{Run: newRun(), ID: ""},
		{Run: newRun(), ID: "a.b"},
		{Run: newRun(), ID: "*"},
		{Run: events.Run("", "x"), ID: "1"},
		{Run: events.Run("w0", "x y"), ID: "1"},
	} {
		if err := l.SetTimer(t.Context(), timer); !errors.Is(err, events.ErrBadID) {
			t.Errorf("set %+v gave %v", timer, err)
		}
		if err := l.CancelTimer(t.Context(), timer); !errors.Is(err, events.ErrBadID) {
			t.Errorf("cancel %+v gave %v", timer, err)
		}
	}
	tooFar := Timer{Run: newRun(), ID: "1", At: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := l.SetTimer(t.Context(), tooFar); !errors.Is(err, events.ErrBadID) {
		t.Errorf("a timer in the year 12000 gave %v", err)
	}
}

func TestTimersOfAClosedLog(t *testing.T) {
	l := openTest(t, Config{Dir: t.TempDir()})
	closeLog(t, l)
	timer := Timer{Run: newRun(), ID: "1", At: time.Now()}
	if err := l.SetTimer(t.Context(), timer); !errors.Is(err, ErrClosed) {
		t.Errorf("set gave %v", err)
	}
	if err := l.CancelTimer(t.Context(), timer); !errors.Is(err, ErrClosed) {
		t.Errorf("cancel gave %v", err)
	}
}

func TestTimerThatCannotBeRead(t *testing.T) {
	for _, m := range []struct{ subject, body string }{
		{"timer.due.00.w0.run", `{}`},
		{"other.due.00.w0.run.1", `{}`},
		{"timer.due.00.w0.run.1", `{"at":`},
	} {
		if timer, err := readTimer(m.subject, []byte(m.body)); err == nil {
			t.Errorf("%s %s gave %+v", m.subject, m.body, timer)
		}
	}
}

// TestTimersLateness sets a thousand timers over two seconds and prints how
// late they come. Only nonsense fails it: an early one, a missing one, or one
// that is seconds late.
func TestTimersLateness(t *testing.T) {
	const count = 1000
	l := openTest(t, Config{Dir: t.TempDir()})
	c := dueTimers(t, l)
	began := time.Now()
	var g errgroup.Group
	g.SetLimit(16)
	for i := range count {
		at := began.Add(time.Second + time.Duration(i)*2*time.Millisecond)
		timer := Timer{Run: newRun(), ID: strconv.Itoa(i), At: at, Revision: uint64(i)}
		g.Go(func() error { return l.SetTimer(t.Context(), timer) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	setting := time.Since(began)
	late := make([]time.Duration, 0, count)
	seen := map[string]bool{}
	for len(seen) < count {
		d := nextDelivery(t, c)
		late = append(late, time.Since(d.Timer.At))
		seen[d.Timer.ID] = true
		if err := d.Ack(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(late)
	t.Logf("%d timers: set in %v; late p50 %v, p99 %v, at most %v; %d fired twice",
		count, setting.Round(time.Millisecond), late[count/2].Round(time.Millisecond),
		late[count*99/100].Round(time.Millisecond), late[len(late)-1].Round(time.Millisecond), len(late)-count)
	if late[0] < 0 || late[len(late)-1] > 5*time.Second {
		t.Errorf("lateness from %v to %v", late[0], late[len(late)-1])
	}
}

func BenchmarkTimers(b *testing.B) {
	l := openTest(b, Config{Dir: b.TempDir()})
	run, at := newRun(), time.Now().Add(time.Hour)
	for i := range 20_000 { // that wait already
		setTimer(b, l, run, "waiting-"+strconv.Itoa(i), at)
	}
	b.Run("Set", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			setTimer(b, l, run, strconv.Itoa(i), at)
		}
	})
	b.Run("Replace", func(b *testing.B) {
		for b.Loop() {
			setTimer(b, l, run, "0", at)
		}
	})
	b.Run("Cancel", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := l.CancelTimer(context.Background(), Timer{Run: run, ID: "waiting-" + strconv.Itoa(i%20_000)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("CancelNothing", func(b *testing.B) {
		for b.Loop() {
			if err := l.CancelTimer(context.Background(), Timer{Run: run, ID: "none"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
