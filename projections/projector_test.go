package projections_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

// running starts Run and ends it with the test.
func running(t testing.TB, p *projections.Projector) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run gave %v", err)
		}
	})
}

func head(t testing.TB, l *projectionstest.Log) events.Cursor {
	t.Helper()
	c, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func bounded(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestRunFollows(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("log", func(t *testing.T) {
		l := projectionstest.NewLog()
		p := projectionstest.Start(t, projections.Config{Source: l})
		running(t, p)
		for i := range 5 {
			projectionstest.Story(l, uint64(i), 10)
			if err := p.Wait(bounded(t), head(t, l)); err != nil {
				t.Fatal(err)
			}
			if err := p.CatchUp(bounded(t), head(t, l)); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Run(t.Context()); !errors.Is(err, projections.ErrRunning) {
			t.Errorf("a second Run gave %v", err)
		}
		for _, st := range p.Status(t.Context()) {
			if st.Lag != 0 || st.State != projections.StateRunning || st.AppliedPerSec <= 0 {
				t.Errorf("status is %+v", st)
			}
		}
	})
}

func TestWaitIsBounded(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	p := projectionstest.Start(t, projections.Config{Source: l})
	far := events.NewCursor(events.Position{Stream: projectionstest.Slice0, Seq: 5})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Wait(ended, far); !errors.Is(err, projections.ErrBehind) || !errors.Is(err, context.Canceled) {
		t.Errorf("Wait gave %v", err)
	}
	if err := p.CatchUp(ended, far); !errors.Is(err, context.Canceled) {
		t.Errorf("CatchUp gave %v", err)
	}
	if err := p.Wait(ended, events.Cursor{}); err != nil {
		t.Errorf("Wait for nothing gave %v", err)
	}
}

// TestRebuildWhileItRuns appends and follows during a rebuild, which must meet
// neither gap nor repeat.
func TestRebuildWhileItRuns(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.Story(l, 1, 300)
	b := openSQLite(t, t.TempDir())
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b})
	running(t, p)
	projectionstest.Story(l, 2, 300)
	l.Show(200)
	told := 0
	err := p.Rebuild(bounded(t), "", func(done, total int64) {
		told++
		l.Show(200 + 90*told)
		if err := p.Wait(bounded(t), head(t, l)); err != nil { // the old tables are ahead of the new ones
			t.Error(err)
		}
		if st := p.Status(t.Context())[0]; st.State != projections.StateRebuilding {
			t.Errorf("during the rebuild: %+v", st)
		}
		if page, err := p.Queries().Runs(t.Context(), projections.RunFilter{}); err != nil {
			t.Errorf("during the rebuild: %d rows, %v", len(page.Items), err)
		}
		if err := p.Rebuild(t.Context(), "runs", nil); !errors.Is(err, projections.ErrRunning) {
			t.Errorf("a second rebuild gave %v", err)
		}
	})
	if err != nil || told < 2 {
		t.Fatalf("told %d times: %v", told, err)
	}
	l.Show(1 << 30)
	if err := p.Wait(bounded(t), head(t, l)); err != nil {
		t.Fatal(err)
	}
	whole := openSQLite(t, t.TempDir())
	projectionstest.CatchUp(t, projectionstest.Start(t, projections.Config{Source: l, Backend: whole}), l)
	projectionstest.Same(t, "rebuilt while running", projectionstest.Tables(t, b), projectionstest.Tables(t, whole))
	if err := p.Rebuild(t.Context(), "nothing", nil); !errors.Is(err, projections.ErrUnknown) {
		t.Errorf("a rebuild of nothing gave %v", err)
	}
}

// TestProjectionsApart rebuilds one projection when the log has grown, so that
// the other is behind it.
func TestProjectionsApart(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.Story(l, 6, 100)
	l.Show(60)
	b := openSQLite(t, t.TempDir())
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b})
	projectionstest.CatchUp(t, p, l)
	for n, name := range []string{"runs", "workflows"} {
		l.Show(100 * (n + 2))
		if err := p.Rebuild(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
		projectionstest.CatchUp(t, p, l)
	}
	whole := openSQLite(t, t.TempDir())
	projectionstest.CatchUp(t, projectionstest.Start(t, projections.Config{Source: l, Backend: whole}), l)
	projectionstest.Same(t, "one after the other", projectionstest.Tables(t, b), projectionstest.Tables(t, whole))
}

// TestCrashInRebuildKeepsTheOld opens an image of the files as they are in the
// middle of a rebuild, and ends another one halfway.
func TestCrashInRebuildKeepsTheOld(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.W1(l, 3000)
	dir, image := t.TempDir(), t.TempDir()
	b := openIn(t, filepath.Join(dir, "r.sqlite"))
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b})
	projectionstest.CatchUp(t, p, l)
	live := projectionstest.Tables(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	err := p.Rebuild(ctx, "", func(done, total int64) {
		if done > total/2 && ctx.Err() == nil {
			copyFiles(t, dir, image)
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the rebuild gave %v", err)
	}
	projectionstest.Same(t, "after a rebuild that was ended", projectionstest.Tables(t, b), live)
	crashed := openIn(t, filepath.Join(image, "r.sqlite"))
	if n := len(physical(t, crashed)); n != 4 {
		t.Errorf("the image holds %d tables: it was not taken in the middle", n)
	}
	p = projectionstest.Start(t, projections.Config{Source: l, Backend: crashed})
	projectionstest.CatchUp(t, p, l)
	projectionstest.Same(t, "after a crash in a rebuild", projectionstest.Tables(t, crashed), live)
	for _, b := range []projections.Backend{b, crashed} {
		if list := physical(t, b); len(list) != 2 {
			t.Errorf("tables of a rebuild that came to nothing are left: %v", list)
		}
	}
}

// physical lists the tables of generations.
func physical(t testing.TB, b projections.Backend) []string {
	t.Helper()
	rows, err := b.Reader().QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*_g[0-9]*'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		list = append(list, name)
	}
	return list
}

func copyFiles(t testing.TB, from, to string) {
	t.Helper()
	for _, name := range []string{"r.sqlite", "r.sqlite-wal"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestProjectionThatIsGoneIsDropped(t *testing.T) {
	t.Parallel()
	l, dir := projectionstest.NewLog(), t.TempDir()
	projectionstest.Story(l, 3, 20)
	p, err := projections.Open(t.Context(), projections.Config{Source: l, Backend: openSQLite(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	projectionstest.CatchUp(t, p, l)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	b := openSQLite(t, dir)
	p = projectionstest.Start(t, projections.Config{Source: l, Backend: b, Projections: []projections.Projection{projections.Runs}})
	if list := physical(t, b); len(list) != 1 {
		t.Errorf("tables are %v", list)
	}
	if _, err := p.Queries().Workflows(t.Context(), projections.WorkflowFilter{}); !errors.Is(err, projections.ErrUnknown) {
		t.Errorf("a query of it gave %v", err)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	p, err := projections.Open(t.Context(), projections.Config{Source: projectionstest.NewLog()})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_, queryErr := p.Queries().Run(t.Context(), "", "x")
	for _, err := range []error{queryErr, p.Wait(t.Context(), events.Cursor{}), p.CatchUp(t.Context(), events.Cursor{}), p.Rebuild(t.Context(), "", nil)} {
		if !errors.Is(err, projections.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	if _, err := projections.Open(t.Context(), projections.Config{}); err == nil {
		t.Error("a projector without a log opened")
	}
	bad := []projections.Projection{{Name: "bad"}}
	if _, err := projections.Open(t.Context(), projections.Config{Source: projectionstest.NewLog(), Projections: bad}); err == nil {
		t.Error("a bad projection opened")
	}
	missing := filepath.Join(t.TempDir(), "no", "such", "folder.sqlite")
	if _, err := projections.Open(t.Context(), projections.Config{Source: projectionstest.NewLog(), Path: missing}); err == nil || !strings.Contains(err.Error(), "folder.sqlite") {
		t.Errorf("a file in no folder gave %v", err)
	}
	registry := prometheus.NewRegistry()
	projectionstest.Start(t, projections.Config{Source: projectionstest.NewLog(), Registry: registry})
	if _, err := projections.Open(t.Context(), projections.Config{Source: projectionstest.NewLog(), Registry: registry}); err == nil {
		t.Error("metrics were registered twice")
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	l, registry := projectionstest.NewLog(), prometheus.NewRegistry()
	projectionstest.W1(l, 10)
	p := projectionstest.Start(t, projections.Config{Source: l, Registry: registry})
	projectionstest.CatchUp(t, p, l)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, lb := range m.GetLabel() {
				name += " " + lb.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	if got["jobsprint_projection_events_total runs"] != 130 || got["jobsprint_projection_lag_commits runs"] != 0 || got["jobsprint_projection_batch_seconds"] == 0 {
		t.Errorf("metrics are %v", fmt.Sprint(got))
	}
}
