package handlers

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jobsprint/jobsprint/events"
)

// engineMetrics counts what the engine does.
type engineMetrics struct {
	started *prometheus.CounterVec
	ended   *prometheus.CounterVec
	steps   *prometheus.CounterVec
	refused prometheus.Counter
	stuck   prometheus.Counter

	completed, failed, waiting, scheduled prometheus.Counter
}

func newEngineMetrics(r prometheus.Registerer, stats func() EngineStats) (*engineMetrics, error) {
	m := &engineMetrics{
		started: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jobsprint_runs_started_total", Help: "Runs started, by mode."}, []string{"mode"}),
		ended:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jobsprint_runs_ended_total", Help: "Runs ended, by status."}, []string{"status"}),
		steps:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jobsprint_step_events_total", Help: "Step events recorded, by kind."}, []string{"kind"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "jobsprint_runs_refused_total", Help: "Starts refused because too many runs were in work."}),
		stuck:   prometheus.NewCounter(prometheus.CounterOpts{Name: "jobsprint_runs_stuck_total", Help: "Runs that the engine had to give up until the next start."}),
	}
	inWork := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jobsprint_runs_in_work", Help: "Runs in memory."}, func() float64 { return float64(stats().InWork) })
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jobsprint_runs_waiting", Help: "Runs that wait for a time."}, func() float64 { return float64(stats().Waiting) })
	m.completed, m.failed = m.steps.WithLabelValues("completed"), m.steps.WithLabelValues("failed")
	m.waiting, m.scheduled = m.steps.WithLabelValues("waiting"), m.steps.WithLabelValues("scheduled")
	return m, register(r, m.started, m.ended, m.steps, m.refused, m.stuck, inWork, waiting)
}

func register(r prometheus.Registerer, list ...prometheus.Collector) error {
	if r == nil {
		return nil
	}
	var errs []error
	for _, c := range list {
		errs = append(errs, r.Register(c))
	}
	return errors.Join(errs...)
}

func (m *engineMetrics) count(e events.Event) {
	switch e.(type) {
	case events.StepCompleted:
		m.completed.Inc()
	case events.StepFailed:
		m.failed.Inc()
	case events.StepWaiting:
		m.waiting.Inc()
	case events.StepScheduled:
		m.scheduled.Inc()
	}
}
