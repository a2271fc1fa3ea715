package web

import "github.com/prometheus/client_golang/prometheus"

// Kind is how a figure of a [Reading] moves.
type Kind int

// The kinds of readings.
const (
	Gauge Kind = iota
	Counter
)

// Reading is one metric that somebody else keeps and that is read whenever the page is.
type Reading struct {
	// Name comes after mskfit_.
	Name, Help string
	// Kind is gauge or counter.
	Kind Kind
	// Labels are the names of the labels, in the order of their values.
	Labels []string
	// Read calls each with a value and the values of the labels, as often as there are any.
	Read func(each func(value float64, labels ...string))
}

// Export adds metrics that are read when the page is.
func (m *Metrics) Export(all ...Reading) {
	for _, r := range all {
		m.registry.MustRegister(&reader{r, prometheus.NewDesc("mskfit_"+r.Name, r.Help, r.Labels, nil)})
	}
}

type reader struct {
	Reading
	desc *prometheus.Desc
}

// Describe sends the registry what comes.
func (r *reader) Describe(ch chan<- *prometheus.Desc) { ch <- r.desc }

// Collect reads.
func (r *reader) Collect(ch chan<- prometheus.Metric) {
	kind := prometheus.GaugeValue
	if r.Kind == Counter {
		kind = prometheus.CounterValue
	}
	r.Read(func(value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(r.desc, kind, value, labels...)
	})
}
