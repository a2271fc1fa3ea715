package kafka

import (
	"testing"

	"pgregory.net/rapid"
)

func TestBetween(t *testing.T) {
	at := func(start, end, size int64, leader int32) reading {
		return reading{start: start, end: end, size: size, leader: leader, sweep: 1}
	}
	before := at(0, 100, 1000, 1)
	for _, tt := range []struct {
		name   string
		a, b   reading
		policy policy
		want   span
	}{
		{"grew", before, at(0, 180, 1700, 1), policyDelete, span{records: 80, bytes: 700, sized: true, floor: 700, ceiling: 700}},
		{"idle", before, before, policyDelete, span{sized: true}},
		{"a segment was deleted", before, at(50, 180, 900, 1), policyDelete, span{records: 80, floor: 0, ceiling: 900}},
		{"a segment was deleted, and more came in", before, at(50, 180, 1300, 1), policyDelete,
			span{records: 80, floor: 300, ceiling: 1300}},
		{"all that was there was deleted", before, at(150, 180, 400, 1), policyDelete, span{records: 80, floor: 0, ceiling: -1}},
		{"leader moved", before, at(0, 180, 1650, 2), policyDelete, span{records: 80, ceiling: 1650}},
		{"compacted", before, at(0, 180, 300, 1), policyCompact, span{records: 80, ceiling: -1}},
		{"policy not known", before, at(0, 180, 1700, 1), policyUnknown, span{records: 80, floor: 700, ceiling: -1}},
		{"tiered", before, at(0, 180, 1700, 1), policyTiered, span{records: 80, floor: 700, ceiling: -1}},
		{"no sizes", at(0, 100, -1, 1), at(0, 180, -1, 1), policyDelete, span{records: 80, ceiling: -1}},
		{"no start offset", before, at(-1, 180, 1700, 1), policyDelete, span{records: 80, floor: 700, ceiling: -1}},
		{"log got smaller, start stayed", before, at(0, 180, 900, 1), policyDelete, span{records: 80, ceiling: 900}},

		{"new", reading{}, at(0, 180, 1700, 1), policyDelete, span{fault: faultNew}},
		{"end unread now", before, at(0, -1, 1700, 1), policyDelete, span{fault: faultUnread}},
		{"end unread before", at(0, -1, 1000, 1), at(0, 180, 1700, 1), policyDelete, span{fault: faultUnread}},
		{"end went back", before, at(0, 60, 600, 1), policyDelete, span{fault: faultWentBack}},
		{"no leader any more", before, at(-1, -1, -1, -1), policyDelete, span{fault: faultUnread}},
		{"no leader all along", at(-1, -1, -1, -1), at(-1, -1, -1, -1), policyDelete, span{fault: faultOffline}},
	} {
		if got := between(tt.a, tt.b, tt.policy); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// TestNoAbsurdSpan draws any two readings: a window is never negative, and its bounds hold its bytes.
func TestNoAbsurdSpan(t *testing.T) {
	any := rapid.Custom(func(t *rapid.T) reading {
		return reading{start: rapid.Int64Range(-1, 1000).Draw(t, "start"), end: rapid.Int64Range(-1, 2000).Draw(t, "end"),
			size: rapid.Int64Range(-1, 100_000).Draw(t, "size"), leader: rapid.Int32Range(-1, 2).Draw(t, "leader"),
			sweep: rapid.Int32Range(0, 2).Draw(t, "sweep")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := policy(rapid.IntRange(0, int(policyRewritten)).Draw(t, "policy"))
		sp := between(any.Draw(t, "a"), any.Draw(t, "b"), p)
		if sp.records < 0 || sp.bytes < 0 || sp.floor < 0 {
			t.Fatalf("negative: %+v", sp)
		}
		if sp.sized && (sp.floor != sp.bytes || sp.ceiling != sp.bytes && sp.bytes != 0) {
			t.Fatalf("an exact span has other bounds: %+v", sp)
		}
		mean := rapid.Float64Range(0.1, 1e6).Draw(t, "mean")
		f := flowOf(sp, 60, density{mean, mean * 0.9, mean * 1.1}, rapid.Bool().Draw(t, "known"))
		if f.low < 0 || f.low > f.bytes || f.bytes > f.high {
			t.Fatalf("bounds do not hold the value: %+v of %+v", f, sp)
		}
	})
}

func TestFlowOf(t *testing.T) {
	d := density{11, 10, 12}
	for _, tt := range []struct {
		name  string
		sp    span
		known bool
		want  flow
	}{
		{"exact", span{records: 80, bytes: 700, sized: true}, true,
			flow{records: 80, bytes: 700, low: 700, high: 700, seconds: 10, sized: true}},
		{"estimated", span{records: 80, ceiling: -1}, true, flow{records: 80, bytes: 880, low: 800, high: 960, seconds: 10}},
		{"not more than there is", span{records: 80, ceiling: 900}, true,
			flow{records: 80, bytes: 880, low: 800, high: 900, seconds: 10}},
		{"not more than there is, by much", span{records: 80, ceiling: 850}, true,
			flow{records: 80, bytes: 850, low: 800, high: 850, seconds: 10}},
		{"not less than it grew", span{records: 80, floor: 900, ceiling: 2000}, true,
			flow{records: 80, bytes: 900, low: 900, high: 960, seconds: 10}},
		{"grew by more than records explain", span{records: 80, floor: 1000, ceiling: 2000}, true,
			flow{records: 80, bytes: 1000, low: 1000, high: 1000, seconds: 10}},
		{"no density", span{records: 80, ceiling: -1}, false, flow{records: 80, unsized: 80, seconds: 10}},
		{"nothing came in", span{ceiling: -1}, false, flow{seconds: 10, sized: true}},
	} {
		if got := flowOf(tt.sp, 10, d, tt.known); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestPlausible(t *testing.T) {
	d := density{1000, 900, 1100}
	for _, tt := range []struct {
		name  string
		sp    span
		known bool
		want  bool
	}{
		{"as dense as ever", span{records: 1000, bytes: 1_000_000}, true, true},
		{"a segment was deleted between start and size", span{records: 1000, bytes: 100_000}, true, false},
		{"a few records came in between size and end", span{records: 20, bytes: 0}, true, true},
		{"nothing known", span{records: 1000, bytes: 1}, false, true},
	} {
		if got := tt.sp.plausible(d, tt.known); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
