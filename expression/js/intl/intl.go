// Copyright 2026 The quickjs-go Authors. All rights reserved.
// Use of the source code is governed by a BSD-style
// license that can be found in the LICENSE file.

// Package intl is the host's side of Intl, which QuickJS lacks: DateTimeFormat
// and NumberFormat for en-US exactly as browsers have them, over Go's time zone
// database. It is modernc.org/quickjs/intl v0.27.0 without that package's
// engine; the side of the script is ../runtime/intl.js.
package intl

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
)

// defaultZone is the zone of a formatter that names none: what n8n calls the
// zone of the process.
const defaultZone = "UTC"

// Functions are what the script calls, in the order in which it expects them.
// Arguments and results are texts, numbers and booleans.
var Functions = []func(args []any) (any, error){dtfResolve, dtfFormat, nfResolve, nfFormat, canonicalLocales}

// dtfResolve resolves the options of a new Intl.DateTimeFormat and returns the
// state format calls will be made with.
func dtfResolve(args []any) (any, error) {
	var req request
	if err := unmarshalArg(args, 0, &req); err != nil {
		return failure(err)
	}

	f, err := resolveDateTimeFormat(req, defaultZone)
	if err != nil {
		return failure(err)
	}

	return resolved(f)
}

// dtfFormat formats a time value with the state dtfResolve produced.
func dtfFormat(args []any) (any, error) {
	f, err := cached(args, &dateTimeFormats)
	if err != nil {
		return failure(err)
	}

	ms, ok := timeArg(arg(args, 1))
	if !ok {
		return failure(rangeError("invalid time value"))
	}

	parts, err := f.format(ms)
	if err != nil {
		return failure(err)
	}

	return formatted(parts, arg(args, 2) == true)
}

// nfResolve resolves the options of a new Intl.NumberFormat and returns the
// state format calls will be made with.
func nfResolve(args []any) (any, error) {
	var req request
	if err := unmarshalArg(args, 0, &req); err != nil {
		return failure(err)
	}

	f, err := resolveNumberFormat(req)
	if err != nil {
		return failure(err)
	}

	return resolved(f)
}

// nfFormat formats a number with the state nfResolve produced.
func nfFormat(args []any) (any, error) {
	f, err := cached(args, &numberFormats)
	if err != nil {
		return failure(err)
	}

	parts, err := f.format(arg(args, 1))
	if err != nil {
		return failure(err)
	}

	return formatted(parts, arg(args, 2) == true)
}

// canonicalLocales implements Intl.getCanonicalLocales.
func canonicalLocales(args []any) (any, error) {
	var tags []string
	if err := unmarshalArg(args, 0, &tags); err != nil {
		return failure(err)
	}

	r := []string{}
	for _, tag := range tags {
		s, err := canonicalLocale(tag)
		if err != nil {
			return failure(err)
		}

		if !slices.Contains(r, s) {
			r = append(r, s)
		}
	}
	return marshal(r)
}

// formatCache memoizes the formatters parsed back from the json state the shim
// keeps, which would otherwise be unmarshaled again on every single format
// call - the largest cost of one. A resolved formatter is immutable, so the
// cache is shared by every VM in the process.
type formatCache[T any] struct {
	mu sync.Mutex
	m  map[string]*T
}

// formatCacheLimit bounds the two caches. Nothing evicts by age: the entries
// are small and a program cycling through more than this many distinct
// formatters is not one the cache can help anyway.
const formatCacheLimit = 256

var (
	dateTimeFormats formatCache[dateTimeFormat]
	numberFormats   formatCache[numberFormat]
)

// cached returns the formatter the json in args[0] describes.
func cached[T any](args []any, c *formatCache[T]) (*T, error) {
	s, ok := arg(args, 0).(string)
	if !ok {
		return nil, errors.New("internal error: expected a json argument")
	}

	c.mu.Lock()

	defer c.mu.Unlock()

	if f, ok := c.m[s]; ok {
		return f, nil
	}

	f := new(T)
	if err := json.Unmarshal([]byte(s), f); err != nil {
		return nil, err
	}

	if c.m == nil || len(c.m) >= formatCacheLimit {
		c.m = map[string]*T{}
	}
	c.m[s] = f
	return f, nil
}

func arg(args []any, i int) any {
	if i >= len(args) {
		return nil
	}

	return args[i]
}

// timeArg returns a javascript time value. QuickJS tags a small integral one as
// an int, so both cases have to be handled.
func timeArg(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

func unmarshalArg(args []any, i int, v any) error {
	s, ok := arg(args, i).(string)
	if !ok {
		return errors.New("internal error: expected a json argument")
	}

	return json.Unmarshal([]byte(s), v)
}

// resolved returns f, the resolved state of a formatter, as the json string the
// shim keeps and hands back on every format call.
func resolved(f any) (any, error) { return marshal(f) }

// formatted returns parts either as the json formatToParts result or, joined,
// as the format one. The format result crosses back as itself rather than
// wrapped in json: it is the hot path, and a JSON.parse of it in the shim
// costs about as much as the call.
func formatted(parts []part, wantParts bool) (any, error) {
	if wantParts {
		return marshal(parts)
	}

	var b strings.Builder
	for _, v := range parts {
		b.WriteString(v.Value)
	}
	return b.String(), nil
}

// failure returns the string form telling the shim which javascript error to
// throw. errorMark cannot occur in anything a formatter produces.
func failure(err error) (any, error) {
	e := &jsError{ctor: "Error", msg: err.Error()}
	errors.As(err, &e)
	return errorMark + e.ctor + errorMark + e.msg, nil
}

// errorMark is the first byte of a host function result that is an error
// rather than a value, and the separator between the error type and message.
const errorMark = "\x01"

func marshal(v any) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		// Nothing here can fail to marshal, but a Go error is still better than
		// handing the shim something it cannot parse.
		return nil, err
	}

	return string(b), nil
}
