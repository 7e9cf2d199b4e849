package handlers_test

import (
	"context"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
)

// rival is a second engine on the same log: each believes that it is the owner.
func (s *server) rival() *handlers.Engine {
	s.t.Helper()
	e, err := handlers.NewEngine(s.conf)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := e.Shutdown(ctx); err != nil {
			s.t.Error(err)
		}
	})
	return e
}

// idle waits until neither engine has a run in memory.
func (s *server) idle(rival *handlers.Engine) {
	s.t.Helper()
	s.until("both engines are idle", func() bool { return s.engine.Stats().InWork == 0 && rival.Stats().InWork == 0 })
}

func TestFinishedEffectSurvivesALostRace(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	rival := s.rival()
	run := s.run(s.create(chainOf("", effectStep, setNode("b", "={{ $json.n }}"))))
	<-out.began
	if err := rival.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-out.began // the rival does it again, in doubt
	close(out.block)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Errorf("ended with %+v", end)
	}
	s.idle(rival)
	list := s.history(run)
	done := map[string]int{}
	for _, e := range list {
		if c, ok := e.(events.StepCompleted); ok {
			done[c.Step]++
		}
	}
	for _, name := range []string{"Start", "Step 1", "Step 2"} {
		if done[name] != 1 {
			t.Errorf("%s is recorded %d times: %v", name, done[name], types(list))
		}
	}
	if n := countType(list, "run.ended"); n != 1 || countType(list, "step.scheduled") != 2 {
		t.Errorf("recorded %v", types(list))
	}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || !replay.Equal {
		t.Errorf("replay %+v, %v", replay, err)
	}
	s.log0(rival)
}

// log0 ends the rival before the log that both use.
func (s *server) log0(rival *handlers.Engine) {
	s.t.Helper()
	if err := rival.Shutdown(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	s.stop()
}

func TestStaleOwnerGivesUp(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.block = make(chan struct{})
	s := start(t, t.TempDir(), out)
	rival := s.rival()
	run := s.run(s.create(chainOf("", effectStep, effectStep)))
	<-out.began
	if _, err := rival.Cancel(t.Context(), meta(), run, "by the other"); err != nil {
		t.Fatal(err)
	}
	close(out.block)
	s.idle(rival)
	list := s.history(run)
	if end, ok := list[len(list)-1].(events.RunEnded); !ok || end.Status != events.StatusCanceled || countType(list, "step.completed") != 1 {
		t.Errorf("recorded %v", types(list))
	}
	if _, err := s.engine.Cancel(t.Context(), meta(), run, ""); commands.CodeOf(err) != commands.CodeEnded {
		t.Errorf("canceling it again: %v", err)
	}
	s.log0(rival)
}

func TestManyRunsUnderTwoOwnersAreRecordedOnce(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	rival := s.rival()
	id := s.create(chainOf("", effectStep, setNode("a", "={{ 1 }}"), effectStep, effectStep))
	var runs []string
	for range 30 {
		runs = append(runs, s.run(id))
	}
	if err := rival.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, run := range runs {
		s.ended(run)
	}
	s.idle(rival)
	for _, run := range runs {
		list := s.history(run)
		if countType(list, "step.completed") != 5 || countType(list, "run.ended") != 1 {
			t.Errorf("%s: recorded %v", run, types(list))
		}
	}
	s.log0(rival)
}
