package alert

import "github.com/mskfit/mskfit/analyzer"

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
	row.Changes = analyzer.Changes(*before, v)
	if row.Before != nil {
		row.Changes = row.Changes[1:] // the choice, which stands beside the new one
	}
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
