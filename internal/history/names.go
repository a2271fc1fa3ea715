package history

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/mskfit/mskfit/internal/workload"
)

// prefix starts the name of every series of ours, in a store that others may share.
const prefix = "mskfit_history_"

// level says what a figure belongs to.
type level string

const (
	ofCluster level = "cluster"
	ofTopic   level = "topic"
	ofGroup   level = "group"
)

// Quantity is what is counted, named as in the verdict's JSON.
type Quantity = quantity

type quantity string

// The quantities that clusters and topics have in common. Groups have Egress alone.
const (
	Ingress  = ingress  // bytes per second that producers send
	Egress   = egress   // bytes per second that consumers read
	Messages = messages // records per second that producers send
)

const (
	ingress        quantity = "ingress_bytes_per_second"
	egress         quantity = "egress_bytes_per_second"
	messages       quantity = "messages_per_second"
	hottestIngress quantity = "hottest_partition_ingress_bytes_per_second"
	hottestEgress  quantity = "hottest_partition_egress_bytes_per_second"
	connections    quantity = "client_connections"
	attempts       quantity = "connection_attempts_per_second"
	requests       quantity = "requests_per_second"
	stored         quantity = "stored_bytes"
	topics         quantity = "topics"
	partitions     quantity = "partitions"
	compacted      quantity = "compacted_partitions"
	groups         quantity = "consumer_groups"

	// The rest are not figures: they stand beside them, without method or bounds.
	windowSeconds quantity = "window_seconds"
	ingressPlace  quantity = "hottest_partition_ingress_place"
	egressPlace   quantity = "hottest_partition_egress_place"
)

const errorSuffix = "_error_ratio"

// Statistics of the five minutes of a topic or group, and bounds of an error.
const (
	statMean = "mean"
	statMax  = "max"

	boundBoth    = "both"    // value × (1 ± ratio)
	boundLow     = "low"     // value × (1 − ratio)
	boundHigh    = "high"    // value × (1 + ratio); +Inf: nothing bounds it from above
	boundCeiling = "ceiling" // the upper bound itself, of a value of zero
)

// figureID names one figure of one source.
type figureID struct {
	cluster, source string
	level           level
	name            string // topic or group; empty for the cluster
	quantity        quantity
}

// seriesID names one series: a value (with stat below the cluster) or one bound of its error.
type seriesID struct {
	figureID
	stat   string
	method workload.Method
	bound  string
}

func (id seriesID) metric() string {
	name := prefix + string(id.level) + "_" + string(id.quantity)
	if id.bound != "" {
		name += errorSuffix
	}
	return name
}

// labels returns the series' labels, sorted by name. Empty ones are left out, as Prometheus has it.
func (id seriesID) labels() labels.Labels {
	b := labels.NewScratchBuilder(7)
	add := func(name, value string) {
		if value != "" {
			b.Add(name, value)
		}
	}
	b.Add(model.MetricNameLabel, id.metric())
	add("bound", id.bound)
	b.Add("cluster", escape(id.cluster))
	if id.level == ofGroup {
		b.Add("group", escape(id.name))
	}
	add("method", string(id.method))
	b.Add("source", escape(id.source))
	add("stat", id.stat)
	if id.level == ofTopic {
		b.Add("topic", escape(id.name))
	}
	return b.Labels()
}

// parseSeries is the inverse of labels; get returns "" for a label that is not there. It reports false for series that are
// not ours.
func parseSeries(get func(name string) string) (seriesID, bool) {
	rest, ours := strings.CutPrefix(get(model.MetricNameLabel), prefix)
	lv, q, found := strings.Cut(rest, "_")
	id := seriesID{stat: get("stat"), bound: get("bound"), method: workload.Method(get("method"))}
	id.cluster, id.source, id.level = unescape(get("cluster")), unescape(get("source")), level(lv)
	switch id.level {
	case ofTopic:
		id.name = unescape(get("topic"))
	case ofGroup:
		id.name = unescape(get("group"))
	}
	id.quantity = quantity(strings.TrimSuffix(q, errorSuffix))
	return id, ours && found
}

// escape makes any name a label value: Prometheus takes valid UTF-8 only and drops a label that is empty. Names that
// are neither valid nor present become a backslash and a Go string literal; so do those that start with a backslash.
func escape(name string) string {
	if name != "" && name[0] != '\\' && utf8.ValidString(name) {
		return name
	}
	return `\` + strconv.QuoteToASCII(name)
}

func unescape(label string) string {
	if quoted, found := strings.CutPrefix(label, `\`); found {
		if name, err := strconv.Unquote(quoted); err == nil {
			return name
		}
	}
	return label
}
