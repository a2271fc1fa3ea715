package ledger

import (
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Summary is what a verdict rests on, short enough to be kept with every verdict: two of them explain why one choice
// became another.
type Summary struct {
	Profile  string  `json:"profile"`
	Coverage float64 `json:"coverage"`
	// Figures by their name in the verdict's JSON.
	Figures map[string]FigureSummary `json:"figures"`
	// Kinds holds the option that stood for each kind of cluster.
	Kinds map[verdict.Kind]KindSummary `json:"kinds"`
	// Questions are the fields that nobody has declared.
	Questions []string `json:"questions,omitempty"`
	// Gaps say what was missing.
	Gaps    []string `json:"gaps,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
}

// FigureSummary is one figure of the workload. P95 and Peak are nil where they are not known; High is nil when nothing
// bounds the figure.
type FigureSummary struct {
	Mean   float64         `json:"mean"`
	P95    *float64        `json:"p95,omitempty"`
	Peak   *float64        `json:"peak,omitempty"`
	Low    float64         `json:"low"`
	High   *float64        `json:"high"`
	Method workload.Method `json:"method"`
}

// KindSummary is one option.
type KindSummary struct {
	Choice     verdict.Choice   `json:"choice"`
	Feasible   verdict.Feasible `json:"feasible"`
	MonthlyUSD *float64         `json:"monthly_usd"` // nil: no price
	// Rules by id; those that do not apply are left out.
	Rules map[string]RuleSummary `json:"rules"`
}

// RuleSummary is one rule. Evidence is kept where the rule did not pass.
type RuleSummary struct {
	Outcome  verdict.Outcome `json:"outcome"`
	Title    string          `json:"title"`
	Observed *float64        `json:"observed,omitempty"`
	Limit    *float64        `json:"limit,omitempty"`
	Unit     string          `json:"unit,omitempty"`
	Evidence string          `json:"evidence,omitempty"`
}

// Summarize takes out of v what explains it.
func Summarize(v verdict.Verdict) Summary {
	s := Summary{Profile: v.Profile, Coverage: v.Confidence.Coverage, Figures: figures(v.Workload), Kinds: map[verdict.Kind]KindSummary{}, Reasons: v.Reasons}
	for _, kind := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express} {
		if o := standsFor(kind, v); o != nil {
			s.Kinds[kind] = summarizeOption(*o)
		}
	}
	for _, q := range v.Questions {
		s.Questions = append(s.Questions, q.Field)
	}
	for _, g := range v.Gaps {
		s.Gaps = append(s.Gaps, g.Source+": "+g.What)
	}
	return s
}

// standsFor is the option of the kind that was chosen; else the cheapest that is feasible, or may be; else the first.
func standsFor(kind verdict.Kind, v verdict.Verdict) *verdict.Option {
	var best *verdict.Option
	for i := range v.Options {
		o := &v.Options[i]
		if o.Kind != kind {
			continue
		}
		c := choiceOf(*o)
		if v.Choice != nil && same(&c, v.Choice) {
			return o
		}
		if best == nil || rank(*o) < rank(*best) || rank(*o) == rank(*best) && cheaper(*o, *best) {
			best = o
		}
	}
	return best
}

func rank(o verdict.Option) int {
	return slices.Index([]verdict.Feasible{verdict.Yes, verdict.Maybe, verdict.No}, o.Feasible)
}

func cheaper(a, b verdict.Option) bool {
	return a.MonthlyUSD != nil && (b.MonthlyUSD == nil || *a.MonthlyUSD < *b.MonthlyUSD)
}

func choiceOf(o verdict.Option) verdict.Choice {
	c := verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters}
	if o.MonthlyUSD != nil {
		c.MonthlyUSD = *o.MonthlyUSD
	}
	return c
}

// same compares what is bought, not what it costs.
func same(a, b *verdict.Choice) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Size == b.Size && a.Brokers == b.Brokers && a.Clusters == b.Clusters
}

func summarizeOption(o verdict.Option) KindSummary {
	k := KindSummary{Choice: choiceOf(o), Feasible: o.Feasible, MonthlyUSD: o.MonthlyUSD, Rules: map[string]RuleSummary{}}
	for _, r := range o.Rules {
		if r.Outcome == verdict.NotApplicable {
			continue
		}
		s := RuleSummary{Outcome: r.Outcome, Title: r.Title, Observed: r.Observed, Limit: r.Limit, Unit: r.Unit}
		if r.Outcome != verdict.Pass {
			s.Evidence = r.Evidence
		}
		k.Rules[r.ID] = s
	}
	return k
}

func figures(w verdict.Figures) map[string]FigureSummary {
	out := map[string]FigureSummary{}
	for name, q := range map[string]*workload.Quantity{
		"ingress_bytes_per_second": w.IngressBytesPerSec, "egress_bytes_per_second": w.EgressBytesPerSec, "messages_per_second": w.MessagesPerSec,
		"hottest_partition_ingress_bytes_per_second": w.HottestIngress, "hottest_partition_egress_bytes_per_second": w.HottestEgress,
		"client_connections": w.ClientConnections, "connection_attempts_per_second": w.ConnectionsPerSec, "requests_per_second": w.RequestsPerSec,
	} {
		if q != nil {
			s := figureSummary(q.Figure)
			s.P95, s.Peak = q.P95, q.Peak
			out[name] = s
		}
	}
	for name, f := range map[string]*workload.Figure{
		"average_message_bytes": w.AverageMessageBytes, "max_message_bytes": w.MaxMessageBytes, "topics": w.Topics, "partitions": w.Partitions,
		"compacted_partitions": w.CompactedPartitions, "consumer_groups": w.ConsumerGroups, "stored_bytes": w.StoredBytes, "fan_out": w.FanOut,
	} {
		if f != nil {
			out[name] = figureSummary(*f)
		}
	}
	return out
}

func figureSummary(f workload.Figure) FigureSummary {
	s := FigureSummary{Mean: f.Value, Low: f.Low, Method: f.Method}
	if f.Bounded() {
		s.High = &f.High
	}
	return s
}
