package projections

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// rows is the obvious second version of what statements mean: one after the
// other, on a map.
type rows map[string]map[string]any

func (r rows) apply(t testing.TB, m *model, s Statement) {
	t.Helper()
	key := s.table + "/" + strings.Join(s.key, "/")
	row, ok := r[key]
	switch {
	case s.op == opDelete:
		delete(r, key)
		return
	case s.op == opPut:
		row = map[string]any{}
		for i, c := range m.tables[s.table].Columns {
			switch {
			case i < len(s.key):
			case c.Type == Integer:
				row[c.Name] = int64(0)
			default:
				row[c.Name] = ""
			}
		}
		r[key] = row
	case !ok:
		return
	}
	for _, c := range s.cells {
		if _, known := row[c.column]; !known {
			t.Fatalf("%s has no column %s", s.table, c.column)
		}
		if c.add {
			row[c.column] = row[c.column].(int64) + c.value.(int64)
		} else {
			row[c.column] = c.value
		}
	}
}

func compiled(t testing.TB, p Projection) *model {
	t.Helper()
	m, err := compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var noon = time.Date(2031, 1, 2, 12, 0, 0, 5, time.UTC)

// commitsOf makes one commit of each list of events, a second apart.
func commitsOf(agg events.AggregateID, lists ...[]events.Event) []*events.Recorded {
	var out []*events.Recorded
	for i, list := range lists {
		env := events.Envelope{Revision: uint64(i + 1), At: noon.Add(time.Duration(i) * time.Second)}
		env.SetTypes(list)
		out = append(out, events.FromEvents(env, agg, events.Position{Stream: "S", Seq: uint64(i + 1)}, events.Hash{byte(i)}, list))
	}
	return out
}

func TestRunsApply(t *testing.T) {
	t.Parallel()
	type list = []events.Event
	started := events.RunStarted{Workflow: "wf", WorkflowName: "Flow", Version: 3, Mode: events.ModeManual}
	ref := events.StepRef{Step: "HTTP", Attempt: 1}
	broken := events.StepError{Message: "refused"}
	until := noon.Add(time.Hour)
	for name, c := range map[string]struct {
		commits []list
		want    map[string]any
	}{
		"started": {[]list{{started}}, map[string]any{
			"workflow": "wf", "workflow_name": "Flow", "version": 3, "mode": "manual", "status": "running",
			"started_at": noon, "ended_at": 0, "steps": 0, "revision": 1, "short": 0}},
		"steps are counted, not decoded": {[]list{{started}, {events.StepCompleted{}, events.StepCompleted{}, events.StepScheduled{}, events.StepCompleted{}}},
			map[string]any{"steps": 3, "status": "running", "revision": 2}},
		"waiting": {[]list{{started}, {events.StepCompleted{}, events.StepWaiting{StepRef: ref, Until: until}}},
			map[string]any{"status": "waiting", "wait_until": until, "last_step": "HTTP", "steps": 1}},
		"going on after a wait": {[]list{{started, events.StepWaiting{StepRef: ref, Until: until}}, {events.StepCompleted{}}},
			map[string]any{"status": "running", "wait_until": 0}},
		"acting after a wait": {[]list{{started, events.StepWaiting{StepRef: ref, Until: until}}, {events.StepScheduled{}}},
			map[string]any{"status": "running", "wait_until": 0, "steps": 0}},
		"an attempt failed": {[]list{{started}, {events.StepFailed{StepRef: ref, Error: broken, Retry: until}}},
			map[string]any{"status": "running", "error": "refused", "last_step": "HTTP", "steps": 0}},
		"the last attempt failed": {[]list{{started}, {events.StepFailed{StepRef: ref, Error: broken}, events.RunEnded{Status: "error", Error: &broken, LastStep: "HTTP"}}},
			map[string]any{"status": "error", "error": "refused", "last_step": "HTTP", "steps": 1, "ended_at": noon.Add(time.Second)}},
		"success clears what was retried": {[]list{{started, events.StepFailed{StepRef: ref, Error: broken, Retry: until}, events.StepCompleted{}, events.RunEnded{Status: "success", LastStep: "Set"}}},
			map[string]any{"status": "success", "error": "", "last_step": "Set", "ended_at": noon}},
		"canceled while waiting": {[]list{{started, events.StepWaiting{StepRef: ref, Until: until}}, {events.RunEnded{Status: "canceled", Reason: "by hand"}}},
			map[string]any{"status": "canceled", "error": "by hand", "wait_until": 0, "ended_at": noon.Add(time.Second)}},
		"an answer only moves the revision": {[]list{{started}, {events.RunResponded{Status: 200}}},
			map[string]any{"status": "running", "revision": 2, "steps": 0}},
		"a long error is cut": {[]list{{started, events.RunEnded{Status: "error", Error: &events.StepError{Message: strings.Repeat("ü", 900)}}}},
			map[string]any{"error": strings.Repeat("ü", 500)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRow(t, Runs, commitsOf(events.Run("w0", "r"), c.commits...), "runs/w0/r", c.want)
		})
	}
}

// checkRow applies commits one by one and compares the named columns.
func checkRow(t *testing.T, p Projection, commits []*events.Recorded, key string, want map[string]any) {
	t.Helper()
	m, table := compiled(t, p), rows{}
	for _, c := range commits {
		list, halted := m.project(nil, c)
		if halted != nil {
			t.Fatal(halted)
		}
		for _, s := range list {
			table.apply(t, m, s)
		}
	}
	for column, v := range want {
		if got := table[key][column]; got != columnValue(v) {
			t.Errorf("%s is %v (%T), want %v", column, got, got, v)
		}
	}
}

func TestWorkflowsApply(t *testing.T) {
	t.Parallel()
	type list = []events.Event
	created := events.WorkflowCreated{Name: "One"}
	active := events.WorkflowActivated{Version: 1}
	for name, c := range map[string]struct {
		commits []list
		want    map[string]any
	}{
		"created": {[]list{{created}}, map[string]any{"name": "One", "status": "inactive", "version": 1, "active_version": 0, "created_at": noon, "updated_at": noon}},
		"revised": {[]list{{created}, {events.WorkflowRevised{Version: 2, Name: "Two"}}},
			map[string]any{"name": "Two", "version": 2, "updated_at": noon.Add(time.Second), "created_at": noon}},
		"activating": {[]list{{created}, {events.ActivationRequested{Version: 1}}}, map[string]any{"status": "activating", "active_version": 0}},
		"active":     {[]list{{created}, {events.ActivationRequested{Version: 1}}, {active}}, map[string]any{"status": "active", "active_version": 1}},
		"failed": {[]list{{created}, {events.ActivationFailed{Version: 1, Reasons: []string{"a", `b"`}}}},
			map[string]any{"status": "failed", "reasons": `["a","b\""]`}},
		"asked again": {[]list{{created}, {events.ActivationFailed{Reasons: []string{"a"}}}, {events.ActivationRequested{}}},
			map[string]any{"status": "activating", "reasons": ""}},
		"another version on the way": {[]list{{created, active}, {events.ActivationRequested{Version: 2}}},
			map[string]any{"status": "activating", "active_version": 1}},
		"deactivated": {[]list{{created, active}, {events.WorkflowDeactivated{}}}, map[string]any{"status": "inactive", "active_version": 0}},
		"archived":    {[]list{{created, active}, {events.WorkflowArchived{}}}, map[string]any{"status": "archived", "active_version": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRow(t, Workflows, commitsOf(events.Workflow("w0", "x"), c.commits...), "workflows/w0/x", c.want)
		})
	}
	if got := decodeReasons(encodeReasons([]string{"a", "b"})); fmt.Sprint(got) != "[a b]" || decodeReasons("") != nil || decodeReasons("{") != nil {
		t.Errorf("reasons came back as %v", got)
	}
}

func TestProjectMeetsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	m := compiled(t, Runs)
	agg, at := events.Run("w0", "r"), events.Position{Stream: "S", Seq: 4}
	of := func(name string, version int, raw string) *events.Recorded {
		env := events.Envelope{Revision: 1, Types: []events.TypeCount{{Type: events.Type{Name: name, Version: version}, Count: 1}}}
		plain := append([]byte{byte(len(raw))}, raw...)
		c, err := events.FromPlain(env, agg, at, events.Hash{}, plain)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, c := range map[string]struct {
		commit *events.Recorded
		want   Reason
	}{
		"newer, decoded":       {of("run.started", 9, "{}"), ReasonNewer},
		"newer, only seen":     {of("step.completed", 9, "{}"), ReasonNewer},
		"newer, of no concern": {of("route.claimed", 9, "{}"), ""},
		"never heard of":       {of("run.teleported", 1, "{}"), ReasonNewer},
		"not JSON":             {of("run.started", 1, "{"), ReasonDamage},
		"not JSON, only seen":  {of("step.completed", 1, "{"), ""},
		"erased":               {events.FromRedacted(of("run.started", 1, "{}").Envelope, agg, at, events.Hash{}), ""},
	} {
		_, halted := m.project(nil, c.commit)
		switch {
		case halted == nil && c.want != "", halted != nil && halted.Reason != c.want:
			t.Errorf("%s: %v, want %q", name, halted, c.want)
		case halted != nil && (halted.Stream != "S" || halted.Seq != 4 || halted.Projection != "runs"):
			t.Errorf("%s: halted at %+v", name, halted)
		}
	}
	_, halted := m.project(nil, of("run.started", 9, "{}"))
	if !errors.Is(halted, events.ErrNewerVersion) {
		t.Errorf("the cause is lost: %v", halted)
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	table := func(change func(*Table)) Projection {
		tb := Table{Name: "t", Columns: []Column{{"k", Text}, {"v", Integer}}, Key: []string{"k"}}
		change(&tb)
		return Projection{Name: "p", Version: 1, Tables: []Table{tb}}
	}
	for name, p := range map[string]Projection{
		"no name":          {Version: 1},
		"no version":       {Name: "p"},
		"no key":           table(func(t *Table) { t.Key = nil }),
		"only a key":       table(func(t *Table) { t.Columns = t.Columns[:1] }),
		"key of integers":  table(func(t *Table) { t.Columns[0].Type = Integer }),
		"key not in front": table(func(t *Table) { t.Key = []string{"v"} }),
		"strange table":    table(func(t *Table) { t.Name = "a b" }),
		"strange column":   table(func(t *Table) { t.Columns[1].Name = "1v" }),
		"index of nothing": table(func(t *Table) { t.Indexes = [][]string{{"w"}} }),
	} {
		if _, err := compile(p); err == nil {
			t.Errorf("%s: it compiles", name)
		}
	}
	for _, p := range Default() {
		compiled(t, p)
	}
}
