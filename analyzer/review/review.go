package review

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Observed is one month of the cluster.
type Observed struct {
	// Input holds the workload of the month, and requirements, catalog and options of the cluster as they are today.
	analyzer.Input
	// Window is the month as [Months] gives it.
	Window workload.Window
	// CountedAt is when the topics were listed, with their partitions and stored bytes: in this month or shortly after. Zero:
	// too late to say anything about the month; the history keeps only the latest.
	CountedAt time.Time
}

// WholeCoverage is the share of a month's minutes from which it counts as whole.
const WholeCoverage = 0.9

// Month compares a verdict with one month. A quantity that is unknown on either side has a row that says so.
func Month(predicted verdict.Verdict, o Observed) verdict.ReviewMonth {
	m := verdict.ReviewMonth{Window: o.Window, Coverage: o.Workload.Coverage}
	m.Partly = partly(o.Window, o.Workload.Coverage)
	m.Whole = len(m.Partly) == 0
	c := comparisonOf(predicted, o)
	m.Rows = append(c.traffic(), c.limits()...)
	m.Rows = append(m.Rows, c.cost())
	if WholeMonth(o.Window) && o.Workload.Coverage > 0 {
		m.ListPrice = billPrice(c.now, c.seen.Workload, c.volumesKnown(), o.Window)
	}
	for i := range m.Rows {
		if o.Workload.Coverage <= 0 {
			m.Rows[i].Observed, m.Rows[i].Difference, m.Rows[i].Certain, m.Rows[i].Why = nil, nil, false, nil
			m.Rows[i].Missing = "the history has no data of this month"
		}
	}
	return m
}

// partly says what keeps the window from being a whole month.
func partly(w workload.Window, coverage float64) []string {
	var out []string
	if !fromItsFirst(w) {
		out = append(out, "it begins on "+w.Start.Format("2 January")+
			" with the first data of the cluster; the move may not have been finished")
	}
	if !Over(w) {
		out = append(out, "it is not over: data until "+w.End.Format("2 January 15:04 UTC"))
	}
	switch {
	case coverage <= 0:
		out = append(out, "no data")
	case coverage < WholeCoverage:
		out = append(out, fmt.Sprintf("data for %s of its minutes; what flowed in the rest is unknown",
			workload.FormatPercent(coverage)))
	}
	return out
}

// Of puts the months together. The cluster is what the newest month says is there (nil: no source says), and from is the name
// of the cluster that the verdict is about.
func Of(from string, predicted verdict.Verdict, there *workload.MSKCluster, months []verdict.ReviewMonth) *verdict.Review {
	r := &verdict.Review{From: from, PredictedAt: predicted.At, Predicted: predicted.Choice, Months: months}
	if c, assumed, ok := clusterOf(predicted, there); ok {
		r.Cluster, r.ClusterAssumed = &c, assumed
	}
	r.Notes = notes(predicted, r)
	if len(months) == 0 {
		r.Months = []verdict.ReviewMonth{}
		r.Problem = "there is no data of the cluster since the verdict yet"
		return r
	}
	r.Summary = summary(r.Judged())
	return r
}

// Without is a review that cannot be made, and why.
func Without(from string, problem string) *verdict.Review {
	return &verdict.Review{From: from, Problem: problem, Months: []verdict.ReviewMonth{}}
}

// notes say what limits the comparison as a whole.
func notes(predicted verdict.Verdict, r *verdict.Review) []string {
	var out []string
	switch {
	case predicted.Choice == nil:
		out = append(out, "the verdict was undecided: it predicted traffic, but neither a cluster nor a price")
	case r.ClusterAssumed:
		out = append(out, "no source says which MSK cluster this is; it is taken to be what the verdict chose, "+r.Cluster.Name()+
			": set msk for the cluster to have it read")
	case !same(*r.Cluster, *predicted.Choice) && predicted.Choice.Kind != verdict.ServerlessSplit:
		out = append(out, fmt.Sprintf("the verdict chose %s, but the cluster is %s", predicted.Choice.Name(), r.Cluster.Name()))
	}
	if c := predicted.Choice; c != nil && c.Kind == verdict.ServerlessSplit {
		out = append(out, fmt.Sprintf("the verdict spread the workload over %d clusters; traffic is compared with the part that has most topics in common with this one, "+
			"limits and price were predicted for all of them together", c.Clusters))
	}
	if window := predicted.Window.Duration(); window > 0 && window < 7*24*time.Hour {
		out = append(out, fmt.Sprintf("the verdict used %s of data, less than a week", workload.FormatDuration(window)))
	}
	return out
}
