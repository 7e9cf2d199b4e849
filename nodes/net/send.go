package net

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// one sends the request of an item and makes items of the response. total is
// how many items there are.
func (r *httpRequest) one(c *nodes.Call, i, total int) ([]item.Item, error) {
	request, err := r.request(c, i, total)
	if err != nil {
		return nil, err
	}
	timeout, err := r.timeout.At(c, i)
	if err != nil {
		return nil, err
	}
	answer, err := r.client.send(c.Context, time.Duration(timeout)*time.Millisecond, request)
	if err != nil {
		return nil, r.failure(c, err, request, i)
	}
	return r.reply.items(answer, i)
}

func (r *httpRequest) request(c *nodes.Call, i, total int) (*http.Request, error) {
	method, err := r.methodAt.At(c, i)
	if err != nil {
		return nil, err
	}
	target, err := r.target(c, i)
	if err != nil {
		return nil, err
	}
	data, contentType, err := r.body.at(c, i)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(strings.ToUpper(method), target.String(), bytes.NewReader(data))
	if err != nil {
		return nil, nodes.Fail("http.request", "the request cannot be made: "+err.Error(), i)
	}
	if len(data) == 0 && contentType == "" {
		request.Body, request.GetBody = http.NoBody, nil
	}
	return request, r.setHeaders(c, i, total, contentType, request)
}

func (r *httpRequest) setHeaders(c *nodes.Call, i, total int, contentType string, request *http.Request) error {
	request.Header.Set("Accept", r.reply.accept())
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if c.EffectKey != "" {
		key := c.EffectKey
		if total > 1 {
			key = fmt.Sprintf("%s-%d", key, i)
		}
		request.Header.Set("Idempotency-Key", key)
	}
	headers, err := r.headers.at(c, i)
	if err != nil {
		return err
	}
	for _, h := range headers {
		if strings.EqualFold(h.name, "host") {
			request.Host = text(h.value)
			continue
		}
		if !validHeader(h.name, text(h.value)) {
			return nodes.Fail("http.header", fmt.Sprintf("%q is not a header that can be sent; use letters, digits and '-' in its name and no line break in its value", h.name), i)
		}
		request.Header.Set(h.name, text(h.value))
	}
	return nil
}

// validHeader reports whether name is a token and value one line.
func validHeader(name, value string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return name != "" && !strings.ContainsAny(value, "\r\n\x00")
}

// target is the URL with the query parameters added.
func (r *httpRequest) target(c *nodes.Call, i int) (*url.URL, error) {
	raw, err := r.url.At(c, i)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		fail := nodes.Fail("http.url", "Invalid URL: "+raw+". URL must start with \"http\" or \"https\".", i)
		return nil, fail
	}
	query, err := r.query.at(c, i)
	if err != nil {
		return nil, err
	}
	for _, q := range query {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += url.QueryEscape(q.name) + "=" + url.QueryEscape(text(q.value))
	}
	return u, nil
}

// failure says what went wrong before there was a response.
func (r *httpRequest) failure(c *nodes.Call, err error, request *http.Request, i int) error {
	if cause := c.Context.Err(); cause != nil {
		return fmt.Errorf("request to %s: %w", request.URL.Redacted(), cause)
	}
	code, message := "http.connection", "The request to "+request.URL.Host+" failed"
	var blocked *BlockedError
	var limit *LimitError
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &blocked):
		code, message = "http.blocked", blocked.Error()
	case errors.Is(err, errOffline):
		code, message = "http.offline", errOffline.Error()
	case errors.As(err, &limit):
		code, message = "http.size", limit.Error()
	case errors.Is(err, errTooManyRedirects):
		code, message = "http.redirects", "The request was redirected too often; check where the URL leads"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		code, message = "http.timeout", "The connection timed out, consider setting a longer timeout in the options or the 'Retry on Fail' option of the step"
	case errors.As(err, &dns):
		code, message = "http.dns", "The connection cannot be established: the host "+request.URL.Hostname()+" was not found; check the URL"
	}
	fail := nodes.Fail(code, message, i)
	fail.Description = strings.TrimPrefix(err.Error(), request.Method+" ")
	return fail
}
