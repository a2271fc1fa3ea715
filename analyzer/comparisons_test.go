package analyzer

import (
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestComparisonsNameTheTopicsThatContradict(t *testing.T) {
	figure := func(v float64, m workload.Method) workload.Figure {
		return workload.Between(v, 0.9*v, 1.1*v, m, "test")
	}
	compared := func(topic string, estimated float64) workload.Comparison {
		return workload.Comparison{Quantity: "egress_bytes_per_second", Topic: topic,
			Estimated: figure(estimated, workload.Estimated),
			Measured:  figure(100, workload.Measured), Difference: estimated/100 - 1}
	}
	w := workload.Workload{Comparisons: []workload.Comparison{compared("a", 50), compared("b", 105), compared("", 99),
		compared("c", 20)}}
	var got []string
	for _, c := range comparisonsOf(w) {
		got = append(got, c.Topic)
		if want := c.Topic == ""; c.Agrees != want {
			t.Errorf("%q: agrees is %t, want %t", c.Topic, c.Agrees, want)
		}
	}
	if len(got) != 3 || got[0] != "" || got[1] != "c" || got[2] != "a" {
		t.Errorf("compared %q, want the cluster, then c and a, which contradict", got)
	}
	if got := comparisonsOf(workload.Workload{}); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}
