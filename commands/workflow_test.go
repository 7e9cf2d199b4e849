package commands_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams/streamtest"
	"github.com/jobsprint/jobsprint/workflow"
)

// types is a catalogue of two step types: "hook", a trigger that listens on
// the path in its parameters, and "step".
type types struct{}

func (types) Version() string { return "test" }

func (types) Describe(_ *workflow.Definition, s *workflow.Step) (workflow.StepType, []workflow.Problem) {
	switch s.Type {
	case "hook":
		path, _ := s.Params.Get("path").Str()
		return workflow.StepType{Trigger: true, Pure: true, Routes: []workflow.Route{{Method: "POST", Path: path, Step: s.Name}}}, nil
	case "step":
		return workflow.StepType{Pure: true, Inputs: 1}, nil
	}
	return workflow.StepType{}, []workflow.Problem{{Code: "node-type-unknown", Step: s.Name, Message: "unknown type " + s.Type, Blocking: true}}
}

type bench struct {
	*testing.T
	x *commands.Executor
}

func newBench(t *testing.T) bench {
	log := streamtest.Open(t, t.TempDir())
	return bench{t, commands.New(commands.Config{Store: log, Keys: log, Catalogue: types{}})}
}

func meta(key string) commands.Meta {
	return commands.Meta{Workspace: events.DefaultWorkspace, Actor: "u1", IdempotencyKey: key}
}

func hook(path string) []byte {
	return []byte(fmt.Sprintf(`{"name":"w","nodes":[{"name":"H","id":"1","type":"hook","parameters":{"path":%q}}],"connections":{}}`, path))
}

func (b bench) create(raw []byte) commands.Created {
	b.Helper()
	made, err := b.x.CreateWorkflow(b.Context(), meta(""), raw, "")
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func (b bench) state(id string) commands.Definition {
	b.Helper()
	d, err := b.x.Definition(b.Context(), events.DefaultWorkspace, id)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func (b bench) refused(what string, err error, want commands.Code) *commands.Error {
	b.Helper()
	var e *commands.Error
	if !errors.As(err, &e) || e.Code != want || e.Error() == "" || commands.CodeOf(err) != want {
		b.Errorf("%s: %v, want %s", what, err, want)
		return &commands.Error{}
	}
	return e
}

func TestDefinitionLife(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	made := b.create(hook("a"))
	if made.Version != 1 || made.Revision != 1 || made.Freshness.IsZero() || made.Status != commands.StatusInactive || made.Name != "w" {
		t.Errorf("%+v", made)
	}
	revised, err := b.x.ReviseWorkflow(ctx, meta(""), made.ID, hook("b"), 1)
	if err != nil || revised.Version != 2 {
		t.Errorf("%+v, %v", revised, err)
	}
	if same, err := b.x.ReviseWorkflow(ctx, meta(""), made.ID, hook("b"), 0); err != nil || same.Version != 2 || same.Revision != revised.Revision {
		t.Errorf("the same content again made a version: %+v, %v", same, err)
	}
	_, err = b.x.ReviseWorkflow(ctx, meta(""), made.ID, hook("c"), 1)
	b.refused("a revision of an old version", err, commands.CodeConflict)
	if _, err := b.x.ActivateWorkflow(ctx, meta(""), made.ID, 0); err != nil {
		t.Error(err)
	}
	if d := b.state(made.ID); d.Status != commands.StatusActivating || d.RequestedVersion != 2 {
		t.Errorf("%+v", d)
	}
	if _, err := b.x.ConfirmActivation(ctx, meta(""), made.ID, 1, nil); err != nil || b.state(made.ID).Status != commands.StatusActivating {
		t.Errorf("the confirmation of another version counted: %v", err)
	}
	if _, err := b.x.ConfirmActivation(ctx, meta(""), made.ID, 2, []string{"r"}); err != nil {
		t.Error(err)
	}
	if d := b.state(made.ID); d.Status != commands.StatusActive || d.ActiveVersion != 2 || !slices.Equal(d.Routes, []string{"r"}) {
		t.Errorf("%+v", d)
	}
	before := b.state(made.ID).Revision
	if _, err := b.x.ActivateWorkflow(ctx, meta(""), made.ID, 2); err != nil || b.state(made.ID).Revision != before {
		t.Errorf("activating what is active: %v", err)
	}
	d := b.state(made.ID)
	if raw, ok := d.Raw(1); !ok || raw != string(hook("a")) {
		t.Errorf("version 1 reads %q", raw)
	}
	if _, err := b.x.ArchiveWorkflow(ctx, meta(""), made.ID); err != nil || b.state(made.ID).Status != commands.StatusArchived {
		t.Errorf("%+v, %v", b.state(made.ID), err)
	}
	_, err = b.x.ActivateWorkflow(ctx, meta(""), made.ID, 0)
	b.refused("a command on what is archived", err, commands.CodeArchived)
	if _, err := b.x.ArchiveWorkflow(ctx, meta(""), made.ID); err != nil {
		t.Errorf("archiving again: %v", err)
	}
}

func TestRefusedActivationFallsBack(t *testing.T) {
	b := newBench(t)
	id := b.create(hook("a")).ID
	for version, want := range map[int]string{1: commands.StatusFailed} {
		if _, err := b.x.ActivateWorkflow(t.Context(), meta(""), id, version); err != nil {
			t.Fatal(err)
		}
		if _, err := b.x.RefuseActivation(t.Context(), meta(""), id, version, []string{"taken"}); err != nil {
			t.Fatal(err)
		}
		if d := b.state(id); d.Status != want || !slices.Equal(d.Reasons, []string{"taken"}) {
			t.Errorf("%+v", d)
		}
	}
	if _, err := b.x.DeactivateWorkflow(t.Context(), meta(""), id); err != nil {
		t.Errorf("deactivating what is not active: %v", err)
	}
}

func TestBadWorkflowsChangeNothing(t *testing.T) {
	b := newBench(t)
	id := b.create(hook("a")).ID
	for name, c := range map[string]struct {
		raw  string
		code commands.Code
	}{
		"no JSON":       {"{", commands.CodeInvalid},
		"an array":      {"[]", commands.CodeInvalid},
		"no nodes":      {"{}", commands.CodeInvalid},
		"a key twice":   {`{"nodes":[],"nodes":[]}`, commands.CodeInvalid},
		"invalid UTF-8": {"{\"nodes\":[],\"name\":\"\xff\"}", commands.CodeInvalid},
		"too large":     {`{"nodes":[],"x":"` + strings.Repeat("x", workflow.MaxDefinitionBytes) + `"}`, commands.CodeTooLarge},
		"too deep":      {`{"nodes":` + strings.Repeat("[", workflow.MaxDefinitionDepth+1) + strings.Repeat("]", workflow.MaxDefinitionDepth+1) + `}`, commands.CodeTooLarge},
	} {
		_, err := b.x.CreateWorkflow(t.Context(), meta(""), []byte(c.raw), "")
		b.refused("create: "+name, err, c.code)
		_, err = b.x.ReviseWorkflow(t.Context(), meta(""), id, []byte(c.raw), 0)
		b.refused("revise: "+name, err, c.code)
	}
	if d := b.state(id); d.Revision != 1 {
		t.Errorf("refused commands changed it: %+v", d)
	}
	missing := events.HashToID("missing").String()
	_, err := b.x.ReviseWorkflow(t.Context(), meta(""), missing, hook("a"), 0)
	b.refused("revise what is not there", err, commands.CodeNotFound)
	_, err = b.x.ArchiveWorkflow(t.Context(), meta(""), missing)
	b.refused("archive what is not there", err, commands.CodeNotFound)
	_, err = b.x.ActivateWorkflow(t.Context(), meta(""), id, 7)
	b.refused("activate a version that is not there", err, commands.CodeNotFound)
	_, err = b.x.Graph(t.Context(), events.DefaultWorkspace, id, 7)
	b.refused("the graph of a version that is not there", err, commands.CodeNotFound)
}

func TestProblemsRefuseActivation(t *testing.T) {
	b := newBench(t)
	made := b.create([]byte(`{"nodes":[{"name":"A","type":"odd"},{"name":"A","type":"step"}],"connections":{"X":{"main":[[{"node":"Y"}]]}}}`))
	if len(made.Problems) < 4 {
		t.Errorf("problems: %+v", made.Problems)
	}
	_, err := b.x.ActivateWorkflow(t.Context(), meta(""), made.ID, 0)
	if e := b.refused("activation", err, commands.CodeNotRunnable); len(e.Details) < 4 {
		t.Errorf("details: %q", e.Details)
	}
}

func TestRepeatedCommands(t *testing.T) {
	b := newBench(t)
	first, err := b.x.CreateWorkflow(t.Context(), meta("k"), hook("a"), "")
	if err != nil || first.Repeated {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := b.x.CreateWorkflow(t.Context(), meta("k"), hook("a"), "")
	if err != nil || !again.Repeated || again.ID != first.ID || again.Revision != first.Revision {
		t.Errorf("the repeat: %+v, %v", again, err)
	}
	_, err = b.x.CreateWorkflow(t.Context(), meta("k"), hook("b"), "")
	b.refused("the same key with another body", err, commands.CodeIdempotencyMismatch)
	for i := range 70 {
		if _, err := b.x.ReviseWorkflow(t.Context(), meta(""), first.ID, hook(fmt.Sprint(i)), 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err = b.x.CreateWorkflow(t.Context(), meta("k"), hook("a"), "")
	b.refused("a repeat that is too old", err, commands.CodeIdempotencyExpired)
	if _, err := b.x.ReviseWorkflow(t.Context(), meta("r"), first.ID, hook("z"), 0); err != nil {
		t.Fatal(err)
	}
	revision := b.state(first.ID).Revision
	if out, err := b.x.ReviseWorkflow(t.Context(), meta("r"), first.ID, hook("z"), 0); err != nil || !out.Repeated || b.state(first.ID).Revision != revision {
		t.Errorf("a repeated revision: %+v, %v", out, err)
	}
}

func TestRacingCommandsAreAllDecided(t *testing.T) {
	log := streamtest.Open(t, t.TempDir())
	conf := commands.Config{Store: log, Keys: log, Catalogue: types{}}
	first := commands.New(conf)
	made, err := first.CreateWorkflow(t.Context(), meta(""), hook("a"), "")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 4 {
		x := commands.New(conf) // as if each were another process
		group.Go(func() {
			if _, err := x.ReviseWorkflow(t.Context(), meta(""), made.ID, hook(fmt.Sprint("p", i)), 0); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if d, _ := first.Definition(t.Context(), events.DefaultWorkspace, made.ID); d.Version != 5 {
		t.Errorf("after four revisions the version is %d", d.Version)
	}
}

func TestDeniedCommandsChangeNothing(t *testing.T) {
	log := streamtest.Open(t, t.TempDir())
	denied := &commands.Error{Code: commands.CodeDenied, Message: "no"}
	x := commands.New(commands.Config{Store: log, Keys: log, Catalogue: types{}, Authorize: func(_ commands.Meta, p commands.Permission) error { return denied }})
	if _, err := x.CreateWorkflow(t.Context(), meta("k"), hook("a"), ""); !errors.Is(err, denied) {
		t.Errorf("%v", err)
	}
	if _, err := x.StartRun(t.Context(), meta(""), events.NewTimeID(time.Now(), [10]byte{}), events.RunStarted{}); !errors.Is(err, denied) {
		t.Errorf("%v", err)
	}
}

func TestMissingNameIsGiven(t *testing.T) {
	b := newBench(t)
	nameless := []byte(`{"nodes":[]}`)
	made, err := b.x.CreateWorkflow(t.Context(), meta(""), nameless, "from a file")
	if err != nil || made.Name != "from a file" || b.state(made.ID).Name != "from a file" {
		t.Errorf("%+v, %v", made, err)
	}
	if d := b.state(made.ID); func() string { raw, _ := d.Raw(1); return raw }() != string(nameless) {
		t.Error("the name got into the workflow's own JSON")
	}
	if _, err := b.x.ReviseWorkflow(t.Context(), meta(""), made.ID, []byte(`{"nodes":[],"x":1}`), 0); err != nil || b.state(made.ID).Name != "from a file" {
		t.Errorf("a revision without a name: %+v, %v", b.state(made.ID), err)
	}
	if own, err := b.x.CreateWorkflow(t.Context(), meta(""), hook("a"), "ignored"); err != nil || own.Name != "w" {
		t.Errorf("%+v, %v", own, err)
	}
	_, err = b.x.CreateWorkflow(t.Context(), meta(""), nameless, strings.Repeat("n", workflow.MaxNameLength+1))
	b.refused("a name that is too long", err, commands.CodeTooLarge)
}
