package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// shop is the outside world of the demo: an HTTP server in which every request
// has an effect. It counts requests and effects. As servers with care do, it
// knows a request that comes again by its Idempotency-Key, and has its effect
// once only.
type shop struct {
	listener net.Listener
	server   *http.Server
	served   chan struct{}
	changed  chan struct{} // has a value when something has happened

	mu      sync.Mutex
	calls   []*call          // in the order of their first request
	byKey   map[string]*call // the same
	effects map[string]int   // how often each effect happened, whatever the key
	hold    string           // the effect whose first answer is held back
	holding string           // the key of the request that is held, once it is
}

// call is what the shop knows of one Idempotency-Key.
type call struct {
	Key      string
	Effect   string // what it does, such as "charge B-2"
	Requests int
}

type shopAnswer struct {
	Done   bool   `json:"done"`
	Effect string `json:"effect"`
}

// shopBodyLimit bounds what the shop reads of a request, in bytes.
const shopBodyLimit = 64 << 10

func openShop(ctx context.Context) (*shop, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the shop: %w", err)
	}
	s := &shop{
		listener: listener, served: make(chan struct{}), changed: make(chan struct{}, 1),
		byKey: map[string]*call{}, effects: map[string]int{},
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(listener) // ends when the shop is closed
	}()
	return s, nil
}

func (s *shop) close() {
	_ = s.server.Close()
	<-s.served
}

// address is the shop's host:port.
func (s *shop) address() string { return s.listener.Addr().String() }

// holdFirst keeps the first answer to an effect from arriving, as if the network
// were slow. The effect itself has happened by then.
func (s *shop) holdFirst(effect string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = effect
}

// held is the key of the request whose answer is held; empty: none has come.
func (s *shop) held() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holding
}

// ledger is what the shop knows: all keys, and how often each effect happened.
func (s *shop) ledger() (calls []call, effects map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		calls = append(calls, *c)
	}
	effects = map[string]int{}
	for name, n := range s.effects {
		effects[name] = n
	}
	return calls, effects
}

var errNoOrder = errors.New(`a request needs an Idempotency-Key and an "order"`)

// ServeHTTP has the effect, unless it has happened under the same key, and
// answers the same both times.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	effect, key, err := readCall(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if s.take(effect, key) {
		<-r.Context().Done() // until who asked is gone
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(shopAnswer{Done: true, Effect: effect})
}

func readCall(r *http.Request) (effect, key string, err error) {
	var body struct{ Order string }
	raw, err := io.ReadAll(io.LimitReader(r.Body, shopBodyLimit))
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	key = r.Header.Get("Idempotency-Key")
	if err == nil && (body.Order == "" || key == "") {
		err = errNoOrder
	}
	return r.URL.Path[1:] + " " + body.Order, key, err
}

// take counts a request and reports whether its answer is to be held.
func (s *shop) take(effect, key string) (hold bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.byKey[key]
	if c == nil {
		c = &call{Key: key, Effect: effect}
		s.byKey[key], s.calls = c, append(s.calls, c)
		s.effects[effect]++
	}
	c.Requests++
	if s.hold == effect && s.holding == "" {
		hold, s.holding = true, key
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return hold
}
