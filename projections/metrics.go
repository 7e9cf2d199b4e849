package projections

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the projector's figures; they count whether or not anybody
// collects them.
type metrics struct {
	lag     *prometheus.GaugeVec
	age     *prometheus.GaugeVec
	events  *prometheus.CounterVec
	halted  *prometheus.GaugeVec
	seconds prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	label := []string{"projection"}
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "jobsprint", Subsystem: "projection", Name: name, Help: help}, label)
	}
	m := &metrics{
		lag:    gauge("lag_commits", "Commits that the projection is behind the log."),
		age:    gauge("lag_seconds", "Age of the newest applied commit when it was applied, in seconds."),
		halted: gauge("halted", "1 while the projection has stopped with an alarm."),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "jobsprint", Subsystem: "projection", Name: "events_total", Help: "Events applied.",
		}, label),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "jobsprint", Subsystem: "projection", Name: "batch_seconds", Help: "Time to fold and write one batch, in seconds.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 13),
		}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.lag, m.age, m.halted, m.events, m.seconds} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("register the projections' metrics: %w", err)
		}
	}
	return m, nil
}

// rateWindow is the time over which a rate is taken.
const rateWindow = 5 * time.Second

// rate is a number of events per second over the last window or two.
type rate struct {
	since    time.Time
	count    int
	previous float64
}

func (r *rate) add(now time.Time, n int) {
	r.turn(now)
	r.count += n
}

// turn begins a new window when the current one is over.
func (r *rate) turn(now time.Time) {
	if r.since.IsZero() {
		r.since = now
	}
	if past := now.Sub(r.since); past >= rateWindow {
		r.previous = float64(r.count) / past.Seconds()
		r.since, r.count = now, 0
	}
}

// perSecond is the rate of the last full window, or of the running one when
// there is none yet.
func (r *rate) perSecond(now time.Time) float64 {
	r.turn(now)
	if past := now.Sub(r.since).Seconds(); r.previous == 0 && past > 0 {
		return float64(r.count) / max(past, 0.1)
	}
	return r.previous
}
