package handlers_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
)

const typed = `"type":"test.%s","typeVersion":1,"parameters":{}`

func step(name string) string { return strings.Replace(typed, "%s", name, 1) }

func TestOutcomesThatDoNotFitBecomeFailures(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	for name, want := range map[string]string{"wide": "step.too-large", "longError": "test.long"} {
		run := s.run(s.create(chainOf("", effectStep, step(name), effectStep)))
		end := s.ended(run)
		if end.Status != events.StatusError || end.Error == nil || end.Error.Code != want || end.LastStep != "Step 2" {
			t.Errorf("%s: ended with %s", name, end.AppendJSON(nil))
		}
		if n := countType(s.history(run), "step.failed"); n != 1 {
			t.Errorf("%s: %d failures recorded, want 1", name, n)
		}
		s.until("nothing is in memory", func() bool { return s.engine.Stats().InWork == 0 })
	}
	if keys, calls := s.outside.count(); keys != 2 || calls != 2 {
		t.Errorf("%d keys and %d calls, want those of the first steps only", keys, calls)
	}
}

func TestAnswerThatDoesNotFitIsSaid(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	started := s.hook(s.create(webhookFlow("responseNode", step("longAnswer"), effectStep)), "responseNode", `{}`)
	answer, ok := <-started.Wait
	if !ok || answer.Status != 500 || !strings.Contains(string(answer.Body), "too large") {
		t.Errorf("answer %d %s %v", answer.Status, answer.Body, ok)
	}
	if end := s.ended(started.Run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
	if n := countType(s.history(started.Run), "run.responded"); n != 1 {
		t.Errorf("%d answers recorded, want 1", n)
	}
}

func TestPanicInAnAnswerCostsTheAnswerOnly(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	text := strings.Replace(chainOf("", effectStep), "n8n-nodes-base.manualTrigger", "test.hook", 1)
	started := s.hook(s.create(text), "lastNode", `{}`)
	if answer, ok := <-started.Wait; !ok || answer.Status != 500 {
		t.Errorf("answer %+v %v", answer, ok)
	}
	if end := s.ended(started.Run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %s", end.AppendJSON(nil))
	}
}
