package main

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// world is an HTTP server on which the steps of the crash test act. It counts
// requests by Idempotency-Key, each with the life of the server that has sent
// it: a life ends with a kill.
type world struct {
	*httptest.Server
	mu          sync.Mutex
	closed      *sync.Cond // a connection was
	random      *rand.Rand
	life        int
	connections int
	keys        map[string]*keyRecord
	first       func(effect string) // is called when a key is new
}

// keyRecord is what the world knows of one idempotency key.
type keyRecord struct {
	effects  map[string]bool // such as "charge 17"; a key stands for one
	requests []*request
}

type request struct {
	life int
	cut  bool // whoever sent it was gone before it was answered
}

// Slowest and quickest answer.
const (
	leastDelay = 2 * time.Millisecond
	mostDelay  = 60 * time.Millisecond
)

func openWorld(t *testing.T, seed uint64, first func(effect string)) *world {
	t.Helper()
	w := &world{first: first, keys: map[string]*keyRecord{}, random: rand.New(rand.NewPCG(seed, 1))}
	w.closed = sync.NewCond(&w.mu)
	w.Server = httptest.NewUnstartedServer(w)
	w.Config.ConnState = w.connection
	w.Start()
	t.Cleanup(w.Close)
	return w
}

func (w *world) connection(_ net.Conn, s http.ConnState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s {
	case http.StateNew:
		w.connections++
	case http.StateClosed:
		w.connections--
		w.closed.Broadcast()
	}
}

// ServeHTTP has an effect and answers after a random time.
func (w *world) ServeHTTP(reply http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var body struct{ N json.Number }
	if err != nil || json.Unmarshal(raw, &body) != nil {
		return // it did not arrive whole, or is the test's own
	}
	q, delay := w.take(r.Header.Get("Idempotency-Key"), r.URL.Path[1:]+" "+body.N.String())
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		reply.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(reply, `{"n":`+body.N.String()+`}`)
	case <-r.Context().Done():
		w.mu.Lock()
		q.cut = true
		w.mu.Unlock()
	}
}

func (w *world) take(key, effect string) (*request, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.keys[key]
	if k == nil {
		k = &keyRecord{effects: map[string]bool{}}
		w.keys[key] = k
		w.first(effect)
	}
	q := &request{life: w.life}
	k.effects[effect], k.requests = true, append(k.requests, q)
	return q, leastDelay + time.Duration(w.random.Int64N(int64(mostDelay-leastDelay)))
}

// endLife waits until everything that the killed server has sent is counted,
// and begins the next life.
func (w *world) endLife(t *testing.T) {
	t.Helper()
	// Connections are accepted in order: behind this one there is none of the
	// killed server.
	own := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := own.Get(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.connections > 0 {
		w.closed.Wait()
	}
	w.life++
}

// record gives the effects and requests of a key.
func (w *world) record(key string) keyRecord {
	w.mu.Lock()
	defer w.mu.Unlock()
	if k := w.keys[key]; k != nil {
		return *k
	}
	return keyRecord{}
}

// count is the number of keys.
func (w *world) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.keys)
}
