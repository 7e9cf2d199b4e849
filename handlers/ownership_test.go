package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

// parked starts a run that waits for an hour, out of memory.
func (s *server) parked(settings string) string {
	s.t.Helper()
	run := s.run(s.create(chainOf(settings, fmt.Sprintf(waitStep, 3_600_000), effectStep)))
	s.until("the run has left memory", func() bool {
		st := s.engine.Stats()
		return st.InWork == 0 && st.Waiting > 0
	})
	return run
}

func TestManyCancelsOfAParkedRunAreAllAnswered(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	for range 5 {
		run := s.parked("")
		var group sync.WaitGroup
		codes := make([]commands.Code, 8)
		failures := make([]error, 8)
		for i := range codes {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err := s.engine.Cancel(ctx, meta(), run, "enough")
				codes[i], failures[i] = commands.CodeOf(err), err
			})
		}
		group.Wait()
		done := 0
		for i, code := range codes {
			switch {
			case failures[i] == nil:
				done++
			case code != commands.CodeConflict && code != commands.CodeEnded:
				t.Errorf("a cancellation among others: %v", failures[i])
			}
		}
		if n := countType(s.history(run), "run.ended"); done != 1 || n != 1 {
			t.Errorf("%d cancellations succeeded and %d ends are recorded, want 1 and 1", done, n)
		}
		if st := s.engine.Stats(); st.Waiting != 0 {
			t.Errorf("after the cancellation %+v", st)
		}
	}
}

func TestWakesAndCancelOfOneRunLoadItOnce(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	for range 20 {
		run := s.parked("")
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				if err := s.engine.Wake(t.Context(), events.DefaultWorkspace, run); err != nil {
					t.Error(err)
				}
			})
		}
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if _, err := s.engine.Cancel(ctx, meta(), run, "enough"); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		if end := s.ended(run); end.Status != events.StatusCanceled {
			t.Errorf("ended with %+v", end)
		}
		s.until("nothing is in memory", func() bool { return s.engine.Stats().InWork == 0 })
		if st := s.engine.Stats(); st.Waiting != 0 {
			t.Fatalf("the gauges drift: %+v", st)
		}
	}
}

func TestOtherWorkspacesCannotReachARun(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", effectStep)))
	<-out.began
	other := meta()
	other.Workspace = "w9"
	if _, err := s.engine.Cancel(t.Context(), other, run, ""); commands.CodeOf(err) != commands.CodeNotFound {
		t.Errorf("canceling from another workspace: %v", err)
	}
	close(out.block)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %+v", end)
	}
}

func TestDeadlineEndsRuns(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	const settings = `,"executionTimeout":1`
	inStep := s.run(s.create(chainOf(settings, effectStep)))
	long := s.run(s.create(chainOf(settings, fmt.Sprintf(waitStep, 3_600_000))))
	short := s.run(s.create(chainOf(settings, fmt.Sprintf(waitStep, 4_000))))
	for name, run := range map[string]string{"in a step": inStep, "in a long wait": long, "in a short wait": short} {
		if end := s.ended(run); end.Status != events.StatusError || end.Error == nil || end.Error.Code != "run.timeout" {
			t.Errorf("%s: ended with %+v", name, end)
		}
	}
	replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, inStep)
	if err != nil || !replay.Equal {
		t.Errorf("replay %+v, %v", replay, err)
	}
}

// TestDeadlineWakesAParkedRun: a deadline beyond what a run waits for in memory.
func TestDeadlineWakesAParkedRun(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	begin := time.Now()
	run := s.parked(`,"executionTimeout":6`)
	if end := s.ended(run); end.Error == nil || end.Error.Code != "run.timeout" {
		t.Errorf("ended with %+v", end)
	}
	if took := time.Since(begin); took < 6*time.Second || took > 12*time.Second {
		t.Errorf("it took %s, want about 6 s", took)
	}
}

func TestAnswerComesAfterALongWait(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(webhookFlow("lastNode", fmt.Sprintf(waitStep, 5_600)))
	started := s.hook(id, "lastNode", `{"a":1}`)
	s.until("the run has left memory", func() bool { return s.engine.Stats().InWork == 0 })
	select {
	case answer, ok := <-started.Wait:
		if !ok || answer.Status != 200 || !strings.Contains(string(answer.Body), `"a":1`) {
			t.Errorf("answer %+v %v", answer, ok)
		}
	case <-time.After(15 * time.Second):
		t.Error("no answer after the wait")
	}
	if st := s.engine.Stats(); st.Waiting != 0 {
		t.Errorf("%+v", st)
	}
}

func TestWaitersLearnThatNoAnswerComes(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), newOutside()
	out.block = make(chan struct{})
	s := start(t, dir, out)
	id := s.create(webhookFlow("lastNode", effectStep))
	started := s.hook(id, "lastNode", `{}`)
	<-out.began
	expired, cancel := contextThatHasEnded()
	defer cancel()
	_ = s.engine.Shutdown(expired)
	select {
	case answer, ok := <-started.Wait:
		if ok {
			t.Errorf("an answer of a run that goes on later: %+v", answer)
		}
	case <-time.After(10 * time.Second):
		t.Error("the waiter is left alone")
	}
	if _, err := s.engine.Cancel(t.Context(), meta(), started.Run, ""); commands.CodeOf(err) != commands.CodeUnavailable {
		t.Errorf("canceling after the shutdown: %v", err)
	}
	_, err := s.engine.Start(t.Context(), handlers.StartRequest{Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Mode: events.ModeManual})
	if commands.CodeOf(err) != commands.CodeUnavailable {
		t.Errorf("starting after the shutdown: %v", err)
	}
	if err := s.engine.Wake(t.Context(), events.DefaultWorkspace, started.Run); commands.CodeOf(err) != commands.CodeUnavailable {
		t.Errorf("waking after the shutdown: %v", err)
	}
	s.stop()
}

func TestCallerThatLeavesDoesNotOrphanTheRun(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(chainOf(""))
	s.ended(s.run(id)) // the definition is at hand now
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	started, err := s.engine.Start(gone, handlers.StartRequest{Meta: meta(), Workflow: id, Version: 1, Mode: events.ModeManual})
	if err != nil {
		t.Fatal(err)
	}
	if end := s.ended(started.Run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %+v", end)
	}
}

func TestSameKeyAtTheSameTimeIsOneRun(t *testing.T) {
	t.Parallel()
	out := newOutside()
	s := start(t, t.TempDir(), out)
	defer s.stop()
	id := s.create(chainOf("", fmt.Sprintf(setStep, "r", "={{ $json.n }}"), effectStep))
	for n := range 10 {
		runs, failures := make([]string, 6), make([]error, 6)
		var group sync.WaitGroup
		for i := range runs {
			group.Go(func() {
				request := handlers.StartRequest{Meta: meta(), Workflow: id, Version: 1, Mode: events.ModeManual}
				request.Meta.IdempotencyKey, request.Meta.Body = fmt.Sprint("key", n), []byte("b")
				started, err := s.engine.Start(t.Context(), request)
				runs[i], failures[i] = started.Run, err
			})
		}
		group.Wait()
		if err := errors.Join(failures...); err != nil {
			t.Fatal(err)
		}
		if slices.Sort(runs); runs[0] != runs[5] {
			t.Fatalf("one key, several runs: %v", runs)
		}
		if end := s.ended(runs[0]); end.Status != events.StatusSuccess {
			t.Errorf("ended with %+v", end)
		}
		if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, runs[0]); err != nil || !replay.Equal {
			t.Errorf("replay %+v, %v", replay, err)
		}
	}
	if keys, calls := out.count(); keys != 10 || calls != 10 {
		t.Errorf("%d keys and %d calls, want 10 and 10", keys, calls)
	}
}

func TestForgottenAnswersAreNotKept(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	started := s.hook(s.create(webhookFlow("lastNode", effectStep)), "lastNode", `{}`)
	<-out.began
	started.Forget()
	close(out.block)
	s.ended(started.Run)
	s.until("nothing is in memory", func() bool { return s.engine.Stats().InWork == 0 })
	select {
	case answer, ok := <-started.Wait:
		t.Errorf("who forgot got %+v %v", answer, ok)
	default:
	}
}

func TestTakeoverPassesOverRunsThatCannotGoOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir, newOutside())
	id := s.create(chainOf("", fmt.Sprintf(waitStep, 2_000)))
	good := s.run(id)
	s.until("it waits", func() bool { return countType(s.history(good), "step.waiting") == 1 })
	bad := events.NewTimeID(time.Now(), [10]byte{7})
	first := events.RunStarted{Workflow: "no such workflow", Version: 1, Start: "X", Input: []events.Output{{Items: []item.Item{{JSON: item.MustParse(`{}`)}}, Count: 1}}}
	if _, err := s.log.Append(t.Context(), commands.Append{Aggregate: events.Run(events.DefaultWorkspace, bad), Events: []events.Event{first}, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	s.stop()
	s = start(t, dir, newOutside())
	defer s.stop()
	if end := s.ended(good); end.Status != events.StatusSuccess {
		t.Errorf("ended with %+v", end)
	}
}

// webhookFlow is a webhook with a reply mode and steps one after another, each
// given as its node JSON without name and position.
func webhookFlow(reply string, steps ...string) string {
	text := chainOf("", steps...)
	hook := fmt.Sprintf(`{"name":"Start","id":"s","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"w1","position":[0,0],"parameters":{"httpMethod":"POST","path":"p","responseMode":%q,"options":{}}}`, reply)
	from := strings.Index(text, `{"name":"Start"`)
	to := from + strings.Index(text[from:], `"parameters":{}}`) + len(`"parameters":{}}`)
	return text[:from] + hook + text[to:]
}

// hook starts a run of a workflow as its webhook would.
func (s *server) hook(id, reply, body string) handlers.Started {
	s.t.Helper()
	started, err := s.engine.Start(s.t.Context(), handlers.StartRequest{
		Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Mode: events.ModeWebhook, Reply: reply,
		Input: []item.Item{{JSON: item.MustParse(body)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return started
}
