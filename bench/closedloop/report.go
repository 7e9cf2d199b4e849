package closedloop

import (
	"fmt"
	"io"
	"time"
)

// Report is what a load came to. Times are in milliseconds where the name says
// so. Everything but Sent is about the measured time.
type Report struct {
	Users    int   `json:"users"`
	Requests int64 `json:"requests"` // begun in the measured time and answered, well or not
	Errors   int64 `json:"errors"`   // no answer, not 2xx, or not what it must contain
	// FirstError is one of the errors.
	FirstError string `json:"firstError,omitempty"`
	// Sent counts all requests, those of the warm-up too.
	Sent         int64   `json:"sent"`
	Seconds      float64 `json:"seconds"` // until the last answer was read
	PerSecond    float64 `json:"requestsPerSecond"`
	P50MS        float64 `json:"p50MS"`
	P95MS        float64 `json:"p95MS"`
	P99MS        float64 `json:"p99MS"`
	MaxMS        float64 `json:"maxMS"`
	Bytes        int64   `json:"bytes"`        // of answers' bodies
	GeneratorCPU float64 `json:"generatorCPU"` // seconds of this process, 0 where that is not known
}

func (l *load) report(users []user, cpu time.Duration) Report {
	var took latencies
	r := Report{Users: l.Users, GeneratorCPU: cpu.Seconds(), Sent: min(l.sent.Load(), l.Requests)}
	last := l.measured
	for i := range users {
		u := &users[i]
		took.merge(&u.took)
		r.Errors += u.errors
		r.Bytes += u.bytes
		if u.firstErr != nil && r.FirstError == "" {
			r.FirstError = u.firstErr.Error()
		}
		if u.last.After(last) {
			last = u.last
		}
	}
	r.Requests, r.Seconds = took.n, last.Sub(l.measured).Seconds()
	if r.Seconds > 0 {
		r.PerSecond = float64(r.Requests) / r.Seconds
	}
	r.P50MS, r.P95MS, r.P99MS = ms(took.quantile(0.5)), ms(took.quantile(0.95)), ms(took.quantile(0.99))
	r.MaxMS = ms(took.max)
	return r
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// WriteText writes the report for people.
func (r Report) WriteText(w io.Writer) {
	fmt.Fprintf(w, "%.0f requests/s: %d in %.2f s by %d users, %d errors\n", r.PerSecond, r.Requests, r.Seconds, r.Users, r.Errors)
	fmt.Fprintf(w, "latency ms: p50 %.2f, p95 %.2f, p99 %.2f, max %.2f\n", r.P50MS, r.P95MS, r.P99MS, r.MaxMS)
	fmt.Fprintf(w, "answers: %d bytes; sent with warm-up: %d; generator: %.2f s of processor time\n", r.Bytes, r.Sent, r.GeneratorCPU)
	if r.FirstError != "" {
		fmt.Fprintf(w, "an error: %s\n", r.FirstError)
	}
}
