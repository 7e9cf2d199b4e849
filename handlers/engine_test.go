package handlers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

func TestChainOfPureStepsIsOneCommit(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(chainOf("", fmt.Sprintf(setStep, "a", "={{ $json.n }}-1"), fmt.Sprintf(setStep, "b", "={{ $json.a }}-2")))
	run := s.run(id, item.Item{JSON: item.MustParse(`{"n":7}`)})
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %+v", end)
	}
	commits := 0
	_, _ = s.log.Load(t.Context(), events.Run(events.DefaultWorkspace, run), events.Head{}, func(*events.Recorded) error {
		commits++
		return nil
	})
	if commits != 2 {
		t.Errorf("the run took %d commits, want 2: the start and the chain", commits)
	}
	list := s.history(run)
	last := list[len(list)-2].(events.StepCompleted)
	if got := last.Outputs[0].Items[0].JSON.JSON(); got != `{"n":7,"a":"7-1","b":"7-1-2"}` {
		t.Errorf("the last step emitted %s", got)
	}
	trigger := list[1].(events.StepCompleted)
	if !trigger.Outputs[0].Pass {
		t.Errorf("the trigger's output is stored again: %s", trigger.AppendJSON(nil))
	}
}

func TestEffectIsScheduledBeforeItActs(t *testing.T) {
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", effectStep, effectStep)))
	<-out.began
	list := s.history(run)
	scheduled, ok := list[len(list)-1].(events.StepScheduled)
	if !ok {
		t.Fatalf("the effect acts and the log ends with %v", types(list))
	}
	if out.calls[scheduled.Key] != 1 {
		t.Errorf("the effect got another key than the recorded %q: %v", scheduled.Key, out.calls)
	}
	close(out.block)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %+v", end)
	}
	if keys, calls := out.count(); keys != 2 || calls != 2 {
		t.Errorf("%d keys and %d calls, want 2 and 2", keys, calls)
	}
}

func TestFailedStepEndsTheRunAndRetriesWhereAsked(t *testing.T) {
	out := newOutside()
	s := start(t, t.TempDir(), out)
	defer s.stop()
	out.fails.Store(1)
	run := s.run(s.create(chainOf("", effectStep)))
	if end := s.ended(run); end.Status != events.StatusError || end.Error.Message != "refused as asked" || end.LastStep != "Step 1" {
		t.Errorf("ended with %+v", end)
	}
	out.fails.Store(1)
	retried := s.run(s.create(chainOf("", effectStep+`,"retryOnFail":true,"maxTries":2,"waitBetweenTries":20`)))
	if end := s.ended(retried); end.Status != events.StatusSuccess {
		t.Errorf("ended with %+v", end)
	}
	if n := countType(s.history(retried), "step.failed"); n != 1 {
		t.Errorf("%d failures recorded, want 1", n)
	}
}

func TestPanicIsTheStepsOwnFailure(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	if end := s.ended(s.run(s.create(chainOf("", panicStep)))); end.Status != events.StatusError || end.Error.Code != "step.panic" {
		t.Errorf("ended with %+v", end)
	}
	if end := s.ended(s.run(s.create(chainOf("")))); end.Status != events.StatusSuccess {
		t.Errorf("a run after it ended with %+v", end)
	}
}

func TestLargeOutputsAreReferred(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	run := s.run(s.create(chainOf("", bigStep, fmt.Sprintf(setStep, "b", "={{ $json.i }}!"))))
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %+v", end)
	}
	for _, e := range s.history(run) {
		done, ok := e.(events.StepCompleted)
		if !ok || done.Step == "Start" {
			continue
		}
		if ref := done.Outputs[0].Ref; ref.Address == "" || done.Outputs[0].Count != 3000 {
			t.Errorf("%s: a large output stands in the event: ref %+v count %d", done.Step, ref, done.Outputs[0].Count)
		}
	}
	replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run)
	if err != nil || !replay.Equal || replay.Recomputed != 3 {
		t.Errorf("replay %+v, %v", replay, err)
	}
}

func TestWaitsResume(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	for _, ms := range []int{30, 600} {
		begin := time.Now()
		run := s.run(s.create(chainOf("", fmt.Sprintf(waitStep, ms), effectStep)))
		if end := s.ended(run); end.Status != events.StatusSuccess {
			t.Errorf("ended with %+v", end)
		}
		if took := time.Since(begin); took < time.Duration(ms)*time.Millisecond {
			t.Errorf("a wait of %d ms took %s", ms, took)
		}
	}
}

func TestCancel(t *testing.T) {
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(chainOf("", effectStep)))
	<-out.began
	if _, err := s.engine.Cancel(t.Context(), meta(), run, "enough"); err != nil {
		t.Fatal(err)
	}
	if end := s.ended(run); end.Status != events.StatusCanceled || end.Reason != "enough" {
		t.Errorf("ended with %+v", end)
	}
	if n := countType(s.history(run), "step.completed"); n != 1 {
		t.Errorf("%d steps completed, want only the trigger", n)
	}
	if _, err := s.engine.Cancel(t.Context(), meta(), run, ""); commands.CodeOf(err) != commands.CodeEnded {
		t.Errorf("canceling it again: %v", err)
	}
	missing := events.NewTimeID(time.Now(), [10]byte{1})
	if _, err := s.engine.Cancel(t.Context(), meta(), missing, ""); commands.CodeOf(err) != commands.CodeNotFound {
		t.Errorf("canceling a run that is not there: %v", err)
	}
	long := s.run(s.create(chainOf("", fmt.Sprintf(waitStep, 3_600_000))))
	s.until("the run waits", func() bool { return countType(s.history(long), "step.waiting") == 1 })
	if _, err := s.engine.Cancel(t.Context(), meta(), long, "enough"); err != nil {
		t.Fatal(err)
	}
	if end := s.ended(long); end.Status != events.StatusCanceled {
		t.Errorf("ended with %+v", end)
	}
}

func TestAdmissionHasALimit(t *testing.T) {
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out, func(c *handlers.EngineConfig) { c.MaxRuns = 2 })
	defer s.stop()
	id := s.create(chainOf("", effectStep))
	first, second := s.run(id), s.run(id)
	_, err := s.engine.Start(t.Context(), handlers.StartRequest{Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Mode: events.ModeManual})
	if commands.CodeOf(err) != commands.CodeTooManyRuns {
		t.Errorf("the third start: %v", err)
	}
	close(out.block)
	s.ended(first)
	s.ended(second)
	s.until("there is room again", func() bool { return s.engine.Stats().InWork == 0 })
	s.ended(s.run(id))
}

func TestIdempotencyKeyStartsOneRun(t *testing.T) {
	dir, out := t.TempDir(), newOutside()
	s := start(t, dir, out)
	id := s.create(chainOf("", effectStep))
	request := handlers.StartRequest{Meta: meta(), Workflow: id, Version: handlers.NewestVersion, Mode: events.ModeManual}
	request.Meta.IdempotencyKey, request.Meta.Body = "k1", []byte(`{"a":1}`)
	first, err := s.engine.Start(t.Context(), request)
	if err != nil || first.Repeated {
		t.Fatalf("%+v, %v", first, err)
	}
	s.ended(first.Run)
	s.stop()
	s = start(t, dir, out)
	defer s.stop()
	again, err := s.engine.Start(t.Context(), request)
	if err != nil || again.Run != first.Run || !again.Repeated {
		t.Errorf("the repeat gave %+v, %v; want run %s", again, err, first.Run)
	}
	request.Meta.Body = []byte(`{"a":2}`)
	if _, err := s.engine.Start(t.Context(), request); commands.CodeOf(err) != commands.CodeIdempotencyMismatch {
		t.Errorf("the same key with another body: %v", err)
	}
	if keys, _ := out.count(); keys != 1 {
		t.Errorf("%d effects, want 1", keys)
	}
}

func TestOpenRunsGoOnAfterARestart(t *testing.T) {
	dir, out := t.TempDir(), newOutside()
	out.block = make(chan struct{})
	s := start(t, dir, out)
	inEffect := s.run(s.create(chainOf("", effectStep, effectStep)))
	<-out.began
	short := s.run(s.create(chainOf("", fmt.Sprintf(waitStep, 1500))))
	long := s.run(s.create(chainOf("", fmt.Sprintf(waitStep, 7000))))
	s.until("both wait", func() bool {
		return countType(s.history(short), "step.waiting") == 1 && countType(s.history(long), "step.waiting") == 1
	})
	expired, cancel := contextThatHasEnded()
	defer cancel()
	if err := s.engine.Shutdown(expired); !errors.Is(err, expired.Err()) {
		t.Errorf("shutdown at once: %v", err)
	}
	s.engine.Routes().Stop()
	if err := errors.Join(s.runtime.Shutdown(t.Context()), s.log.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	out.mu.Lock()
	out.block = nil
	out.mu.Unlock()
	s = start(t, dir, out)
	defer s.stop()
	for _, run := range []string{inEffect, short, long} {
		if end := s.ended(run); end.Status != events.StatusSuccess {
			t.Errorf("%s ended with %+v", run, end)
		}
	}
	var attempts []events.StepScheduled
	for _, e := range s.history(inEffect) {
		if scheduled, ok := e.(events.StepScheduled); ok && scheduled.Step == "Step 1" {
			attempts = append(attempts, scheduled)
		}
	}
	if len(attempts) != 2 || !attempts[1].InDoubt || attempts[0].Key != attempts[1].Key || attempts[1].Epoch <= attempts[0].Epoch {
		t.Errorf("the interrupted effect was scheduled as %+v", attempts)
	}
}

func TestReplayFindsWhatDiffers(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	run := s.run(s.create(chainOf("", fmt.Sprintf(setStep, "a", "={{ $json.n }}"), effectStep)), item.Item{JSON: item.MustParse(`{"n":1}`)})
	s.ended(run)
	same, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run)
	if err != nil || !same.Equal || same.Recomputed != 2 || same.FromRecord != 1 {
		t.Fatalf("replay %+v, %v", same, err)
	}
	// A record that the steps would not give: the output is changed on its way
	// into the log of another run.
	forged := events.NewTimeID(time.Now(), [10]byte{2})
	list := s.history(run)
	done := list[2].(events.StepCompleted)
	done.Outputs = []events.Output{{Items: []item.Item{{JSON: item.MustParse(`{"n":1,"a":"2"}`), Paired: item.PairOf(0)}}}}
	list[2] = done
	if _, err := s.log.Append(t.Context(), commands.Append{Aggregate: events.Run(events.DefaultWorkspace, forged), Events: list, At: time.Now(), CommandID: events.HashToID("forged")}); err != nil {
		t.Fatal(err)
	}
	other, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, forged)
	if err != nil || other.Equal || len(other.Differences) != 1 || other.Differences[0].Step != "Step 1" || other.Differences[0].What != "outputs" {
		t.Errorf("replay of a forged record: %+v, %v", other, err)
	}
}
