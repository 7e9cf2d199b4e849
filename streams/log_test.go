package streams

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// openTest opens a log that is closed at the end of the test.
func openTest(t testing.TB, c Config) *Log {
	t.Helper()
	l, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeLog(t, l) })
	return l
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := l.Close(ctx); err != nil {
		t.Error(err)
	}
}

// newRun is the id of a new run in the default workspace.
func newRun() events.AggregateID {
	var random [10]byte
	_, _ = rand.Read(random[:])
	return events.Run(events.DefaultWorkspace, events.NewTimeID(time.Now(), random))
}

// latencies collects what single operations took, per writer.
type latencies struct{ of [][]time.Duration }

func newLatencies(writers int) *latencies { return &latencies{of: make([][]time.Duration, writers)} }

func (l *latencies) add(w int, d time.Duration) { l.of[w] = append(l.of[w], d) }

func (l *latencies) report(b *testing.B) {
	all := slices.Concat(l.of...)
	slices.Sort(all)
	if len(all) > 0 {
		b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-us")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-us")
	}
}
