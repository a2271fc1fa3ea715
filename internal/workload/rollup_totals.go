package workload

import (
	"maps"
	"slices"
)

// totals fills in what is known of the whole cluster.
func (r rollup) totals(w *Workload) {
	w.IngressBytesPerSec = r.total(func(t *Totals) *Figure { return t.IngressBytesPerSec })
	w.EgressBytesPerSec = r.total(func(t *Totals) *Figure { return t.EgressBytesPerSec })
	w.MessagesPerSec = r.total(func(t *Totals) *Figure { return t.MessagesPerSec })
	w.ClientConnections = r.total(func(t *Totals) *Figure { return t.ClientConnections })
	w.ConnectionsPerSec = r.total(func(t *Totals) *Figure { return t.ConnectionsPerSec })
	w.RequestsPerSec = r.total(func(t *Totals) *Figure { return t.RequestsPerSec })
	w.BatchesPerSec = r.total(func(t *Totals) *Figure { return t.BatchesPerSec })
	w.HottestIngress = r.total(func(t *Totals) *Figure { return t.HottestIngress.rate() })
	w.HottestEgress = r.total(func(t *Totals) *Figure { return t.HottestEgress.rate() })
	w.HottestIngressOn = r.hottestOn(func(t *Totals) *Hottest { return t.HottestIngress })
	w.HottestEgressOn = r.hottestOn(func(t *Totals) *Hottest { return t.HottestEgress })

	w.StoredBytes = r.latestTotal(func(t *Totals) *Figure { return t.StoredBytes })
	w.Topics = r.latestTotal(func(t *Totals) *Figure { return t.Topics })
	w.Partitions = r.latestTotal(func(t *Totals) *Figure { return t.Partitions })
	w.CompactedPartitions = r.latestTotal(func(t *Totals) *Figure { return t.CompactedPartitions })
	w.ConsumerGroups = r.latestTotal(func(t *Totals) *Figure { return t.ConsumerGroups })
}

func (r rollup) latestTotal(get func(*Totals) *Figure) *Figure {
	return latest(r.all, func(s *Sample) *Figure { return get(&s.Totals) })
}

func (h *Hottest) rate() *Figure {
	if h == nil {
		return nil
	}
	return &h.Rate
}

// hottestOn names the busiest partition: that of the whole reading, else the one with the most bytes over the windows in
// which it led. The quantity itself is the mean of the busiest partition of each window, whichever that was.
func (r rollup) hottestOn(get func(*Totals) *Hottest) string {
	if r.whole != nil {
		if h := get(&r.whole.Totals); h != nil {
			return h.partition()
		}
	}
	bytes := map[string]float64{}
	for _, s := range r.rated {
		if h := get(&s.Totals); h != nil {
			bytes[h.partition()] += h.Rate.Value * s.Window.Duration().Seconds()
		}
	}
	hottest := ""
	for _, name := range slices.Sorted(maps.Keys(bytes)) {
		if hottest == "" || bytes[name] > bytes[hottest] {
			hottest = name
		}
	}
	return hottest
}

func (h *Hottest) partition() string { return PartitionName(h.Topic, h.Partition) }

// groups rolls up every consumer group that any sample names.
func (r rollup) groups() []GroupWorkload {
	seen := collect(r.all, func(s *Sample) []Group { return s.Groups }, func(g *Group) string { return g.Name })
	var whole map[string]*Group
	if r.whole != nil {
		whole = named(r.whole.Groups, func(g *Group) string { return g.Name })
	}
	var out []GroupWorkload
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		in := seen[name]
		g := GroupWorkload{Name: name}
		figures := make([]*Figure, len(r.rated))
		for i, s := range r.rated {
			if one := in[s]; one != nil {
				figures[i] = one.EgressBytesPerSec
			}
		}
		var egress *Figure
		if one := whole[name]; one != nil {
			egress = one.EgressBytesPerSec
		}
		g.EgressBytesPerSec = r.quantity(figures, egress)
		for _, s := range r.all {
			one := in[s]
			if one == nil {
				continue
			}
			g.Type = one.Type
			g.Members = or(one.Members, g.Members)
			g.LagMessages = or(one.LagMessages, g.LagMessages)
			g.Topics = union(g.Topics, one.Topics)
		}
		out = append(out, g)
	}
	return out
}

// collect indexes the items of every sample by name, then by sample.
func collect[T any](samples []*Sample, items func(*Sample) []T, name func(*T) string) map[string]map[*Sample]*T {
	out := map[string]map[*Sample]*T{}
	for _, s := range samples {
		list := items(s)
		for i := range list {
			n := name(&list[i])
			if out[n] == nil {
				out[n] = map[*Sample]*T{}
			}
			out[n][s] = &list[i]
		}
	}
	return out
}

func named[T any](list []T, name func(*T) string) map[string]*T {
	out := make(map[string]*T, len(list))
	for i := range list {
		out[name(&list[i])] = &list[i]
	}
	return out
}

// or returns a where it is known, else b.
func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// union merges names into a sorted list without duplicates. It does not change its arguments.
func union(a, b []string) []string {
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
