package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

const manualFlow = `{"name":"By hand","nodes":[
 {"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
 {"id":"2","name":"Set","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[200,0],"parameters":{"mode":"raw","jsonOutput":"={{ { \"sum\": $json.a } }}"}}],
 "connections":{"Start":{"main":[[{"node":"Set","type":"main","index":0}]]}},"settings":{"number":1.50}}`

// hookFlow is a webhook with a response mode and a path of its own.
func hookFlow(path, method, mode string) string {
	return fmt.Sprintf(`{"name":"Hook %s","nodes":[
 {"id":"1","name":"Hook","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],"webhookId":"h","parameters":{"path":%q,"httpMethod":%q,"responseMode":%q}},
 {"id":"2","name":"Set","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[200,0],"parameters":{"assignments":{"assignments":[{"id":"a","name":"got","type":"string","value":"={{ $json.body.a }}"}]},"includeOtherFields":false}}],
 "connections":{"Hook":{"main":[[{"node":"Set","type":"main","index":0}]]}}}`, path, path, method, mode)
}

func readAll(t testing.TB, r *http.Response) string {
	t.Helper()
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWorkflowLife(t *testing.T) {
	b := newBench(t, nil)
	ctx := t.Context()
	w := b.create(hookFlow("life", "POST", "onReceived"))
	if w.Version != 1 || w.Status != wire.WorkflowInactive || w.Name != "Hook life" || len(w.Problems) != 0 {
		t.Fatalf("created %+v", w)
	}
	if w, err := b.client.ActivateWorkflow(ctx, w.ID, 0); err != nil || w.Status != wire.WorkflowActive || w.ActiveVersion != 1 {
		t.Fatalf("activated %+v, %v", w, err)
	}
	second := hookFlow("life-2", "POST", "onReceived")
	if w, err := b.client.ReviseWorkflow(ctx, w.ID, []byte(second), 1); err != nil || w.Version != 2 {
		t.Fatalf("revised %+v, %v", w, err)
	}
	if _, err := b.client.ReviseWorkflow(ctx, w.ID, []byte(second+" "), 1); codeOf(t, err) != "version-mismatch" {
		t.Errorf("revised on an old version: %v", err)
	}
	for version, want := range map[int]string{0: second, 1: hookFlow("life", "POST", "onReceived"), 2: second} {
		if raw, err := b.client.ExportWorkflow(ctx, w.ID, version); err != nil || string(raw) != want {
			t.Errorf("export of version %d: %s, %v", version, raw, err)
		}
	}
	if _, err := b.client.ExportWorkflow(ctx, w.ID, 3); codeOf(t, err) != "not-found" {
		t.Errorf("export of a version that is not there: %v", err)
	}
	if w, err := b.client.DeactivateWorkflow(ctx, w.ID); err != nil || w.Status != wire.WorkflowInactive || w.ActiveVersion != 0 {
		t.Errorf("deactivated %+v, %v", w, err)
	}
	if w, err := b.client.ArchiveWorkflow(ctx, w.ID); err != nil || w.Status != wire.WorkflowArchived {
		t.Errorf("archived %+v, %v", w, err)
	}
	if _, err := b.client.ActivateWorkflow(ctx, w.ID, 0); codeOf(t, err) != "archived" {
		t.Errorf("activated an archived workflow: %v", err)
	}
	if got, err := b.client.Workflow(ctx, w.ID); err != nil || got.Status != wire.WorkflowArchived || got.Version != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestActivationThatFails(t *testing.T) {
	b := newBench(t, nil)
	b.activate(hookFlow("taken", "POST", "onReceived"))
	other := b.create(hookFlow("taken", "POST", "onReceived"))
	_, err := b.client.ActivateWorkflow(t.Context(), other.ID, 0)
	if codeOf(t, err) != "activation-failed" || len(problemOf(t, err).Errors) == 0 {
		t.Errorf("a taken route: %v", err)
	}
	broken := b.create(`{"name":"x","nodes":[{"name":"A","type":"no.such.type","parameters":{}}],"connections":{}}`)
	if !slices.ContainsFunc(broken.Problems, func(p wire.WorkflowProblem) bool { return p.Blocking }) {
		t.Fatalf("problems %+v", broken.Problems)
	}
	if _, err := b.client.ActivateWorkflow(t.Context(), broken.ID, 0); codeOf(t, err) != "not-runnable" || problemOf(t, err).Status != 422 {
		t.Errorf("a workflow with an unknown type: %v", err)
	}
	if _, err := b.client.ActivateWorkflow(t.Context(), other.ID, 9); codeOf(t, err) != "not-found" {
		t.Errorf("a version that is not there: %v", err)
	}
}

func TestListsPageWithoutGapOrRepeat(t *testing.T) {
	b := newBench(t, nil)
	want := map[string]bool{}
	for i := range 7 {
		want[b.create(fmt.Sprintf(`{"name":"Page %d","nodes":[]}`, i)).ID] = true
	}
	seen := map[string]bool{}
	fresh := b.client.WithAtLeast(b.client.Freshness())
	for after := ""; ; {
		page, err := fresh.Workflows(t.Context(), client.WorkflowFilter{Limit: 3, After: after, Status: []string{"inactive"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range page.Items {
			if seen[w.ID] {
				t.Fatalf("%s comes twice", w.ID)
			}
			seen[w.ID] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestRepeatedCommandIsCarriedOutOnce(t *testing.T) {
	b := newBench(t, nil)
	c := b.client.WithIdempotencyKey("key-" + t.Name())
	first, err := c.CreateWorkflow(t.Context(), []byte(manualFlow))
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.CreateWorkflow(t.Context(), []byte(manualFlow))
	if err != nil || again.ID != first.ID || !again.Repeated {
		t.Errorf("the repeat gave %+v, %v", again, err)
	}
	if _, err := c.CreateWorkflow(t.Context(), []byte(`{"nodes":[]}`)); codeOf(t, err) != "idempotency-mismatch" {
		t.Errorf("another body under the same key: %v", err)
	}
	start := wire.StartRun{Version: wire.NewestVersion}
	one, err := c.StartRun(t.Context(), first.ID, start, 0)
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.StartRun(t.Context(), first.ID, start, 5*time.Second)
	if err != nil || two.ID != one.ID || !two.Repeated || two.Run.Status != wire.RunSuccess {
		t.Errorf("the repeated start gave %+v, %v", two, err)
	}
}

func TestEntityTags(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(manualFlow)
	r, _ := http.NewRequest("GET", b.server.URL+"/v1/workflows/"+w.ID+"/export", nil)
	answer, body := b.do(r)
	if answer.Header.Get("ETag") != `"1"` || body != manualFlow {
		t.Fatalf("%v %s", answer.Header, body)
	}
	r.Header.Set("If-None-Match", `"1"`)
	if answer, body := b.do(r); answer.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	r, _ = http.NewRequest("PUT", b.server.URL+"/v1/workflows/"+w.ID, strings.NewReader(`{"nodes":[]}`))
	r.Header.Set("If-Match", "newest")
	if answer, body := b.do(r); answer.StatusCode != http.StatusBadRequest || !strings.Contains(body, `"parameter":"If-Match"`) {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestRunLife(t *testing.T) {
	b := newBench(t, nil)
	ctx := t.Context()
	w := b.create(manualFlow)
	run := b.start(w.ID, wire.StartRun{Input: item.MustParse(`[{"a":1},{"a":"two"}]`)})
	if run.Status != wire.RunSuccess || run.LastStep != "Set" || run.Steps != 2 || run.Version != 1 || run.Workflow != w.ID {
		t.Errorf("ran %+v", run)
	}
	fresh := b.client.WithAtLeast("head")
	if row, err := fresh.Run(ctx, run.ID); err != nil || row.Status != run.Status || row.Revision != run.Revision || row.Steps != run.Steps || !row.EndedAt.Equal(run.EndedAt) {
		t.Errorf("the read model has %+v (%v), the log %+v", row, err, run)
	}
	page, err := fresh.Runs(ctx, client.RunFilter{Workflow: w.ID, Status: []string{"success", "error"}})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != run.ID {
		t.Errorf("list %+v, %v", page, err)
	}
	for _, c := range []struct {
		query client.ItemsQuery
		total int
		want  string
	}{
		{client.ItemsQuery{RunIndex: -1}, 2, `"sum":1`},
		{client.ItemsQuery{Step: "Set", Offset: 1}, 2, `"sum":"two"`},
		{client.ItemsQuery{Step: "Start"}, 2, `"a":1`},
		{client.ItemsQuery{Step: "Set", Offset: 5}, 2, `[]`},
	} {
		items, err := b.client.RunItems(ctx, run.ID, c.query)
		if err != nil || items.Total != c.total || !strings.Contains(string(items.Items), c.want) {
			t.Errorf("items of %+v: %+v, %v", c.query, items, err)
		}
	}
	for _, q := range []client.ItemsQuery{{Step: "Nobody"}, {Step: "Set", RunIndex: 4}, {Step: "Set", Output: 3}} {
		if _, err := b.client.RunItems(ctx, run.ID, q); codeOf(t, err) != "not-found" {
			t.Errorf("items of %+v: %v", q, err)
		}
	}
	if body, err := b.client.Execution(ctx, run.ID); err != nil || !strings.Contains(string(body), `"runData"`) {
		t.Errorf("execution %s, %v", body, err)
	}
	if replay, err := b.client.Replay(ctx, run.ID); err != nil || !replay.Equal || replay.Run != run.ID {
		t.Errorf("replay %+v, %v", replay, err)
	}
	if _, err := b.client.CancelRun(ctx, run.ID, "late"); codeOf(t, err) != "run-ended" {
		t.Errorf("canceled a run that has ended: %v", err)
	}
}

func TestHistoryPages(t *testing.T) {
	b := newBench(t, nil)
	run := b.start(b.create(manualFlow).ID, wire.StartRun{})
	var types []string
	pages := 0
	for after := ""; ; pages++ {
		page, err := b.client.RunEvents(t.Context(), run.ID, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			types = append(types, e.Type)
			if e.Commit == nil || e.Commit.Hash == "" || e.Aggregate.ID != run.ID {
				t.Errorf("event %+v", e)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if got := strings.Join(types, " "); got != "run.started step.completed step.completed run.ended" || pages != 1 {
		t.Errorf("%s in %d pages", got, pages+1)
	}
}

func TestCancelRun(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(`{"name":"Waits","nodes":[
 {"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{}},
 {"name":"Wait","type":"n8n-nodes-base.wait","typeVersion":1.1,"parameters":{"amount":1,"unit":"hours"}}],
 "connections":{"Start":{"main":[[{"node":"Wait","type":"main","index":0}]]}}}`)
	started, err := b.client.StartRun(t.Context(), w.ID, wire.StartRun{Version: 1}, 200*time.Millisecond)
	if err != nil || started.Run == nil || started.Run.Status != wire.RunWaiting || started.Run.WaitUntil.IsZero() {
		t.Fatalf("started %+v, %v", started.Run, err)
	}
	if _, err := b.client.CancelRun(t.Context(), started.ID, "enough"); err != nil {
		t.Fatal(err)
	}
	run, err := b.client.WithAtLeast(b.client.Freshness()).Run(t.Context(), started.ID)
	if err != nil || run.Status != wire.RunCanceled || !run.WaitUntil.IsZero() {
		t.Errorf("run %+v, %v", run, err)
	}
}

func TestWebhookStartTakesInputAsBody(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(hookFlow("by-hand", "POST", "onReceived"))
	run := b.start(w.ID, wire.StartRun{Input: item.MustParse(`{"a":"x"}`)})
	items, err := b.client.RunItems(t.Context(), run.ID, client.ItemsQuery{RunIndex: -1})
	if err != nil || !strings.Contains(string(items.Items), `"got":"x"`) {
		t.Errorf("items %s, %v", items.Items, err)
	}
}

func TestStartOfInactiveWorkflow(t *testing.T) {
	b := newBench(t, nil)
	_, err := b.client.StartRun(t.Context(), b.create(manualFlow).ID, wire.StartRun{}, 0)
	if codeOf(t, err) != "inactive" || problemOf(t, err).Status != 409 {
		t.Errorf("%v", err)
	}
}
