package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// figureRow is one quantity of the workload with its evidence.
type figureRow struct {
	Name, Value, Bounds, Method, P99, Peak, Source string
	Known                                          bool
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
		{name: "Of them compacted", write: count, figure: f.CompactedPartitions},
		{name: "Consumer groups", write: count, figure: f.ConsumerGroups},
		ofRate("Hottest ingress", byteRate, f.HottestIngress),
		ofRate("Hottest egress", byteRate, f.HottestEgress),
		{name: "Stored, one copy", write: byteSize, figure: f.StoredBytes},
		ofRate("Client connections", count, f.ClientConnections),
		ofRate("New connections", perSecond, f.ConnectionsPerSec),
		ofRate("Requests", perSecond, f.RequestsPerSec),
	}
}

func figureRows(f verdict.Figures) []figureRow {
	var out []figureRow
	for _, q := range quantities(f) {
		row := figureRow{Name: q.name, Value: value(q.figure, q.write), Bounds: bounds(q.figure, q.write),
			Method: none, P99: none, Peak: none, Source: none, Known: q.figure != nil}
		if q.figure != nil {
			row.Method, row.Source = string(q.figure.Method), q.figure.Source
		}
		if q.stats != nil {
			row.P99, row.Peak = statistic(q.stats.P99, q.write), statistic(q.stats.Peak, q.write)
		}
		out = append(out, row)
	}
	return out
}

// HasStatistics reports whether any quantity has more than its mean; a described workload has not.
func (p page) HasStatistics() bool {
	return slices.ContainsFunc(p.Figures, func(f figureRow) bool { return f.P99 != none || f.Peak != none })
}

func sources(f verdict.Figures) []string {
	var order []string
	names := map[string][]string{}
	for _, q := range quantities(f) {
		if q.figure == nil || q.figure.Source == "" {
			continue
		}
		if names[q.figure.Source] == nil {
			order = append(order, q.figure.Source)
		}
		names[q.figure.Source] = append(names[q.figure.Source], strings.ToLower(q.name))
	}
	for i, source := range order {
		order[i] = fmt.Sprintf("%s (%s)", source, strings.Join(names[source], ", "))
	}
	return order
}

// shown is how many of the busiest topics and groups a report for people lists; the JSON has all of them.
const shown = 10

type topicRow struct{ Name, Partitions, Ingress, Egress, Messages, Stored, Hottest, Groups string }

func topicRows(topics []verdict.TopicFigures) (rows []topicRow, more string) {
	busiest := byRate(topics, func(t verdict.TopicFigures) (*workload.Quantity, string) { return t.IngressBytesPerSec, t.Name })
	for _, t := range busiest[:min(shown, len(busiest))] {
		rows = append(rows, topicRow{
			Name:       t.Name,
			Partitions: count(float64(t.Partitions)),
			Ingress:    rate(t.IngressBytesPerSec, byteRate),
			Egress:     rate(t.EgressBytesPerSec, byteRate),
			Messages:   rate(t.MessagesPerSec, perSecond),
			Stored:     value(t.StoredBytes, byteSize),
			Hottest:    rate(t.HottestIngress, byteRate),
			Groups:     count(float64(len(t.Groups))),
		})
	}
	return rows, left(len(topics), "topics")
}

type groupRow struct{ Name, Type, Members, Topics, Egress, Lag string }

func groupRows(groups []verdict.GroupFigures) (rows []groupRow, more string) {
	busiest := byRate(groups, func(g verdict.GroupFigures) (*workload.Quantity, string) { return g.EgressBytesPerSec, g.Name })
	for _, g := range busiest[:min(shown, len(busiest))] {
		row := groupRow{Name: g.Name, Type: cmp.Or(g.Type, unknown), Members: unknown, Topics: count(float64(len(g.Topics))),
			Egress: rate(g.EgressBytesPerSec, byteRate), Lag: value(g.LagMessages, count)}
		if g.Members != nil {
			row.Members = count(float64(*g.Members))
		}
		rows = append(rows, row)
	}
	return rows, left(len(groups), "groups")
}

func rate(q *workload.Quantity, write unit) string {
	if q == nil {
		return unknown
	}
	return value(&q.Figure, write)
}

func left(n int, what string) string {
	if n <= shown {
		return ""
	}
	return fmt.Sprintf("%d of %s %s; the JSON has all of them", shown, count(float64(n)), what)
}

// byRate returns the items with the highest mean first, those without a figure last, equals by name.
func byRate[T any](items []T, of func(T) (*workload.Quantity, string)) []T {
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b T) int {
		qa, na := of(a)
		qb, nb := of(b)
		switch {
		case qa != nil && qb != nil && qa.Value != qb.Value:
			return cmp.Compare(qb.Value, qa.Value)
		case (qa == nil) != (qb == nil):
			if qa == nil {
				return 1
			}
			return -1
		}
		return cmp.Compare(na, nb)
	})
	return out
}
