package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// StreamOptions say what a stream holds and where it begins.
type StreamOptions struct {
	EventFilter
	// From is "start", "now" or a cursor; empty means "now".
	From string
	// UntilEnded ends the stream behind the end of its run.
	UntilEnded bool
}

// Message is one message of a stream: an event of the log, or a tick.
type Message struct {
	// ID is the cursor behind the event; that of the last event for a tick.
	ID   string
	Type string
	Data []byte
}

// TickType is the type of a Message that is a tick.
const TickType = "tick"

// Event reads the message as an event.
func (m Message) Event() (wire.Event, error) {
	var e wire.Event
	err := json.Unmarshal(m.Data, &e)
	e.Cursor = m.ID
	return e, err
}

// Tick reads the message as a tick.
func (m Message) Tick() (wire.Tick, error) {
	var t wire.Tick
	err := json.Unmarshal(m.Data, &t)
	return t, err
}

const runEnded = "run.ended"

// Stream gives live events. When the connection is lost it comes back and goes
// on behind the last event, without gap or repeat, until ctx ends (then the
// sequence ends without an error) or the server refuses.
func (c *Client) Stream(ctx context.Context, o StreamOptions) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		s := streamReader{c: c, o: o, pause: firstPause, yield: yield}
		s.hideEnd = o.UntilEnded && len(o.Types) > 0 && !slices.Contains(o.Types, runEnded)
		for !s.done {
			err := s.connect(ctx)
			var p *Problem
			switch {
			case s.done || ctx.Err() != nil:
				return
			case errors.As(err, &p) && p.Status < http.StatusInternalServerError:
				yield(Message{}, err)
				return
			case err != nil && s.failures >= maxFailures:
				yield(Message{}, err)
				return
			}
			if !s.sleep(ctx) {
				return
			}
		}
	}
}

const (
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
	// maxFailures is how often in a row a connection may fail.
	maxFailures = 20
	// maxLineBytes bounds one line of a stream.
	maxLineBytes = 64 << 20
)

type streamReader struct {
	c        *Client
	o        StreamOptions
	yield    func(Message, error) bool
	hideEnd  bool // the end of the run is asked for only to know it
	id       string
	pause    time.Duration
	failures int
	done     bool
}

func (s *streamReader) sleep(ctx context.Context) bool {
	t := time.NewTimer(s.pause)
	defer t.Stop()
	s.pause = min(2*s.pause, maxPause)
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// connect opens the stream once and reads it to its end.
func (s *streamReader) connect(ctx context.Context) error {
	s.failures++
	f := s.o.EventFilter
	if s.hideEnd {
		f.Types = append(slices.Clone(f.Types), runEnded)
	}
	q := f.params().set("from", s.o.From)
	if s.o.UntilEnded {
		q.set("until", "ended")
	}
	r, err := s.c.request(ctx, http.MethodGet, "/v1/stream", q.values(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	if s.id != "" {
		r.Header.Set("Last-Event-ID", s.id)
	}
	answer, err := s.c.http.Do(r)
	if err != nil {
		return fmt.Errorf("open the stream: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		data, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		return problemOf(answer, data)
	}
	s.failures = 0
	return s.read(bufio.NewReaderSize(answer.Body, 64<<10))
}

// read takes blocks apart as the standard on server-sent events says.
func (s *streamReader) read(in *bufio.Reader) error {
	m := Message{ID: s.id}
	var data []byte
	for !s.done {
		line, err := readLine(in)
		if err != nil {
			return err
		}
		if line == "" {
			s.id = m.ID // not before: half a message must come again
			if data != nil {
				s.pause = firstPause
				m.Data = data[:len(data)-1]
				s.dispatch(m)
			}
			m, data = Message{ID: s.id}, nil
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			m.ID = value
		case "event":
			m.Type = value
		case "data":
			data = append(append(data, value...), '\n')
		case "retry":
			if ms, err := strconv.Atoi(value); err == nil && ms >= 0 {
				s.pause = min(time.Duration(ms)*time.Millisecond, maxPause)
			}
		}
	}
	return nil
}

func (s *streamReader) dispatch(m Message) {
	end := s.o.UntilEnded && m.Type == runEnded
	if end && s.hideEnd {
		s.done = true
		return
	}
	if !s.yield(m, nil) || end {
		s.done = true
	}
}

var errLineTooLong = errors.New("a line of the stream is too long")

// readLine reads up to a line feed. A line that is not finished when the stream
// ends is dropped: its message is not whole.
func readLine(in *bufio.Reader) (string, error) {
	var whole []byte
	for {
		part, err := in.ReadSlice('\n')
		whole = append(whole, part...)
		switch {
		case len(whole) > maxLineBytes:
			return "", errLineTooLong
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return "", err
		}
		return strings.TrimRight(string(whole), "\r\n"), nil
	}
}
