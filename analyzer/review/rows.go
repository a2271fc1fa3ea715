package review

import (
	"math"
	"strings"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Cost is the quantity of the row with the monthly price.
const Cost = "monthly_usd"

// comparison holds one month against the verdict.
type comparison struct {
	predicted verdict.Verdict
	// seen has the figures of the month, its topics and its groups.
	seen verdict.Observed
	in   Observed
	// cluster is what carries the workload; known is false where that is unknown.
	cluster verdict.Choice
	known   bool
	// before is the cluster as the verdict predicted it, now as it is used in the month; nil: unknown, and the other says why.
	before, now             *verdict.Option
	unpredicted, unobserved string
}

func comparisonOf(predicted verdict.Verdict, o Observed) *comparison {
	w := o.Workload
	c := &comparison{in: o, predicted: predicted, seen: analyzer.ObservedIn(w)}
	c.cluster, _, c.known = clusterOf(predicted, w.MSK)
	split := predicted.Choice != nil && predicted.Choice.Kind == verdict.ServerlessSplit
	switch {
	case split:
		part, found := partOf(predicted, w.TopicList)
		if c.predicted = part; !found {
			c.predicted = verdict.Verdict{Choice: predicted.Choice, At: predicted.At}
		}
		c.unpredicted = "the verdict predicted it for all clusters of the split together"
	case !c.known:
		c.unpredicted = "the verdict was undecided"
	default:
		if c.before = optionFor(predicted, c.cluster); c.before == nil {
			c.unpredicted = "the verdict did not consider " + c.cluster.Name()
		}
	}
	if !c.known {
		c.unobserved = "which MSK cluster this is, is unknown"
		return c
	}
	if now, ok := analyzer.Held(o.Input, c.cluster); ok {
		c.now = &now
	} else {
		c.unobserved = "ingress or partitions are unknown, or the catalog does not have " + c.cluster.Name()
	}
	return c
}

// traffic are the rows of what flows and what is kept.
func (c *comparison) traffic() []verdict.ReviewRow {
	was, is := c.predicted.Workload, c.seen.Workload
	return []verdict.ReviewRow{
		c.row(verdict.IngressKey, "ingress", "bytes/s", meanOf(was.IngressBytesPerSec), meanOf(is.IngressBytesPerSec),
			c.whyIngress),
		c.row(verdict.EgressKey, "egress", "bytes/s", meanOf(was.EgressBytesPerSec), meanOf(is.EgressBytesPerSec), c.whyEgress),
		c.row("partitions", "partitions", "partitions", was.Partitions, is.Partitions, c.whyPartitions),
		c.row("stored_bytes", "stored, one copy", "bytes", was.StoredBytes, is.StoredBytes, c.whyStored),
	}
}

func meanOf(q *workload.Quantity) *workload.Figure {
	if q == nil {
		return nil
	}
	return &q.Figure
}

// row compares two figures, and asks why where the difference is worth it.
func (c *comparison) row(quantity, title, unit string, predicted, observed *workload.Figure,
	why func() []string) verdict.ReviewRow {
	r := verdict.ReviewRow{Quantity: quantity, Title: title, Unit: unit, Predicted: predicted, Observed: observed}
	switch {
	case predicted == nil && observed == nil:
		r.Missing = "unknown to the verdict, and unknown now"
	case predicted == nil:
		r.Missing = "the verdict did not know it"
	case observed == nil:
		r.Missing = "no source reports it"
	default:
		r.Certain = observed.Low > predicted.High || observed.High < predicted.Low
		switch {
		case predicted.Value > 0:
			d := observed.Value/predicted.Value - 1
			r.Difference = &d
		case observed.Value == predicted.Value:
			r.Difference = new(float64)
		}
		r.Why = explained(r, why)
	}
	return r
}

const (
	// notable is the relative difference from which a row is explained, and notableUse the difference in the use of a limit.
	notable    = 0.10
	notableUse = 0.05
)

// Notable reports whether the two figures of a row are so far apart that the difference is explained: by 10 %, or for the use of a
// limit by five hundredths of the limit and by 10 %.
func Notable(r verdict.ReviewRow) bool {
	if r.Predicted == nil || r.Observed == nil {
		return false
	}
	apart := math.Abs(r.Observed.Value - r.Predicted.Value)
	if r.Unit == "ratio" && apart < notableUse {
		return false
	}
	return apart > 0 && (r.Difference == nil || math.Abs(*r.Difference) >= notable)
}

func explained(r verdict.ReviewRow, why func() []string) []string {
	switch {
	case !Notable(r):
		return nil
	case !r.Certain:
		return []string{"the difference is within the error of the figures"}
	}
	return why()
}

// limits are the rows of the limits whose use is known on one side at least, in the order of the rules.
func (c *comparison) limits() []verdict.ReviewRow {
	var ids []string
	seen := map[string]bool{}
	for _, o := range []*verdict.Option{c.now, c.before} {
		if o == nil {
			continue
		}
		for _, r := range o.Rules {
			if r.Utilization != nil && !seen[r.ID] {
				seen[r.ID] = true
				ids = append(ids, r.ID)
			}
		}
	}
	rows := make([]verdict.ReviewRow, 0, len(ids))
	for _, id := range ids {
		was, is := ruleOf(c.before, id), ruleOf(c.now, id)
		r := c.row(id, titleOf(is, was), "ratio", use(was, c.predicted.Workload), use(is, c.seen.Workload),
			func() []string { return c.whyLimit(id, was, is) })
		switch {
		case r.Predicted == nil && c.before == nil:
			r.Missing = c.unpredicted
		case r.Observed == nil && c.now == nil:
			r.Missing = c.unobserved
		}
		rows = append(rows, r)
	}
	return rows
}

func ruleOf(o *verdict.Option, id string) *verdict.Rule {
	if o == nil {
		return nil
	}
	return o.Rule(id)
}

func titleOf(rules ...*verdict.Rule) string {
	for _, r := range rules {
		if r != nil {
			return strings.TrimSpace(r.Title)
		}
	}
	return ""
}

// use is the utilization of a rule with the relative error of the figure that it rests on; nil: unknown.
func use(r *verdict.Rule, of verdict.Figures) *workload.Figure {
	if r == nil || r.Utilization == nil {
		return nil
	}
	const source = "observed ÷ limit"
	f := verdict.FigureOf(of, r.ID)
	if f == nil || f.Value <= 0 {
		return workload.Exactly(*r.Utilization, workload.Derived, source).Ptr()
	}
	k := *r.Utilization / f.Value
	out := f.Scale(k)
	out.Value, out.Source = *r.Utilization, source
	return workload.Between(out.Value, out.Low, out.High, f.Method, source).Ptr()
}
