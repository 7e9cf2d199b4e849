package gateway

import "github.com/prometheus/client_golang/prometheus"

// metrics are the gateway's. Names and units are part of what operators rely on.
type metrics struct {
	operations *prometheus.CounterVec
	refused    *prometheus.CounterVec
	webhooks   *prometheus.CounterVec
	webhookFor prometheus.Histogram
	streams    prometheus.Gauge
	cut        prometheus.Counter
	panics     prometheus.Counter

	// The counters of the hot path, found once.
	answered, failed, timedOut, left prometheus.Counter
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jobsprint_http_requests_total", Help: "Requests under /v1, by operation.",
		}, []string{"operation"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jobsprint_http_refusals_total", Help: "Requests that were answered with a problem, by operation and code.",
		}, []string{"operation", "code"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jobsprint_webhook_requests_total", Help: "Webhook calls, by outcome: answered, refused, timeout, left.",
		}, []string{"outcome"}),
		webhookFor: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "jobsprint_webhook_duration_seconds", Help: "Time from the call of a webhook to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "jobsprint_stream_clients", Help: "Open event streams.",
		}),
		cut: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "jobsprint_stream_clients_cut_total", Help: "Event streams that were ended because their client was too slow.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "jobsprint_http_panics_total", Help: "Requests that ended in a panic.",
		}),
	}
	m.answered, m.failed = m.webhooks.WithLabelValues("answered"), m.webhooks.WithLabelValues("refused")
	m.timedOut, m.left = m.webhooks.WithLabelValues("timeout"), m.webhooks.WithLabelValues("left")
	if r != nil {
		r.MustRegister(m.operations, m.refused, m.webhooks, m.webhookFor, m.streams, m.cut, m.panics)
	}
	return m
}

func (m *metrics) operation(name string) prometheus.Counter {
	return m.operations.WithLabelValues(name)
}
