// Package client is a typed client of the HTTP API under /v1. It speaks to a
// server over the network or, with Local, to a handler in the same process,
// which is how a command works that has opened the data folder itself.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// maxAnswerBytes bounds what is read of one answer, streams aside.
const maxAnswerBytes = 256 << 20

// Problem is a refusal by the server.
type Problem struct{ wire.Problem }

// Error is one sentence of what was wrong, and what to do about it.
func (p *Problem) Error() string {
	text := p.Title
	if p.Detail != "" {
		text = p.Detail
	}
	if p.Pointer != "" {
		text += " (at " + p.Pointer + ")"
	}
	if p.Next != "" && !strings.Contains(text, p.Next) {
		text += " " + p.Next
	}
	return text
}

// CodeOf is the code of a problem; "" for any other error.
func CodeOf(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

// Client calls one server. It is safe for concurrent use; the With methods give
// copies.
type Client struct {
	base *url.URL
	http *http.Client
	// key and atLeast go into the headers of commands and queries.
	key, atLeast string
	fresh        *atomic.Pointer[string]
}

// New makes a client for the server at a base address such as
// "http://127.0.0.1:8080". A nil http.Client means http.DefaultClient.
func New(base string, h *http.Client) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a server; give one such as http://127.0.0.1:8080", base)
	}
	if h == nil {
		h = http.DefaultClient
	}
	return &Client{base: u, http: h, fresh: &atomic.Pointer[string]{}}, nil
}

// WithIdempotencyKey gives a client whose commands carry the key: the same
// command sent again is carried out once.
func (c *Client) WithIdempotencyKey(key string) *Client {
	d := *c
	d.key = key
	return &d
}

// WithAtLeast gives a client whose queries wait until the answer covers a
// cursor; "head" means the log's end when the query arrives.
func (c *Client) WithAtLeast(cursor string) *Client {
	d := *c
	d.atLeast = cursor
	return &d
}

// Freshness is the cursor that covers the newest command of this client and
// its copies; empty before the first.
func (c *Client) Freshness() string {
	if p := c.fresh.Load(); p != nil {
		return *p
	}
	return ""
}

// request makes a request to a path whose segments are escaped.
func (c *Client) request(ctx context.Context, method, path string, query url.Values, body []byte) (*http.Request, error) {
	u := *c.base
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	if unescaped, err := url.PathUnescape(u.Path); err == nil && unescaped != u.Path {
		u.RawPath, u.Path = u.Path, unescaped
	}
	u.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" && method != http.MethodGet {
		r.Header.Set("Idempotency-Key", c.key)
	}
	if c.atLeast != "" && method == http.MethodGet {
		r.Header.Set("Jobsprint-At-Least", c.atLeast)
	}
	return r, nil
}

// call sends a request and gives the answer's body. A refusal is a *Problem.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, body []byte, more ...func(http.Header)) ([]byte, error) {
	r, err := c.request(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	for _, set := range more {
		set(r.Header)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes))
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s %s: %w", method, path, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return nil, problemOf(answer, data)
	}
	if f := answer.Header.Get("Jobsprint-Freshness"); f != "" {
		c.fresh.Store(&f)
	}
	return data, nil
}

// problemOf reads a refusal, also one that something between us and the server
// has given.
func problemOf(answer *http.Response, data []byte) error {
	p := &Problem{}
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if media == wire.ProblemMediaType && json.Unmarshal(data, &p.Problem) == nil && p.Code != "" {
		return p
	}
	p.Problem = wire.Problem{
		Title: "The server answered " + answer.Status, Status: answer.StatusCode,
		Detail: fmt.Sprintf("The server answered %s: %.200s", answer.Status, data),
	}
	return p
}

// query asks for JSON.
func query[T any](ctx context.Context, c *Client, path string, q url.Values) (T, error) {
	return decode[T](c.call(ctx, http.MethodGet, path, q, nil))
}

// command sends a body as JSON, nil for none.
func command[T any](ctx context.Context, c *Client, path string, q url.Values, body any) (T, error) {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			var zero T
			return zero, fmt.Errorf("encode a command: %w", err)
		}
	}
	return decode[T](c.call(ctx, http.MethodPost, path, q, data))
}

func decode[T any](data []byte, err error) (T, error) {
	var v T
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("read the answer: %w", err)
	}
	return v, nil
}

// params collects query parameters, leaving out what is empty.
type params url.Values

func (p params) set(name, value string) params {
	if value != "" {
		p[name] = append(p[name], value)
	}
	return p
}

func (p params) list(name string, values []string) params {
	for _, v := range values {
		p.set(name, v)
	}
	return p
}

func (p params) int(name string, n int) params {
	if n != 0 {
		p.set(name, strconv.Itoa(n))
	}
	return p
}

func (p params) values() url.Values { return url.Values(p) }
