package history

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/prometheus/prompb"

	"github.com/mskfit/mskfit/internal/workload"
)

// prefix starts the name of every series of ours, in a store that others may share.
const prefix = "mskfit_history_"

const (
	nameLabel   = "__name__"
	errorSuffix = "_error_ratio"
)

// Statistics of the five minutes of a topic, group or partition, and bounds of an error.
const (
	statMean      = "mean"
	statMax       = "max"
	statMaxMinute = "max_minute" // 0–4: in which of the five minutes the maximum was

	boundBoth    = "both"    // value × (1 ± ratio)
	boundLow     = "low"     // value × (1 − ratio)
	boundHigh    = "high"    // value × (1 + ratio); +Inf: nothing bounds it from above
	boundCeiling = "ceiling" // the upper bound itself, of a value of zero
)

// metricID names one series of the external store: a value (with a statistic below the cluster) or one bound of its error.
type metricID struct {
	seriesID
	stat   string
	method workload.Method
	bound  string
}

// labels returns the series' labels, sorted by name. Empty ones are left out, as Prometheus has it.
func (id metricID) labels() []prompb.Label {
	metric := prefix + string(id.level) + "_" + string(id.quantity)
	if id.bound != "" {
		metric += errorSuffix
	}
	all := []prompb.Label{{Name: nameLabel, Value: metric}, {Name: "bound", Value: id.bound},
		{Name: "cluster", Value: escape(id.cluster)},
		{Name: "method", Value: string(id.method)}, {Name: "source", Value: escape(id.source)}, {Name: "stat", Value: id.stat}}
	if id.level != ofCluster {
		all = append(all, prompb.Label{Name: string(id.level), Value: escape(id.name)})
	}
	all = slices.DeleteFunc(all, func(l prompb.Label) bool { return l.Value == "" })
	slices.SortFunc(all, func(a, b prompb.Label) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// replicaLabel names the process that wrote a series; see [Options.Replica].
const replicaLabel = "replica"

// labelled adds the replica to sorted labels.
func labelled(labels []prompb.Label, replica string) []prompb.Label {
	if replica == "" {
		return labels
	}
	byName := func(l prompb.Label, name string) int { return cmp.Compare(l.Name, name) }
	at, _ := slices.BinarySearchFunc(labels, replicaLabel, byName)
	return slices.Insert(labels, at, prompb.Label{Name: replicaLabel, Value: escape(replica)})
}

// parseMetric is the inverse of labels. It reports false for series that are not ours.
func parseMetric(labels map[string]string) (metricID, bool) {
	rest, ours := strings.CutPrefix(labels[nameLabel], prefix)
	lv, q, found := strings.Cut(rest, "_")
	id := metricID{stat: labels["stat"], bound: labels["bound"], method: workload.Method(labels["method"])}
	id.cluster, id.source, id.level = unescape(labels["cluster"]), unescape(labels["source"]), level(lv)
	if id.level != ofCluster {
		id.name = unescape(labels[lv])
	}
	id.quantity = Quantity(strings.TrimSuffix(q, errorSuffix))
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
