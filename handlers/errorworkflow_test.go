package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// errorFlow is a workflow that an error trigger begins, with one more step.
func errorFlow(more string) string {
	return strings.Replace(chainOf("", more), `"type":"n8n-nodes-base.manualTrigger"`, `"type":"n8n-nodes-base.errorTrigger"`, 1)
}

// raised lists the runs that the failure of a run has started.
func (s *server) raised(run string) (ids []string) {
	s.eachRun(func(id string, first events.RunStarted) {
		if first.Parent.Run == run && first.Mode == events.ModeError {
			ids = append(ids, id)
		}
	})
	return ids
}

func TestFailedRunsStartTheirErrorWorkflow(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	watcher := s.create(errorFlow(setNode("text", "={{ $json.workflow.name }}: {{ $json.execution.error.message }} at {{ $json.execution.lastNodeExecuted }}")))
	failing := s.create(chainOf(fmt.Sprintf(`,"errorWorkflow":%q`, watcher), step("fail")))
	if got := s.runAs(events.ModeWebhook, failing, `{}`); got != "boom" {
		t.Fatalf("ended with %q", got)
	}
	var run string
	s.eachRun(func(id string, first events.RunStarted) {
		if first.Workflow == failing {
			run = id
		}
	})
	ids := s.raised(run)
	if len(ids) != 1 {
		t.Fatalf("%d runs were started, want 1", len(ids))
	}
	end := s.ended(ids[0])
	if got := lastOutput(s.history(ids[0]), end.LastStep); !strings.HasSuffix(got, `"text":"chain: boom at Step 1"}`) {
		t.Errorf("the error workflow got %s", got)
	}
	report := s.history(ids[0])[0].(events.RunStarted).Input[0].Items[0].JSON
	if report.Get("execution").Get("id").ToString() != run || report.Get("execution").Get("mode").ToString() != "webhook" {
		t.Errorf("the report is %s", report.JSON())
	}
}

func TestErrorWorkflowsAreNotStartedForOtherRuns(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	// This one fails itself, and is its own error workflow.
	own := s.create(errorFlow(step("fail")))
	for _, test := range []struct{ name, mode, id string }{
		{"by hand", events.ModeManual, own}, {"of an error workflow", events.ModeError, own}, {"called", events.ModeIntegrated, own},
		{"that succeeds", events.ModeWebhook, s.create(chainOf(fmt.Sprintf(`,"errorWorkflow":%q`, own), effectStep))},
		{"without a trigger in it", events.ModeWebhook, s.create(chainOf(fmt.Sprintf(`,"errorWorkflow":%q`, s.create(chainOf("", effectStep))), step("fail")))},
		{"of an unknown one", events.ModeWebhook, s.create(chainOf(`,"errorWorkflow":"none"`, step("fail")))},
	} {
		s.runAs(test.mode, test.id, `{}`)
		count := 0
		s.eachRun(func(_ string, first events.RunStarted) {
			if first.Mode == events.ModeError && first.Parent.Run != "" {
				count++
			}
		})
		if count != 0 {
			t.Errorf("a run %s started %d error workflows", test.name, count)
		}
	}
	s.runAs(events.ModeWebhook, own, `{}`)
	count := 0
	s.until("its own error workflow ends", func() bool {
		count = 0
		s.eachRun(func(id string, first events.RunStarted) {
			if list := s.history(id); first.Mode == events.ModeError && first.Parent.Run != "" && list[len(list)-1].EventType().Name == "run.ended" {
				count++
			}
		})
		return count > 0
	})
	if count != 1 {
		t.Errorf("%d runs, want one that raises no other", count)
	}
}

// The error workflow is started again by whoever takes the run over before its
// end was recorded, under the same id.
func TestErrorWorkflowIsStartedOnce(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), callers())
	defer s.stop()
	watcher := s.create(errorFlow(effectStep))
	failing := s.create(chainOf(fmt.Sprintf(`,"errorWorkflow":%q`, watcher), step("fail")))
	first := s.history(s.run(s.create(chainOf("")), item.Item{JSON: item.MustParse(`{}`)}))[0].(events.RunStarted)
	first.Workflow, first.Mode = failing, events.ModeWebhook
	run := events.NewTimeID(s.engine.Now(), [10]byte{3})
	expected := events.DeriveRunID(s.engine.Now(), run, run, "error")
	s.record(run, first)
	if err := s.engine.Wake(t.Context(), events.DefaultWorkspace, run); err != nil {
		t.Fatal(err)
	}
	s.ended(run)
	ids := s.raised(run)
	if len(ids) != 1 || ids[0][24:] != expected[24:] {
		t.Errorf("started %v, want one like %s", ids, expected)
	}
}
