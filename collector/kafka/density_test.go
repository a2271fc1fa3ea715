package kafka

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBatchBoundsHoldTheTruth samples batches of mixed sizes: the mean of all lies in the bounds that the sample states, nearly
// always.
func TestBatchBoundsHoldTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const trials = 2000
	outside := 0
	for range trials {
		var all, seen batches
		for i := range 500 {
			records := 1 + float64(r.IntN(40))
			bytes := batchHead + records*(100+900*r.Float64())
			all.bytes.add(bytes, records)
			if i < 30 {
				seen.bytes.add(bytes, records)
			}
		}
		truth := all.bytes.x / all.bytes.y
		d, ok := seen.density()
		if !ok {
			t.Fatal("30 batches give no density")
		}
		if truth < d.low || truth > d.high {
			outside++
		}
	}
	if share := float64(outside) / trials; share > 0.02 {
		t.Errorf("the truth was outside the bounds in %.1f %% of %d samples, want 2 %% at most", 100*share, trials)
	}
}

func TestBatchesDensity(t *testing.T) {
	var none *batches
	if _, ok := none.density(); ok {
		t.Error("no batches have a density")
	}
	var one batches
	one.bytes.add(1000, 10)
	if d, _ := one.density(); d.mean != 100 || d.low != 70 || d.high != 130 {
		t.Errorf("one batch: %+v, want 100 in [70, 130]", d)
	}
	var same batches
	for range 10 {
		same.bytes.add(1000, 10)
	}
	if d, _ := same.density(); d.mean != 100 || math.Abs(d.width()-2*sampleMargin) > 1e-9 {
		t.Errorf("equal batches: %+v, want 100 and the margin alone", d)
	}
	var mixed batches
	mixed.bytes.add(1000, 100)
	mixed.bytes.add(600, 50)
	if d, _ := mixed.density(); math.Abs(d.mean-1600.0/150) > 1e-9 {
		t.Errorf("mean is %g, want 1600 ÷ 150", d.mean)
	}
}

func TestDensityEstimateFollowsSlowlyAndSaysHowMuchWindowsStray(t *testing.T) {
	var l densityEstimate
	if _, ok := l.density(); ok {
		t.Error("nothing learnt has a density")
	}
	l.add(0, 10)
	l.add(10, 0)
	if _, ok := l.density(); ok {
		t.Error("a window without records or bytes taught something")
	}
	for range 20 {
		l.add(50_000, 100)
	}
	steady, _ := l.density()
	if math.Abs(steady.mean-500) > 0.1 || steady.width() > 2*leastMargin+1e-3 {
		t.Errorf("steady windows: %+v, want 500 within 1 %%", steady)
	}
	l.add(100_000, 100)
	changed, _ := l.density()
	if changed.high < 1000 {
		t.Errorf("after a window of twice the size the bounds are %+v, want them to hold 1000", changed)
	}
}

func TestNarrowestPrefersCloseBounds(t *testing.T) {
	p := partition{fresh: reading{start: 0, end: 100, size: 10_000}}
	topic := &topic{policy: policyDelete}
	if d, ok := p.density(topic); !ok || d.mean != 100 || d.width() != 2*logMargin {
		t.Errorf("from the log alone: %+v, want 100 ± 20 %%", d)
	}
	topic.pool.densityEstimate.add(9000, 100)
	if d, _ := p.density(topic); d.mean != 90 {
		t.Errorf("with the topic's windows: %+v, want 90", d)
	}
	p.densityEstimate.add(8000, 100)
	if d, _ := p.density(topic); d.mean != 80 {
		t.Errorf("with its own window: %+v, want 80", d)
	}
	topic.policy, p.densityEstimate, topic.pool = policyCompact, densityEstimate{}, pool{}
	if _, ok := p.density(topic); ok {
		t.Error("a compacted log alone has a density")
	}
}
