package web

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
)

// Metrics is mskfit's own metrics: what it watches, what it decided and how it fares itself. It is the agent's
// observer, and safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	ingress, egress, messages, partitions *prometheus.GaugeVec
	utilization, level                    *prometheus.GaugeVec
	verdictInfo, verdictUSD               *prometheus.GaugeVec
	verdictAt, coverage                   *prometheus.GaugeVec

	collectDuration *prometheus.HistogramVec
	collects        *prometheus.CounterVec
	collectedAt     *prometheus.GaugeVec
	gaps            *prometheus.GaugeVec
	jobs            *prometheus.CounterVec
	jobDuration     *prometheus.GaugeVec
	alerts          *prometheus.CounterVec
}

var _ agent.Observer = (*Metrics)(nil)

// Outcomes of jobs and collections.
const (
	outcomeOK     = "ok"
	outcomeError  = "error"
	outcomeMissed = "missed"
)

// NewMetrics returns metrics in a registry of their own, with the counters of the given clusters and their sources at zero.
func NewMetrics(version string, sources map[string][]string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "mskfit_" + name, Help: help}, labels)
		m.registry.MustRegister(g)
		return g
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mskfit_" + name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	m.ingress = gauge("workload_ingress_bytes_per_second", "Bytes per second from producers, mean of the last collected window.", "cluster", "source")
	m.egress = gauge("workload_egress_bytes_per_second", "Bytes per second to consumers, mean of the last collected window; a floor where consumers do not commit.", "cluster", "source")
	m.messages = gauge("workload_messages_per_second", "Messages per second from producers, mean of the last collected window.", "cluster", "source")
	m.partitions = gauge("workload_partitions", "Leader partitions of user topics.", "cluster", "source")
	m.utilization = gauge("quota_utilization_ratio", "Observed figure divided by its limit, for the rules of the watched option. Absent where unknown.", "cluster", "rule")
	m.level = gauge("quota_alert_level", "Where each rule stands: 0 ok, 1 pending, 2 warning, 3 critical.", "cluster", "rule")
	m.verdictInfo = gauge("verdict_info", "The chosen kind and size; always 1. Absent while undecided.", "cluster", "kind", "size")
	m.verdictUSD = gauge("verdict_monthly_usd", "Monthly cost of the cheapest feasible option of each kind, in US dollars.", "cluster", "kind")
	m.verdictAt = gauge("verdict_timestamp_seconds", "When the last verdict was made.", "cluster")
	m.coverage = gauge("verdict_coverage_ratio", "Fraction of the verdict's window for which there is data.", "cluster")
	m.collectDuration = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mskfit_collect_duration_seconds",
		Help: "How long one collection took.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}}, []string{"cluster", "source"})
	m.registry.MustRegister(m.collectDuration)
	m.collects = counter("collects_total", "Collections by outcome.", "cluster", "source", "outcome")
	m.collectedAt = gauge("collect_success_timestamp_seconds", "When a source was last collected.", "cluster", "source")
	m.gaps = gauge("collect_gaps", "What the last collection could not see.", "cluster", "source")
	m.jobs = counter("job_runs_total", "Turns of the scheduled jobs by outcome.", "job", "outcome")
	m.jobDuration = gauge("job_duration_seconds", "How long the last turn took.", "job", "cluster")
	m.alerts = counter("alerts_total", "Messages by target and outcome: sent, retried, dead.", "cluster", "target", "outcome")
	build := gauge("build_info", "The version that runs; always 1.", "version")
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.zero(sources)
	return m
}

// zero creates the counters before anything happens, so that a rate over them starts at their first increase.
func (m *Metrics) zero(sources map[string][]string) {
	for cluster, names := range sources {
		for _, source := range names {
			m.collects.WithLabelValues(cluster, source, outcomeOK)
			m.collects.WithLabelValues(cluster, source, outcomeError)
			m.collectDuration.WithLabelValues(cluster, source)
		}
	}
	for _, job := range agent.Jobs() {
		for _, outcome := range []string{outcomeOK, outcomeError, outcomeMissed} {
			m.jobs.WithLabelValues(string(job), outcome)
		}
	}
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
		if f == nil {
			g.DeleteLabelValues(cluster, source)
			return
		}
		g.WithLabelValues(cluster, source).Set(f.Value)
	}
	set(m.ingress, s.Totals.IngressBytesPerSec)
	set(m.egress, s.Totals.EgressBytesPerSec)
	set(m.messages, s.Totals.MessagesPerSec)
	set(m.partitions, s.Totals.Partitions)
}

// Decided replaces what the metrics say of the cluster's verdict.
func (m *Metrics) Decided(v analyzer.Verdict, state analyzer.DriftState) {
	of := prometheus.Labels{"cluster": v.Cluster}
	for _, g := range []*prometheus.GaugeVec{m.utilization, m.level, m.verdictInfo, m.verdictUSD} {
		g.DeletePartialMatch(of)
	}
	for rule, s := range state.Rules {
		m.level.WithLabelValues(v.Cluster, rule).Set(levelNumber(s.Shown()))
		if s.Utilization != nil {
			m.utilization.WithLabelValues(v.Cluster, rule).Set(*s.Utilization)
		}
	}
	if v.Choice != nil {
		m.verdictInfo.WithLabelValues(v.Cluster, string(v.Choice.Kind), v.Choice.Size).Set(1)
	}
	for kind, usd := range cheapest(v.Options) {
		m.verdictUSD.WithLabelValues(v.Cluster, string(kind)).Set(usd)
	}
	m.verdictAt.WithLabelValues(v.Cluster).Set(float64(v.At.UnixMilli()) / 1000)
	m.coverage.WithLabelValues(v.Cluster).Set(v.Confidence.Coverage)
}

func levelNumber(l analyzer.Level) float64 {
	switch l {
	case analyzer.LevelPending:
		return 1
	case analyzer.LevelWarning:
		return 2
	case analyzer.LevelCritical:
		return 3
	}
	return 0
}

// cheapest is the lowest monthly cost of each kind over the options that are not ruled out.
func cheapest(options []analyzer.Option) map[analyzer.Kind]float64 {
	out := map[analyzer.Kind]float64{}
	for _, o := range options {
		if o.Feasible == analyzer.No || o.MonthlyUSD == nil {
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

// Requests exports counters that somebody else keeps, read when the page is: the requests of one cluster's source by API.
func (m *Metrics) Requests(name, help, cluster string, counts func() map[string]int64) {
	m.registry.MustRegister(&countsCollector{
		desc:   prometheus.NewDesc("mskfit_"+name, help, []string{"api"}, prometheus.Labels{"cluster": cluster}),
		counts: counts,
	})
}

type countsCollector struct {
	desc   *prometheus.Desc
	counts func() map[string]int64
}

func (c *countsCollector) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

func (c *countsCollector) Collect(ch chan<- prometheus.Metric) {
	for api, n := range c.counts() {
		ch <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(n), api)
	}
}
