package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Figure is one quantity of the workload with its evidence.
type Figure struct {
	// All are written for people, with units. Value is the mean; P99 and Peak are "–" where there is no such statistic.
	Name, Value, Bounds, Method, P99, Peak, Source string
}

// quantity is one line of the workload table: a Quantity has statistics, a Figure has none.
type quantity struct {
	name   string
	write  unit
	figure *workload.Figure
	stats  *workload.Quantity
}

func ofRate(name string, write unit, q *workload.Quantity) quantity {
	if q == nil {
		return quantity{name: name, write: write}
	}
	return quantity{name: name, write: write, figure: &q.Figure, stats: q}
}

func quantities(f verdict.Figures) []quantity {
	return []quantity{
		ofRate("Ingress", byteRate, f.IngressBytesPerSec),
		ofRate("Egress", byteRate, f.EgressBytesPerSec),
		{name: "Fan-out", write: times, figure: f.FanOut},
		ofRate("Messages", perSecond, f.MessagesPerSec),
		{name: "Average message", write: byteSize, figure: f.AverageMessageBytes},
		{name: "Largest message", write: byteSize, figure: f.MaxMessageBytes},
		{name: "Topics", write: count, figure: f.Topics},
		{name: "Partitions", write: count, figure: f.Partitions},
		{name: "Compacted partitions", write: count, figure: f.CompactedPartitions},
		{name: "Consumer groups", write: count, figure: f.ConsumerGroups},
		ofRate("Hottest partition ingress", byteRate, f.HottestIngress),
		ofRate("Hottest partition egress", byteRate, f.HottestEgress),
		{name: "Stored (one copy)", write: byteSize, figure: f.StoredBytes},
		ofRate("Client connections", count, f.ClientConnections),
		ofRate("New connections", perSecond, f.ConnectionsPerSec),
		ofRate("Requests", perSecond, f.RequestsPerSec),
	}
}

// figures are the known quantities, the names of those that are not, and for each source which figures come from it. What is
// derived from a declared workload is as exact as what was declared.
func figures(f verdict.Figures, declared bool) (rows []Figure, absent string, sources []string) {
	var missing []string
	names := map[string][]string{}
	all := quantities(f)
	if f.BatchesPerSec != nil { // no one waits for it: where it is missing, the requests are what is unknown
		all = append(all, ofRate("Record batches sent", perSecond, f.BatchesPerSec))
	}
	for _, q := range all {
		if q.figure == nil {
			missing = append(missing, lower(q.name))
			continue
		}
		row := Figure{Name: q.name, Value: value(q.figure, q.write), Bounds: bounds(q.figure, q.write),
			Method: string(q.figure.Method),
			P99:    none, Peak: none, Source: cmp.Or(q.figure.Source, none)}
		if declared && row.Bounds == exact {
			row.Bounds = asDeclared
		}
		if q.stats != nil {
			row.P99, row.Peak = statistic(q.stats.P99, q.write), statistic(q.stats.Peak, q.write)
		}
		rows = append(rows, row)
		if s := q.figure.Source; s != "" {
			if names[s] == nil {
				sources = append(sources, s)
			}
			names[s] = append(names[s], lower(q.name))
		}
	}
	for i, s := range sources {
		sources[i] = fmt.Sprintf("%s (%s)", s, strings.Join(names[s], ", "))
	}
	if len(missing) > 0 {
		absent = "Unknown: " + strings.Join(missing, ", ") + "."
	}
	return rows, absent, sources
}

// HasStatistics reports whether any quantity has more than its mean; a described workload has not.
func (p Page) HasStatistics() bool {
	return slices.ContainsFunc(p.Figures, func(f Figure) bool { return f.P99 != none || f.Peak != none })
}
