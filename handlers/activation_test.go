package handlers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
)

// hooked is a workflow with one webhook for each "METHOD path".
func hooked(routes ...string) string {
	var list []string
	for i, r := range routes {
		method, path, _ := strings.Cut(r, " ")
		list = append(list, fmt.Sprintf(`{"name":"Hook %d","id":"h%d","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"w%d","position":[0,%d],"parameters":{"httpMethod":%q,"path":%q,"options":{}}}`, i, i, i, i, method, path))
	}
	return `{"name":"hooked","nodes":[` + strings.Join(list, ",") + `],"connections":{}}`
}

// activate asks for an activation and waits until it is decided.
func (s *server) activate(id string) commands.Definition {
	s.t.Helper()
	if _, err := s.commands.ActivateWorkflow(s.t.Context(), meta(), id, 0); err != nil {
		s.t.Fatal(err)
	}
	return s.settled(id)
}

func (s *server) settled(id string) commands.Definition {
	s.t.Helper()
	var d commands.Definition
	s.until("the activation is decided", func() bool {
		var err error
		d, err = s.commands.Definition(s.t.Context(), events.DefaultWorkspace, id)
		return err == nil && d.RequestedVersion == 0
	})
	return d
}

func (s *server) listens(method, path string) (handlers.Match, bool) {
	m, err := s.engine.Routes().Match(s.t.Context(), events.DefaultWorkspace, method, path)
	return m, err == nil
}

func TestActivationClaimsRoutes(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, newOutside())
	id := s.create(hooked("POST orders", "GET orders"))
	if _, ok := s.listens("POST", "orders"); ok {
		t.Error("a workflow that is not active listens")
	}
	if d := s.activate(id); d.Status != commands.StatusActive || d.ActiveVersion != 1 || len(d.Routes) != 2 {
		t.Errorf("%+v", d)
	}
	if m, ok := s.listens("POST", "orders"); !ok || m.Workflow != id || m.Version != 1 || m.Step != "Hook 0" || m.Node == nil {
		t.Errorf("match %+v %v", m, ok)
	}
	var method *handlers.MethodError
	if _, err := s.engine.Routes().Match(t.Context(), events.DefaultWorkspace, "PUT", "orders"); !errors.As(err, &method) || !slices.Equal(method.Allowed, []string{"GET", "POST"}) {
		t.Errorf("another method: %v", err)
	}
	if _, err := s.engine.Routes().Match(t.Context(), "w9", "POST", "orders"); !errors.Is(err, handlers.ErrNoRoute) {
		t.Errorf("another workspace: %v", err)
	}
	s.stop()
	s = start(t, dir, newOutside())
	defer s.stop()
	if _, ok := s.listens("POST", "orders"); !ok {
		t.Error("after a restart nobody listens")
	}
	if _, err := s.commands.DeactivateWorkflow(t.Context(), meta(), id); err != nil {
		t.Fatal(err)
	}
	s.until("the routes are released", func() bool {
		_, post := s.listens("POST", "orders")
		_, get := s.listens("GET", "orders")
		return !post && !get
	})
}

func TestTakenRouteRefusesActivation(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	first, second := s.create(hooked("POST a")), s.create(hooked("POST b", "POST a"))
	s.activate(first)
	d := s.activate(second)
	if d.Status != commands.StatusFailed || len(d.Reasons) != 1 || !strings.Contains(d.Reasons[0], first) {
		t.Errorf("%+v", d)
	}
	s.until("the refused workflow lets go of its other route", func() bool { _, ok := s.listens("POST", "b"); return !ok })
	if m, ok := s.listens("POST", "a"); !ok || m.Workflow != first {
		t.Errorf("the route's holder lost it: %+v", m)
	}
	if _, err := s.commands.ArchiveWorkflow(t.Context(), meta(), first); err != nil {
		t.Fatal(err)
	}
	s.until("the archived workflow lets go", func() bool { _, ok := s.listens("POST", "a"); return !ok })
	if d := s.activate(second); d.Status != commands.StatusActive {
		t.Errorf("%+v", d)
	}
}

func TestNewVersionTakesOverRoutes(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	id := s.create(hooked("POST keep", "POST drop"))
	s.activate(id)
	if _, err := s.commands.ReviseWorkflow(t.Context(), meta(), id, []byte(hooked("POST keep", "POST new")), 1); err != nil {
		t.Fatal(err)
	}
	if m, _ := s.listens("POST", "keep"); m.Version != 1 {
		t.Errorf("a revision alone changed what runs: %+v", m)
	}
	if d := s.activate(id); d.ActiveVersion != 2 {
		t.Errorf("%+v", d)
	}
	s.until("the old route is released", func() bool { _, ok := s.listens("POST", "drop"); return !ok })
	for _, path := range []string{"keep", "new"} {
		if m, ok := s.listens("POST", path); !ok || m.Version != 2 {
			t.Errorf("%s: %+v %v", path, m, ok)
		}
	}
}

func TestUnknownStepTypesRefuseActivation(t *testing.T) {
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	made, err := s.commands.CreateWorkflow(t.Context(), meta(), []byte(`{"nodes":[{"name":"A","type":"n8n-nodes-base.nothingLikeIt","typeVersion":1,"parameters":{}}],"connections":{}}`), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.commands.ActivateWorkflow(t.Context(), meta(), made.ID, 0)
	var refusal *commands.Error
	if !errors.As(err, &refusal) || refusal.Code != commands.CodeNotRunnable || len(refusal.Details) == 0 {
		t.Errorf("%v", err)
	}
}
