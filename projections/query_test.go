package projections

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"pgregory.net/rapid"
)

// empty is a log without commits.
type emptyLog struct{ Source }

func openEmpty(t *testing.T) *Projector {
	t.Helper()
	p, err := Open(t.Context(), Config{Source: emptyLog{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// TestListsUseIndexes asks SQLite how it would answer: no list may scan a table
// or sort more than the rows of its page.
func TestListsUseIndexes(t *testing.T) {
	t.Parallel()
	p := openEmpty(t)
	for name, l := range map[string]listing{
		"all runs":      {table: "runs", columns: runColumns, order: "started_at", where: []string{"workspace = ?"}, args: []any{"w0"}, statuses: runStatuses, extra: notShort},
		"of a workflow": {table: "runs", columns: runColumns, order: "started_at", where: []string{"workspace = ?", "workflow = ?"}, args: []any{"w0", "x"}, statuses: runStatuses},
		"workflows":     {table: "workflows", columns: workflowColumns, order: "created_at", where: []string{"workspace = ?"}, args: []any{"w0"}, statuses: workflowStatuses},
	} {
		query, args := l.query()
		expectIndexed(t, p, name, query, args)
	}
	expectIndexed(t, p, "open runs", "SELECT workspace, id, status, wait_until FROM runs WHERE status IN (?, ?)", []any{"running", "waiting"})
}

func expectIndexed(t *testing.T, p *Projector, name, query string, args []any) {
	t.Helper()
	rows, err := p.backend.Reader().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	searches, sorts := map[int]bool{}, map[int]bool{} // by parent
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(detail, "SCAN") && strings.Contains(detail, "_g"):
			t.Errorf("%s: %s", name, detail)
		case strings.HasPrefix(detail, "SEARCH") && strings.Contains(detail, " USING INDEX "):
			searches[parent] = true
		case strings.HasPrefix(detail, "USE TEMP B-TREE"):
			sorts[parent] = true
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for parent := range searches {
		if sorts[parent] {
			t.Errorf("%s: sorts what an index gives", name)
		}
	}
	if len(searches) == 0 {
		t.Errorf("%s: no index is used", name)
	}
}

func TestBadPagesAndFilters(t *testing.T) {
	t.Parallel()
	q := openEmpty(t).Queries()
	good := mark{5, "id"}.token()
	for name, f := range map[string]RunFilter{
		"not base64": {After: "!"}, "too short": {After: "AQ"}, "another format": {After: "Ag" + good[2:]}, "too long": {After: strings.Repeat("A", 400)},
		"before 1970": {After: mark{-1, "id"}.token()}, "no id": {After: mark{5, ""}.token()}, "an odd id": {After: mark{5, "a\x00"}.token()}, "padded": {After: good + "=="},
	} {
		if _, err := q.Runs(t.Context(), f); !errors.Is(err, ErrBadPage) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := q.Workflows(t.Context(), WorkflowFilter{After: f.After}); !errors.Is(err, ErrBadPage) {
			t.Errorf("%s of workflows: %v", name, err)
		}
	}
	for name, f := range map[string]RunFilter{"status": {Status: []string{"dancing"}}, "too many": {Limit: 501}, "too few": {Limit: -1}} {
		if _, err := q.Runs(t.Context(), f); !errors.Is(err, ErrBadFilter) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := q.Run(t.Context(), "", "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a run that is not there: %v", err)
	}
	if _, err := q.Workflow(t.Context(), "", "nothing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a workflow that is not there: %v", err)
	}
}

func TestTokensComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := mark{rapid.Int64Range(0, math.MaxInt64).Draw(rt, "at"), rapid.StringMatching(`[a-z0-9-]{1,128}`).Draw(rt, "id")}
		if got, err := parseMark(m.token()); err != nil || got != m {
			rt.Fatalf("%v came back as %v, %v", m, got, err)
		}
	})
}

func FuzzPageToken(f *testing.F) {
	f.Add("")
	f.Add(mark{5, "id"}.token())
	f.Fuzz(func(t *testing.T, token string) {
		m, err := parseMark(token)
		if err != nil && !errors.Is(err, ErrBadPage) {
			t.Errorf("error %v", err)
		}
		if err == nil && token != "" && m.token() != token {
			t.Errorf("%q means the same as %q", token, m.token())
		}
	})
}

// TestRowsOfAStory checks what the queries give for a few runs, all fields.
func TestRowsOfAStory(t *testing.T) {
	t.Parallel()
	p := openEmpty(t)
	agg := events.Run("w0", "r1")
	list := commitsOf(agg,
		[]events.Event{events.RunStarted{Workflow: "wf", WorkflowName: "Flow", Version: 2, Mode: events.ModeWebhook}},
		[]events.Event{events.StepCompleted{}, events.StepWaiting{StepRef: events.StepRef{Step: "Wait"}, Until: noon.Add(time.Hour)}},
		[]events.Event{events.StepCompleted{}, events.RunEnded{Status: "success", LastStep: "Set"}})
	apply := func(n int) {
		t.Helper()
		p.applying.Lock()
		defer p.applying.Unlock()
		if err := p.apply(t.Context(), p.gens, list[:n]); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want RunRow) {
		t.Helper()
		if got, err := p.Queries().Run(t.Context(), "w0", "r1"); err != nil || got != want {
			t.Errorf("the row is\n%+v, %v; want\n%+v", got, err, want)
		}
	}
	row := RunRow{ID: "r1", Workspace: "w0", Workflow: "wf", WorkflowName: "Flow", Version: 2, Mode: "webhook", Status: "running", StartedAt: noon, Revision: 1}
	apply(1)
	expect(row)
	apply(2)
	row.Status, row.Steps, row.LastStep, row.WaitUntil, row.Revision = "waiting", 1, "Wait", noon.Add(time.Hour), 2
	expect(row)
	apply(3)
	row.Status, row.Steps, row.LastStep, row.WaitUntil, row.Revision, row.EndedAt = "success", 2, "Set", time.Time{}, 3, noon.Add(2*time.Second)
	expect(row)
	stats, err := p.Queries().Stats(t.Context(), "", "wf", noon.Add(-time.Hour))
	if want := (RunStats{Success: 1, Ended: 1, MeanDuration: 2 * time.Second}); err != nil || stats != want {
		t.Errorf("stats are %+v, %v", stats, err)
	}
	if stats, err := p.Queries().Stats(t.Context(), "", "", noon.Add(time.Hour)); err != nil || stats != (RunStats{}) {
		t.Errorf("stats of later are %+v, %v", stats, err)
	}
}
