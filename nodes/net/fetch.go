package net

import (
	"context"
	"fmt"
	"net/http"
)

// Fetcher gives a function that reads what lies at an address, as steps with these
// options may: past the guard, and up to a number of bytes. An answer other than a
// good one is an error.
func Fetcher(o Options, maxBytes int64) (func(ctx context.Context, url string) ([]byte, error), error) {
	o = o.withDefaults()
	o.MaxResponseBytes = maxBytes
	guard, err := newGuard(o.Allow)
	if err != nil {
		return nil, err
	}
	var transport http.RoundTripper = offline{}
	if !o.Offline {
		transport = newTransport(guard)
	}
	c := newClient(transport, o, redirects{follow: true, max: o.MaxRedirects})
	return func(ctx context.Context, url string) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, fmt.Errorf("%q is no address: %w", url, err)
		}
		r.Close = true // nobody comes back to the same place soon
		r.Header.Set("Accept", "application/json, */*;q=0.5")
		answer, err := c.send(ctx, 0, r)
		switch {
		case err != nil:
			return nil, fmt.Errorf("nothing could be read from %q: %w", url, err)
		case answer.status < 200 || answer.status > 299:
			return nil, fmt.Errorf("%q answered %d %s", url, answer.status, answer.statusText)
		}
		return answer.body, nil
	}, nil
}
