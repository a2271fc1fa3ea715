package kafka

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestConsumed(t *testing.T) {
	fresh, old := density{10, 9, 11}, density{20, 18, 22}
	unknownHigh := density{20, 18, math.Inf(1)}
	at := func(offset, end int64) commit { return commit{offset: offset, end: end, sweep: 1} }
	for _, tt := range []struct {
		name   string
		a, b   commit
		active bool
		old    density
		want   consumption
		fault  fault
	}{
		{"reads at the head", at(100, 100), at(180, 180), true, old,
			consumption{records: 80, bytes: 800, low: 720, seconds: 10}, faultNone},
		{"catches up", at(60, 100), at(160, 180), true, old,
			consumption{records: 100, bytes: 60*10 + 40*20, low: 60*9 + 40*18, seconds: 10}, faultNone},
		{"far behind", at(10, 1000), at(60, 1100), true, old,
			consumption{records: 50, bytes: 1000, low: 900, seconds: 10}, faultNone},
		{"at the head, old bytes unbounded", at(100, 100), at(180, 180), true, unknownHigh,
			consumption{records: 80, bytes: 800, low: 720, seconds: 10}, faultNone},
		{"does not move", at(100, 200), at(100, 300), true, old, consumption{seconds: 10}, faultNone},
		{"first commit", commit{}, at(100, 100), true, old, consumption{}, faultNew},
		{"end not read", at(100, -1), at(180, 180), true, old, consumption{}, faultUnread},
		{"reset to the start", at(100, 100), at(0, 120), true, old, consumption{}, faultReset},
		{"reset to the end by an administrator", at(0, 10_000), at(10_010, 10_010), false, old, consumption{}, faultJump},
		{"the same by a reader", at(0, 10_000), at(10_010, 10_010), true, old,
			consumption{records: 10_010, bytes: 10*10 + 10_000*20, low: 10*9 + 10_000*18, seconds: 10},
			faultNone},
		{"faster than anybody reads", at(0, 1e10), at(1e10, 1e10), true, old, consumption{}, faultJump},
	} {
		got, f := consumed(tt.a, tt.b, 10, tt.active, fresh, tt.old)
		if got != tt.want || f != tt.fault {
			t.Errorf("%s: got %+v, fault %d; want %+v, fault %d", tt.name, got, f, tt.want, tt.fault)
		}
	}
}

// TestCommitBoundsHoldTheTruth lets readers with commits of every kind of interval be seen at any two instants.
func TestCommitBoundsHoldTheTruth(t *testing.T) {
	const rate, size = 100.0, 50.0 // records a second, bytes a record
	d := density{size, size, size}
	for _, interval := range []float64{0.2, 1, 5} {
		for phase := 0.0; phase < interval; phase += interval / 7 {
			for _, length := range []float64{10, 60, 300} {
				committed := func(at float64) int64 {
					return int64(rate * (math.Floor((at+phase)/interval)*interval - phase + 1000))
				}
				read := func(at float64) int64 { return int64(rate * (at + 1000)) }
				a := commit{offset: committed(7), end: read(7), sweep: 1}
				b := commit{offset: committed(7 + length), end: read(7 + length), sweep: 2}
				c, f := consumed(a, b, length, true, d, d)
				if f != faultNone {
					t.Fatalf("fault %d", f)
				}
				perSec := c.records / length
				c.begin = uncommitted(a, math.Max(perSec, rate), defaultCommitInterval, true) * size
				value, low := c.rates(0)
				truth := rate * size
				if truth < low-1 || low < truth*(1-2*defaultCommitInterval.Seconds()/length)-1 {
					t.Errorf("commits every %g s, %g s window: truth %g, at least %g", interval, length, truth, low)
				}
				if off := math.Abs(value/truth - 1); off > interval/length+0.001 {
					t.Errorf("commits every %g s, %g s window: %.1f %% off, want one interval at most", interval, length, 100*off)
				}
			}
		}
	}
}

func TestCadenceSeesPausesBetweenCommits(t *testing.T) {
	start := time.Unix(1000, 0)
	gr := &group{members: 1}
	var pr progress
	see := func(after time.Duration, offset, end int64) {
		pr.fresh = commit{offset: offset, end: end, sweep: 1}
		gr.watch(&pr, start.Add(after))
		pr.evaluated = pr.fresh
	}
	see(0, 0, 0)
	see(10*time.Second, 10, 20)
	see(20*time.Second, 20, 30)
	if got := gr.cadence.interval(); got != defaultCommitInterval {
		t.Errorf("after commits in every sweep the interval is %s, want Kafka's default", got)
	}
	see(30*time.Second, 20, 40)
	see(40*time.Second, 20, 50)
	see(50*time.Second, 50, 60)
	if got := gr.cadence.interval(); got != 30*time.Second {
		t.Errorf("after 30 s without a commit the interval is %s", got)
	}
	see(60*time.Second, 60, 60)
	see(900*time.Second, 60, 60) // nothing to commit
	see(910*time.Second, 70, 80)
	if got := gr.cadence.interval(); got != 30*time.Second {
		t.Errorf("a time with nothing to commit counts: the interval is %s", got)
	}
}

func TestProgressOnATopicMadeAgainIsDropped(t *testing.T) {
	s := &Source{now: time.Now, sweep: 2}
	smaller := &topic{name: "orders", parts: make([]partition, 1), listed: 2, first: 2}
	before := &groupTopic{topic: smaller, first: 1, parts: []progress{{partition: 5}}}
	gr := &group{name: "billing", topics: map[string]*groupTopic{"orders": before}}
	s.evaluateGroup(gr, false, newGaps()) // its commits could not be read in this sweep
	if len(gr.topics) != 0 {
		t.Errorf("progress on %v is left, want none: its partitions were those of the topic before", gr.topics)
	}
}

func TestProgressIsKeptForCommittedPartitionsOnly(t *testing.T) {
	large := &topic{name: "orders", parts: make([]partition, 1000)}
	gt := &groupTopic{topic: large}
	for _, n := range []int32{700, 3, 999, 3, 1000, -1} {
		gt.commit(n, 10, 0, 1, 1)
	}
	var got []int32
	for _, p := range gt.parts {
		got = append(got, p.partition)
	}
	if want := []int32{3, 700, 999}; !slices.Equal(got, want) {
		t.Errorf("progress on partitions %v, want %v", got, want)
	}
}
