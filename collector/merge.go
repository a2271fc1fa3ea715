package collector

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Merge makes one sample of what several sources saw of one cluster in about the same window. For each quantity it takes
// the best figure by [workload.Best] and never adds two: topics, groups and brokers are united by their names. Where one source
// estimated what another measured, the difference goes into Comparisons. A measured egress of the cluster bounds what
// commits could only bound from below. Gaps stay, unless another source has every quantity that they leave open.
//
// The window is that of the source whose bytes in were taken, else the longest. Of what is no figure the first source that has it
// is believed; what one posture lacks comes from the others. Merge of one sample is that sample, and of none the zero Sample.
func Merge(samples ...workload.Sample) workload.Sample {
	switch len(samples) {
	case 0:
		return workload.Sample{}
	case 1:
		return samples[0]
	}
	m := merger{in: samples}
	m.out.Source = m.sources()
	m.out.Cluster = firstOf(samples, func(s *workload.Sample) string { return s.Cluster })
	m.totals()
	m.out.Window = m.window()
	m.topics()
	m.groups()
	m.brokers()
	m.boundEgress()
	m.posture()
	for i := range samples {
		m.out.MSK = cmp.Or(m.out.MSK, samples[i].MSK)
	}
	m.out.Comparisons = compare(samples)
	m.gaps()
	return m.out
}

// merger merges in into out.
type merger struct {
	in  []workload.Sample
	out workload.Sample
}

func firstOf[T comparable](samples []workload.Sample, get func(*workload.Sample) T) (v T) {
	for i := range samples {
		v = cmp.Or(v, get(&samples[i]))
	}
	return v
}

func (m *merger) sources() string {
	var all []string
	for _, s := range m.in {
		if s.Source != "" {
			all = append(all, s.Source)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// best folds one figure over all samples.
func (m *merger) best(get func(*workload.Totals) *workload.Figure) (f *workload.Figure) {
	for i := range m.in {
		f = workload.Best(f, get(&m.in[i].Totals))
	}
	return f
}

func (m *merger) totals() {
	t := &m.out.Totals
	for _, q := range totals {
		*q.of(t) = m.best(func(t *workload.Totals) *workload.Figure { return *q.of(t) })
	}
	for i := range m.in {
		t.HottestIngress = hotter(t.HottestIngress, m.in[i].Totals.HottestIngress)
		t.HottestEgress = hotter(t.HottestEgress, m.in[i].Totals.HottestEgress)
	}
}

// total is one figure of the whole cluster, by the verdict's name.
type total struct {
	name string
	of   func(*workload.Totals) **workload.Figure
}

var totals = []total{
	{"ingress_bytes_per_second", func(t *workload.Totals) **workload.Figure { return &t.IngressBytesPerSec }},
	{"egress_bytes_per_second", func(t *workload.Totals) **workload.Figure { return &t.EgressBytesPerSec }},
	{"messages_per_second", func(t *workload.Totals) **workload.Figure { return &t.MessagesPerSec }},
	{"stored_bytes", func(t *workload.Totals) **workload.Figure { return &t.StoredBytes }},
	{"client_connections", func(t *workload.Totals) **workload.Figure { return &t.ClientConnections }},
	{"connection_attempts_per_second", func(t *workload.Totals) **workload.Figure { return &t.ConnectionsPerSec }},
	{"requests_per_second", func(t *workload.Totals) **workload.Figure { return &t.RequestsPerSec }},
	{"produce_batches_per_second", func(t *workload.Totals) **workload.Figure { return &t.BatchesPerSec }},
	{"topics", func(t *workload.Totals) **workload.Figure { return &t.Topics }},
	{"partitions", func(t *workload.Totals) **workload.Figure { return &t.Partitions }},
	{"compacted_partitions", func(t *workload.Totals) **workload.Figure { return &t.CompactedPartitions }},
	{"consumer_groups", func(t *workload.Totals) **workload.Figure { return &t.ConsumerGroups }},
}

// hotter takes the busiest partition by the better evidence.
func hotter(a, b *workload.Hottest) *workload.Hottest {
	if a == nil || b != nil && workload.Best(&a.Rate, &b.Rate) == &b.Rate {
		return b
	}
	return a
}

func (m *merger) window() (w workload.Window) {
	for i := range m.in {
		s := &m.in[i]
		if f := m.out.Totals.IngressBytesPerSec; f != nil && s.Totals.IngressBytesPerSec == f {
			return s.Window
		}
		if s.Window.Duration() > w.Duration() || w.End.IsZero() {
			w = s.Window
		}
	}
	return w
}

// united merges the lists of all samples by key, and sorts them by it.
func united[T any, K cmp.Ordered](samples []workload.Sample, list func(*workload.Sample) []T, key func(*T) K,
	into func(*T, *T)) []T {
	all := map[K]*T{}
	for i := range samples {
		items := list(&samples[i])
		for j := range items {
			if known := all[key(&items[j])]; known != nil {
				into(known, &items[j])
				continue
			}
			item := items[j]
			all[key(&item)] = &item
		}
	}
	var out []T
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out = append(out, *all[k])
	}
	return out
}

func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// boundEgress uses a measured egress of the cluster: a topic, a group or a partition is read at no more than the cluster's
// rate less what is known to belong to the other topics.
func (m *merger) boundEgress() {
	whole := m.out.Totals.EgressBytesPerSec
	if whole == nil || whole.Method != workload.Measured || !whole.Bounded() {
		return
	}
	known := 0.0
	for i := range m.out.Topics {
		if f := m.out.Topics[i].EgressBytesPerSec; f != nil {
			known += f.Low
		}
	}
	for i := range m.out.Topics {
		t := &m.out.Topics[i]
		if f := t.EgressBytesPerSec; f != nil {
			t.EgressBytesPerSec = bounded(f, whole.High-(known-f.Low))
		}
		if t.HottestEgress != nil {
			t.HottestEgress = boundedHottest(t.HottestEgress, cmp.Or(t.EgressBytesPerSec, whole).High)
		}
	}
	for i := range m.out.Groups {
		if f := m.out.Groups[i].EgressBytesPerSec; f != nil {
			m.out.Groups[i].EgressBytesPerSec = bounded(f, whole.High)
		}
	}
	if h := m.out.Totals.HottestEgress; h != nil {
		m.out.Totals.HottestEgress = boundedHottest(h, whole.High)
	}
}

// bounded gives an unbounded figure a ceiling. Figures of samples stay as they are.
func bounded(f *workload.Figure, ceiling float64) *workload.Figure {
	if f.Bounded() {
		return f
	}
	g := *f
	g.High = math.Max(g.Value, ceiling)
	return &g
}

func boundedHottest(h *workload.Hottest, ceiling float64) *workload.Hottest {
	out := *h
	out.Rate = *bounded(&h.Rate, ceiling)
	return &out
}

// gaps unites the gaps of all sources. One that leaves open nothing but what another source measured is no gap of the merged
// sample.
func (m *merger) gaps() {
	seen := map[workload.Gap]bool{}
	for i := range m.in {
		for _, g := range m.in[i].Gaps {
			if !seen[g] && !m.filled(g, i) {
				seen[g] = true
				m.out.Gaps = append(m.out.Gaps, g)
			}
		}
	}
	slices.SortFunc(m.out.Gaps, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why),
			cmp.Compare(a.Effect, b.Effect))
	})
}

// filled reports whether the sources other than from know, each with a bound, all the quantities that the gap leaves open.
func (m *merger) filled(g workload.Gap, from int) bool {
	if g.LeavesOpen == "" {
		return false
	}
	for name := range strings.SplitSeq(g.LeavesOpen, ",") {
		at := slices.IndexFunc(totals, func(q total) bool { return q.name == name })
		if at < 0 {
			return false
		}
		known := false
		for i := range m.in {
			f := *totals[at].of(&m.in[i].Totals)
			known = known || i != from && f != nil && f.Bounded()
		}
		if !known {
			return false
		}
	}
	return true
}
