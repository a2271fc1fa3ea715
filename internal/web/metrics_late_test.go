package web

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/mskfit/mskfit/internal/workload"
)

// A source that answers late, and counts partitions only now and then, leaves what it said until it says something else.
func TestMetricsOfASourceThatAnswersLate(t *testing.T) {
	m := NewMetrics("test")
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	rate, partitions := workload.Exactly(5, workload.Measured, "x"), workload.Exactly(300, workload.Measured, "x")
	whole := workload.Window{Start: at, End: at.Add(time.Minute)}
	m.Collected("orders", "cloudwatch", workload.Sample{Window: whole,
		Totals: workload.Totals{IngressBytesPerSec: &rate, EgressBytesPerSec: &rate, Partitions: &partitions}}, 0, nil)
	m.Collected("orders", "cloudwatch", workload.Sample{Window: workload.Window{Start: whole.End, End: whole.End}}, 0, nil)
	if got := testutil.ToFloat64(m.ingress.WithLabelValues("orders", "cloudwatch")); got != 5 {
		t.Errorf("ingress %v while there is nothing new, want 5", got)
	}
	m.Collected("orders", "cloudwatch", workload.Sample{Window: whole, Totals: workload.Totals{IngressBytesPerSec: &rate}}, 0, nil)
	if got := testutil.ToFloat64(m.partitions.WithLabelValues("orders", "cloudwatch")); got != 300 {
		t.Errorf("partitions %v while nobody counted them, want 300", got)
	}
	if n := testutil.CollectAndCount(m.egress); n != 0 {
		t.Error("egress was not known in the newest window, and is still there")
	}
}
