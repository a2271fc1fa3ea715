package analyzer_test

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// A declared workload of 5 MB/s in and 10 MB/s out on 60 partitions. What no one declared, such as how clients authenticate,
// stays unknown and becomes a question.
func ExampleAnalyze() {
	prices, err := catalog.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	declared := func(v float64) *workload.Figure { return workload.Exactly(v, workload.Declared, "the owner").Ptr() }
	retention := 24 * time.Hour
	in := analyzer.Input{
		Workload: workload.Workload{
			Cluster: "orders", Region: "us-east-1", Declared: true, Coverage: 1,
			IngressBytesPerSec: workload.Constantly(*declared(5e6)),
			EgressBytesPerSec:  workload.Constantly(*declared(10e6)),
			Partitions:         declared(60),
			Retention:          &retention,
		},
		Catalog: prices,
		Options: analyzer.DefaultOptions(),
	}
	v := analyzer.Analyze(in, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(v.Status, v.Choice.Name())
	for _, o := range v.Options {
		if r := o.Rule("serverless.ingress_per_cluster"); r != nil {
			fmt.Printf("%s: %s, %.1f %% of the quota\n", r.Title, r.Outcome, 100**r.Utilization)
		}
	}
	fmt.Println("questions:", len(v.Questions) > 0)
	// Output:
	// decided MSK Serverless
	// ingress per cluster: pass, 2.5 % of the quota
	// questions: true
}
