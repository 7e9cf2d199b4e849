package projectionstest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// Streams that made-up histories are in.
const (
	Defs   = "DEFS"
	Slice0 = "RUNS_00000"
	Slice1 = "RUNS_00001"
)

// Story appends a made-up history of the given number of runs: workflows come
// and change, runs of two slices begin, wait, fail, are retried, canceled and
// end, all interleaved. The same seed gives the same log.
func Story(l *Log, seed uint64, runs int) {
	s := &story{log: l, rnd: rand.New(rand.NewPCG(seed, 7)), at: Epoch}
	var open []*tale
	for n := 0; n < runs || len(open) > 0; {
		if n%7 == 0 && s.rnd.IntN(3) == 0 {
			s.workflow(s.rnd.IntN(5))
		}
		if n < runs && (len(open) < 3 || s.rnd.IntN(2) == 0) {
			open = append(open, s.begin(n, []string{Slice0, Slice0, Slice1}[n%3]))
			n++
			continue
		}
		i := s.rnd.IntN(len(open))
		if s.step(open[i]) {
			open = append(open[:i], open[i+1:]...)
		}
	}
}

// W1 appends n runs of the plain kind: a webhook, ten steps and the answer,
// thirteen events in two commits, in one stream.
func W1(l *Log, n int) {
	s := &story{log: l, at: Epoch}
	for i := range n {
		t := s.begin(i, Slice0)
		s.commit(t, append(completions(t, 10), events.RunResponded{Status: 200, Body: []byte(`{"ok":true}`)},
			events.RunEnded{Status: events.StatusSuccess, LastStep: "Respond"})...)
	}
}

type story struct {
	log *Log
	rnd *rand.Rand
	at  time.Time
	// made holds the newest version of each workflow.
	made [5]int
}

type tale struct {
	stream string
	agg    events.AggregateID
	steps  int
}

func (s *story) tick() time.Time {
	s.at = s.at.Add(1003 * time.Microsecond)
	return s.at
}

func (s *story) commit(t *tale, list ...events.Event) {
	s.log.Append(t.stream, t.agg, s.tick(), list...)
}

func (s *story) begin(n int, stream string) *tale {
	t := &tale{stream: stream, agg: events.Run(events.DefaultWorkspace, ID(n))}
	wf := n % 5
	s.commit(t, events.RunStarted{
		Workflow: events.HashID("wf", fmt.Sprint(wf)), WorkflowName: fmt.Sprintf("Flow %d \x00", wf), Version: 1 + n%3,
		Mode: events.ModeWebhook, Start: "Webhook", Short: n%11 == 10,
	})
	return t
}

func completions(t *tale, n int) []events.Event {
	list := make([]events.Event, n)
	for i := range list {
		t.steps++
		list[i] = events.StepCompleted{StepRef: events.StepRef{Step: fmt.Sprintf("Set %d", t.steps), Order: t.steps, Attempt: 1}}
	}
	return list
}

// step appends one commit to a run and reports whether it is over.
func (s *story) step(t *tale) bool {
	ref := events.StepRef{Step: "HTTP Request", Order: t.steps + 1, Attempt: 1}
	failure := events.StepError{Code: "http.status", Message: fmt.Sprintf("the server answered %d", 500+s.rnd.IntN(4))}
	switch s.rnd.IntN(8) {
	case 0:
		s.commit(t, append(completions(t, 1+s.rnd.IntN(4)), events.StepScheduled{StepRef: ref, Repeat: events.RepeatSafe})...)
	case 1:
		s.commit(t, events.StepFailed{StepRef: ref, Error: failure, Retry: s.at.Add(time.Second)})
	case 2:
		s.commit(t, append(completions(t, 1), events.StepWaiting{StepRef: ref, Kind: events.WaitTime, Until: s.at.Add(time.Minute)})...)
	case 3:
		s.commit(t, events.StepFailed{StepRef: ref, Error: failure}, events.RunEnded{Status: events.StatusError, Error: &failure, LastStep: ref.Step})
		return true
	case 4:
		s.commit(t, events.RunEnded{Status: events.StatusCanceled, Reason: "canceled by a person", LastStep: ref.Step})
		return true
	case 5, 6:
		s.commit(t, append(completions(t, 1+s.rnd.IntN(10)), events.RunEnded{Status: events.StatusSuccess, LastStep: "Respond"})...)
		return true
	default:
		s.commit(t, completions(t, 1+s.rnd.IntN(3))...)
	}
	return false
}

// workflow appends one change to a workflow, and the claim of a route.
func (s *story) workflow(n int) {
	id := events.HashID("wf", fmt.Sprint(n))
	t := &tale{stream: Defs, agg: events.Workflow(events.DefaultWorkspace, id)}
	if s.made[n] == 0 {
		s.made[n] = 1
		s.commit(t, events.WorkflowCreated{Name: fmt.Sprintf("Flow %d", n), Raw: `{"nodes":[]}`})
		return
	}
	v := s.made[n]
	switch s.rnd.IntN(6) {
	case 0:
		s.made[n]++
		s.commit(t, events.WorkflowRevised{Version: v + 1, Name: fmt.Sprintf("Flow %d, again", n), Raw: `{"nodes":[]}`})
	case 1:
		s.commit(t, events.ActivationRequested{Version: v})
		s.commit(t, events.WorkflowActivated{Version: v, Routes: []string{"r"}})
	case 2:
		s.commit(t, events.ActivationRequested{Version: v}, events.ActivationFailed{Version: v, Reasons: []string{"unknown node type", "no \"trigger\""}})
	case 3:
		s.commit(t, events.WorkflowDeactivated{})
	case 4:
		s.commit(&tale{stream: Defs, agg: events.Route(events.DefaultWorkspace, events.HashID("r"))}, events.RouteClaimed{Method: "GET", Path: "x", Workflow: id, Version: v})
	default:
		s.commit(t, events.WorkflowArchived{})
	}
}
