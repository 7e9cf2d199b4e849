package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Local gives an http.Client whose requests go straight to a handler in this
// process. Answers stream: what the handler writes can be read at once, and
// closing the body ends the handler's request context.
func Local(h http.Handler) *http.Client { return &http.Client{Transport: localTransport{h}} }

// LocalBase is a base address for a client over Local.
const LocalBase = "http://jobsprint.local"

type localTransport struct{ handler http.Handler }

// RoundTrip runs the handler and returns when it has begun to answer.
func (t localTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	reader, writer := io.Pipe()
	w := &localWriter{header: http.Header{}, begun: make(chan struct{}), body: writer, head: r.Method == http.MethodHead}
	stop := context.AfterFunc(ctx, func() { _ = reader.CloseWithError(ctx.Err()) })
	go func() {
		defer func() {
			if r.Body != nil {
				_ = r.Body.Close()
			}
			if what := recover(); what != nil {
				w.fail(fmt.Errorf("the handler ended with a panic: %v", what))
				return
			}
			w.finish()
		}()
		t.handler.ServeHTTP(w, serverSide(r, ctx))
	}()
	select {
	case <-w.begun:
	case <-r.Context().Done():
		cancel()
		return nil, r.Context().Err()
	}
	if w.err != nil {
		cancel()
		return nil, w.err
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, ContentLength: contentLength(w.sent),
		Body: &localBody{PipeReader: reader, cancel: cancel, stop: stop}, Request: r,
	}, nil
}

// serverSide makes the request as a server would have read it.
func serverSide(r *http.Request, ctx context.Context) *http.Request {
	s := r.Clone(ctx)
	s.RequestURI = r.URL.RequestURI()
	s.RemoteAddr = "127.0.0.1:0"
	s.Proto, s.ProtoMajor, s.ProtoMinor = "HTTP/1.1", 1, 1
	if s.Host == "" {
		s.Host = r.URL.Host
	}
	if s.Body == nil {
		s.Body = http.NoBody
	}
	return s
}

func contentLength(h http.Header) int64 {
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
		return n
	}
	return -1
}

type localBody struct {
	*io.PipeReader
	cancel context.CancelFunc
	stop   func() bool
}

// Close ends the request for the handler too.
func (b *localBody) Close() error {
	b.stop()
	b.cancel()
	return b.PipeReader.Close()
}

// localWriter is the handler's side.
type localWriter struct {
	header http.Header
	body   *io.PipeWriter
	head   bool

	once   sync.Once
	begun  chan struct{}
	status int
	sent   http.Header
	err    error
}

// Header gives the headers to be sent.
func (w *localWriter) Header() http.Header { return w.header }

// WriteHeader begins the answer; only the first call counts.
func (w *localWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	})
}

// Write hands bytes to the reader and waits until they are taken.
func (w *localWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.head {
		return len(b), nil
	}
	return w.body.Write(b)
}

// Flush has nothing to do: nothing is held back.
func (w *localWriter) Flush() { w.WriteHeader(http.StatusOK) }

func (w *localWriter) finish() {
	w.WriteHeader(http.StatusOK)
	_ = w.body.Close()
}

func (w *localWriter) fail(err error) {
	w.once.Do(func() {
		w.err = err
		close(w.begun)
	})
	_ = w.body.CloseWithError(err)
}
