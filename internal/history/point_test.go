package history

import (
	"math"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

// The history takes the same one of two figures as every other place does: by method, then by bounds.
func TestBetterAgreesWithBest(t *testing.T) {
	bounds := [][2]float64{{5, 5}, {4, 6}, {5, 7}, {0, 20}, {3, math.Inf(1)}, {5, math.Inf(1)}}
	var all []workload.Figure
	for _, m := range methods {
		for _, b := range bounds {
			all = append(all, workload.Figure{Value: 5, Low: b[0], High: b[1], Method: m})
		}
	}
	of := func(f workload.Figure) cell {
		return cell{v: f.Value, low: f.Low, high: f.High, rank: rankOf(f.Method)}
	}
	for i := range all {
		for j := range all {
			old, newer := &all[i], &all[j]
			want := i != j && workload.Best(old, newer) == newer
			if got := of(*newer).better(of(*old)); got != want {
				t.Errorf("%+v in place of %+v: %t, want %t", *newer, *old, got, want)
			}
		}
	}
}

// A later figure of a minute replaces an earlier one; the mean of a longer window fills what is empty and replaces only its
// like.
func TestPutAll(t *testing.T) {
	fine, long := observed{value: 10, flags: 1}, observed{value: 100, flags: 1 | coarse}
	value := func(o observed, v float32) observed { o.value = v; return o }
	unbounded := observed{value: 10, flags: 1, high: upperHalf(math.Inf(1))}
	for name, tt := range map[string]struct {
		stored []run
		newest []run
		want   []point // of two blocks: mean, maximum, its minute and the minutes with data
	}{
		"a minute of each": {nil, []run{{fine, 1, 2}, {value(fine, 20), 1, 7}},
			[]point{{cell{v: 10}, 10, 4, 2}, {cell{v: 20}, 20, 4, 2}}},
		"five minutes": {nil, []run{{fine, 4, 0}, {value(fine, 60), 1, 4}}, []point{{cell{v: 20}, 60, 31, 4}, {}}},
		"the later one counts": {nil, []run{{fine, 5, 0}, {value(fine, 60), 1, 3}, {fine, 1, 3}},
			[]point{{cell{v: 10}, 10, 31, 0}, {}}},
		"not the coarse one": {nil, []run{{fine, 1, 1}, {long, 5, 0}}, []point{{cell{v: 82}, 100, 31, 0}, {}}},
		"not over what is stored": {[]run{{fine, 5, 0}}, []run{{long, 10, 0}},
			[]point{{cell{v: 10}, 10, 31, 0}, {cell{v: 100}, 100, 31, 0}}},
		"over a coarse one": {[]run{{long, 10, 0}}, []run{{fine, 5, 0}},
			[]point{{cell{v: 10}, 10, 31, 0}, {cell{v: 100}, 100, 31, 0}}},
		"all that was stored": {[]run{{value(fine, 70), 5, 5}}, []run{{fine, 5, 5}}, []point{{}, {cell{v: 10}, 10, 31, 0}}},
		"one that was stored": {[]run{{fine, 5, 0}}, []run{{value(fine, 60), 1, 2}}, []point{{cell{v: 20}, 60, 31, 2}, {}}},
		"without an upper bound": {nil, []run{{fine, 1, 0}, {unbounded, 1, 1}, {fine, 1, 2}},
			[]point{{cell{v: 10, high: math.Inf(1)}, 10, 7, 0}, {}}},
	} {
		sp := span{0, 2, blockMinutes}
		points := make([]point, 2)
		sp.putAll(points, tt.stored, rateBits, false)
		sp.putAll(points, tt.newest, rateBits, false)
		for i, want := range tt.want {
			got := points[i]
			if !near(got.v, want.v) || !near(got.max, want.max) || got.mask != want.mask || got.peak != want.peak {
				t.Errorf("%s: block %d: %+v, want %+v", name, i, got, want)
			}
			if math.IsInf(want.high, 1) && !math.IsInf(got.high, 1) {
				t.Errorf("%s: block %d is bounded by %v", name, i, got.high)
			}
		}
	}
}
