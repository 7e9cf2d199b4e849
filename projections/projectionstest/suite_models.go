package projectionstest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
)

func rebuildEqualsLive(t *testing.T, open Open) {
	l := NewLog()
	Story(l, 9, 120)
	b := open(t, t.TempDir())
	p := Start(t, projections.Config{Source: l, Backend: b})
	for shown := 0; shown < l.Len(); CatchUp(t, p, l) {
		shown += 11
		l.Show(shown)
	}
	live := Tables(t, b)
	var done, total int64
	if err := p.Rebuild(t.Context(), "", func(d, n int64) { done, total = d, n }); err != nil {
		t.Fatal(err)
	}
	if done != int64(l.Len()) || total != done {
		t.Errorf("the last progress was %d of %d; the log has %d", done, total, l.Len())
	}
	Same(t, "rebuilt and live", Tables(t, b), live)
	Story(l, 10, 20) // the new tables follow on
	CatchUp(t, p, l)
	fresh := open(t, t.TempDir())
	CatchUp(t, Start(t, projections.Config{Source: l, Backend: fresh}), l)
	Same(t, "after the rebuild", Tables(t, b), Tables(t, fresh))
}

func raisedVersion(t *testing.T, open Open) {
	l, dir := NewLog(), t.TempDir()
	Story(l, 11, 40)
	p, err := projections.Open(t.Context(), projections.Config{Source: l, Backend: open(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	CatchUp(t, p, l)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	raised := projections.Workflows
	raised.Version++
	raised.Tables = []projections.Table{raised.Tables[0]}
	raised.Tables[0].Columns = append(slices.Clone(raised.Tables[0].Columns), projections.Column{Name: "extra", Type: projections.Integer})
	b := open(t, dir)
	p = Start(t, projections.Config{Source: l, Backend: b, Projections: []projections.Projection{projections.Runs, raised}})
	if _, err := p.Queries().Workflows(t.Context(), projections.WorkflowFilter{}); !errors.Is(err, projections.ErrRebuilding) {
		t.Errorf("a query of tables in an old form gave %v", err)
	}
	if _, err := p.Queries().Runs(t.Context(), projections.RunFilter{}); err != nil {
		t.Errorf("the other projection does not answer: %v", err)
	}
	Story(l, 12, 3)
	CatchUp(t, p, l)
	if page, err := p.Queries().Workflows(t.Context(), projections.WorkflowFilter{}); err != nil || len(page.Items) == 0 {
		t.Errorf("after the rebuild: %d rows, %v", len(page.Items), err)
	}
	if st := p.Status(t.Context()); st[1].Version != raised.Version || st[1].State != projections.StateRunning || st[1].Lag != 0 {
		t.Errorf("status is %+v", st[1])
	}
}

func pages(t *testing.T, open Open) {
	const n = 10_000
	l := NewLog()
	for i := range n {
		agg := events.Run(events.DefaultWorkspace, ID(i))
		// Three runs each begin at the same nanosecond: the id decides.
		at := Epoch.Add(time.Duration(i/3) * time.Microsecond)
		status := []string{events.StatusSuccess, events.StatusError, events.StatusCanceled}[i%3]
		list := []events.Event{events.RunStarted{Workflow: fmt.Sprint(i % 4)}}
		if i%10 != 0 {
			list = append(list, events.RunEnded{Status: status})
		}
		l.Append(Slice0, agg, at, list...)
	}
	b := open(t, t.TempDir())
	p := Start(t, projections.Config{Source: l, Backend: b})
	CatchUp(t, p, l)
	for _, f := range []projections.RunFilter{
		{Limit: 500}, {Limit: 333, Status: []string{projections.RunError, projections.RunCanceled}}, {Limit: 77, Workflow: "2"},
	} {
		walk(t, p, l, f, n)
	}
}

// walk reads all pages and compares them with what the runs' numbers say.
func walk(t *testing.T, p *projections.Projector, l *Log, f projections.RunFilter, n int) {
	t.Helper()
	var want []string
	for i := n - 1; i >= 0; i-- {
		status := []string{events.StatusSuccess, events.StatusError, events.StatusCanceled}[i%3]
		if i%10 == 0 {
			status = projections.RunRunning
		}
		if (f.Workflow == "" || f.Workflow == fmt.Sprint(i%4)) && (len(f.Status) == 0 || slices.Contains(f.Status, status)) {
			want = append(want, ID(i))
		}
	}
	var got []string
	for first := true; first || f.After != ""; first = false {
		page, err := p.Queries().Runs(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) > f.Limit || page.Next != "" && len(page.Items) != f.Limit {
			t.Fatalf("a page of %d has %d rows", f.Limit, len(page.Items))
		}
		for _, r := range page.Items {
			got = append(got, r.ID)
		}
		if first { // what is new stands before the first page, and disturbs none
			l.Append(Slice1, events.Run(events.DefaultWorkspace, ID(n+l.Len())), Epoch.Add(time.Hour), events.RunStarted{Workflow: "new"})
			CatchUp(t, p, l)
		}
		f.After = page.Next
	}
	Same(t, fmt.Sprintf("pages of %+v", f), got, want)
}

func filters(t *testing.T, open Open) {
	l := NewLog()
	start := func(n int, e events.RunStarted, list ...events.Event) {
		l.Append(Slice0, events.Run(events.DefaultWorkspace, ID(n)), Epoch.Add(time.Duration(n)*time.Second), append([]events.Event{e}, list...)...)
	}
	until := Epoch.Add(time.Hour)
	start(0, events.RunStarted{Workflow: "a"})
	start(1, events.RunStarted{Workflow: "b"}, events.StepWaiting{StepRef: events.StepRef{Step: "Wait"}, Kind: events.WaitTime, Until: until})
	start(6, events.RunStarted{Workflow: "a"}, events.RunEnded{Status: events.StatusError, Unsaved: true})
	start(7, events.RunStarted{Workflow: "c", Parent: events.ParentStep{Run: ID(0), Step: "Call", RunIndex: 1, Item: 2}})
	start(2, events.RunStarted{Workflow: "a", Short: true}, events.RunEnded{Status: events.StatusSuccess})
	start(3, events.RunStarted{Workflow: "a", Short: true}, events.RunEnded{Status: events.StatusError})
	start(4, events.RunStarted{Workflow: "a"}, events.RunEnded{Status: events.StatusSuccess})
	l.Append(Slice0, events.Run("other", ID(5)), Epoch, events.RunStarted{})
	p := Start(t, projections.Config{Source: l, Backend: open(t, t.TempDir())})
	CatchUp(t, p, l)
	q := p.Queries()
	for _, c := range []struct {
		name string
		f    projections.RunFilter
		want []int
	}{
		{"all but the short success", projections.RunFilter{}, []int{7, 4, 3, 1, 0}},
		{"one workflow", projections.RunFilter{Workflow: "a"}, []int{4, 3, 0}},
		{"one status twice", projections.RunFilter{Status: []string{"waiting", "waiting"}}, []int{1}},
		{"two statuses", projections.RunFilter{Status: []string{"success", "running"}}, []int{7, 4, 0}},
		{"another workspace", projections.RunFilter{Workspace: "other"}, []int{5}},
		{"those of a parent", projections.RunFilter{Parent: ID(0)}, []int{7}},
		{"none", projections.RunFilter{Workflow: "z"}, nil},
	} {
		page, err := q.Runs(t.Context(), c.f)
		var got, want []string
		for _, r := range page.Items {
			got = append(got, r.ID)
		}
		for _, n := range c.want {
			want = append(want, ID(n))
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, want)
		}
	}
	openRuns(t, q, until)
}

func openRuns(t *testing.T, q *projections.Queries, until time.Time) {
	t.Helper()
	var got []string
	err := q.OpenRuns(t.Context(), func(ws, id, status, kind string, wait time.Time) error {
		got = append(got, fmt.Sprint(ws, " ", id, " ", status, kind, " ", wait.Equal(until)))
		return nil
	})
	slices.Sort(got)
	want := []string{"other " + ID(5) + " running false", "w0 " + ID(0) + " running false", "w0 " + ID(7) + " running false", "w0 " + ID(1) + " waitingtime true"}
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("open runs: %v, %v", got, err)
	}
	stop := errors.New("stop")
	if err := q.OpenRuns(t.Context(), func(string, string, string, string, time.Time) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the callback came back as %v", err)
	}
}
