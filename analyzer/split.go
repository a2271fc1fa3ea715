package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/analyzer/split"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// splitPlan is a workload spread over several Serverless clusters, or the reason why it cannot be.
type splitPlan struct {
	// Feasible is No when no plan was found or something breaks a quota wherever it is, Maybe when figures are missing
	// or their bounds reach beyond a quota.
	Feasible verdict.Feasible
	// Clusters are sorted by their first topic; empty without a plan.
	Clusters []verdict.SplitCluster
	// LowerBound is how many clusters it takes at the least, whatever the packing: the largest total in shares of a quota,
	// or a set of parts that need a cluster each. 0 when not even that is known.
	LowerBound int
	// Note says what the plan rests on, or what blocks it, in words. Stop names that in a few words; empty where there is
	// a plan.
	Note, Stop string
	// Cuts are the groups and applications that would have to work across clusters to make a plan possible. They are
	// proposed only where there is none without.
	Cuts []splitCut
	// worst is the sized load with each cluster's quantity replaced by that of the fullest cluster, for the rules to judge.
	worst load
}

// What can block a split.
const (
	stopTopic    = "one topic fits no Serverless cluster"
	stopWhole    = "a limit that a split does not change"
	stopTogether = "topics that belong together exceed one cluster"
	stopAccount  = "more clusters than an account may have"
)

// splitCut is a connection between topics that would have to be given up.
type splitCut struct {
	// Kind is split.Group or split.Application.
	Kind, Name string
	// Elsewhere are the topics that it would have to reach on other clusters than the one with most of its topics.
	Elsewhere []string
}

// splitDim says which quota bounds a packed quantity, and where the sized load has it.
type splitDim struct {
	quota string
	what  string
	rate  bool // in bytes per second
	of    func(*load) *fig
}

var splitQuantities = [split.Quantities]splitDim{
	split.Ingress:     {"ingress_per_cluster", "ingress", true, func(l *load) *fig { return &l.in }},
	split.Egress:      {"egress_per_cluster", "egress", true, func(l *load) *fig { return &l.out }},
	split.Plain:       {"partitions_non_compacted", "partitions", false, func(l *load) *fig { return &l.plain }},
	split.Compacted:   {"partitions_compacted", "compacted partitions", false, func(l *load) *fig { return &l.compacted }},
	split.Groups:      {"consumer_groups", "consumer groups", false, func(l *load) *fig { return &l.groups }},
	split.Connections: {"client_connections", "connections", false, func(l *load) *fig { return &l.connections }},
	split.Attempts:    {"connection_attempts", "connection attempts a second", false, func(l *load) *fig { return &l.attempts }},
	split.Requests:    {"request_rate", "requests a second", false, func(l *load) *fig { return &l.requests }},
}

// varies reports whether headroom is kept of the quantity.
func (d splitDim) varies() bool { return serverlessQuantities[d.quota].varies }

func (d splitDim) amount(v float64) string {
	if d.rate {
		return workload.FormatByteRate(v)
	}
	return workload.FormatNumber(v)
}

// splitter plans one split.
type splitter struct {
	in *Input
	l  *load
	// Problem keeps headroom in its capacity, which is +Inf where there is no quota or nothing is known.
	split.Problem
	// topics are those of the problem.
	topics []*workload.TopicWorkload
	// notes say what was assumed; maybe is true when something of it may be wrong.
	notes []string
	maybe bool
}

// planSplit spreads the topics over the fewest Serverless clusters that hold under every quota of a cluster, and evens the
// clusters out. Topics connected by a consumer group or by a declared application stay together. The sized load is that of l;
// a cluster carries the sum of its topics' own statistics, as if they all came in the same minute. Internal topics are
// no part of a plan. The answer does not depend on the order of topics and groups.
//
// Packing is done by several heuristics and keeps the best result, so it may take more clusters than
// necessary; LowerBound says by how many at the most.
func planSplit(in *Input, l *load) splitPlan {
	s := newSplitter(in, l)
	switch refused := s.refused(); {
	case len(s.topics) == 0:
		return s.unlisted()
	case refused != "":
		return splitPlan{Feasible: verdict.No, LowerBound: s.LowerBound(nil), Note: refused, Stop: stopTopic}
	}
	parts := s.Parts()
	plan := splitPlan{LowerBound: s.LowerBound(parts)}
	if s.tooBig(parts, &plan) || s.tooMany(plan.LowerBound, &plan) {
		return plan
	}
	clusters, ok := s.Pack(parts, plan.LowerBound, s.available(len(parts)))
	if !ok {
		s.tooMany(s.available(len(parts))+1, &plan)
		return plan
	}
	s.describe(clusters, &plan)
	return plan
}

// unlisted is the answer when the topics are not known one by one: how many clusters it takes at the least.
func (s *splitter) unlisted() splitPlan {
	n := s.LowerBound(nil)
	plan := splitPlan{Feasible: verdict.Maybe, LowerBound: n,
		Note: "single topics are unknown, so none can be assigned to a cluster: list them with their groups"}
	if refused := s.refusedWhole(); refused != "" {
		plan.Feasible, plan.Note, plan.Stop = verdict.No, refused, stopWhole
		return plan
	}
	s.tooMany(n, &plan)
	return plan
}

// available is how many clusters the account has room for; without a quota, one for each part.
func (s *splitter) available(parts int) int {
	limit, ok := QuotaLimit(s.in, "clusters_per_account")
	if !ok {
		return max(parts, 1)
	}
	if n := s.in.Requirements.ExistingServerlessClusters; n != nil {
		limit -= float64(*n)
	}
	return int(max(min(limit, math.MaxInt32), 0))
}
