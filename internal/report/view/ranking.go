package view

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// shown is how many of the busiest topics and groups a report for people lists; JSON and CSV have all of them.
const shown = 10

// Ranking is a table of the busiest topics or groups.
type Ranking struct {
	// Rows are the busiest ones, the busiest first.
	Rows []Ranked
	// More says what the table leaves out.
	More string
	// Chart shows the same as bars; nil for fewer than two rows with a figure.
	Chart *Chart
}

// Ranked is one topic or group. Fields that make no sense for it are empty.
type Ranked struct {
	// Link leads to a page of its own; empty in a report.
	Link string
	// All are written for people: In, Out, Messages, Stored and Hottest with units; Groups counts the consumer groups of a
	// topic.
	Name, Partitions, In, Out, Messages, Stored, Hottest, Groups string
	// Share is the part of the whole's ingress (topics) or egress (groups); Growth is against the half of the window before.
	Share, Growth string
	// Even is hottest partition ÷ the mean of the topic's partitions.
	Skew string
	// These four are a consumer group's: Members and Topics are counts, Lag is in records.
	Type, Members, Topics, Lag string
}

func topTopics(v verdict.Verdict, past Past) Ranking {
	all := byRate(v.Topics, func(t verdict.TopicFigures) (*workload.Quantity, string) { return t.IngressBytesPerSec, t.Name })
	r := Ranking{More: left(len(all), shown, "topics")}
	var bars []named
	for _, t := range all[:min(shown, len(all))] {
		row := Ranked{Name: t.Name, Partitions: count(float64(t.Partitions)), In: rate(t.IngressBytesPerSec, byteRate),
			Out:      rate(t.EgressBytesPerSec, byteRate),
			Messages: rate(t.MessagesPerSec, perSecond), Stored: value(t.StoredBytes, byteSize),
			Hottest: rate(t.HottestIngress, byteRate),
			Groups:  count(float64(len(t.Groups))), Share: share(t.IngressBytesPerSec, v.Workload.IngressBytesPerSec),
			Growth: growth(past.TopicGrowth, t.Name)}
		r.Rows = append(r.Rows, row)
		bars = appendNamed(bars, t.Name, t.IngressBytesPerSec)
	}
	r.Chart = topChart("top-topics", "Ingress of the busiest topics", bars)
	return r
}

func topGroups(v verdict.Verdict, past Past) Ranking {
	all := byRate(v.Groups, func(g verdict.GroupFigures) (*workload.Quantity, string) { return g.EgressBytesPerSec, g.Name })
	r := Ranking{More: left(len(all), shown, "groups")}
	var bars []named
	for _, g := range all[:min(shown, len(all))] {
		row := Ranked{Name: g.Name, Type: cmp.Or(g.Type, unknown), Members: unknown, Topics: count(float64(len(g.Topics))),
			Out: rate(g.EgressBytesPerSec, byteRate), Lag: value(g.LagMessages, count),
			Share: share(g.EgressBytesPerSec, v.Workload.EgressBytesPerSec), Growth: growth(past.GroupGrowth, g.Name)}
		if g.Members != nil {
			row.Members = count(float64(*g.Members))
		}
		r.Rows = append(r.Rows, row)
		bars = appendNamed(bars, g.Name, g.EgressBytesPerSec)
	}
	r.Chart = topChart("top-groups", "Egress of the busiest consumer groups", bars)
	return r
}

// mostHot is how many topics the table of the hottest partitions has.
const mostHot = 5

// hottest are the topics whose busiest partition takes most, with how uneven that is.
func hottest(v verdict.Verdict) Ranking {
	all := byRate(v.Topics, func(t verdict.TopicFigures) (*workload.Quantity, string) { return t.HottestIngress, t.Name })
	all = slices.DeleteFunc(all, func(t verdict.TopicFigures) bool { return t.HottestIngress == nil })
	r := Ranking{}
	for _, t := range all[:min(mostHot, len(all))] {
		row := Ranked{Name: t.Name, Partitions: count(float64(t.Partitions)), In: rate(t.IngressBytesPerSec, byteRate),
			Hottest: rate(t.HottestIngress, byteRate), Skew: unknown}
		if t.IngressBytesPerSec != nil && t.IngressBytesPerSec.Value > 0 && t.Partitions > 0 {
			row.Skew = times(t.HottestIngress.Value * float64(t.Partitions) / t.IngressBytesPerSec.Value)
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

func rate(q *workload.Quantity, write unit) string {
	if q == nil {
		return unknown
	}
	return value(&q.Figure, write)
}

// share is the part of a whole in percent; unknown without both.
func share(part, whole *workload.Quantity) string {
	if part == nil || whole == nil || whole.Value <= 0 {
		return unknown
	}
	return percent(part.Value / whole.Value)
}

func growth(of map[string]float64, name string) string {
	g, ok := of[name]
	if !ok {
		return none
	}
	return signedPercent(g)
}

func left(n, shown int, what string) string {
	if n <= shown {
		return ""
	}
	return fmt.Sprintf("The busiest %d of %s %s; JSON and CSV have all.", shown, count(float64(n)), what)
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
