package collector

import (
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// topicFigures are the figures of a topic that are compared.
var topicFigures = []struct {
	name string
	of   func(*workload.Topic) *workload.Figure
}{
	{"ingress_bytes_per_second", func(t *workload.Topic) *workload.Figure { return t.IngressBytesPerSec }},
	{"egress_bytes_per_second", func(t *workload.Topic) *workload.Figure { return t.EgressBytesPerSec }},
	{"messages_per_second", func(t *workload.Topic) *workload.Figure { return t.MessagesPerSec }},
}

// compare sets beside each other what one source worked out and another measured: of the cluster, then of each topic.
func compare(samples []workload.Sample) (out []workload.Comparison) {
	for _, q := range totals {
		figures := make([]*workload.Figure, len(samples))
		for i := range samples {
			figures[i] = *q.of(&samples[i].Totals)
		}
		out = appendComparison(out, q.name, "", figures)
	}
	topics, names := make([]map[string]*workload.Topic, len(samples)), []string(nil)
	for i := range samples {
		topics[i] = map[string]*workload.Topic{}
		for j := range samples[i].Topics {
			t := &samples[i].Topics[j]
			topics[i][t.Name] = t
			names = append(names, t.Name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		for _, q := range topicFigures {
			figures := make([]*workload.Figure, len(samples))
			for i := range samples {
				if t := topics[i][name]; t != nil {
					figures[i] = q.of(t)
				}
			}
			out = appendComparison(out, q.name, name, figures)
		}
	}
	return out
}

// appendComparison compares the best measured figure with the best of the weaker ones, where there are both.
func appendComparison(out []workload.Comparison, quantity, topic string, figures []*workload.Figure) []workload.Comparison {
	var measured, weaker *workload.Figure
	for _, f := range figures {
		switch {
		case f == nil:
		case f.Method == workload.Measured:
			measured = workload.Best(measured, f)
		default:
			weaker = workload.Best(weaker, f)
		}
	}
	if measured == nil || weaker == nil || measured.Value == 0 {
		return out
	}
	return append(out, workload.Comparison{Quantity: quantity, Topic: topic, Estimated: *weaker, Measured: *measured,
		Difference: weaker.Value/measured.Value - 1})
}
