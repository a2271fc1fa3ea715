package analyzer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const mb = workload.MB

// topicOf describes a topic in MB/s; groups read all of it.
func topicOf(name string, partitions int, ingress float64, groups ...string) workload.TopicWorkload {
	compacted := false
	return workload.TopicWorkload{Name: name, Partitions: partitions, Compacted: &compacted, Groups: groups,
		IngressBytesPerSec: workload.Constantly(workload.Exactly(ingress*mb, workload.Declared, "test")),
		EgressBytesPerSec:  workload.Constantly(workload.Exactly(ingress*mb*float64(len(groups)), workload.Declared, "test"))}
}

// splitInput makes a workload of topics, its totals summed, against today's quotas with 20 % headroom.
func splitInput(t testing.TB, topics ...workload.TopicWorkload) *Input {
	t.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := workload.Workload{Cluster: "test", Declared: true, TopicList: topics}
	var in, out, partitions, compacted workload.Figure
	for _, topic := range topics {
		if topic.Internal {
			continue
		}
		if topic.IngressBytesPerSec != nil {
			in = in.Plus(topic.IngressBytesPerSec.Figure)
		}
		if topic.EgressBytesPerSec != nil {
			out = out.Plus(topic.EgressBytesPerSec.Figure)
		}
		n := workload.Exactly(float64(topic.Partitions), workload.Declared, "test")
		partitions = partitions.Plus(n)
		if topic.Compacted != nil && *topic.Compacted {
			compacted = compacted.Plus(n)
		}
	}
	w.IngressBytesPerSec, w.EgressBytesPerSec = workload.Constantly(in), workload.Constantly(out)
	w.Partitions, w.CompactedPartitions = partitions.Ptr(), compacted.Ptr()
	return &Input{Workload: w, Catalog: cat, Options: DefaultOptions()}
}

func planOf(in *Input) splitPlan {
	l := loadOf(in)
	return planSplit(in, &l)
}

// clustersOf writes a plan in a line: "a b | c".
func clustersOf(p splitPlan) string {
	var out []string
	for _, c := range p.Clusters {
		out = append(out, strings.Join(c.Topics, " "))
	}
	return strings.Join(out, " | ")
}

func TestPlanSplit(t *testing.T) {
	compacted := func(topic workload.TopicWorkload) workload.TopicWorkload {
		*topic.Compacted = true
		return topic
	}
	of := func(app string, topic workload.TopicWorkload) workload.TopicWorkload {
		topic.Application = app
		return topic
	}
	hot := func(rate float64, topic workload.TopicWorkload) workload.TopicWorkload {
		topic.HottestIngress = workload.Constantly(workload.Exactly(rate*mb, workload.Declared, "test"))
		return topic
	}
	tests := []struct {
		name     string
		topics   []workload.TopicWorkload
		change   func(*Input)
		feasible verdict.Feasible
		least    int
		clusters string
		note     string // part of it
	}{
		{"one cluster carries it", []workload.TopicWorkload{topicOf("a", 10, 50), topicOf("b", 10, 50)}, nil, verdict.Yes, 1, "a b",
			"one cluster carries it all"},
		// 160 MB/s of 200 may be used with 20 % headroom.
		{"ingress makes two", []workload.TopicWorkload{topicOf("a", 10, 90), topicOf("b", 10, 90)}, nil, verdict.Yes, 2, "a | b",
			"2 clusters, and no fewer can carry it"},
		{"evened out", []workload.TopicWorkload{topicOf("a", 10, 100), topicOf("b", 10, 60), topicOf("c", 10, 50),
			topicOf("d", 10, 90)}, nil, verdict.Yes, 2, "a c | b d", ""},
		{"egress makes two", []workload.TopicWorkload{topicOf("a", 10, 60, "g", "h", "i"), topicOf("b", 10, 60, "j", "k", "l")},
			nil, verdict.Yes, 2, "a | b", ""},
		{"partitions make two, and take no headroom", []workload.TopicWorkload{topicOf("a", 2400, 1), topicOf("b", 2400, 1)}, nil,
			verdict.Yes, 2, "a | b", ""},
		{"compacted ones have a quota of their own",
			[]workload.TopicWorkload{compacted(topicOf("a", 120, 1)), compacted(topicOf("b", 1, 1)), topicOf("c", 2400, 1)}, nil,
			verdict.Yes, 2, "a c | b", ""},
		{"a raised quota", []workload.TopicWorkload{topicOf("a", 2400, 1), topicOf("b", 2400, 1)},
			func(in *Input) { in.Requirements.RaisedQuotas = map[string]float64{"partitions_non_compacted": 5000} }, verdict.Yes, 1,
			"a b", ""},
		{"a sale event", []workload.TopicWorkload{topicOf("a", 10, 50), topicOf("b", 10, 50)},
			func(in *Input) { f := 2.0; in.Requirements.SaleEventFactor = &f }, verdict.Yes, 2, "a | b", ""},
		{"no headroom", []workload.TopicWorkload{topicOf("a", 10, 100), topicOf("b", 10, 100)},
			func(in *Input) { in.Options.Headroom = 0 }, verdict.Yes, 1, "a b", ""},
		{"a group holds topics together", []workload.TopicWorkload{topicOf("a", 10, 70, "g"), topicOf("b", 10, 70),
			topicOf("c", 10, 70, "g")}, nil, verdict.Yes, 2, "a c | b", ""},
		{"an application holds topics together",
			[]workload.TopicWorkload{of("shop", topicOf("a", 10, 70)), topicOf("b", 10, 70), of("shop", topicOf("c", 10, 70))}, nil,
			verdict.Yes, 2, "a c | b", ""},
		{"connections and requests are shared out by traffic", []workload.TopicWorkload{topicOf("a", 10, 30), topicOf("b", 10, 10)},
			func(in *Input) {
				in.Workload.ClientConnections = workload.Constantly(workload.Exactly(3000, workload.Declared, "test"))
			}, verdict.Yes, 2, "a | b", "connections and requests are shared out by traffic"},
		{"half a component needs a cluster of its own",
			[]workload.TopicWorkload{topicOf("a", 10, 81), topicOf("b", 10, 81), topicOf("c", 10, 81)}, nil, verdict.Yes, 3,
			"a | b | c", "no fewer"},
		{"a topic too big", []workload.TopicWorkload{topicOf("a", 100, 161), topicOf("b", 10, 1)}, nil, verdict.No, 2, "",
			"topic a alone has 161 MB/s of ingress, and one cluster takes 160 MB/s with 20 % to spare: divide it into several topics"},
		{"a hot partition", []workload.TopicWorkload{hot(6.1, topicOf("a", 10, 100)), hot(5.5, topicOf("b", 10, 100))}, nil,
			verdict.No, 2, "",
			"topic a: 6.1 MB/s into its busiest partition, where every cluster takes 5 MB/s at the most: give it more partitions or spread its keys; 1 more topic breaks such a quota"},
		{"one group holds too much together",
			[]workload.TopicWorkload{topicOf("a", 10, 90, "g", "x"), topicOf("b", 10, 90, "g"), topicOf("c", 10, 20, "x")}, nil,
			verdict.No, 2, "",
			"3 topics belong together and have 200 MB/s of ingress, and one cluster takes 160 MB/s with 20 % to spare; group g holds them together: cut there, g would read b from another cluster"},
		{"two groups hold too much together",
			[]workload.TopicWorkload{topicOf("a", 10, 90, "g", "h"), topicOf("b", 10, 90, "g", "h")}, nil, verdict.No, 2, "",
			"group g and group h hold them together: cut there, g would read b from another cluster; h would read b from another cluster"},
		{"an application holds too much together",
			[]workload.TopicWorkload{of("shop", topicOf("a", 10, 90)), of("shop", topicOf("b", 10, 90))}, nil, verdict.No, 2, "",
			"application shop holds them together: cut there, shop would use b from another cluster"},
		{"too big even when cut", []workload.TopicWorkload{topicOf("a", 10, 190, "g"), topicOf("b", 10, 90, "g")}, nil, verdict.No,
			2, "",
			"2 topics belong together and have 280 MB/s of ingress, and one cluster takes 160 MB/s with 20 % to spare; topic a alone has 190 MB/s"},
		{"more clusters than an account may have", many(11, 100), nil, verdict.No, 11, "",
			"11 clusters or more are needed, and an account may have 10; AWS can raise that quota"},
		{"existing clusters take room", many(4, 100), func(in *Input) { n := 7; in.Requirements.ExistingServerlessClusters = &n },
			verdict.No, 4, "",
			"4 clusters or more are needed, and an account may have 10, and 7 exist already"},
		{"a raised number of clusters", many(11, 100),
			func(in *Input) { in.Requirements.RaisedQuotas = map[string]float64{"clusters_per_account": 20} }, verdict.Yes, 11,
			"t00 | t01 | t02 | t03 | t04 | t05 | t06 | t07 | t08 | t09 | t10", ""},
		{"nothing listed", nil, func(in *Input) {
			in.Workload.IngressBytesPerSec = workload.Constantly(workload.Exactly(500*mb, workload.Declared, "test"))
		}, verdict.Maybe, 4, "", "single topics are unknown"},
		{"nothing listed, and too much for any account", nil, func(in *Input) {
			in.Workload.IngressBytesPerSec = workload.Constantly(workload.Exactly(1e18, workload.Declared, "test"))
		}, verdict.No, 2147483647, "", "2,147,483,647 clusters or more are needed"},
		{"topics without a figure share the rest",
			[]workload.TopicWorkload{topicOf("a", 10, 100), {Name: "b", Partitions: 30}, {Name: "c", Partitions: 10}},
			func(in *Input) {
				in.Workload.IngressBytesPerSec = workload.Constantly(workload.Exactly(220*mb, workload.Declared, "test"))
			}, verdict.Maybe, 2, "a | b c", "2 topics without a figure share the rest of the ingress by their partitions; 2 topics with unknown cleanup.policy count as not compacted"},
		{"bounds beyond the quota", []workload.TopicWorkload{topicOf("a", 10, 70), topicOf("b", 10, 70)}, func(in *Input) {
			in.Workload.IngressBytesPerSec = workload.Constantly(workload.Between(140*mb, 100*mb, 400*mb, workload.Estimated,
				"test"))
		}, verdict.Maybe, 2, "a | b", ""},
		{"internal topics have no place", []workload.TopicWorkload{topicOf("a", 10, 1),
			{Name: "__consumer_offsets", Internal: true, Partitions: 50}}, nil, verdict.Yes, 1, "a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := splitInput(t, tt.topics...)
			if tt.change != nil {
				tt.change(in)
			}
			p := planOf(in)
			if p.Feasible != tt.feasible || p.LowerBound != tt.least || clustersOf(p) != tt.clusters ||
				!strings.Contains(p.Note, tt.note) {
				t.Errorf("got  %s, at least %d, %q, %q\nwant %s, at least %d, %q, %q", p.Feasible, p.LowerBound, clustersOf(p),
					p.Note, tt.feasible, tt.least, tt.clusters, tt.note)
			}
		})
	}
}

// many are n topics of so many MB/s each.
func many(n int, rate float64) []workload.TopicWorkload {
	var out []workload.TopicWorkload
	for i := range n {
		out = append(out, topicOf(fmt.Sprintf("t%02d", i), 10, rate))
	}
	return out
}

// Groups that the workload lists without topics still count against the quota of groups.
func TestPlanSplitCountsEveryGroup(t *testing.T) {
	in := splitInput(t, topicOf("a", 1, 1, "g"))
	for i := range 600 {
		in.Workload.GroupList = append(in.Workload.GroupList, workload.GroupWorkload{Name: fmt.Sprintf("idle-%03d", i)})
	}
	p := planOf(in)
	if p.Feasible != verdict.Yes || p.LowerBound != 2 || len(p.Clusters) != 2 ||
		len(p.Clusters[0].Groups)+len(p.Clusters[1].Groups) != 601 {
		t.Errorf("got %s, at least %d, %d clusters, %q", p.Feasible, p.LowerBound, len(p.Clusters), p.Note)
	}
}

// A cut names the topics that would be read from afar, and those of a group that stays whole are none of them.
func TestPlanSplitCutsWhereItCostsLeast(t *testing.T) {
	in := splitInput(t, topicOf("a1", 5, 50, "shop", "audit"), topicOf("a2", 5, 50, "shop"), topicOf("b1", 5, 50, "mail", "audit"),
		topicOf("b2", 5, 50, "mail"))
	p := planOf(in)
	if p.Feasible != verdict.No || len(p.Cuts) != 1 || p.Cuts[0].Name != "audit" || fmt.Sprint(p.Cuts[0].Elsewhere) != "[b1]" {
		t.Errorf("got %s, cuts %+v, %q", p.Feasible, p.Cuts, p.Note)
	}
}

// The rules judge the fullest cluster, and the bill stays that of the whole.
func TestPlanSplitFullestCluster(t *testing.T) {
	p := planOf(splitInput(t, topicOf("a", 20, 100), topicOf("b", 10, 90), topicOf("c", 7, 50)))
	if clustersOf(p) != "a | b c" {
		t.Fatalf("got %s", clustersOf(p))
	}
	// b and c together have most of the ingress, a has most of the partitions.
	if w := p.worst; w.in.Value != 140*mb || w.plain.Value != 20 || w.partitions.Value != 20 || w.inMean.Value != 240*mb {
		t.Errorf("fullest: ingress %v, partitions %v and %v, billed %v", w.in.Value, w.plain.Value, w.partitions.Value,
			w.inMean.Value)
	}
	if c := p.Clusters[1]; c.IngressBytesPerSec != 140*mb || c.Partitions != 17 {
		t.Errorf("got %+v", c)
	}
}
