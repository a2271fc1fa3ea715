package msk

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// throttledCluster throttles producers at broker 2 in the minutes from 11:20 to 11:24.
func throttledCluster(size string) *mskfake.Server {
	held := func(at time.Time) bool { return at.Hour() == 11 && at.Minute() >= 20 && at.Minute() < 25 }
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Provisioned("busy", size,
		3).Set("provisioned.enhancedMonitoring", "PER_BROKER")}}
	for id := 1; id <= 3; id++ {
		flag := func(at time.Time) []float64 {
			if id == 2 && held(at) {
				return []float64{12.5}
			}
			return []float64{0}
		}
		server.Metrics = append(server.Metrics, broker("busy", "BytesInPerSec", id, mskfake.Constant(1e6)),
			broker("busy", "BytesOutPerSec", id, mskfake.Constant(2e6)),
			broker("busy", "ProduceThrottleTime", id, flag), broker("busy", "FetchThrottleTime", id, mskfake.Constant(0)))
	}
	for _, name := range []string{"UnderProvisioned", "RebalanceInProgress"} {
		server.Metrics = append(server.Metrics,
			&mskfake.Metric{Name: name, Dimensions: map[string]string{dimCluster: "busy"}, Raw: func(at time.Time) []float64 {
				if held(at) {
					return []float64{1}
				}
				return []float64{0}
			}})
	}
	return server
}

// What brokers throttled is a floor in those minutes and no other, and the gap says where.
func TestThrottledIngressIsAFloor(t *testing.T) {
	for _, size := range []string{"kafka.m5.large", "express.m7g.large"} {
		floors, told := 0, 0
		for _, one := range collectAll(t, sourceOf(t, throttledCluster(size), nil)) {
			f := one.Totals.IngressBytesPerSec
			if f == nil {
				continue
			}
			exactly(t, "egress", one.Totals.EgressBytesPerSec, 6e6)
			if at := one.Window.Start; at.Minute() < 20 || at.Minute() >= 25 || at.Hour() != 11 {
				exactly(t, "ingress at "+at.Format("15:04"), f, 3e6)
				continue
			}
			floors++
			if f.Bounded() || f.Value != 3e6 || f.Low != 3e6 || f.Method != workload.Measured {
				t.Errorf("throttled ingress is %+v, want at least 3 MB/s", f)
			}
			g := gapAbout(t, one.Gaps, "demand of producers at broker 2")
			if strings.Contains(g.Why, "ProduceThrottleTime") && g.LeavesOpen == "ingress_bytes_per_second" {
				told++
			}
		}
		if floors != 5 || told != 5 {
			t.Errorf("%s: %d floors, %d gaps, want five minutes", size, floors, told)
		}
	}
}

// Express says of itself that it is too small, and that it moves partitions.
func TestExpressTellsOfItself(t *testing.T) {
	under, moving := 0, 0
	for _, one := range collectAll(t, sourceOf(t, throttledCluster("express.m7g.large"), nil)) {
		for _, g := range one.Gaps {
			if strings.Contains(g.Why, "UnderProvisioned") {
				under++
			}
			if strings.Contains(g.Why, "RebalanceInProgress") {
				moving++
			}
		}
	}
	if under != 5 || moving != 5 {
		t.Errorf("%d and %d minutes, want five of each", under, moving)
	}
}
