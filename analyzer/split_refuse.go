package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// refused says which topics break a quota on every cluster, because it bounds a partition or a message; empty when none does.
func (s *splitter) refused() string {
	first, more := "", 0
	for _, t := range s.topics {
		why := s.refusedTopic(t)
		switch {
		case why == "":
		case first == "":
			first = "topic " + t.Name + ": " + why
		default:
			more++
		}
	}
	switch {
	case more == 1:
		first += "; 1 more topic breaks such a quota"
	case more > 1:
		first += fmt.Sprintf("; %d more topics break such quotas", more)
	}
	return first
}

// refusedWhole says which quota on a message or a partition the whole workload breaks, where its topics are not listed; empty when
// none. A split does not change what such a quota bounds.
func (s *splitter) refusedWhole() string {
	for _, id := range []string{"message_size", "ingress_per_partition", "egress_per_partition", "partition_size_compacted"} {
		q := serverlessQuantities[id]
		most, ok := QuotaLimit(s.in, id)
		if f := q.of(s.l); ok && f.ok && within(f, most) == verdict.Fail {
			return q.what + " is above the quota of every Serverless cluster, so a split does not help"
		}
	}
	return ""
}

func (s *splitter) refusedTopic(t *workload.TopicWorkload) string {
	k, stat := s.l.events*s.l.growth, s.in.Options.Statistic
	var size fig
	if t.Compacted != nil && *t.Compacted && t.Partitions > 0 {
		size = figOf(t.StoredBytes).scale(1 / float64(t.Partitions))
	}
	for _, limit := range []struct {
		quota, what, remedy string
		fig                 fig
		amount              func(float64) string
	}{
		{"ingress_per_partition", "into its busiest partition", "give it more partitions or spread its keys",
			quantityAt(t.HottestIngress, stat).scale(k), workload.FormatByteRate},
		{"egress_per_partition", "out of its busiest partition", "give it more partitions",
			quantityAt(t.HottestEgress, stat).scale(k), workload.FormatByteRate},
		{"message_size", "in its largest message", "make messages smaller", figOf(t.MaxMessageBytes), workload.FormatSize},
		{"partition_size_compacted", "in a compacted partition", "give it more partitions", size, workload.FormatBytes},
	} {
		most, ok := QuotaLimit(s.in, limit.quota)
		if !ok || !limit.fig.ok {
			continue
		}
		switch within(limit.fig, most) {
		case verdict.Fail:
			return fmt.Sprintf("%s %s, where every cluster takes %s at the most: %s", limit.amount(limit.fig.Value), limit.what,
				limit.amount(most), limit.remedy)
		case verdict.Unknown:
			s.maybe = true
		case verdict.Pass, verdict.NotApplicable:
		}
	}
	return ""
}

// tooMany refuses a plan of n clusters where the account has no room for them.
func (s *splitter) tooMany(n int, plan *splitPlan) bool {
	limit, ok := QuotaLimit(s.in, "clusters_per_account")
	existing := 0
	if e := s.in.Requirements.ExistingServerlessClusters; e != nil {
		existing = *e
	}
	if !ok || float64(n+existing) <= limit {
		return false
	}
	plan.Feasible, plan.Stop = verdict.No, stopAccount
	plan.Note = fmt.Sprintf("%s clusters or more are needed, and an account may have %s", count(float64(n)), count(limit))
	if n > plan.LowerBound {
		plan.Note = fmt.Sprintf("no way to pack it into fewer than %s clusters was found (it takes %s at the least), and an account may have %s",
			count(float64(n)), count(float64(plan.LowerBound)), count(limit))
	}
	if existing > 0 {
		plan.Note += fmt.Sprintf(", and %d exist already", existing)
	}
	plan.Note += "; AWS can raise that quota"
	return true
}
