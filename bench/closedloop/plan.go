package closedloop

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Limits of a Plan.
const (
	MaxUsers     = 1024
	MaxDuration  = 10 * time.Minute // warm-up and measured time each
	MaxRequests  = 10_000_000
	MaxBodyBytes = 16 << 20
	// MaxAnswerBytes is how much of one answer is read; a longer one is an error.
	MaxAnswerBytes = 64 << 20
	// DefaultTimeout bounds one request.
	DefaultTimeout = 30 * time.Second
)

// Plan says what load to make. Zero fields take the default that they name.
type Plan struct {
	URL string
	// Others are further addresses: each user asks URL and them in turn.
	Others []string
	Method string // POST when there is a body, else GET
	Body   []byte
	// ContentType of the body; application/json.
	ContentType string
	Users       int // 1
	// Warmup is time before the measured time; its requests are sent and
	// counted in Report.Sent only.
	Warmup   time.Duration
	Duration time.Duration // of the measured time; 10 s
	// Requests ends the load early after so many in all; MaxRequests.
	Requests int64
	Timeout  time.Duration // of one request; DefaultTimeout
	// Pause is how long each user rests between two requests; none.
	Pause time.Duration
	// Contains must stand in the body of an answer of status 2xx, else it
	// counts as an error. Empty: any body will do.
	Contains string
}

// ErrNotLoopback is the refusal of an address that is not on this machine.
var ErrNotLoopback = errors.New("only addresses of this machine (127.0.0.1, ::1, localhost) may be loaded")

// prepared gives the plan with its defaults, or says what is wrong with it.
func (p Plan) prepared() (Plan, error) {
	if p.Method == "" {
		p.Method = http.MethodGet
		if p.Body != nil {
			p.Method = http.MethodPost
		}
	}
	setDefault(&p.ContentType, "application/json")
	setDefault(&p.Users, 1)
	setDefault(&p.Duration, 10*time.Second)
	setDefault(&p.Requests, MaxRequests)
	setDefault(&p.Timeout, DefaultTimeout)
	bad := []error{checkURL(p.URL), p.check()}
	for _, other := range p.Others {
		bad = append(bad, checkURL(other))
	}
	return p, errors.Join(bad...)
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (p Plan) check() error {
	switch {
	case p.Users < 1 || p.Users > MaxUsers:
		return fmt.Errorf("users must be from 1 to %d, not %d", MaxUsers, p.Users)
	case p.Duration < 0 || p.Duration > MaxDuration:
		return fmt.Errorf("the duration may be up to %s, not %s", MaxDuration, p.Duration)
	case p.Warmup < 0 || p.Warmup > MaxDuration:
		return fmt.Errorf("the warm-up may be up to %s, not %s", MaxDuration, p.Warmup)
	case p.Requests < 1 || p.Requests > MaxRequests:
		return fmt.Errorf("requests must be from 1 to %d, not %d", MaxRequests, p.Requests)
	case p.Timeout < 0 || p.Pause < 0:
		return errors.New("the timeout and the pause may not be negative")
	case len(p.Body) > MaxBodyBytes:
		return fmt.Errorf("the body may have %d bytes, not %d", MaxBodyBytes, len(p.Body))
	case !token(p.Method):
		return fmt.Errorf("%q is not an HTTP method", p.Method)
	}
	return nil
}

func token(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// checkURL refuses what is not http on this machine. A name other than
// localhost is refused unseen: asking for its address would already leave it.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("the URL: %w", err)
	}
	if u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("%q is not an http:// URL", text)
	}
	if host := u.Hostname(); host != "localhost" && !loopback(host) {
		return fmt.Errorf("%q: %w", text, ErrNotLoopback)
	}
	return nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// checkConnection refuses a connection to a resolved address that is not a
// loopback one, whatever name led there.
func checkConnection(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !loopback(host) {
		return fmt.Errorf("%s: %w", address, ErrNotLoopback)
	}
	return nil
}
