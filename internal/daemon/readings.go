package daemon

import "github.com/mskfit/mskfit/internal/web"

// exportReadings adds to the metrics what is read when the page is.
func (d *Daemon) exportReadings() {
	gauge := func(name, help string, value func() float64) web.Reading {
		return web.Reading{Name: name, Help: help, Read: func(each func(float64, ...string)) { each(value()) }}
	}
	counter := func(name, help string, value func() float64) web.Reading {
		r := gauge(name, help, value)
		r.Kind = web.Counter
		return r
	}
	d.metrics.Export(
		web.Reading{Name: "kafka_requests_total", Help: "Requests sent to the brokers, by API.", Kind: web.Counter,
			Labels: []string{"cluster", "api"}, Read: d.fleet.Requests},
		web.Reading{Name: "kafka_request_bytes_total",
			Help: "Bytes of the requests sent to the brokers, without TLS and TCP overhead.",
			Kind: web.Counter, Labels: []string{"cluster"}, Read: d.fleet.BytesSent},
		web.Reading{Name: "kafka_response_bytes_total", Help: "Bytes of the brokers' responses, without TLS and TCP overhead.",
			Kind: web.Counter, Labels: []string{"cluster"}, Read: d.fleet.BytesReceived},
		gauge("history_writable", "1 while values are written to the history, 0 while they wait in memory.",
			func() float64 { return truth(d.history.Status().Reason == "") }),
		gauge("history_values_waiting", "Values that are only in memory.",
			func() float64 { return float64(d.history.Status().Waiting) }),
		counter("history_values_written_total", "Values written to the history.",
			func() float64 { return float64(d.history.Status().Written) }),
		counter("history_values_dropped_total", "Values dropped because the history could not be written and the buffer was full.",
			func() float64 { return float64(d.history.Status().Dropped) }),
		counter("history_values_refused_total", "Values that the history refuses: too old, or not plausible.",
			func() float64 { return float64(d.history.Status().Refused) }),
		gauge("ledger_writable", "1 if the last write to the ledger succeeded.",
			func() float64 { why, _ := d.ledger.trouble(); return truth(why == "") }),
		gauge("active", "1 while this replica works on clusters, 0 while other replicas hold all of them or PostgreSQL cannot be reached.",
			func() float64 { return truth(!d.idle()) }),
		gauge("clusters_leased", "Clusters that this replica works on. The sum over all replicas is the number of clusters that are watched.",
			func() float64 { return float64(len(d.clustersHere())) }),
		gauge("replicas", "Replicas that share the clusters, as this one sees them; 1 without PostgreSQL.",
			func() float64 { return float64(max(1, len(d.replicas()))) }),
	)
	d.metrics.Export(d.cloudwatchReadings()...)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
