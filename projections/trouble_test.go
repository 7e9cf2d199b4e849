package projections_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

// troubled is a log whose readers fail when they are told to.
type troubled struct {
	*projectionstest.Log
	err atomic.Pointer[error]
}

func (s *troubled) Follow(from events.Cursor) projections.Reader {
	return troubledReader{s.Log.Follow(from), s}
}

type troubledReader struct {
	projections.Reader
	s *troubled
}

func (r troubledReader) Next(ctx context.Context) ([]*events.Recorded, error) {
	if err := r.s.err.Load(); err != nil {
		return nil, *err
	}
	return r.Reader.Next(ctx)
}

func TestPassingTroubleOfTheLog(t *testing.T) {
	t.Parallel()
	s := &troubled{Log: projectionstest.NewLog()}
	projectionstest.W1(s.Log, 20)
	p := projectionstest.Start(t, projections.Config{Source: s})
	away := errors.New("away")
	s.err.Store(&away)
	if err := p.Run(t.Context()); !errors.Is(err, away) {
		t.Errorf("Run gave %v", err)
	}
	if err := p.Rebuild(t.Context(), "", nil); !errors.Is(err, away) {
		t.Errorf("Rebuild gave %v", err)
	}
	if st := p.Status(t.Context())[0]; st.State != projections.StateRunning || st.Lag != 40 {
		t.Errorf("what may pass halted it: %+v", st)
	}
	s.err.Store(nil)
	projectionstest.CatchUp(t, p, s.Log)
}

func TestLogThatEndsInAGap(t *testing.T) {
	t.Parallel()
	s := &troubled{Log: projectionstest.NewLog()}
	projectionstest.W1(s.Log, 20)
	p := projectionstest.Start(t, projections.Config{Source: s})
	var gap error = &projections.Unreadable{Reason: projections.ReasonGap, Position: events.Position{Stream: "X", Seq: 3}, Err: errors.New("gone")}
	s.err.Store(&gap)
	err := p.Run(t.Context())
	var u *projections.Halted
	if expectReason(t, err, projections.ReasonGap); errors.As(err, &u) && (u.Stream != "X" || u.Seq != 3) {
		t.Errorf("halted at %+v", u)
	}
	expectReason(t, p.Rebuild(t.Context(), "", nil), projections.ReasonGap)
	if gap.Error() != "read X 3: gone" || errors.Unwrap(gap).Error() != "gone" {
		t.Errorf("the error reads %v", gap)
	}
}

// TestTablesThatAreGone takes a table away under the projector.
func TestTablesThatAreGone(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.W1(l, 20)
	b := openIn(t, filepath.Join(t.TempDir(), "r.sqlite"))
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b})
	err := b.Update(t.Context(), func(tx projections.Tx) error { return tx.Exec("DROP TABLE " + physical(t, b)[0]) })
	if err != nil {
		t.Fatal(err)
	}
	expectReason(t, p.Run(t.Context()), projections.ReasonStore)
	if err := p.Rebuild(t.Context(), "", nil); err != nil {
		t.Fatal(err)
	}
	projectionstest.CatchUp(t, p, l)
	if n := len(projectionstest.Rows(t, b, "runs")); n != 20 {
		t.Errorf("%d rows after the rebuild", n)
	}
}

// TestMistakenProjection has a handler that names a column that is not there,
// in the middle of a batch.
func TestMistakenProjection(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	projectionstest.W1(l, 20)
	wrong := projections.Runs
	wrong.Name = "mistaken"
	wrong.Tables = []projections.Table{{
		Name: "mistaken", Key: []string{"id"},
		Columns: []projections.Column{{Name: "id", Type: projections.Text}, {Name: "n", Type: projections.Integer}},
	}}
	wrong.Apply = projections.Applies(projections.OnCommit(events.KindRun, func(m projections.Meta) []projections.Statement {
		column := "n"
		if m.ID == projectionstest.ID(10) {
			column = "m"
		}
		return []projections.Statement{projections.Put("mistaken", projections.Key(m.ID), projections.Set(column, 1))}
	}))
	b := openIn(t, filepath.Join(t.TempDir(), "r.sqlite"))
	p := projectionstest.Start(t, projections.Config{Source: l, Backend: b, Projections: []projections.Projection{wrong}})
	expectReason(t, p.Run(t.Context()), projections.ReasonStore)
	if st := p.Status(t.Context())[0]; len(projectionstest.Rows(t, b, "mistaken")) != 0 || !st.Position.IsZero() {
		t.Errorf("half a batch was applied: %+v", st)
	}
}
