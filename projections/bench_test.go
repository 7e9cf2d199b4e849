package projections_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
	"github.com/jobsprint/jobsprint/streams"
)

// BenchmarkRebuildMemory rebuilds from a log in memory: folding and SQLite
// alone.
func BenchmarkRebuildMemory(b *testing.B) {
	l := projectionstest.NewLog()
	projectionstest.W1(l, 20_000)
	p := projectionstest.Start(b, projections.Config{Source: l, Path: filepath.Join(b.TempDir(), "r.sqlite")})
	for b.Loop() {
		if err := p.Rebuild(b.Context(), "", nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(l.Events()*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRebuildLog rebuilds from the real log, as "jobsprint projections
// rebuild" does: reading, decryption and decoding included.
func BenchmarkRebuildLog(b *testing.B) {
	l := openLog(b, b.TempDir())
	n := fillLog(b, l, 10_000)
	p := projectionstest.Start(b, projections.Config{Log: l, Path: filepath.Join(b.TempDir(), "r.sqlite")})
	for b.Loop() {
		if err := p.Rebuild(b.Context(), "", nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkLive applies 2,800 runs a second of a log in memory for two seconds
// and reports the processor time that it took, as a share of one core, and
// how far the rows were behind at the end.
func BenchmarkLive(b *testing.B) {
	src := projectionstest.NewLog()
	const perSecond, seconds = 2800, 2
	projectionstest.W1(src, perSecond*seconds)
	src.Show(0)
	p := projectionstest.Start(b, projections.Config{Source: src, Path: filepath.Join(b.TempDir(), "l.sqlite")})
	ctx, cancel := context.WithCancel(b.Context())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	before := cpu(b)
	begin := time.Now()
	for tick := time.NewTicker(2 * time.Millisecond); ; <-tick.C {
		due := int(time.Since(begin).Seconds() * 2 * perSecond)
		src.Show(due)
		if due >= src.Len() {
			tick.Stop()
			break
		}
	}
	end := time.Now()
	head, _ := src.Head(ctx)
	if err := p.Wait(ctx, head); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(end).Milliseconds()), "ms-behind")
	b.ReportMetric(100*(cpu(b)-before).Seconds()/time.Since(begin).Seconds(), "%core")
	b.ReportMetric(0, "ns/op")
	cancel()
	if err := <-ran; err != nil {
		b.Fatal(err)
	}
}

func cpu(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func openLog(t testing.TB, dir string) *streams.Log {
	t.Helper()
	l, err := streams.Open(t.Context(), streams.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return l
}

// fillLog appends n runs of thirteen events in two commits with sixteen
// writers, and returns the number of events.
func fillLog(t testing.TB, l *streams.Log, n int) int {
	t.Helper()
	const writers = 16
	failed := make(chan error, writers)
	for w := range writers {
		go func() {
			var err error
			for i := w; i < n && err == nil; i += writers {
				err = appendRun(t.Context(), l, i)
			}
			failed <- err
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	return 13 * n
}

func appendRun(ctx context.Context, l *streams.Log, i int) error {
	agg := events.Run(events.DefaultWorkspace, projectionstest.ID(i))
	out := []events.Output{{Items: []item.Item{{JSON: item.MustParse(`{"order":17,"customer":"Ada","total":99.5,"lines":[1,2,3]}`)}}, Count: 1}}
	now := time.Now()
	first, err := l.Append(ctx, commands.Append{Aggregate: agg, At: now, Events: []events.Event{
		events.RunStarted{Workflow: "wf", WorkflowName: "W1", Version: 1, Mode: events.ModeWebhook, Start: "Webhook", Input: out},
	}})
	if err != nil {
		return err
	}
	var list []events.Event
	for s := range 10 {
		list = append(list, events.StepCompleted{StepRef: events.StepRef{Step: "Set", Order: s, Attempt: 1, Now: now}, Outputs: out, Started: now, DurationUS: 40})
	}
	list = append(list, events.RunResponded{Step: "Respond", Status: 200, Body: []byte(`{"ok":true}`)}, events.RunEnded{Status: events.StatusSuccess, LastStep: "Respond"})
	_, err = l.Append(ctx, commands.Append{Aggregate: agg, Expect: first.Head(), At: now, Events: list})
	return err
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimEnv); dir != "" {
		victim(dir)
		return
	}
	os.Exit(m.Run())
}
