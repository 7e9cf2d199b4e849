package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// crashProof holds the histories of all runs against what the world has seen.
type crashProof struct {
	*crash
	numbers map[int]string // the run of each number

	repeats, cut, unsent int
}

// storyEvent is an event of a run, as far as the proof reads it.
type storyEvent struct {
	Type string
	Data struct {
		Step     string
		RunIndex int
		Epoch    uint64
		Key      string
		InDoubt  bool
		Input    []struct {
			Items []struct{ JSON struct{ N int } }
		}
	}
}

// stepStory is what a run's history says of one step.
type stepStory struct {
	scheduled []storyEvent
	completed int
}

// run checks one run: it has ended well, once, and so has each of its steps.
func (p *crashProof) run(t *testing.T, r wire.Run) {
	t.Helper()
	history, err := p.history(t, r.ID)
	if err != nil {
		t.Fatalf("run %s: %v", r.ID, err)
	}
	if first := history[0]; first.Type != "run.started" {
		t.Fatalf("run %s begins with %s", r.ID, first.Type)
	}
	n := history[0].Data.Input[0].Items[0].JSON.N
	if other, twice := p.numbers[n]; twice {
		t.Errorf("run %d was started twice: %s and %s", n, other, r.ID)
	}
	p.numbers[n] = r.ID
	steps, ends := map[string]*stepStory{}, 0
	for i, e := range history {
		switch e.Type {
		case "run.ended":
			if ends++; i != len(history)-1 {
				t.Errorf("run %s goes on after its end", r.ID)
			}
		case "step.scheduled", "step.completed", "step.failed":
			p.step(t, r.ID, steps, e)
		}
	}
	if r.Status != wire.RunSuccess || ends != 1 {
		t.Errorf("run %s has status %s and ended %d times: %s", r.ID, r.Status, ends, r.Error)
	}
	for _, name := range append([]string{"Start", "Pause", "Note"}, crashEffects...) {
		if s := steps[name]; s == nil || s.completed != 1 {
			t.Errorf("run %s: the result of step %s is not recorded once: %+v", r.ID, name, s)
		}
	}
	for _, name := range crashEffects {
		if s := steps[name]; s != nil && len(s.scheduled) > 0 {
			p.effect(t, s, fmt.Sprintf("%s %d", name, n))
		}
	}
}

func (p *crashProof) history(t *testing.T, id string) ([]storyEvent, error) {
	page, err := p.client.RunEvents(t.Context(), id, "", 500)
	if err != nil {
		return nil, err
	}
	if page.More || page.Next != "" || len(page.Items) == 0 {
		return nil, fmt.Errorf("%d events, and the page is not all", len(page.Items))
	}
	list := make([]storyEvent, len(page.Items))
	for i, e := range page.Items {
		list[i].Type = e.Type
		if err := json.Unmarshal(e.Data, &list[i].Data); e.Type != "run.responded" && err != nil {
			return nil, err
		}
	}
	return list, nil
}

// step notes an event of a step. Nothing may follow a step's result.
func (p *crashProof) step(t *testing.T, run string, steps map[string]*stepStory, e storyEvent) {
	t.Helper()
	s := steps[e.Data.Step]
	if s == nil {
		s = &stepStory{}
		steps[e.Data.Step] = s
	}
	if e.Data.RunIndex != 0 || s.completed > 0 {
		t.Errorf("run %s: %s of step %s (run index %d) after its result", run, e.Type, e.Data.Step, e.Data.RunIndex)
	}
	switch e.Type {
	case "step.scheduled":
		s.scheduled = append(s.scheduled, e)
	case "step.completed":
		s.completed++
	case "step.failed":
		t.Errorf("run %s: step %s failed", run, e.Data.Step)
	}
}

// effect checks an effect: it happened, under one key. It was scheduled again
// only by a later owner which had found it scheduled without a result, that is,
// in flight at a kill; and it was requested only as often, once in a life.
func (p *crashProof) effect(t *testing.T, s *stepStory, effect string) {
	t.Helper()
	first := s.scheduled[0].Data
	k := p.world.record(first.Key)
	if len(k.requests) == 0 || len(k.effects) != 1 || !k.effects[effect] {
		t.Errorf("%s: the world has seen its key %d times, for %v", effect, len(k.requests), k.effects)
	}
	for i, e := range s.scheduled {
		again := i > 0
		if e.Data.Key != first.Key || e.Data.InDoubt != again || again && e.Data.Epoch <= s.scheduled[i-1].Data.Epoch {
			t.Errorf("%s: scheduled %+v after %+v", effect, e.Data, s.scheduled[max(0, i-1)].Data)
		}
	}
	if len(k.requests) > len(s.scheduled) {
		t.Errorf("%s: %d requests, and it was scheduled %d times", effect, len(k.requests), len(s.scheduled))
	}
	for i := range k.requests[min(1, len(k.requests)):] {
		before, again := k.requests[i], k.requests[i+1]
		if again.life <= before.life {
			t.Errorf("%s: requested twice in life %d of the server", effect, again.life)
		}
		p.repeats++
		if before.cut {
			p.cut++
		}
	}
	p.unsent += len(s.scheduled) - len(k.requests)
}
