package alert

import "github.com/mskfit/mskfit/verdict"

// reportRow is one cluster of a report.
func reportRow(v verdict.Verdict, link string) ReportRow {
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
	if v.Diff != nil {
		row.Before, row.Changes, row.TopContributors = v.Diff.Before, v.Diff.Changes, v.Diff.TopContributors
	}
	return row
}

// binding is the title of the rule that decided the choice, and how far it is used.
func binding(v verdict.Verdict) (string, *float64) {
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
