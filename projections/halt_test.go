package projections_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/projections/projectionstest"
)

func TestHalts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		// before damages what was applied, after what was not yet.
		before, after func(*projectionstest.Log)
		reason        projections.Reason
		stream        string
		seq           uint64
		says          string
		rebuilds      bool
	}{
		"a commit is missing ahead": {after: func(l *projectionstest.Log) { l.Lose(projectionstest.Slice0, 80) },
			reason: projections.ReasonGap, stream: projectionstest.Slice0, seq: 80, says: "doctor"},
		"the commit at the cursor is missing": {before: func(l *projectionstest.Log) { l.Lose(projectionstest.Slice0, 40) },
			reason: projections.ReasonGap, stream: projectionstest.Slice0, seq: 40, says: "doctor"},
		"another commit at the cursor": {before: func(l *projectionstest.Log) {
			l.Swap(projectionstest.Slice0, 40, events.RunResponded{Status: 999})
		}, reason: projections.ReasonHash, stream: projectionstest.Slice0, seq: 40, says: "projections rebuild", rebuilds: true},
		"the log is shorter than the rows": {before: func(l *projectionstest.Log) { l.Cut(projectionstest.Slice0, 95) },
			reason: projections.ReasonAhead, stream: projectionstest.Slice0, seq: 40, says: "projections rebuild", rebuilds: true},
		"a commit cannot be read": {after: func(l *projectionstest.Log) { replaceWith(l, 60, "run.ended", 1, "{") },
			reason: projections.ReasonDamage, stream: projectionstest.Slice0, seq: 60, says: "doctor"},
		"an event of a later version": {after: func(l *projectionstest.Log) { replaceWith(l, 60, "run.ended", 7, "{}") },
			reason: projections.ReasonNewer, stream: projectionstest.Slice0, seq: 60, says: "run the version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := projectionstest.NewLog()
			projectionstest.W1(l, 65)
			dir := t.TempDir()
			l.Show(40)
			p, err := projections.Open(t.Context(), projections.Config{Source: l, Path: filepath.Join(dir, "h.sqlite")})
			if err != nil {
				t.Fatal(err)
			}
			projectionstest.CatchUp(t, p, l)
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			if c.before != nil {
				c.before(l)
			}
			if c.after != nil {
				c.after(l)
			}
			l.Show(1 << 30)
			b := openIn(t, filepath.Join(dir, "h.sqlite"))
			p = projectionstest.Start(t, projections.Config{Source: l, Backend: b, Projections: []projections.Projection{projections.Runs}})
			err = p.Run(t.Context())
			var halted *projections.Halted
			if !errors.As(err, &halted) || halted.Reason != c.reason || halted.Stream != c.stream || halted.Seq != c.seq || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("Run gave %v (%+v)", err, halted)
			}
			expectStopped(t, p, l, b, c.seq)
			err = p.Rebuild(t.Context(), "runs", nil)
			if c.rebuilds != (err == nil) {
				t.Fatalf("a rebuild gave %v", err)
			}
			if !c.rebuilds {
				expectStopped(t, p, l, b, c.seq)
				return
			}
			projectionstest.CatchUp(t, p, l)
			if st := p.Status(t.Context())[0]; st.State != projections.StateRunning || st.Lag != 0 || st.Alarm != "" {
				t.Errorf("after the rebuild: %+v", st)
			}
		})
	}
}

func replaceWith(l *projectionstest.Log, seq uint64, name string, version int, raw string) {
	pos := events.Position{Stream: projectionstest.Slice0, Seq: seq}
	env := events.Envelope{Revision: 1, Types: []events.TypeCount{{Type: events.Type{Name: name, Version: version}, Count: 1}}}
	r, err := events.FromPlain(env, events.Run("w0", projectionstest.ID(1)), pos, events.Hash{}, append([]byte{byte(len(raw))}, raw...))
	if err != nil {
		panic(err)
	}
	l.Replace(r)
}

// expectStopped checks that everything says so, and that the rows hold nothing
// at or behind the place.
func expectStopped(t *testing.T, p *projections.Projector, l *projectionstest.Log, b projections.Backend, seq uint64) {
	t.Helper()
	st := p.Status(t.Context())[0]
	if st.State != projections.StateHalted || st.Alarm == "" || st.Position.At(projectionstest.Slice0).Seq > seq {
		t.Errorf("status is %+v", st)
	}
	far := events.NewCursor(events.Position{Stream: projectionstest.Slice0, Seq: 1 << 40})
	var halted *projections.Halted
	if err := p.Wait(t.Context(), far); !errors.As(err, &halted) {
		t.Errorf("Wait gave %v", err)
	}
	if err := p.CatchUp(t.Context(), far); !errors.As(err, &halted) {
		t.Errorf("CatchUp gave %v", err)
	}
	want := int(st.Position.At(projectionstest.Slice0).Seq+1) / 2
	if rows := projectionstest.Rows(t, b, "runs"); len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	if l.Readers() != 0 {
		t.Errorf("%d readers are left", l.Readers())
	}
}

func openIn(t testing.TB, path string) projections.Backend {
	t.Helper()
	b, err := projections.OpenSQLite(t.Context(), path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOneProjectionHaltsAlone(t *testing.T) {
	t.Parallel()
	l := projectionstest.NewLog()
	l.Append(projectionstest.Defs, events.Workflow("w0", "a"), projectionstest.Epoch, events.WorkflowCreated{Name: "A"})
	env := events.Envelope{Revision: 1, Types: []events.TypeCount{{Type: events.Type{Name: "workflow.revised", Version: 2}, Count: 1}}}
	l.Append(projectionstest.Defs, events.Workflow("w0", "a"), projectionstest.Epoch, events.WorkflowRevised{})
	newer, err := events.FromPlain(env, events.Workflow("w0", "a"), events.Position{Stream: projectionstest.Defs, Seq: 2}, events.Hash{}, []byte{2, '{', '}'})
	if err != nil {
		t.Fatal(err)
	}
	l.Replace(newer)
	p := projectionstest.Start(t, projections.Config{Source: l})
	head, _ := l.Head(t.Context())
	var halted *projections.Halted
	if err := p.CatchUp(t.Context(), head); !errors.As(err, &halted) || halted.Projection != "workflows" {
		t.Fatalf("CatchUp gave %v", err)
	}
	st := p.Status(t.Context())
	if st[0].State != projections.StateRunning || st[0].Lag != 0 || st[1].State != projections.StateHalted || st[1].Lag != 1 {
		t.Errorf("status is %+v", st)
	}
	if row, err := p.Queries().Workflow(t.Context(), "w0", "a"); err != nil || row.Name != "A" {
		t.Errorf("what came before the halt is %+v, %v", row, err)
	}
}
