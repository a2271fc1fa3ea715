package verdict

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Contributor is a topic or a consumer group whose part in a rule changed between two verdicts.
type Contributor struct {
	// Kind is "topic" or "group".
	Kind string `json:"kind"`
	// Name is the topic's or the consumer group's.
	Name string `json:"name"`
	// Change is the difference in Unit (bytes/s, bytes, partitions or groups), and Share its part of the change of all that
	// moved in the same direction, 0–1.
	Change float64 `json:"change"`
	Share  float64 `json:"share"`
	// Unit is "bytes/s", "bytes", "partitions" or "groups".
	Unit string `json:"unit"`
}

// maxContributors is how many contributors are named.
const maxContributors = 3

// Observed is what was seen of a cluster in one window: its figures, and those of its topics and consumer groups.
type Observed struct {
	// Workload holds the cluster's figures; absent ones are nil.
	Workload Figures
	// Topics is empty where the source gives no figures by topic.
	Topics []TopicFigures
	// Groups is empty where the source gives no figures by consumer group.
	Groups []GroupFigures
}

// Observed is what the verdict rests on.
func (v Verdict) Observed() Observed {
	return Observed{Workload: v.Workload, Topics: v.Topics, Groups: v.Groups}
}

// TopContributors are the topics, or for egress and groups the consumer groups, that moved most in the direction of the
// whole: at most three, the largest first. They are nil where the rule is about neither, and where there are no figures by
// name on one side. What is new moved by all that it has. What has no figure on one of the two sides is left out: that is not
// known to have moved.
func TopContributors(before, after Observed, rule string) []Contributor {
	q := quantityOf(rule)
	if q == nil || q.parts == nil {
		return nil
	}
	kind, unit, old := q.parts(before)
	_, _, now := q.parts(after)
	if len(old) == 0 || len(now) == 0 {
		return nil
	}
	var contributors []Contributor
	total := 0.0
	add := func(name string, change float64) {
		contributors = append(contributors, Contributor{Kind: kind, Name: name, Change: change, Unit: unit})
		total += change
	}
	for name, v := range now {
		was, there := old[name]
		switch {
		case v == nil || there && was == nil:
		case there:
			add(name, *v-*was)
		default:
			add(name, *v)
		}
	}
	for name, was := range old {
		if _, there := now[name]; !there && was != nil {
			add(name, -*was)
		}
	}
	return largest(contributors, total)
}

// largest keeps the contributors in the direction of the whole and gives each its share of them.
func largest(contributors []Contributor, total float64) []Contributor {
	contributors = slices.DeleteFunc(contributors, func(m Contributor) bool {
		return m.Change == 0 || math.Signbit(m.Change) != math.Signbit(total)
	})
	slices.SortFunc(contributors, func(a, b Contributor) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Change), math.Abs(a.Change)), strings.Compare(a.Name, b.Name))
	})
	same := 0.0
	for _, m := range contributors {
		same += m.Change
	}
	for i := range contributors {
		contributors[i].Share = contributors[i].Change / same
	}
	return contributors[:min(len(contributors), maxContributors)]
}

// parts gives what each topic or group has of a quantity; nil values are not known.
type parts func(Observed) (kind, unit string, values map[string]*float64)

func topics(unit string, pick func(TopicFigures) *float64) parts {
	return func(v Observed) (string, string, map[string]*float64) {
		out := map[string]*float64{}
		for _, t := range v.Topics {
			out[t.Name] = pick(t)
		}
		return "topic", unit, out
	}
}

// readers is the egress of each consumer group.
func readers(v Observed) (string, string, map[string]*float64) {
	out := map[string]*float64{}
	for _, g := range v.Groups {
		out[g.Name] = mean(g.EgressBytesPerSec)
	}
	return "group", "bytes/s", out
}

func groupCount(v Observed) (string, string, map[string]*float64) {
	out := map[string]*float64{}
	one := 1.0
	for _, g := range v.Groups {
		out[g.Name] = &one
	}
	return "group", "groups", out
}

// partitionsIf are the partitions of a topic for the quota on compacted ones or on the others; nil where it is not known
// which one counts them.
func partitionsIf(t TopicFigures, compacted bool) *float64 {
	n := float64(t.Partitions)
	switch {
	case t.Internal, compacted && t.Compacted == nil:
		return nil
	case compacted != (t.Compacted != nil && *t.Compacted):
		n = 0
	}
	return &n
}

func mean(q *workload.Quantity) *float64 {
	if q == nil {
		return nil
	}
	return &q.Value
}

func figureValue(f *workload.Figure) *float64 {
	if f == nil {
		return nil
	}
	return &f.Value
}

// PartOf is the part that a topic or consumer group has in what moves a rule; false where there is none of the name, or no figure
// of it.
func PartOf(o Observed, rule, name string) (float64, bool) {
	q := quantityOf(rule)
	if q == nil || q.parts == nil {
		return 0, false
	}
	_, _, values := q.parts(o)
	value := values[name]
	if value == nil {
		return 0, false
	}
	return *value, true
}

// MovesByRate reports whether what moves a rule is a rate, which is compared over the same minutes of another day, and not a
// count.
func MovesByRate(rule string) bool {
	q := quantityOf(rule)
	if q == nil || q.parts == nil {
		return false
	}
	_, unit, _ := q.parts(Observed{})
	return unit == "bytes/s"
}
