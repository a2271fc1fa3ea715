package workload

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// RollupOptions say how consecutive samples become one workload.
type RollupOptions struct {
	// Region is where the target cluster will be; it is copied.
	Region string
	// Window is the span that was asked for, against which coverage is counted. Zero: from the first to the last sample.
	Window Window
	// Resolution is the length of the values that percentiles and peaks are drawn from. Zero: one minute.
	Resolution time.Duration
	// LongestWindow discards longer windows: the machine slept or the clock was set forward. Zero: no limit.
	LongestWindow time.Duration
	// Whole is one reading of the whole span, for sources that can difference its two ends. The edge error of such a
	// reading is paid once, while that of a mean over many short windows is paid in each of them; so each mean is the
	// better of the two. Nil: none.
	Whole *Sample
}

// FromSamples rolls up consecutive windows of one cluster, one sample a window, in any order.
//
// Means are weighted by time over the windows in which a quantity is present, and so are their bounds: errors of
// neighbouring windows are taken to point the same way, which is never too narrow. Two windows of 20 s at 10 ± 1 MB/s
// and 40 s at 4 ± 1 MB/s make 6 ± 1 MB/s. A quantity that is in no window stays absent.
//
// Percentiles and peaks are drawn from values of about Resolution each (shorter windows are put together) by nearest
// rank, and are given from the number of values on at which they differ from the peak: 2 for p50 and the peak itself, 20
// for p95, 100 for p99. A longer window, such as an hour that was read back, counts as that many values in percentiles, and
// counts as one.
//
// Counts, stored bytes, lag, configuration, posture and comparisons of sources are the latest known. Windows that run
// backwards, overlap an earlier one or are too long are discarded, and a gap says how many; a sample without duration (a
// source's first reading) gives what is not a rate. Gaps are merged. FromSamples does not change the samples.
func FromSamples(samples []Sample, o RollupOptions) Workload {
	r := newRollup(samples, o)
	w := Workload{Region: o.Region, Window: r.window(o.Window)}
	if len(r.all) > 0 {
		w.Cluster = r.all[len(r.all)-1].Cluster
	}
	w.Coverage = r.coverage(w.Window)
	r.totals(&w)
	w.TopicList = r.topics()
	w.GroupList = r.groups()
	w.Posture = latest(r.all, func(s *Sample) *Posture { return s.Posture })
	w.MSK = latest(r.all, func(s *Sample) *MSKCluster { return s.MSK })
	fromTopics(&w)
	w.Gaps = r.gaps()
	for _, s := range slices.Backward(r.all) {
		if len(s.Comparisons) > 0 && w.Comparisons == nil {
			w.Comparisons = s.Comparisons
		}
	}
	return w
}

// rollup holds the samples in order of time.
type rollup struct {
	// all are every sample, by end: what is not a rate comes from here.
	all []*Sample
	// rated are the windows that count for rates, by start, without overlap.
	rated     []*Sample
	discarded int
	bins      []bin
	whole     *Sample
}

func newRollup(samples []Sample, o RollupOptions) rollup {
	r := rollup{whole: o.Whole}
	for i := range samples {
		r.all = append(r.all, &samples[i])
	}
	byStart := slices.Clone(r.all)
	slices.SortStableFunc(byStart, func(a, b *Sample) int {
		return cmp.Or(a.Window.Start.Compare(b.Window.Start), a.Window.End.Compare(b.Window.End), cmp.Compare(a.Source, b.Source))
	})
	slices.SortStableFunc(r.all, func(a, b *Sample) int {
		return cmp.Or(a.Window.End.Compare(b.Window.End), a.Window.Start.Compare(b.Window.Start), cmp.Compare(a.Source, b.Source))
	})
	var until time.Time
	for _, s := range byStart {
		switch d := s.Window.Duration(); {
		case d == 0:
		case d < 0, s.Window.Start.Before(until), o.LongestWindow > 0 && d > o.LongestWindow:
			r.discarded++
		default:
			r.rated = append(r.rated, s)
			until = s.Window.End
		}
	}
	r.bins = binned(r.rated, cmp.Or(o.Resolution, time.Minute))
	return r
}

// window is the span asked for, or the one that the windows cover, or the instant of the last reading.
func (r rollup) window(asked Window) Window {
	switch {
	case asked.Duration() > 0:
		return asked
	case len(r.rated) > 0:
		return Window{Start: r.rated[0].Window.Start, End: r.rated[len(r.rated)-1].Window.End}
	case len(r.all) > 0:
		return r.all[len(r.all)-1].Window
	}
	return asked
}

func (r rollup) coverage(w Window) float64 {
	var covered time.Duration
	for _, s := range r.rated {
		covered += s.Window.Duration()
	}
	if covered == 0 || w.Duration() <= 0 {
		return 0
	}
	return min(1, covered.Seconds()/w.Duration().Seconds())
}

// latest returns the last value that any sample has.
func latest[T any](samples []*Sample, get func(*Sample) *T) *T {
	for _, s := range slices.Backward(samples) {
		if v := get(s); v != nil {
			return v
		}
	}
	return nil
}

// gaps merges equal gaps and counts them where they came and went. Those of a first reading, which has no rates by nature,
// count only while there is no window: whatever is still missing, the next window reports again.
func (r rollup) gaps() []Gap {
	count := map[Gap]int{}
	var order []Gap
	total := 0
	for _, s := range r.all {
		if len(r.rated) > 0 && s.Window.Duration() == 0 {
			continue
		}
		total++
		seen := map[Gap]bool{}
		for _, g := range s.Gaps {
			if seen[g] {
				continue
			}
			seen[g] = true
			if count[g]++; count[g] == 1 {
				order = append(order, g)
			}
		}
	}
	if r.discarded > 0 {
		order = append(order, Gap{Source: r.all[0].Source,
			What:   fmt.Sprintf("%d of %d windows", r.discarded, len(r.rated)+r.discarded),
			Why:    "the clock changed, or the machine was suspended: they ran backwards, overlapped or were too long",
			Effect: "they are excluded from the means and the coverage"})
	}
	if g, vanished := r.gone(); vanished {
		order = append(order, g)
	}
	slices.SortStableFunc(order, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why),
			cmp.Compare(a.Effect, b.Effect))
	})
	for i, g := range order {
		if n := count[g]; n > 1 && n < total {
			order[i].Why = fmt.Sprintf("%s (in %d of %d windows)", g.Why, n, total)
		}
	}
	return order
}
