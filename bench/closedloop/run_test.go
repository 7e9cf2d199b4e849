package closedloop

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestEveryUserWaitsForItsAnswer(t *testing.T) {
	t.Parallel()
	const users = 4
	var now, most, served atomic.Int64
	var connections sync.Map
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		connections.Store(r.RemoteAddr, true)
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || string(body) != `{"a":1}` || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusBadRequest)
		}
		served.Add(1)
		_, _ = io.WriteString(w, "well done")
	})
	r := run(t, Plan{URL: s, Users: users, Body: []byte(`{"a":1}`), Requests: 200, Contains: "done"})
	if r.Requests != 200 || r.Errors != 0 || r.Sent != 200 || served.Load() != 200 {
		t.Errorf("%d requests, %d errors, %d sent, %d served: %s", r.Requests, r.Errors, r.Sent, served.Load(), r.FirstError)
	}
	if r.Bytes != 200*int64(len("well done")) {
		t.Errorf("%d bytes", r.Bytes)
	}
	if most.Load() > users {
		t.Errorf("%d requests at once by %d users", most.Load(), users)
	}
	n := 0
	connections.Range(func(any, any) bool { n++; return true })
	if n > users {
		t.Errorf("%d connections by %d users: they are not kept alive", n, users)
	}
	if !(r.P50MS <= r.P95MS && r.P95MS <= r.P99MS && r.P99MS <= r.MaxMS && r.MaxMS > 0) || r.PerSecond <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestTheWarmUpIsSentAndNotCounted(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	s := serve(t, func(http.ResponseWriter, *http.Request) { served.Add(1) })
	r := run(t, Plan{URL: s, Users: 2, Warmup: 100 * time.Millisecond, Duration: 100 * time.Millisecond})
	if r.Sent != served.Load() || r.Requests >= r.Sent || r.Requests == 0 {
		t.Errorf("%d counted, %d sent, %d served", r.Requests, r.Sent, served.Load())
	}
	if r.Seconds < 0.09 || r.Seconds > 5 {
		t.Errorf("measured for %v s", r.Seconds)
	}
}

func TestErrorsAreCounted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		plan  Plan
		serve http.HandlerFunc
		want  string
	}{
		"status": {Plan{}, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "too many", http.StatusTooManyRequests) }, "429"},
		"redirect": {Plan{}, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		}, "302"},
		"content": {Plan{Contains: "yes"}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "no") }, "does not contain"},
		"cut off": {Plan{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
		}, "EOF"},
		"late": {Plan{Timeout: 20 * time.Millisecond}, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.plan.URL, tt.plan.Requests = serve(t, tt.serve), 3
			r := run(t, tt.plan)
			if r.Requests != 3 || r.Errors != 3 || !strings.Contains(r.FirstError, tt.want) {
				t.Errorf("%d of %d failed: %s", r.Errors, r.Requests, r.FirstError)
			}
		})
	}
}

func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	r := run(t, Plan{URL: s.URL, Duration: 50 * time.Millisecond})
	if r.Errors == 0 || r.Errors != r.Requests || r.Requests > 6 {
		t.Errorf("%d of %d failed", r.Errors, r.Requests)
	}
}

func TestTheEndOfTheContextEndsTheLoad(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var served atomic.Int64
	s := serve(t, func(http.ResponseWriter, *http.Request) {
		if served.Add(1) == 10 {
			cancel()
		}
	})
	r, err := Run(ctx, Plan{URL: s, Users: 2, Duration: time.Minute})
	if err != nil || r.Errors != 0 || r.Sent != served.Load() || r.Sent < 10 {
		t.Errorf("%d sent, %d served, %d errors: %s %v", r.Sent, served.Load(), r.Errors, r.FirstError, err)
	}
}

func TestOnlyThisMachineIsLoaded(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://192.0.2.1/", "http://example.com/", "http://127.0.0.1.example.com/", "http://0.0.0.0/", "http://[::]/"} {
		if _, err := Run(t.Context(), Plan{URL: address}); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"https://127.0.0.1/", "127.0.0.1:80", "http:///x", "", "http://%zz"} {
		if _, err := Run(t.Context(), Plan{URL: address}); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
	for _, address := range []string{"http://127.0.0.1:1/", "http://127.9.9.9/", "http://[::1]:1/", "http://localhost:1/"} {
		if err := checkURL(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := checkConnection("192.0.2.1:80"); !errors.Is(err, ErrNotLoopback) {
		t.Errorf("a name that leads elsewhere: %v", err)
	}
}

func TestLimitsOfAPlan(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]Plan{
		"users":    {Users: MaxUsers + 1},
		"fewer":    {Users: -1},
		"duration": {Duration: MaxDuration + 1},
		"warm-up":  {Warmup: MaxDuration + 1},
		"requests": {Requests: MaxRequests + 1},
		"body":     {Body: make([]byte, MaxBodyBytes+1)},
		"method":   {Method: "GET /"},
		"pause":    {Pause: -1},
	} {
		p.URL = "http://127.0.0.1:1/"
		if _, err := Run(t.Context(), p); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// endless is an answer without an end.
type endless struct{ given int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.given += int64(len(p))
	return len(p), nil
}

func TestALongAnswerIsAnError(t *testing.T) {
	t.Parallel()
	body := &endless{}
	u := user{load: &load{}}
	if _, _, err := u.read(body, make([]byte, 1<<10)); !errors.Is(err, errLongAnswer) {
		t.Errorf("error %v", err)
	}
	if body.given > MaxAnswerBytes+1<<20 {
		t.Errorf("%d bytes were read", body.given)
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func run(t *testing.T, p Plan) Report {
	t.Helper()
	r, err := Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSeveralAddressesAreAskedInTurn(t *testing.T) {
	t.Parallel()
	var asked [2]atomic.Int64
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		asked[strings.Count(r.URL.Path, "b")].Add(1)
	})
	r := run(t, Plan{URL: s + "/a", Others: []string{s + "/b"}, Users: 2, Requests: 40})
	if r.Errors != 0 || asked[0].Load() < 19 || asked[1].Load() < 19 {
		t.Errorf("%d and %d of %d, %d errors", asked[0].Load(), asked[1].Load(), r.Requests, r.Errors)
	}
	if _, err := Run(t.Context(), Plan{URL: s, Others: []string{"http://example.com"}}); !errors.Is(err, ErrNotLoopback) {
		t.Errorf("an address elsewhere: %v", err)
	}
}
