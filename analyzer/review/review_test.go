package review

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var (
	decidedAt = time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC)
	july      = workload.Window{Start: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		End: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)}
	serving = &workload.MSKCluster{Kind: "serverless"}
)

func exactly(v float64) workload.Figure { return workload.Exactly(v, workload.Measured, "test") }

// shop is a workload of the topics, each with its ingress in MB/s, that are read readers times.
func shop(w workload.Window, readers float64, topics map[string]float64) workload.Workload {
	out := workload.Workload{Cluster: "shop", Region: "us-east-1", Window: w, Coverage: 1, ReplicationFactor: 3}
	names := make([]string, 0, len(topics))
	for name := range topics {
		names = append(names, name)
	}
	slices.Sort(names)
	no, total := false, 0.0
	for _, name := range names {
		rate := topics[name] * workload.MB
		total += rate
		out.TopicList = append(out.TopicList,
			workload.TopicWorkload{Name: name, Partitions: 12, ReplicationFactor: 3, Compacted: &no,
				IngressBytesPerSec: workload.Constantly(exactly(rate)),
				EgressBytesPerSec:  workload.Constantly(exactly(rate * readers)),
				StoredBytes:        exactly(rate * 86400).Ptr()})
	}
	out.IngressBytesPerSec, out.EgressBytesPerSec = workload.Constantly(exactly(total)), workload.Constantly(exactly(total*readers))
	out.Partitions, out.CompactedPartitions = exactly(float64(12*len(topics))).Ptr(), exactly(0).Ptr()
	out.StoredBytes = exactly(total * 86400).Ptr()
	members := 2
	out.GroupList = []workload.GroupWorkload{{Name: "billing", Members: &members, Topics: names,
		EgressBytesPerSec: workload.Constantly(exactly(total * readers))}}
	return out
}

func input(t *testing.T, w workload.Workload) analyzer.Input {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	none := 0.0
	return analyzer.Input{Workload: w, Catalog: c, Options: analyzer.DefaultOptions(),
		Requirements: workload.Requirements{ExtraReaders: &none, Authentication: []string{"iam"}, Prefer: "serverless"}}
}

func predicted(t *testing.T) verdict.Verdict {
	t.Helper()
	v := analyzer.Analyze(input(t, shop(workload.Window{Start: decidedAt.AddDate(0, 0, -14), End: decidedAt}, 1.5,
		map[string]float64{"orders": 8, "clicks": 2})), decidedAt)
	if v.Choice == nil || v.Choice.Kind != verdict.Serverless {
		t.Fatalf("the verdict is %v", v.Choice)
	}
	return v
}

func month(t *testing.T, w workload.Workload) verdict.ReviewMonth {
	t.Helper()
	if w.MSK == nil {
		w.MSK = serving
	}
	return Month(predicted(t), Observed{Input: input(t, w), Window: w.Window, CountedAt: july.End})
}

func rowOf(t *testing.T, m verdict.ReviewMonth, quantity string) verdict.ReviewRow {
	t.Helper()
	r := m.Row(quantity)
	if r == nil {
		t.Fatalf("no row %s", quantity)
	}
	return *r
}

func TestAMonthAsPredictedHasNoDifference(t *testing.T) {
	m := month(t, shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2}))
	if !m.Whole || len(m.Partly) > 0 {
		t.Errorf("a month with all its data is partial: %v", m.Partly)
	}
	for _, r := range m.Rows {
		if r.Difference == nil || math.Abs(*r.Difference) > 1e-9 || len(r.Why) > 0 {
			t.Errorf("%s: %+v", r.Quantity, r)
		}
	}
	if got := summary(&m); len(got) != 2 || !strings.Contains(got[0], "as predicted") ||
		!strings.HasPrefix(got[1], "everything else") {
		t.Errorf("summary %q", got)
	}
}

func TestAGrowingTopicExplainsTheMonth(t *testing.T) {
	m := month(t, shop(july, 2, map[string]float64{"orders": 8, "clicks": 6, "audit": 1}))
	for quantity, want := range map[string]struct {
		difference float64
		why        []string
	}{
		"ingress_bytes_per_second": {0.5,
			[]string{"topic clicks grew from 2 MB/s to 6 MB/s, 80 % of the increase",
				"topic audit is new: 1 MB/s, 20 % of the increase"}},
		"egress_bytes_per_second": {1,
			[]string{"ingress accounts for +7.5 MB/s, fan-out (2, predicted 1.5) for +7.5 MB/s",
				"group billing grew from 15 MB/s to 30 MB/s, 100 % of the increase"}},
		"partitions": {0.5, []string{"topic audit is new: 12 partitions, 100 % of the increase"}},
		"stored_bytes": {0.5,
			[]string{"ingress is 50 % above the prediction: with the same retention as much more is kept"}},
		"serverless.egress_per_cluster":   {1, nil}, // 3.75 % to 7.5 % of the limit is not worth an explanation
		"serverless.ingress_per_cluster":  {0.5, nil},
		"serverless.partitions_compacted": {0, nil},
	} {
		r := rowOf(t, m, quantity)
		if r.Difference == nil || math.Abs(*r.Difference-want.difference) > 1e-6 || r.Certain != (want.difference > 0) {
			t.Errorf("%s: difference %v, want %v, certain", quantity, r.Difference, want.difference)
		}
		for i, why := range want.why {
			if i >= len(r.Why) || r.Why[i] != why {
				t.Errorf("%s: why %q, want %q at %d", quantity, r.Why, why, i)
			}
		}
	}
	price := rowOf(t, m, Cost)
	if price.Difference == nil || *price.Difference < 0.3 || len(price.Why) != 3 || !strings.HasPrefix(price.Why[0], "data ") {
		t.Errorf("price %+v", price)
	}
	if s := summary(&m); len(s) < 2 || !strings.Contains(s[0], "above the predicted $") ||
		!strings.Contains(s[1], "egress: 30 MB/s, 100 % above the predicted 15 MB/s") {
		t.Errorf("summary %q", s)
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	w := shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2})
	w.StoredBytes, w.Coverage = nil, 0.5
	m := month(t, w)
	if r := rowOf(t, m, "stored_bytes"); r.Observed != nil || r.Difference != nil || r.Missing != "no source reports it" {
		t.Errorf("stored bytes that no source reports: %+v", r)
	}
	if m.Whole || len(m.Partly) != 1 || !strings.Contains(m.Partly[0], "50 % of its minutes") {
		t.Errorf("half a month is whole: %v, %q", m.Whole, m.Partly)
	}
	w.IngressBytesPerSec = nil
	if r := rowOf(t, month(t, w), Cost); r.Observed != nil || r.Missing == "" {
		t.Errorf("a price without ingress: %+v", r)
	}
	nothing := workload.Workload{Cluster: "shop", Region: "us-east-1", Window: july, MSK: serving}
	for _, r := range month(t, nothing).Rows {
		if r.Observed != nil || r.Difference != nil || r.Missing == "" {
			t.Errorf("a month without data: %+v", r)
		}
	}
}

func TestADifferenceWithinTheErrorIsNotExplained(t *testing.T) {
	w := shop(july, 1.5, map[string]float64{"orders": 9.5, "clicks": 2})
	w.IngressBytesPerSec = workload.Constantly(workload.Between(11.5e6, 9e6, 12e6, workload.Estimated, "test"))
	r := rowOf(t, month(t, w), "ingress_bytes_per_second")
	if r.Certain || len(r.Why) != 1 || !strings.Contains(r.Why[0], "within the error") {
		t.Errorf("%+v", r)
	}
}

// A verdict that chose another kind than the cluster that was bought still predicts its limits, where it considered that cluster.
func TestAnotherClusterThanTheVerdictChose(t *testing.T) {
	p := predicted(t)
	var express verdict.Option
	for _, o := range p.Options {
		if o.Kind == verdict.Express && o.Feasible != verdict.No {
			express = o
			break
		}
	}
	w := shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2})
	w.MSK = &workload.MSKCluster{Kind: "express", Size: express.Size, Brokers: express.Brokers}
	m := month(t, w)
	if r := rowOf(t, m, "express.ingress"); r.Difference == nil || math.Abs(*r.Difference) > 1e-6 {
		t.Errorf("use of Express brokers that the verdict considered: %+v", r)
	}
	price := rowOf(t, m, Cost)
	if price.Difference == nil || len(price.Why) == 0 || !strings.Contains(price.Why[0], "the verdict priced MSK Serverless") {
		t.Errorf("price %+v", price)
	}
	r := Of("legacy", p, w.MSK, []verdict.ReviewMonth{m})
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "the verdict chose MSK Serverless, but the cluster is ") {
		t.Errorf("notes %q", r.Notes)
	}
	w.MSK.Brokers = 30
	if r := rowOf(t, month(t, w), "express.ingress"); r.Difference != nil ||
		!strings.HasPrefix(r.Missing, "the verdict did not consider 30 × express") {
		t.Errorf("use of brokers that it did not consider: %+v", r)
	}
}

func TestWhatIsThereIsAssumedOnlyWithoutASource(t *testing.T) {
	r := Of("legacy", predicted(t), nil, nil)
	if r.Cluster == nil || r.Cluster.Kind != verdict.Serverless || !r.ClusterAssumed || r.Problem == "" {
		t.Errorf("%+v", r)
	}
	undecided := predicted(t)
	undecided.Choice, undecided.Status = nil, verdict.Undecided
	w := shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2})
	m := Month(undecided, Observed{Input: input(t, w), Window: july})
	if r := rowOf(t, m, Cost); r.Predicted != nil || r.Observed != nil || r.Missing != "the verdict was undecided" {
		t.Errorf("price of an undecided verdict: %+v", r)
	}
	if r := rowOf(t, m, "ingress_bytes_per_second"); r.Difference == nil {
		t.Errorf("ingress of an undecided verdict: %+v", r)
	}
}

func TestOnePartOfASplitIsComparedWithItsTopics(t *testing.T) {
	p := predicted(t)
	p.Choice = &verdict.Choice{Kind: verdict.ServerlessSplit, Clusters: 2, MonthlyUSD: 5000}
	p.Split = []verdict.SplitCluster{{Topics: []string{"orders"}, Groups: []string{"billing"}},
		{Topics: []string{"clicks"}, Groups: []string{"billing"}}}
	w := shop(july, 1.5, map[string]float64{"clicks": 3})
	m := Month(p, Observed{Input: input(t, w), Window: july, CountedAt: july.End})
	if r := rowOf(t, m, "ingress_bytes_per_second"); r.Predicted == nil || r.Predicted.Value != 2e6 ||
		math.Abs(*r.Difference-0.5) > 1e-9 {
		t.Errorf("ingress of the part with clicks: %+v", r)
	}
	if r := rowOf(t, m, Cost); r.Predicted != nil || !strings.Contains(r.Missing, "all clusters of the split together") {
		t.Errorf("price of a part: %+v", r)
	}
	if r := rowOf(t, Month(p, Observed{Input: input(t, shop(july, 1, map[string]float64{"other": 1})), Window: july}),
		"ingress_bytes_per_second"); r.Predicted != nil {
		t.Errorf("a cluster without a topic of the split: %+v", r)
	}
}

func TestSingleTopicsAreCountedOnlyInTheirOwnMonth(t *testing.T) {
	w := shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2, "audit": 0.1})
	w.MSK = serving
	r := rowOf(t, Month(predicted(t), Observed{Input: input(t, w), Window: july}), "partitions")
	if len(r.Why) != 1 || !strings.HasPrefix(r.Why[0], "which topics make the difference is unknown") {
		t.Errorf("%+v", r)
	}
}

func TestMonths(t *testing.T) {
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
	}
	got := Months(at(6, 12, 5), at(9, 3, 7), 12)
	if len(got) != 4 || !got[0].Start.Equal(at(6, 12, 5)) || !got[0].End.Equal(at(7, 1, 0)) || !got[3].Start.Equal(at(9, 1, 0)) ||
		!got[3].End.Equal(at(9, 3, 7)) {
		t.Errorf("months %v", got)
	}
	if got[0].Start.Day() != 12 || Over(got[3]) || !Over(got[1]) {
		t.Errorf("months %v", got)
	}
	if got := Months(at(6, 12, 5), at(9, 3, 7), 2); len(got) != 2 || !got[0].Start.Equal(at(8, 1, 0)) {
		t.Errorf("the newest two are %v", got)
	}
	if got := Months(at(9, 3, 7), at(9, 3, 7), 12); len(got) != 0 {
		t.Errorf("no time is %v", got)
	}
	if got := partly(Months(at(6, 12, 5), at(9, 3, 7), 12)[3], 1); len(got) != 1 || !strings.HasPrefix(got[0], "it is not over") {
		t.Errorf("%q", got)
	}
}
