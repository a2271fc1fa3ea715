package view

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func steadily(v float64) *workload.Quantity {
	return workload.Constantly(workload.Exactly(v, workload.Measured, "test"))
}

func TestMatrixSaysWhichGroupReadsWhichTopic(t *testing.T) {
	v := verdict.Verdict{
		Topics: []verdict.TopicFigures{{Name: "quiet", IngressBytesPerSec: steadily(1e6), Groups: []string{"audit", "unlisted"}},
			{Name: "unread", IngressBytesPerSec: steadily(9e6)},
			{Name: "busy", IngressBytesPerSec: steadily(5e6), EgressBytesPerSec: steadily(10e6),
				Groups: []string{"billing", "audit"}}},
		Groups: []verdict.GroupFigures{{Name: "audit", EgressBytesPerSec: steadily(2e6)},
			{Name: "billing", EgressBytesPerSec: steadily(6e6)}, {Name: "idle"}}}
	v.Workload.EgressBytesPerSec = steadily(8e6)
	m := matrix(v)
	if m == nil {
		t.Fatal("no matrix")
	}
	got := fmt.Sprint(m.Columns, m.Rows)
	want := "[{billing 75 % } {audit 25 % } {unlisted unknown }] [{busy 5 MB/s 2 ×  [true true false]} {quiet 1 MB/s unknown  [false true true]}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMatrixHasLimits(t *testing.T) {
	var v verdict.Verdict
	if matrix(v) != nil {
		t.Error("a matrix of nothing")
	}
	for i := range 30 {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("t%02d", i),
			IngressBytesPerSec: steadily(float64(100 - i)), Groups: []string{fmt.Sprintf("g%d", i%20)}})
	}
	if m := matrix(v); m == nil || len(m.Rows) != 20 || len(m.Columns) != 20 ||
		m.More != "The busiest 20 of 30 topics with a group; JSON and CSV have all." {
		t.Errorf("of 30 topics and 20 groups: %+v", m)
	}
	v.Topics[0].Groups = slices.Clone([]string{"g0", "one more"})
	if m := matrix(v); m != nil {
		t.Errorf("a matrix of %d groups", len(m.Columns))
	}
}
