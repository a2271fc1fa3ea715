package collector_test

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// fixed is a Source that always reads the same ingress, and says what it cannot see.
type fixed struct{}

func (fixed) Collect(_ context.Context, w workload.Window) (workload.Sample, error) {
	return workload.Sample{
		Source: "kafka", Cluster: "orders", Window: w,
		Totals: workload.Totals{IngressBytesPerSec: workload.Between(5e6, 4.8e6, 5.2e6, workload.Estimated, "offsets").Ptr()},
		Gaps: []workload.Gap{{Source: "kafka", What: "requests", Why: "the protocol does not report them",
			Effect: "the request rate is unknown"}},
	}, nil
}

// A new source implements one method. Figures that it cannot read stay nil and are listed as gaps.
func ExampleSource() {
	var source collector.Source = fixed{}
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, err := source.Collect(context.Background(), workload.Window{Start: end.Add(-time.Minute), End: end})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Totals.IngressBytesPerSec.Value, s.Totals.IngressBytesPerSec.Method, s.Totals.RequestsPerSec == nil)
	fmt.Println(s.Gaps[0].Effect)
	// Output:
	// 5e+06 estimated true
	// the request rate is unknown
}

// Merge takes each figure from the source with the better method: measured before estimated.
func ExampleMerge() {
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	window := workload.Window{Start: end.Add(-time.Minute), End: end}
	of := func(source string, f workload.Figure) workload.Sample {
		return workload.Sample{Source: source, Cluster: "orders", Window: window, Totals: workload.Totals{IngressBytesPerSec: &f}}
	}
	m := collector.Merge(
		of("kafka", workload.Between(5e6, 4.8e6, 5.2e6, workload.Estimated, "offsets")),
		of("cloudwatch", workload.Exactly(5.1e6, workload.Measured, "BytesInPerSec")),
	)
	fmt.Println(m.Totals.IngressBytesPerSec.Value, m.Totals.IngressBytesPerSec.Method)
	// Output:
	// 5.1e+06 measured
}
