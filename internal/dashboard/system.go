package dashboard

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// systemPage is how the daemon itself does: its sources, what it costs the brokers and CloudWatch, and its jobs.
type systemPage struct {
	Daemon  web.Daemon
	Sources []sourceRow
	Costs   []costRow
	Jobs    []jobRow
	Gaps    []gapRow
	// Unread says why the counters could not be read; empty when they could.
	Unread string
}

type sourceRow struct {
	Cluster, Source string
	State, Tone     string
	Read            time.Time
	Backfill        string
	Gaps            int
}

// costRow is what one cluster has cost since the start.
type costRow struct {
	Cluster    string
	Requests   string
	Sent       string
	Received   string
	CloudWatch string
	// CostExplorer is what asking for the bill has cost this month.
	CostExplorer string
}

// jobRow is one job of one cluster. Runs and Failed are sums over all clusters; a run that was missed counts as failed.
type jobRow struct{ Job, Cluster, Runs, Failed, Took string }

type gapRow struct{ Cluster, Source, What, Why, Effect string }

func (s *server) system(w http.ResponseWriter, _ *http.Request) {
	p := systemPage{Daemon: s.Agent.Daemon()}
	for _, c := range s.Agent.Status() {
		for _, src := range c.Sources {
			row := sourceRow{Cluster: c.Name, Source: src.Name, State: "ok", Tone: "good", Read: src.CollectedAt,
				Gaps: len(src.Gaps)}
			switch {
			case src.Error != "":
				row.State, row.Tone = src.Error, "bad"
			case src.CollectedAt.IsZero():
				row.State, row.Tone = "not read yet", "mute"
			case len(src.Gaps) > 0:
				row.State, row.Tone = "with gaps", "warn"
			}
			if src.Backfill != nil {
				row.Backfill = workload.FormatPercent(src.Backfill.Ratio())
			}
			p.Sources = append(p.Sources, row)
			for _, g := range src.Gaps {
				p.Gaps = append(p.Gaps, gapRow{c.Name, src.Name, g.What, g.Why, g.Effect})
			}
		}
	}
	m, err := readings(s.Metrics)
	if err != nil {
		p.Unread = err.Error()
	}
	p.Costs, p.Jobs = m.costs(), m.jobs()
	s.render(w, http.StatusOK, "system.html", s.layout("System", "system", p))
}

// metrics are the daemon's own, by name without the prefix.
type metrics map[string][]reading

type reading struct {
	labels map[string]string
	value  float64
}

// readings reads counters and gauges; with an error they are those that could be read.
func readings(from prometheus.Gatherer) (metrics, error) {
	families, err := from.Gather()
	out := metrics{}
	for _, f := range families {
		name := strings.TrimPrefix(f.GetName(), "mskfit_")
		for _, m := range f.GetMetric() {
			r := reading{labels: map[string]string{}}
			for _, l := range m.GetLabel() {
				r.labels[l.GetName()] = l.GetValue()
			}
			switch {
			case m.Counter != nil:
				r.value = m.Counter.GetValue()
			case m.Gauge != nil:
				r.value = m.Gauge.GetValue()
			default:
				continue
			}
			out[name] = append(out[name], r)
		}
	}
	return out, err
}

// byCluster sums a metric by cluster.
func (m metrics) byCluster(name string) map[string]float64 {
	out := map[string]float64{}
	for _, r := range m[name] {
		out[r.labels["cluster"]] += r.value
	}
	return out
}

func (m metrics) costs() []costRow {
	requests, sent, received := m.byCluster("kafka_requests_total"), m.byCluster("kafka_request_bytes_total"),
		m.byCluster("kafka_response_bytes_total")
	cloudwatch := m.byCluster("cloudwatch_expected_monthly_usd")
	names := map[string]bool{}
	bills := m.byCluster("cost_explorer_month_usd")
	for _, of := range []map[string]float64{requests, sent, received, cloudwatch, bills} {
		for name := range of {
			names[name] = true
		}
	}
	show := func(of map[string]float64, name string, format func(float64) string) string {
		if v, known := of[name]; known {
			return format(v)
		}
		return "–"
	}
	var out []costRow
	for name := range names {
		out = append(out, costRow{name, show(requests, name, workload.FormatNumber), show(sent, name, workload.FormatBytes),
			show(received, name, workload.FormatBytes), show(cloudwatch, name, view.AboutUSD),
			show(bills, name, workload.FormatUSD)})
	}
	slices.SortFunc(out, func(a, b costRow) int { return strings.Compare(a.Cluster, b.Cluster) })
	return out
}

// tookWords is how long a run took: "162 ms", "9 s".
func tookWords(seconds float64) string {
	if seconds < 1 {
		return workload.FormatNumber(math.Round(seconds*1000)) + " ms"
	}
	return workload.FormatDuration(time.Duration(seconds * float64(time.Second)).Round(100 * time.Millisecond))
}

func (m metrics) jobs() []jobRow {
	ok, failed := map[string]float64{}, map[string]float64{}
	for _, r := range m["job_runs_total"] {
		if r.labels["outcome"] == "ok" {
			ok[r.labels["job"]] += r.value
		} else {
			failed[r.labels["job"]] += r.value
		}
	}
	var out []jobRow
	for _, r := range m["job_duration_seconds"] {
		job := r.labels["job"]
		out = append(out, jobRow{job, r.labels["cluster"], workload.FormatNumber(ok[job] + failed[job]),
			workload.FormatNumber(failed[job]), tookWords(r.value)})
	}
	slices.SortFunc(out, func(a, b jobRow) int {
		return cmp.Or(strings.Compare(a.Job, b.Job), strings.Compare(a.Cluster, b.Cluster))
	})
	return out
}
