package web

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Metrics is mskfit's own metrics: what it watches, what it decided and its own state. It is the agent's
// observer, and safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	ingress, egress, messages, partitions *prometheus.GaugeVec
	utilization, level                    *prometheus.GaugeVec
	serverless, serverlessUnknown         *prometheus.GaugeVec
	verdictInfo, verdictUSD               *prometheus.GaugeVec
	verdictAt, coverage, catalogAt        *prometheus.GaugeVec
	predictionError                       *prometheus.GaugeVec

	collectDuration *prometheus.HistogramVec
	collects        *prometheus.CounterVec
	collectedAt     *prometheus.GaugeVec
	gaps            *prometheus.GaugeVec
	backfill        *prometheus.GaugeVec
	jobs            *prometheus.CounterVec
	jobDuration     *prometheus.GaugeVec
	alerts          *prometheus.CounterVec
	reloadOK        prometheus.Gauge
	reloadedAt      prometheus.Gauge
}

var _ agent.Observer = (*Metrics)(nil)

// Outcomes of jobs and collections.
const (
	outcomeOK     = "ok"
	outcomeError  = "error"
	outcomeMissed = "missed"
)

// NewMetrics returns metrics in a registry of their own, which knows no cluster yet: see [Metrics.Watch].
func NewMetrics(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.workloadMetrics()
	m.ownMetrics()
	m.gauge("build_info", "The version that runs; always 1.", "version").WithLabelValues(version).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, job := range agent.Jobs() {
		for _, outcome := range []string{outcomeOK, outcomeError, outcomeMissed} {
			m.jobs.WithLabelValues(string(job), outcome)
		}
	}
	return m
}

func (m *Metrics) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "mskfit_" + name, Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mskfit_" + name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

// workloadMetrics are about what is watched.
func (m *Metrics) workloadMetrics() {
	m.ingress = m.gauge("workload_ingress_bytes_per_second", "Bytes per second from producers, mean of the last collected window.",
		"cluster", "source")
	m.egress = m.gauge("workload_egress_bytes_per_second",
		"Bytes per second to consumers, mean of the last collected window; a floor where consumers do not commit.", "cluster",
		"source")
	m.messages = m.gauge("workload_messages_per_second", "Messages per second from producers, mean of the last collected window.",
		"cluster", "source")
	m.partitions = m.gauge("workload_partitions", "Leader partitions of user topics.", "cluster", "source")
	m.utilization = m.gauge("quota_utilization_ratio",
		"Observed figure divided by its limit, for the rules of the watched option. Absent where unknown.", "cluster", "rule")
	m.level = m.gauge("quota_alert_level", "State of each rule: 0 ok, 1 pending, 2 warning, 3 critical.", "cluster", "rule")
	m.serverless = m.gauge("serverless_quota_utilization_ratio",
		"Figure that the last verdict sizes for, divided by each quota of Serverless, whatever it chose. Absent where unknown.",
		"cluster", "rule")
	m.serverlessUnknown = m.gauge("serverless_quotas_unknown", "Quotas of Serverless that the last verdict has no figure for.",
		"cluster")
	m.verdictInfo = m.gauge("verdict_info", "The chosen kind and size; always 1. Absent while undecided.", "cluster", "kind",
		"size")
	m.verdictUSD = m.gauge("verdict_monthly_usd", "Monthly cost of the cheapest feasible option of each kind, in US dollars.",
		"cluster", "kind")
	m.verdictAt = m.gauge("verdict_timestamp_seconds", "When the last verdict was made.", "cluster")
	m.catalogAt = m.gauge("verdict_catalog_timestamp_seconds",
		"Date of the quotas that the last verdict uses, and of the oldest of its prices.", "cluster", "part")
	m.predictionError = m.gauge("prediction_error_ratio",
		"Observed divided by predicted, minus 1, of a migrated cluster in its newest whole month (migrated_from): 0.2 is 20 % more than predicted. Absent where unknown, and until a whole month has passed.", "cluster", "quantity")
	m.coverage = m.gauge("verdict_coverage_ratio", "Fraction of the verdict's window that has data.", "cluster")
}

// ownMetrics are about the state of the daemon itself.
func (m *Metrics) ownMetrics() {
	m.collectDuration = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mskfit_collect_duration_seconds",
		Help: "How long one collection took.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}},
		[]string{"cluster", "source"})
	m.registry.MustRegister(m.collectDuration)
	m.collects = m.counter("collects_total", "Collections by outcome.", "cluster", "source", "outcome")
	m.collectedAt = m.gauge("collect_success_timestamp_seconds", "When a source was last collected.", "cluster", "source")
	m.gaps = m.gauge("collect_gaps", "Gaps of the last collection.", "cluster", "source")
	m.backfill = m.gauge("backfill_ratio", "How much of the time before the first start has been read back, 0 to 1.", "cluster",
		"source")
	m.jobs = m.counter("job_runs_total", "Runs of the scheduled jobs by outcome.", "job", "outcome")
	m.jobDuration = m.gauge("job_duration_seconds", "How long the last run took.", "job", "cluster")
	m.alerts = m.counter("alerts_total", "Messages by target and outcome: sent, retried, dead.", "cluster", "target", "outcome")
	m.reloadOK = m.gauge("config_last_reload_successful",
		"1 if the last configuration load succeeded, else 0: then an older one is in use.").WithLabelValues()
	m.reloadedAt = m.gauge("config_last_reload_success_timestamp_seconds",
		"When the configuration in use was read.").WithLabelValues()
}

// Watch creates a cluster's counters before anything happens, so that a rate over them starts at their first increase:
// those of its sources, and of the outcomes of messages to the targets. What is there already stays.
func (m *Metrics) Watch(cluster string, sources, targets, outcomes []string) {
	for _, source := range sources {
		m.collects.WithLabelValues(cluster, source, outcomeOK)
		m.collects.WithLabelValues(cluster, source, outcomeError)
		m.collectDuration.WithLabelValues(cluster, source)
	}
	for _, target := range targets {
		for _, outcome := range outcomes {
			m.alerts.WithLabelValues(cluster, target, outcome)
		}
	}
}

// Forget drops everything about a cluster that is no longer watched.
func (m *Metrics) Forget(cluster string) {
	of := prometheus.Labels{"cluster": cluster}
	for _, v := range []interface{ DeletePartialMatch(prometheus.Labels) int }{m.ingress, m.egress, m.messages, m.partitions,
		m.utilization, m.level, m.serverless, m.serverlessUnknown, m.verdictInfo, m.verdictUSD, m.predictionError, m.verdictAt,
		m.coverage, m.catalogAt, m.collectDuration, m.collects, m.collectedAt,
		m.gaps, m.backfill, m.jobDuration, m.alerts} {
		v.DeletePartialMatch(of)
	}
}

// Reloaded notes that the configuration was read, or that the new one was refused.
func (m *Metrics) Reloaded(ok bool, now time.Time) {
	if !ok {
		m.reloadOK.Set(0)
		return
	}
	m.reloadOK.Set(1)
	m.reloadedAt.Set(float64(now.UnixMilli()) / 1000)
}

// Collected notes one collection.
func (m *Metrics) Collected(cluster, source string, s workload.Sample, took time.Duration, err error) {
	m.collectDuration.WithLabelValues(cluster, source).Observe(took.Seconds())
	if err != nil {
		m.collects.WithLabelValues(cluster, source, outcomeError).Inc()
		for _, g := range []*prometheus.GaugeVec{m.ingress, m.egress, m.messages, m.partitions} {
			g.DeleteLabelValues(cluster, source) // a stale figure looks like a present one
		}
		return
	}
	m.collects.WithLabelValues(cluster, source, outcomeOK).Inc()
	m.collectedAt.WithLabelValues(cluster, source).Set(float64(s.Window.End.UnixMilli()) / 1000)
	m.gaps.WithLabelValues(cluster, source).Set(float64(len(s.Gaps)))
	set := func(g *prometheus.GaugeVec, f *workload.Figure) {
		switch {
		case f != nil:
			g.WithLabelValues(cluster, source).Set(f.Value)
		case s.Window.Duration() == 0: // a source that answers late has nothing new: what is kept is the latest
		case g != m.partitions: // which some sources count only now and then
			g.DeleteLabelValues(cluster, source)
		}
	}
	set(m.ingress, s.Totals.IngressBytesPerSec)
	set(m.egress, s.Totals.EgressBytesPerSec)
	set(m.messages, s.Totals.MessagesPerSec)
	set(m.partitions, s.Totals.Partitions)
}

// Backfilled notes how far reading back has come.
func (m *Metrics) Backfilled(cluster, source string, b agent.Backfill) {
	m.backfill.WithLabelValues(cluster, source).Set(b.Ratio())
}

// Decided replaces what the metrics say of the cluster's verdict.
func (m *Metrics) Decided(v verdict.Verdict, state drift.State) {
	of := prometheus.Labels{"cluster": v.Cluster}
	for _, g := range []*prometheus.GaugeVec{m.utilization, m.level, m.serverless, m.serverlessUnknown, m.verdictInfo, m.verdictUSD,
		m.predictionError} {
		g.DeletePartialMatch(of)
	}
	for rule, s := range state.Rules {
		m.level.WithLabelValues(v.Cluster, rule).Set(levelNumber(s.Shown()))
		if s.Utilization != nil {
			m.utilization.WithLabelValues(v.Cluster, rule).Set(*s.Utilization)
		}
	}
	for _, o := range v.Options {
		if o.Kind == verdict.Serverless {
			m.decidedServerless(v.Cluster, o)
		}
	}
	if v.Choice != nil {
		m.verdictInfo.WithLabelValues(v.Cluster, string(v.Choice.Kind), v.Choice.Size).Set(1)
	}
	for kind, usd := range cheapest(v.Options) {
		m.verdictUSD.WithLabelValues(v.Cluster, string(kind)).Set(usd)
	}
	if month := v.Review.Judged(); month != nil && month.Whole {
		for _, r := range month.Rows {
			if r.Difference != nil {
				m.predictionError.WithLabelValues(v.Cluster, r.Quantity).Set(*r.Difference)
			}
		}
	}
	m.decidedWith(v.Cluster, v.Catalog)
	m.verdictAt.WithLabelValues(v.Cluster).Set(float64(v.At.UnixMilli()) / 1000)
	m.coverage.WithLabelValues(v.Cluster).Set(v.Confidence.Coverage)
}

// decidedWith notes how old the catalog behind a verdict is. A part without a date has no metric.
func (m *Metrics) decidedWith(cluster string, used verdict.CatalogUsed) {
	for part, date := range map[string]string{"quotas": used.Quotas, "prices": used.Prices} {
		if at, err := time.Parse(time.DateOnly, date); err == nil {
			m.catalogAt.WithLabelValues(cluster, part).Set(float64(at.Unix()))
		} else {
			m.catalogAt.DeleteLabelValues(cluster, part)
		}
	}
}

// decidedServerless notes how much of each quota of Serverless the workload takes.
func (m *Metrics) decidedServerless(cluster string, o verdict.Option) {
	unknown := 0
	for _, r := range o.Rules {
		switch {
		case r.ID == "serverless.headroom": // repeats the fullest quota
		case r.Utilization != nil:
			m.serverless.WithLabelValues(cluster, r.ID).Set(*r.Utilization)
		case r.Limit != nil && r.Outcome == verdict.Unknown:
			unknown++
		}
	}
	m.serverlessUnknown.WithLabelValues(cluster).Set(float64(unknown))
}

func levelNumber(l drift.Level) float64 {
	switch l {
	case drift.LevelPending:
		return 1
	case drift.LevelWarning:
		return 2
	case drift.LevelCritical:
		return 3
	}
	return 0
}

// cheapest is the lowest monthly cost of each kind over the options that are not ruled out.
func cheapest(options []verdict.Option) map[verdict.Kind]float64 {
	out := map[verdict.Kind]float64{}
	for _, o := range options {
		if o.Feasible == verdict.No || o.MonthlyUSD == nil {
			continue
		}
		if usd, ok := out[o.Kind]; !ok || *o.MonthlyUSD < usd {
			out[o.Kind] = *o.MonthlyUSD
		}
	}
	return out
}

// RunDone notes one turn of a job.
func (m *Metrics) RunDone(r agent.Run) {
	outcome := outcomeOK
	switch {
	case r.Missed:
		outcome = outcomeMissed
	case r.Err != nil:
		outcome = outcomeError
	}
	m.jobs.WithLabelValues(string(r.Job), outcome).Inc()
	if !r.Missed {
		m.jobDuration.WithLabelValues(string(r.Job), r.Cluster).Set(r.Took.Seconds())
	}
}

// Alerted counts one message to a target: sent, retried or dead.
func (m *Metrics) Alerted(cluster, target, outcome string) {
	m.alerts.WithLabelValues(cluster, target, outcome).Inc()
}

// Gatherer reads the metrics in force, as /metrics shows them.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }
