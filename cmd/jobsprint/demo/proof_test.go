package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// charge sends a request to the shop's handler.
func charge(ctx context.Context, s *shop, key, order string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/charge", strings.NewReader(`{"order":"`+order+`"}`)).WithContext(ctx)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func openTestShop(t *testing.T) *shop {
	t.Helper()
	s, err := openShop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func TestShopActsOncePerKey(t *testing.T) {
	t.Parallel()
	s := openTestShop(t)
	for _, key := range []string{"k1", "k1", "k2"} {
		if code := charge(t.Context(), s, key, "A").Code; code != http.StatusOK {
			t.Fatalf("key %s: status %d", key, code)
		}
	}
	if code := charge(t.Context(), s, "", "A").Code; code != http.StatusBadRequest {
		t.Errorf("without a key: status %d", code)
	}
	if code := charge(t.Context(), s, "k3", "").Code; code != http.StatusBadRequest {
		t.Errorf("without an order: status %d", code)
	}
	calls, effects := s.ledger()
	if len(calls) != 2 || calls[0].Requests != 2 || calls[1].Requests != 1 || effects["charge A"] != 2 {
		t.Errorf("calls %+v, effects %v: another key is another effect", calls, effects)
	}
}

func TestShopHoldsTheFirstAnswerOnly(t *testing.T) {
	t.Parallel()
	s := openTestShop(t)
	s.holdFirst("charge A")
	asking, leave := context.WithCancel(t.Context())
	first := make(chan string, 1)
	go func() { first <- charge(asking, s, "k1", "A").Body.String() }()
	<-s.changed
	if s.held() != "k1" {
		t.Fatalf("it holds %q", s.held())
	}
	if code := charge(t.Context(), s, "k1", "A").Code; code != http.StatusOK {
		t.Errorf("the second request: status %d", code)
	}
	select {
	case <-first:
		t.Error("the first answer was not held")
	default:
	}
	leave()
	if body := <-first; body != "" {
		t.Errorf("who left got an answer: %s", body)
	}
}

func TestEffectsMustHaveHappenedOnce(t *testing.T) {
	t.Parallel()
	good := func() (list []effect, byKey map[string]call, happened map[string]int) {
		byKey, happened = map[string]call{}, map[string]int{}
		for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
			n := 1
			if key == "e" {
				n = 2
			}
			list = append(list, effect{Run: "r", Step: "s", Key: key, Requests: n})
			byKey[key], happened["act "+key] = call{Key: key, Effect: "act " + key, Requests: n}, 1
		}
		return list, byKey, happened
	}
	list, byKey, happened := good()
	if err := checkEffects(list, byKey, happened, "e"); err != nil {
		t.Errorf("all is well, and it says: %v", err)
	}
	for want, spoil := range map[string]func(){
		"has not seen":                  func() { delete(byKey, "a") },
		"happened 2 times":              func() { happened["act b"] = 2 },
		"was not in flight at the kill": func() { byKey["c"] = call{Key: "c", Effect: "act c", Requests: 2} },
		"not twice":                     func() { byKey["e"] = call{Key: "e", Effect: "act e", Requests: 1} },
		"6 effects should":              func() { list = list[:5] },
		"the shop 7 under 6 keys":       func() { happened["act g"] = 1 },
	} {
		list, byKey, happened = good()
		spoil()
		if err := checkEffects(list, byKey, happened, "e"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestGapsAndRepeatsOfTheStreamAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		places []place
		ok     bool
	}{
		"whole":             {[]place{{1, 0}, {2, 0}, {2, 1}, {3, 0}}, true},
		"begins late":       {[]place{{2, 0}}, false},
		"a commit missing":  {[]place{{1, 0}, {3, 0}}, false},
		"an event missing":  {[]place{{1, 0}, {2, 1}}, false},
		"a commit again":    {[]place{{1, 0}, {2, 0}, {1, 0}}, false},
		"an event again":    {[]place{{1, 0}, {1, 0}}, false},
		"the inside missed": {[]place{{1, 0}, {1, 2}}, false},
	} {
		var err error
		r := &run{}
		for _, p := range c.places {
			if err == nil {
				err = r.follows(p)
			}
		}
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	twice := &run{completed: []stepOf{{"a", 0}, {"a", 1}, {"a", 0}}}
	if twice.onceEach() == nil {
		t.Error("a step that is recorded twice is not found")
	}
}
