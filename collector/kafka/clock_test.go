package kafka

import (
	"testing"
	"time"
)

func TestJumped(t *testing.T) {
	real := time.Now() // carries the monotonic clock
	wall := real.Round(0)
	for _, tt := range []struct {
		name string
		a, b time.Time
		want bool
	}{
		{"a minute", real, real.Add(time.Minute), false},
		{"no time at all", real, real, true},
		{"set back", wall, wall.Add(-time.Minute), true},
		{"an injected clock", wall, wall.Add(time.Hour), false},
	} {
		if got := jumped(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEdges(t *testing.T) {
	start := time.Unix(1000, 0)
	stampAt := func(at time.Time, width time.Duration) stamp { return stamp{at.Add(-width / 2), at.Add(width / 2)} }
	from := &sweepTimes{brokers: map[int32]brokerTimes{1: {ends: stampAt(start.Add(-100*time.Millisecond), 40*time.Millisecond)}}}
	end := start.Add(time.Minute)
	to := &sweepTimes{brokers: map[int32]brokerTimes{1: {ends: stampAt(end, 20*time.Millisecond)}}}
	e := edges{from: from, to: to}
	e.window.Start, e.window.End = start, end
	want := (20 + 100 + 10 + 2*500) / 60_000.0
	if got := e.of(1); got < want-1e-9 || got > want+1e-9 {
		t.Errorf("edge is %g, want %g", got, want)
	}
	if got := (edges{}).of(1); got != 0 {
		t.Errorf("an instant has the edge %g, want 0", got)
	}
}
