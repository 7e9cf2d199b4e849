package streams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// readTimeout bounds one request. A cold block takes 20 ms to load.
	readTimeout = 10 * time.Second
	// readBatch and readBytes bound the answer to one request.
	readBatch = 512
	readBytes = 2 << 20
)

// errNotFound: the stream holds no such message.
var errNotFound = errors.New("no such message")

// reader asks streams for messages by the server's direct get, many in one
// round trip, which nats.go has no call for. All requests share one inbox.
type reader struct {
	conn  *nats.Conn
	inbox string

	mu    sync.Mutex
	token uint64
	calls map[uint64]*readCall
}

// readRequest is the server's request form. Seq alone starts at a sequence;
// with NextFor it gives messages of that subject only. Batch 0 asks for one.
type readRequest struct {
	Seq      uint64 `json:"seq,omitempty"`
	NextFor  string `json:"next_by_subj,omitempty"`
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

// raw is one stored message.
type raw struct {
	seq     uint64
	subject string
	body    []byte
}

// readCall collects the answer to one request.
type readCall struct {
	single  bool
	list    []raw
	pending uint64 // how many more match behind the last one
	err     error
	done    chan struct{}
}

func newReader(conn *nats.Conn) (*reader, error) {
	r := &reader{conn: conn, inbox: nats.NewInbox(), calls: make(map[uint64]*readCall)}
	if _, err := conn.Subscribe(r.inbox+".*", r.answered); err != nil {
		return nil, fmt.Errorf("subscribe to reads: %w", err)
	}
	return r, nil
}

// batch reads the messages that a request matches and how many more there
// are; none is not an error. Errors: commands.ErrUnavailable.
func (r *reader) batch(ctx context.Context, stream string, q readRequest) ([]raw, uint64, error) {
	q.Batch, q.MaxBytes = max(q.Batch, 1), readBytes
	c, err := r.ask(ctx, stream, q, &readCall{list: make([]raw, 0, min(q.Batch, 64)), done: make(chan struct{})})
	if errors.Is(err, errNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return c.list, c.pending, nil
}

// one reads the first message that a request matches. Errors: errNotFound,
// commands.ErrUnavailable.
func (r *reader) one(ctx context.Context, stream string, q readRequest) (raw, error) {
	c, err := r.ask(ctx, stream, q, &readCall{single: true, done: make(chan struct{})})
	if err != nil {
		return raw{}, err
	}
	return c.list[0], nil
}

func (r *reader) ask(ctx context.Context, stream string, q readRequest, c *readCall) (*readCall, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	r.mu.Lock()
	r.token++
	token := r.token
	r.calls[token] = c
	r.mu.Unlock()
	body, err := json.Marshal(q)
	if err == nil {
		err = r.conn.PublishRequest("$JS.API.DIRECT.GET."+stream, r.inbox+"."+strconv.FormatUint(token, 36), body)
	}
	if err != nil {
		r.forget(token)
		return nil, fmt.Errorf("read %s: %w: %w", stream, commands.ErrUnavailable, err)
	}
	select {
	case <-c.done:
		if c.err != nil {
			return nil, fmt.Errorf("read %s: %w", stream, c.err)
		}
		return c, nil
	case <-ctx.Done():
		r.forget(token)
		return nil, fmt.Errorf("read %s: %w: %w", stream, commands.ErrUnavailable, ctx.Err())
	}
}

func (r *reader) forget(token uint64) {
	r.mu.Lock()
	delete(r.calls, token)
	r.mu.Unlock()
}

// answered takes one message of an answer; one goroutine calls it.
func (r *reader) answered(m *nats.Msg) {
	token, err := strconv.ParseUint(m.Subject[len(r.inbox)+1:], 36, 64)
	if err != nil {
		return
	}
	r.mu.Lock()
	c := r.calls[token]
	r.mu.Unlock()
	if c != nil && c.take(m) {
		r.forget(token)
		close(c.done)
	}
}

// take adds a message and reports whether it was the last of the answer.
func (c *readCall) take(m *nats.Msg) (last bool) {
	switch status := header(m, "Status"); status {
	case "":
	case "204":
		c.pending, _ = strconv.ParseUint(header(m, jetstreamPending), 10, 64)
		return true
	case "404":
		c.err = errNotFound
		return true
	default:
		c.err = fmt.Errorf("%w: status %s %s", commands.ErrUnavailable, status, header(m, "Description"))
		return true
	}
	seq, err := strconv.ParseUint(header(m, jetstream.SequenceHeader), 10, 64)
	if err != nil {
		c.err = fmt.Errorf("%w: an answer without a sequence", commands.ErrUnavailable)
		return true
	}
	c.list = append(c.list, raw{seq: seq, subject: header(m, jetstream.SubjectHeader), body: m.Data})
	return c.single
}

const jetstreamPending = "Nats-Num-Pending"

func header(m *nats.Msg, name string) string {
	if v := m.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}
