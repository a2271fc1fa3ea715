package alert

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

// reportRow is one cluster of a report, compared with its verdict at the last one; before is nil when there was none.
func reportRow(v analyzer.Verdict, before *analyzer.Verdict, link string) ReportRow {
	row := ReportRow{Cluster: v.Cluster, Choice: v.Choice, Actions: len(v.Actions), Link: link}
	if len(v.Reasons) > 0 {
		row.Reason = v.Reasons[0]
	}
	if v.Current != nil {
		usd := v.Current.MonthlyUSD
		row.CurrentUSD = &usd
	}
	row.Binding, row.Utilization = binding(v)
	if len(v.Actions) > 0 {
		row.Action = v.Actions[0].Target + ": " + v.Actions[0].Action
	}
	for _, f := range v.Forecast {
		if f.Expected != nil && (row.Expected == nil || f.Expected.Before(*row.Expected)) {
			row.Expected = f.Expected
		}
	}
	if before == nil {
		return row
	}
	if before.Choice != nil && v.Choice != nil && before.Choice.Name() != v.Choice.Name() {
		row.Before = before.Choice
	}
	row.Changes = changes(*before, v)
	row.Movers = analyzer.Movers(*before, v, "serverless.ingress_per_cluster")
	return row
}

// binding is the title of the rule that decided the choice, and how far it is used.
func binding(v analyzer.Verdict) (string, *float64) {
	if v.Choice == nil {
		return "", nil
	}
	for _, o := range v.Options {
		if o.Kind != v.Choice.Kind || o.Size != v.Choice.Size {
			continue
		}
		for _, r := range o.Rules {
			if r.ID == o.Binding {
				return r.Title, r.Utilization
			}
		}
	}
	return "", nil
}

// notable is the least relative change of a figure that a report tells.
const notable = 0.05

// changes say in words what became different: the choice's price, traffic, and what is no longer or newly known.
func changes(before, now analyzer.Verdict) []string {
	var out []string
	switch {
	case before.Choice == nil && now.Choice != nil:
		out = append(out, "decided for the first time: "+now.Choice.Name())
	case before.Choice != nil && now.Choice == nil:
		out = append(out, "undecided by now; was "+before.Choice.Name())
	case before.Choice != nil && now.Choice != nil:
		if before.Choice.Name() != now.Choice.Name() {
			out = append(out, fmt.Sprintf("%s instead of %s", now.Choice.Name(), before.Choice.Name()))
		}
		out = append(out, moved("cost", before.Choice.MonthlyUSD, now.Choice.MonthlyUSD, workload.FormatUSD)...)
	}
	for _, q := range []struct {
		name        string
		before, now *workload.Quantity
	}{{"ingress", before.Workload.IngressBytesPerSec, now.Workload.IngressBytesPerSec}, {"egress", before.Workload.EgressBytesPerSec, now.Workload.EgressBytesPerSec}} {
		if q.before != nil && q.now != nil {
			out = append(out, moved("mean "+q.name, q.before.Value, q.now.Value, workload.FormatByteRate)...)
		}
	}
	if b, n := before.Workload.Partitions, now.Workload.Partitions; b != nil && n != nil {
		out = append(out, moved("partitions", b.Value, n.Value, workload.FormatNumber)...)
	}
	if more := len(now.Gaps) - len(before.Gaps); more > 0 {
		out = append(out, fmt.Sprintf("%d more gaps in what is known", more))
	}
	return out
}

func moved(what string, before, now float64, amount func(float64) string) []string {
	switch {
	case before <= 0 || math.Abs(now/before-1) < notable:
		return nil
	}
	return []string{fmt.Sprintf("%s %s, was %s (%+.0f %%)", what, amount(now), amount(before), 100*(now/before-1))}
}
