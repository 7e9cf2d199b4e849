package closedloop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Run makes the load and reports. It ends after the plan's time or number of
// requests, or when ctx ends; requests on their way then are waited for, up to
// the plan's timeout. An error means that the plan is not one.
func Run(ctx context.Context, p Plan) (Report, error) {
	p, err := p.prepared()
	if err != nil {
		return Report{}, err
	}
	transport := newTransport(p)
	defer transport.CloseIdleConnections()
	begun := time.Now()
	l := &load{Plan: p, measured: begun.Add(p.Warmup), end: begun.Add(p.Warmup + p.Duration)}
	l.client = &http.Client{
		Transport: transport, Timeout: p.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	cpu, stop := l.watchCPU()
	users := make([]user, p.Users)
	var wg sync.WaitGroup
	for i := range users {
		users[i].load = l
		wg.Go(func() { users[i].work(ctx) })
	}
	wg.Wait()
	stop()
	return l.report(users, <-cpu), nil
}

func newTransport(p Plan) *http.Transport {
	dialer := net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return checkConnection(address)
	}}
	return &http.Transport{
		DialContext: dialer.DialContext, MaxIdleConns: p.Users, MaxIdleConnsPerHost: p.Users, MaxConnsPerHost: p.Users,
		DisableCompression: true, // what the server sends is what is counted
	}
}

// load is what its users share.
type load struct {
	Plan
	client        *http.Client
	measured, end time.Time
	sent          atomic.Int64
}

// watchCPU gives the processor time from the begin of the measured time until
// stop is called.
func (l *load) watchCPU() (used <-chan time.Duration, stop func()) {
	result, stopped := make(chan time.Duration, 1), make(chan struct{})
	go func() {
		warm := time.NewTimer(time.Until(l.measured))
		defer warm.Stop()
		select {
		case <-warm.C:
		case <-stopped:
			result <- 0
			return
		}
		before := ownCPU()
		<-stopped
		result <- ownCPU() - before
	}()
	return result, func() { close(stopped) }
}

// user sends one request after the other.
type user struct {
	*load
	took     latencies
	errors   int64
	firstErr error
	bytes    int64
	last     time.Time // when the last answer was read
	turn     int
}

// next is the address of the user's next request.
func (u *user) next() string {
	at := u.turn % (1 + len(u.Others))
	u.turn++
	if at == 0 {
		return u.URL
	}
	return u.Others[at-1]
}

func (u *user) work(ctx context.Context) {
	buffer := make([]byte, 32<<10)
	for ctx.Err() == nil {
		begun := time.Now()
		if !begun.Before(u.end) || u.sent.Add(1) > u.Requests {
			return
		}
		n, err := u.request(ctx, buffer)
		u.last = time.Now()
		if !begun.Before(u.measured) {
			u.count(u.last.Sub(begun), n, err)
		}
		if u.Pause > 0 || err != nil {
			u.rest(ctx, err)
		}
	}
}

func (u *user) count(took time.Duration, n int64, err error) {
	u.took.add(took)
	u.bytes += n
	if err == nil {
		return
	}
	u.errors++
	if u.firstErr == nil {
		u.firstErr = err
	}
}

// restAfterError keeps a server that is down from being hammered.
const restAfterError = 10 * time.Millisecond

func (u *user) rest(ctx context.Context, err error) {
	pause := u.Pause
	if err != nil {
		pause = max(pause, restAfterError)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// request sends one request and reads all of its answer.
func (u *user) request(ctx context.Context, buffer []byte) (int64, error) {
	// The end of ctx ends the load, not a request: an answer that nobody reads
	// would be missing in the count.
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), u.Method, u.next(), bytes.NewReader(u.Body))
	if err != nil {
		return 0, err
	}
	if len(u.Body) > 0 {
		r.Header.Set("Content-Type", u.ContentType)
	}
	answer, err := u.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	n, head, err := u.read(answer.Body, buffer)
	switch {
	case err != nil:
		return n, err
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return n, fmt.Errorf("%s: %.200q", answer.Status, head)
	case u.Contains != "" && !strings.Contains(string(head), u.Contains):
		return n, fmt.Errorf("the answer %.200q does not contain %q", head, u.Contains)
	}
	return n, nil
}

var errLongAnswer = errors.New("the answer is longer than MaxAnswerBytes")

// read reads an answer and gives its length and its begin, which is searched
// for Plan.Contains: all that the buffer holds.
func (u *user) read(body io.Reader, buffer []byte) (int64, []byte, error) {
	head := 0
	for head < len(buffer) {
		n, err := body.Read(buffer[head:])
		head += n
		switch {
		case errors.Is(err, io.EOF):
			return int64(head), buffer[:head], nil
		case err != nil: // io.ErrUnexpectedEOF too: the answer was cut off
			return int64(head), buffer[:head], err
		}
	}
	n := int64(head)
	rest, err := io.Copy(io.Discard, io.LimitReader(body, MaxAnswerBytes-n+1))
	if n += rest; err == nil && n > MaxAnswerBytes {
		err = errLongAnswer
	}
	return n, buffer[:head], err
}
