package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/item"
)

// onceWaiting is a workflow that waits once.
func onceWaiting(amount, unit string) []byte {
	return []byte(`{"name":"Pausing","nodes":[
	 {"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
	 {"id":"2","name":"Pause","type":"n8n-nodes-base.wait","typeVersion":1.1,"position":[1,0],"parameters":{"amount":` + amount + `,"unit":"` + unit + `"}}],
	 "connections":{"Start":{"main":[[{"node":"Pause","type":"main","index":0}]]}}}`)
}

func TestRunOnceGivesTheWholeRun(t *testing.T) {
	t.Parallel()
	a := open(t, app.Config{DataDir: t.TempDir(), Work: app.Run})
	input := []item.Item{{JSON: item.MustParse(`{"a":1}`)}, {JSON: item.MustParse(`{"a":2}`)}}
	for _, c := range []struct {
		once   app.Once
		status string
		items  int
	}{
		{app.Once{Workflow: onceWaiting("0.01", "seconds")}, "success", 1},
		{app.Once{Workflow: onceWaiting("0.01", "seconds"), Input: input}, "success", 2},
		{app.Once{Workflow: onceWaiting("2", "days")}, "waiting", 1},
	} {
		execution, err := a.RunOnce(t.Context(), c.once)
		if err != nil {
			t.Fatal(err)
		}
		items, _ := item.GetPath(execution, "data.resultData.runData.Pause[0].data.main[0]").Elems()
		if status := execution.Get("status").ToString(); status != c.status || len(items) != c.items {
			t.Errorf("%.80s: %s with %d items, want %s with %d", c.once.Workflow, status, len(items), c.status, c.items)
		}
	}
}

func TestRunOnceSaysWhyNot(t *testing.T) {
	t.Parallel()
	a := open(t, app.Config{DataDir: t.TempDir(), Work: app.Run})
	var refused *commands.Error
	if _, err := a.RunOnce(t.Context(), app.Once{Workflow: []byte(`{`)}); !errors.As(err, &refused) {
		t.Errorf("no workflow: %v", err)
	}
	unknown := []byte(`{"nodes":[{"id":"1","name":"Start","type":"n8n-nodes-base.none","typeVersion":1,"position":[0,0],"parameters":{}}],"connections":{}}`)
	if _, err := a.RunOnce(t.Context(), app.Once{Workflow: unknown}); !errors.As(err, &refused) {
		t.Errorf("a workflow that cannot run: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := a.RunOnce(ctx, app.Once{Workflow: onceWaiting("30", "seconds")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that takes too long: %v", err)
	}
}
