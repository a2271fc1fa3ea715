package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// withReaders returns egress, of the cluster and of its hottest partition, with the extra readers that the owner declared.
// What groups commit is a floor, because readers that do not commit are invisible; once the owner says how many there are
// (0 counts), the bound closes: two groups read 20 ± 1 MB/s of 10 MB/s, one extra reader makes 30 ± 1. Figures that count
// every reader already (a broker's own counter, a declared egress) stay as they are.
func withReaders(w *workload.Workload, r *workload.Requirements) (out, hottest *workload.Quantity) {
	out, hottest = w.EgressBytesPerSec, w.HottestEgress
	if r.ExtraReaders == nil || !(*r.ExtraReaders >= 0 && *r.ExtraReaders <= 10000) {
		return out, hottest
	}
	n := *r.ExtraReaders
	if countsAll(out) && countsAll(hottest) {
		return out, hottest
	}
	if out == nil && w.ConsumerGroups == nil && !w.Declared {
		return out, hottest // the groups could not be read: what they read is not known, and n more of it is not either
	}
	if !countsAll(out) {
		visible := out
		if visible != nil && !visible.Bounded() {
			closed := *visible
			closed.High = max(visibleHigh(w), closed.Value)
			visible = &closed
		}
		out = plusReaders(visible, w.IngressBytesPerSec, n)
	}
	if !countsAll(hottest) {
		visible := hottest
		if visible != nil && !visible.Bounded() {
			closed := *visible
			closed.High = closed.Value
			visible = &closed
		}
		hottest = plusReaders(visible, w.HottestIngress, n)
	}
	return out, hottest
}

// assumedReader replaces an egress that is unknown: every byte is read once, and perhaps never or many times.
func assumedReader(in fig) fig {
	if in.ok {
		in.Figure = workload.Between(in.Value, 0, math.Inf(1), workload.Estimated, "unknown; one reader assumed")
	}
	return in
}

// egressNeeds names what would resolve a rule on egress: the readers that are not visible, or the figure as such.
func (l *load) egressNeeds() string {
	if l.out.ok && !l.out.Bounded() && !l.assumed {
		return "extra_readers"
	}
	return "egress_bytes_per_second"
}

// countsAll reports whether a figure of egress includes every reader.
func countsAll(q *workload.Quantity) bool {
	return q != nil && (q.Method == workload.Measured || q.Method == workload.Declared)
}

// visibleHigh is the upper bound of what the committing groups read; 0 when they are not known one by one.
func visibleHigh(w *workload.Workload) float64 {
	sum := 0.0
	for _, g := range w.GroupList {
		if q := g.EgressBytesPerSec; q != nil {
			if !q.Bounded() {
				return 0
			}
			sum += q.High
		}
	}
	return sum
}

// plusReaders adds n readers of all that comes in.
func plusReaders(visible, in *workload.Quantity, n float64) *workload.Quantity {
	if in == nil || n == 0 && visible != nil {
		return visible
	}
	extra := in.Scale(n)
	if visible == nil {
		extra.Method = workload.Derived
		return &extra
	}
	sum := *visible
	sum.Figure = visible.Plus(extra.Figure)
	sum.P50, sum.P95 = addStat(visible, &extra, workload.P50), addStat(visible, &extra, workload.P95)
	sum.P99, sum.Peak = addStat(visible, &extra, workload.P99), addStat(visible, &extra, workload.Peak)
	return &sum
}

// addStat adds the same statistic of both, which is right when their peaks fall together and an upper bound otherwise.
func addStat(a, b *workload.Quantity, s workload.Statistic) *float64 {
	x, _ := a.At(s)
	y, _ := b.At(s)
	if x.Value == a.Value && y.Value == b.Value {
		return nil
	}
	v := math.Min(x.Value+y.Value, workload.LargestCredible)
	return &v
}
