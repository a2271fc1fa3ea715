package analyzer

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// drawSplit makes a random workload of topics, groups and applications.
func drawSplit(t *rapid.T, tb testing.TB, most int) *Input {
	var topics []workload.TopicWorkload
	for i := range rapid.IntRange(1, most).Draw(t, "topics") {
		topic := topicOf(fmt.Sprintf("t%02d", i), rapid.SampledFrom([]int{1, 6, 50, 600, 2000}).Draw(t, "partitions"),
			rapid.SampledFrom([]float64{0, 1, 7, 30, 90, 150}).Draw(t, "rate"))
		*topic.Compacted = topic.Partitions <= 50 && rapid.Bool().Draw(t, "compacted")
		if rapid.IntRange(0, 3).Draw(t, "owned") == 0 {
			topic.Application = rapid.SampledFrom([]string{"shop", "mail"}).Draw(t, "application")
		}
		topics = append(topics, topic)
	}
	in := splitInput(tb, topics...)
	for i := range rapid.IntRange(0, most).Draw(t, "groups") {
		g := workload.GroupWorkload{Name: fmt.Sprintf("g%02d", i)}
		for range rapid.IntRange(0, 3).Draw(t, "reads") {
			g.Topics = append(g.Topics, topics[rapid.IntRange(0, len(topics)-1).Draw(t, "topic")].Name)
		}
		slices.Sort(g.Topics)
		g.Topics = slices.Compact(g.Topics)
		in.Workload.GroupList = append(in.Workload.GroupList, g)
	}
	in.Options.Headroom = rapid.SampledFrom([]float64{0, 0.2, 0.5}).Draw(t, "headroom")
	if rapid.Bool().Draw(t, "connected") {
		in.Workload.ClientConnections = workload.Constantly(workload.Exactly(rapid.Float64Range(1, 9000).Draw(t, "connections"),
			workload.Declared, "test"))
	}
	return in
}

// A plan places every topic and group once, never separates what belongs together, and keeps every quota with headroom.
func TestSplitPlansHold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawSplit(rt, t, 12)
		p := planOf(in)
		if p.Feasible == verdict.No {
			if p.Note == "" || len(p.Clusters) > 0 {
				rt.Fatalf("refused with %q and %d clusters", p.Note, len(p.Clusters))
			}
			return
		}
		home, homes := map[string]int{}, map[string]int{}
		for i, c := range p.Clusters {
			for _, name := range c.Topics {
				if _, twice := home[name]; twice {
					rt.Fatalf("topic %s is placed twice", name)
				}
				home[name] = i
			}
			for _, name := range c.Groups {
				homes[name]++
			}
			carries(rt, in, c)
		}
		if len(home) != len(in.Workload.TopicList) || len(homes) != len(in.Workload.GroupList) {
			rt.Fatalf("%d of %d topics and %d of %d groups are placed", len(home), len(in.Workload.TopicList), len(homes),
				len(in.Workload.GroupList))
		}
		together(rt, in, p, home)
		if len(p.Clusters) < p.LowerBound || p.LowerBound < 1 {
			rt.Fatalf("%d clusters, at least %d", len(p.Clusters), p.LowerBound)
		}
	})
}

// together checks that groups and applications are on one cluster each.
func together(t *rapid.T, in *Input, p splitPlan, home map[string]int) {
	apps := map[string]int{}
	for _, topic := range in.Workload.TopicList {
		if at, seen := apps[topic.Application]; seen && topic.Application != "" && at != home[topic.Name] {
			t.Fatalf("application %s is divided", topic.Application)
		}
		apps[topic.Application] = home[topic.Name]
	}
	for _, g := range in.Workload.GroupList {
		for _, name := range g.Topics {
			if at := home[name]; at != home[g.Topics[0]] || !slices.Contains(p.Clusters[at].Groups, g.Name) {
				t.Fatalf("group %s is not with its topics %v", g.Name, g.Topics)
			}
		}
	}
}

// carries adds a cluster up again, from the workload itself, and compares it with AWS's figures.
func carries(t *rapid.T, in *Input, c verdict.SplitCluster) {
	var ingress, egress float64
	partitions := map[bool]int{}
	for _, topic := range in.Workload.TopicList {
		if !slices.Contains(c.Topics, topic.Name) {
			continue
		}
		ingress += topic.IngressBytesPerSec.Value
		egress += topic.EgressBytesPerSec.Value
		partitions[*topic.Compacted] += topic.Partitions
	}
	share := 1 - in.Options.Headroom + 1e-6
	if ingress > 200*mb*share || egress > 400*mb*share || partitions[false] > 2400 || partitions[true] > 120 ||
		len(c.Groups) > 500 {
		t.Fatalf("cluster %v has %v in, %v out, partitions %v, %d groups", c.Topics, ingress, egress, partitions, len(c.Groups))
	}
	if total := in.Workload.IngressBytesPerSec.Value; in.Workload.ClientConnections != nil && total > 0 &&
		in.Workload.EgressBytesPerSec.Value == 0 {
		if n := in.Workload.ClientConnections.Value * ingress / total; n > 3000*share {
			t.Fatalf("cluster %v has %v connections", c.Topics, n)
		}
	}
}

// The order in which topics and groups come never matters, to the last bit.
func TestSplitOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawSplit(rt, t, 12)
		want := planOf(in)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		shuffled := *in
		shuffled.Workload.TopicList, shuffled.Workload.GroupList = slices.Clone(in.Workload.TopicList),
			slices.Clone(in.Workload.GroupList)
		r.Shuffle(len(shuffled.Workload.TopicList), func(i, j int) {
			l := shuffled.Workload.TopicList
			l[i], l[j] = l[j], l[i]
		})
		r.Shuffle(len(shuffled.Workload.GroupList), func(i, j int) {
			l := shuffled.Workload.GroupList
			l[i], l[j] = l[j], l[i]
		})
		if got := planOf(&shuffled); !reflect.DeepEqual(got, want) {
			rt.Fatalf("got\n%+v\nwant\n%+v", got, want)
		}
	})
}

// benchmarkSplit makes 1,000 topics and 300 groups of up to so many topics each.
func benchmarkSplit(b *testing.B, reads int) *Input {
	r := rand.New(rand.NewPCG(1, 2))
	var topics []workload.TopicWorkload
	for i := range 1000 {
		topics = append(topics, topicOf(fmt.Sprintf("topic-%04d", i), 1+r.IntN(20), 0.1+r.ExpFloat64()))
	}
	in := splitInput(b, topics...)
	for i := range 300 {
		g := workload.GroupWorkload{Name: fmt.Sprintf("group-%03d", i)}
		for range 1 + r.IntN(reads) {
			// Mostly neighbours, as in teams that own a few topics each.
			g.Topics = append(g.Topics, topics[(i*3+r.IntN(6))%len(topics)].Name)
		}
		slices.Sort(g.Topics)
		g.Topics = slices.Compact(g.Topics)
		in.Workload.GroupList = append(in.Workload.GroupList, g)
	}
	return in
}

func BenchmarkPlanSplit(b *testing.B) {
	in := benchmarkSplit(b, 2)
	l := loadOf(in)
	if p := planSplit(in, &l); p.Feasible == verdict.No || len(p.Clusters) < 5 {
		b.Fatalf("%s: %s", p.Feasible, p.Note)
	}
	for b.Loop() {
		planSplit(in, &l)
	}
}

// BenchmarkPlanSplitHeldTogether is the costly case: one component far too big, so that cuts are looked for.
func BenchmarkPlanSplitHeldTogether(b *testing.B) {
	in := benchmarkSplit(b, 6)
	for i := range in.Workload.GroupList {
		if i%10 == 0 {
			for j := range in.Workload.TopicList {
				in.Workload.GroupList[i].Topics = append(in.Workload.GroupList[i].Topics, in.Workload.TopicList[j].Name)
			}
			slices.Sort(in.Workload.GroupList[i].Topics)
			in.Workload.GroupList[i].Topics = slices.Compact(in.Workload.GroupList[i].Topics)
		}
	}
	l := loadOf(in)
	if p := planSplit(in, &l); p.Feasible != verdict.No {
		b.Fatalf("%s: %s", p.Feasible, p.Note)
	}
	for b.Loop() {
		planSplit(in, &l)
	}
}
