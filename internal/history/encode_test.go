package history

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestKeepBits(t *testing.T) {
	for _, c := range []struct {
		v    float64
		bits uint
		want float64
	}{
		{0, 16, 0}, {1, 16, 1}, {65535, 16, 65535}, {65537, 16, 65536}, {65539, 16, 65540}, {1_000_003, 16, 1_000_000},
		{1_000_003, 24, 1_000_003}, {math.Inf(1), 16, math.Inf(1)},
		{2.781342323134e-309, 16, 0}, {math.SmallestNonzeroFloat64, 16, 0}, {0x1p-126, 16, 0x1p-126},
	} {
		if got := keepBits(c.v, c.bits); got != c.want {
			t.Errorf("keepBits(%v, %d) = %v, want %v", c.v, c.bits, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-9, 1e15).Draw(t, "v")
		got := keepBits(v, rateBits)
		if e := math.Abs(got-v) / v; e > 1.0/(1<<rateBits) {
			t.Fatalf("keepBits(%v) = %v is off by %v", v, got, e)
		}
		if up := keepBitsUp(v, errorBits); up < v || up > v*1.125 {
			t.Fatalf("keepBitsUp(%v) = %v", v, up)
		}
	})
}

// What was known about a figure's error may become wider on its way through the store, by little, and never narrower.
func TestBoundsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-6, 1e12)).Draw(t, "v")
		low := v * (1 - rapid.Float64Range(0, 1).Draw(t, "low"))
		high := v + rapid.OneOf(rapid.Just(0.0), rapid.Just(math.Inf(1)), rapid.Float64Range(0, 10*v+1)).Draw(t, "high")
		m := rapid.SampledFrom(methods[:]).Draw(t, "method")
		f := workload.Between(v, low, high, m, "test")
		c := observe(f, rateBits).cell()
		if again := c.observed().cell(); again != c {
			t.Fatalf("%+v is %+v when it is written again", c, again)
		}
		slack := v / (1 << rateBits)
		if methods[c.rank-1] != m || c.low > f.Low+slack || c.high < f.High-slack {
			t.Fatalf("%+v came back as %+v", f, c)
		}
		if math.IsInf(high, 1) != math.IsInf(c.high, 1) {
			t.Fatalf("%+v came back as %+v", f, c)
		}
		if grown := c.high - v; !math.IsInf(high, 1) && grown > (high-v)*1.13+3*slack+smallest {
			t.Fatalf("%+v came back much wider: %+v", f, c)
		}
	})
}

func TestNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.Just(""), rapid.Just(`\`), rapid.Just("\xff\x00"),
			rapid.Just("naïve ↯ группа")).Draw(t, "name")
		id := metricID{seriesID: seriesID{name, "kafka", ofGroup, name, Egress}, stat: statMean}
		labels := map[string]string{}
		for _, l := range id.labels() {
			labels[l.Name] = l.Value
		}
		got, ours := parseMetric(labels)
		if !ours || got != id {
			t.Fatalf("%+v came back as %+v", id, got)
		}
	})
}
