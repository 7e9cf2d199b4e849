package projections_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
	"github.com/jobsprint/jobsprint/streams"
)

// TestOverTheLog follows the real log while it is written, reopens both, and
// rebuilds.
func TestOverTheLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := streams.Open(t.Context(), streams.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "read.sqlite")
	p, err := projections.Open(t.Context(), projections.Config{Log: l, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	fillLog(t, l, 300)
	wf := events.Workflow(events.DefaultWorkspace, events.HashID("wf"))
	made, err := l.Append(t.Context(), commands.Append{Aggregate: wf, At: time.Now(), Events: []events.Event{events.WorkflowCreated{Name: "Flow"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(bounded(t), events.NewCursor(made.Position)); err != nil {
		t.Fatal(err)
	}
	if row, err := p.Queries().Workflow(t.Context(), "", wf.ID); err != nil || row.Name != "Flow" {
		t.Errorf("the workflow is %+v, %v", row, err)
	}
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Close(), l.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	reopenOverTheLog(t, dir, path)
}

func reopenOverTheLog(t *testing.T, dir, path string) {
	t.Helper()
	l := openLog(t, dir)
	b := openIn(t, path)
	p := projectionstest.Start(t, projections.Config{Log: l, Backend: b})
	head, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(bounded(t), head); err != nil {
		t.Fatal(err)
	}
	for _, st := range p.Status(t.Context()) {
		if st.Lag != 0 || st.State != projections.StateRunning {
			t.Errorf("status is %+v", st)
		}
	}
	live := projectionstest.Tables(t, b)
	stats, err := p.Queries().Stats(t.Context(), "", "wf", time.Time{})
	if err != nil || stats.Success != 300 || len(live) != 301 {
		t.Errorf("%d rows, stats %+v, %v", len(live), stats, err)
	}
	if err := p.Rebuild(bounded(t), "", nil); err != nil {
		t.Fatal(err)
	}
	projectionstest.Same(t, "rebuilt and live", projectionstest.Tables(t, b), live)
}

// TestAnotherLogIsNoticed puts the read models of one log before another.
func TestAnotherLogIsNoticed(t *testing.T) {
	t.Parallel()
	one, other := openLog(t, t.TempDir()), openLog(t, t.TempDir())
	fillLog(t, one, 3)
	path := filepath.Join(t.TempDir(), "read.sqlite")
	p, err := projections.Open(t.Context(), projections.Config{Log: one, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	head, _ := one.Head(t.Context())
	if err := p.CatchUp(bounded(t), head); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	fillLog(t, other, 5)
	p = projectionstest.Start(t, projections.Config{Log: other, Path: path})
	expectReason(t, p.Run(bounded(t)), projections.ReasonHash)
	if err := p.Rebuild(bounded(t), "", nil); err != nil {
		t.Fatal(err)
	}
	if stats, err := p.Queries().Stats(t.Context(), "", "", time.Time{}); err != nil || stats.Success != 5 {
		t.Errorf("after the rebuild: %+v, %v", stats, err)
	}
}

func expectReason(t *testing.T, err error, want projections.Reason) {
	t.Helper()
	var halted *projections.Halted
	if !errors.As(err, &halted) || halted.Reason != want {
		t.Errorf("Run gave %v, want %s", err, want)
	}
}
