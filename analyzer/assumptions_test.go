package analyzer

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func assumed(v verdict.Verdict, id string) *verdict.Assumption {
	for i := range v.Assumptions {
		if v.Assumptions[i].ID == id {
			return &v.Assumptions[i]
		}
	}
	return nil
}

// Consumers that read across zones pay for two thirds of what they read: 100 MB/s are 262.8 TB a month, 175.2 TB of it at $0.02
// a GB.
func TestRackAwarenessIsPriced(t *testing.T) {
	in := plain(t, 50, 100, 300)
	in.Requirements.Authentication = []string{"mtls"}
	v := Analyze(in, propertyNow)
	a := assumed(v, "rack_aware_consumers")
	if v.Choice.Kind != verdict.Express || a == nil || a.ExtraUSD == nil {
		t.Fatalf("choice %+v, assumption %+v", v.Choice, a)
	}
	in.Workload.RackAwareConsumers = false
	across := Analyze(in, propertyNow)
	if want := cents(across.Choice.MonthlyUSD - v.Choice.MonthlyUSD); *a.ExtraUSD != want || want < 3000 || want > 3600 {
		t.Errorf("got %.2f, want %.2f", *a.ExtraUSD, want)
	}
	if back := assumed(across, "rack_aware_consumers"); *back.ExtraUSD != -*a.ExtraUSD ||
		!strings.Contains(back.Text, "across zones") {
		t.Errorf("got %+v", back)
	}
}

// The load is assumed steady only where no peak is known, and growth is priced only where none is sized for.
func TestAssumptionsApply(t *testing.T) {
	in := plain(t, 20, 40, 300)
	in.Requirements.Authentication = []string{"mtls"}
	v := Analyze(in, propertyNow)
	if a := assumed(v, "steady_load"); a == nil || a.ExtraUSD == nil || *a.ExtraUSD <= 0 {
		t.Errorf("steady load %+v", a)
	}
	if a := assumed(v, "no_growth"); a == nil || a.ExtraUSD == nil || *a.ExtraUSD <= 0 {
		t.Errorf("no growth %+v", a)
	}
	peak := 30.0 * workload.MB
	in.Workload.IngressBytesPerSec.Peak = &peak
	in.Options.GrowthHorizon = 90 * 24 * time.Hour
	v = Analyze(in, propertyNow)
	for _, id := range []string{"steady_load", "no_growth"} {
		if a := assumed(v, id); a != nil {
			t.Errorf("assumed %+v", a)
		}
	}
}

// A figure that was worked out by spreading the traffic evenly is an assumption; a stated one is not.
func TestEvenPartitions(t *testing.T) {
	in := plain(t, 15, 15, 50)
	no := false
	in.Requirements = workload.Requirements{OperationsTeam: &no, Authentication: []string{"iam"}}
	even := workload.Exactly(0.3*workload.MB, workload.Estimated, "ingress ÷ partitions, spread evenly")
	in.Workload.HottestIngress, in.Workload.HottestEgress = workload.Constantly(even), workload.Constantly(even)
	a := assumed(Analyze(in, propertyNow), "even_partitions")
	if a == nil || !strings.HasPrefix(a.IfNot,
		"above 16.7 times that, one partition exceeds AWS's limit: 3 × ") { // 5 MB/s ÷ 300 KB/s
		t.Fatalf("got %+v", a)
	}
	in.Workload.HottestIngress = exact(0.3 * workload.MB)
	if a := assumed(Analyze(in, propertyNow), "even_partitions"); a != nil {
		t.Errorf("a stated figure is assumed: %+v", a)
	}
}
