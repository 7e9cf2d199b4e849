package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
)

// forge stores a run with the given events, as if they had happened.
func (s *server) forge(n byte, list []events.Event) string {
	s.t.Helper()
	id := events.NewTimeID(time.Now(), [10]byte{n})
	_, err := s.log.Append(s.t.Context(), commands.Append{Aggregate: events.Run(events.DefaultWorkspace, id), Events: list, At: time.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func TestReplayNamesEveryKindOfDifference(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	const respond = `"type":"n8n-nodes-base.respondToWebhook","typeVersion":1.1,"parameters":{"respondWith":"text","responseBody":"yes"}`
	ends := s.hook(s.create(webhookFlow("lastNode", setNode("b", "1"))), "lastNode", `{"a":1}`)
	responds := s.hook(s.create(webhookFlow("responseNode", respond)), "responseNode", `{}`)
	waits := s.run(s.create(chainOf("", fmt.Sprintf(waitStep, 30))))
	fails := s.run(s.create(chainOf("", panicStep)))
	canceled := s.parked("")
	if _, err := s.engine.Cancel(t.Context(), meta(), canceled, "enough"); err != nil {
		t.Fatal(err)
	}
	change := func(run string, fn func(events.Event) events.Event) []events.Event {
		s.ended(run)
		list := s.history(run)
		for i := range list {
			list[i] = fn(list[i])
		}
		return list
	}
	for name, c := range map[string]struct {
		run    string
		change func(events.Event) events.Event
		what   []string
	}{
		"final answer": {ends.Run, func(e events.Event) events.Event {
			if r, ok := e.(events.RunResponded); ok {
				r.Status = 418
				return r
			}
			return e
		}, []string{"answer"}},
		"step's answer": {responds.Run, func(e events.Event) events.Event {
			if r, ok := e.(events.RunResponded); ok {
				r.Body = []byte("no")
				return r
			}
			return e
		}, []string{"answer"}},
		"end": {ends.Run, func(e events.Event) events.Event {
			if r, ok := e.(events.RunEnded); ok {
				r.Status = events.StatusError
				return r
			}
			return e
		}, []string{"answer", "end"}},
		"wait": {waits, func(e events.Event) events.Event {
			if w, ok := e.(events.StepWaiting); ok {
				w.Until = w.Until.Add(time.Hour)
				return w
			}
			return e
		}, []string{"wait"}},
		"error": {fails, func(e events.Event) events.Event {
			if f, ok := e.(events.StepFailed); ok {
				f.Error.Message = "something else"
				return f
			}
			if r, ok := e.(events.RunEnded); ok {
				r.Error.Message = "something else"
				return r
			}
			return e
		}, []string{"error"}},
		"canceled, as it was": {canceled, func(e events.Event) events.Event { return e }, nil},
	} {
		forged := s.forge(byte(len(name)), change(c.run, c.change))
		replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, forged)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for i, d := range replay.Differences {
			got = append(got, d.What)
			if d.Follows != (i > 0) || d.Recorded == d.Recomputed {
				t.Errorf("%s: %+v", name, d)
			}
		}
		if strings.Join(got, " ") != strings.Join(c.what, " ") || replay.Equal != (len(c.what) == 0) {
			t.Errorf("%s: differences %+v, want %v", name, replay.Differences, c.what)
		}
	}
}

func TestReplayComparesTheReadModel(t *testing.T) {
	t.Parallel()
	row, failure := handlers.Row{}, error(nil)
	s := start(t, t.TempDir(), newOutside(), func(c *handlers.EngineConfig) {
		c.Row = func(context.Context, string, string, events.Cursor) (handlers.Row, error) { return row, failure }
	})
	defer s.stop()
	run := s.run(s.create(chainOf("")))
	s.ended(run)
	row = handlers.Row{Status: "success", LastStep: "Start", Revision: 2}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || !replay.Equal {
		t.Errorf("%+v, %v", replay, err)
	}
	row.Revision = 1
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); err != nil || replay.Equal || replay.Differences[0].What != "read-model" {
		t.Errorf("%+v, %v", replay, err)
	}
	failure = errors.New("the read model is away")
	if _, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run); !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
	open := s.parked("")
	failure, row = nil, handlers.Row{Status: "waiting", LastStep: "Step 1", Revision: 2}
	if replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, open); err != nil || !replay.Equal || replay.Status != "waiting" {
		t.Errorf("%+v, %v", replay, err)
	}
}

func TestReplayAndExecutionOfNothing(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	for _, id := range []string{"x", "", events.NewTimeID(time.Now(), [10]byte{9})} {
		if _, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, id); commands.CodeOf(err) != commands.CodeNotFound {
			t.Errorf("replay %q: %v", id, err)
		}
		if _, err := s.engine.Execution(t.Context(), events.DefaultWorkspace, id); commands.CodeOf(err) != commands.CodeNotFound {
			t.Errorf("execution %q: %v", id, err)
		}
		if _, err := s.engine.Cancel(t.Context(), meta(), id, ""); commands.CodeOf(err) != commands.CodeNotFound {
			t.Errorf("cancel %q: %v", id, err)
		}
	}
	forged := s.forge(1, []events.Event{events.RunEnded{Status: "success"}})
	if _, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, forged); err == nil {
		t.Error("a run that begins with its end was replayed")
	}
	id := s.create(chainOf(""))
	first := events.RunStarted{Workflow: id, Version: 1, Start: "Start", Input: []events.Output{{Items: []item.Item{{JSON: item.MustParse(`{}`)}}, Count: 1}}}
	impossible := s.forge(2, []events.Event{first, events.RunEnded{Status: "success"}, events.RunEnded{Status: "success"}})
	var damage *commands.DamageError
	if _, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, impossible); !errors.As(err, &damage) {
		t.Errorf("replay of two ends: %v", err)
	}
	if _, err := s.engine.Execution(t.Context(), events.DefaultWorkspace, impossible); !errors.As(err, &damage) {
		t.Errorf("execution of two ends: %v", err)
	}
}
