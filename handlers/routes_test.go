package handlers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
)

func TestRoutesWithParameters(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	// Paths with parameters stand below the id of their webhook: w2, w3, w4.
	id := s.create(hooked("GET w2/me", "DELETE w2/me", "GET :user", "PUT :user", "GET :user/posts/:post"))
	s.activate(id)
	for name, c := range map[string]struct {
		method, path, step string
		params             []events.Header
	}{
		"exact comes first":        {"GET", "w2/me", "Hook 0", nil},
		"exact, other method":      {"DELETE", "w2/me", "Hook 1", nil},
		"parameter":                {"GET", "w2/ada", "Hook 2", []events.Header{{Name: "user", Value: "ada"}}},
		"other id, other method":   {"PUT", "w3/me", "Hook 3", []events.Header{{Name: "user", Value: "me"}}},
		"two parameters":           {"GET", "w4/ada/posts/7", "Hook 4", []events.Header{{Name: "user", Value: "ada"}, {Name: "post", Value: "7"}}},
		"empty parameter":          {"GET", "w2/", "", nil},
		"too few segments":         {"GET", "w2", "", nil},
		"another segment":          {"GET", "w4/ada/likes/7", "", nil},
		"the id alone is no route": {"GET", "w4", "", nil},
	} {
		m, ok := s.listens(c.method, c.path)
		if ok != (c.step != "") || m.Step != c.step || !slices.Equal(m.Params, c.params) {
			t.Errorf("%s: %q %v %v", name, m.Step, m.Params, ok)
		}
	}
	var method *handlers.MethodError
	if _, err := s.engine.Routes().Match(t.Context(), events.DefaultWorkspace, "PUT", "w2/me"); !errors.As(err, &method) || !slices.Equal(method.Allowed, []string{"DELETE", "GET"}) || method.Error() == "" {
		t.Errorf("a method that is not taken: %v", err)
	}
}

// TestExactPathOfAnotherMethod: that somebody listens on a path with one method
// must not hide who listens with another on a path with parameters.
func TestExactPathOfAnotherMethod(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	s.activate(s.create(hooked("GET w1/me", "POST :user")))
	if m, ok := s.listens("POST", "w1/me"); !ok || m.Step != "Hook 1" {
		t.Errorf("match %+v %v", m, ok)
	}
}

func TestRouteTableStops(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	if !s.engine.Routes().Ready() {
		t.Error("a started table is not ready")
	}
	s.engine.Routes().Stop()
	ahead := events.NewCursor(events.Position{Stream: "DEFS", Seq: 1 << 40})
	if err := s.engine.Routes().Wait(t.Context(), ahead); !errors.Is(err, handlers.ErrNoRoute) {
		t.Errorf("waiting for a table that has stopped: %v", err)
	}
	expired, cancel := contextThatHasEnded()
	defer cancel()
	begin := time.Now()
	if _, err := s.engine.Routes().Match(expired, events.DefaultWorkspace, "GET", "x"); !errors.Is(err, handlers.ErrNoRoute) || time.Since(begin) > time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
	s.stop()
}
