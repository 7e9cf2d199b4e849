package net

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/jobsprint/jobsprint/nodes"
)

// client sends requests through the guard.
type client struct {
	http  http.Client
	limit int64
	wait  time.Duration
	agent string
}

// errTooManyRedirects ends a chain of redirects.
var errTooManyRedirects = errors.New("too many redirects")

// newTransport makes a pool of connections that the guard watches.
func newTransport(g *guard) http.RoundTripper {
	guarded := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Control: g.control}
	open := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		// No proxy: it would connect in our place, past the guard.
		Proxy: nil,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if g.allowsHost(address) {
				return open.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// errOffline is the answer to every request where there is no network.
var errOffline = errors.New("steps may not use the network here")

// offline is a transport that sends nothing.
type offline struct{}

// RoundTrip refuses.
func (offline) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return nil, errOffline
}

func newClient(t http.RoundTripper, o Options, r redirects) *client {
	c := &client{limit: o.MaxResponseBytes, wait: o.Timeout, agent: o.UserAgent}
	c.http = http.Client{Transport: t, CheckRedirect: r.check}
	return c
}

// redirects is how a step follows redirects.
type redirects struct {
	follow bool
	max    int
}

func newRedirects(c *nodes.Compile, o Options) redirects {
	r := redirects{
		follow: c.FixedFlag("options.redirect.redirect.followRedirects", true),
		max:    o.MaxRedirects,
	}
	if n := c.FixedNumber("options.redirect.redirect.maxRedirects", float64(o.MaxRedirects)); n >= 0 && n <= 100 {
		r.max = int(n)
	} else {
		c.Problem("options.redirect.redirect.maxRedirects", "the number of redirects must lie between 0 and 100, not %v", n)
	}
	return r
}

func (r redirects) check(_ *http.Request, via []*http.Request) error {
	if !r.follow {
		return http.ErrUseLastResponse
	}
	if len(via) > r.max {
		return fmt.Errorf("%w: the request was redirected more than %d times", errTooManyRedirects, r.max)
	}
	return nil
}

// response is what came back.
type response struct {
	status     int
	statusText string
	header     http.Header
	body       []byte
}

// LimitError says that a response was larger than is allowed.
type LimitError struct{ Bytes int64 }

// Error names the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("the response is larger than the limit of %d bytes; ask for less, or raise the server's limit", e.Bytes)
}

// send sends a request and reads the whole response.
func (c *client) send(ctx context.Context, timeout time.Duration, r *http.Request) (*response, error) {
	if timeout <= 0 {
		timeout = c.wait
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", c.agent)
	}
	answer, err := c.http.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, c.limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > c.limit {
		return nil, &LimitError{Bytes: c.limit}
	}
	return &response{status: answer.StatusCode, statusText: http.StatusText(answer.StatusCode), header: answer.Header, body: body}, nil
}
