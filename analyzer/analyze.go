package analyzer

import "time"

// Analyze decides. It never fails for lack of data: a verdict that cannot name a choice is undecided and its reasons say
// what is missing. Contradictions in the input are for [Validate] to report; Analyze makes the best of them.
func Analyze(in Input, now time.Time) Verdict {
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	w := in.Workload
	v := Verdict{
		Schema: Schema, Cluster: w.Cluster, Region: w.Region, At: now.UTC(), Window: w.Window, Status: Undecided,
		Reasons: []string{}, Profile: in.Options.Profile, Workload: figuresOf(w), Options: []Option{}, Steps: []Step{},
		Questions: []Question{}, Actions: []Action{}, Forecast: []Forecast{}, Split: []SplitCluster{},
		Topics: topicsOf(w.TopicList), Groups: groupsOf(w.GroupList), Gaps: listed(w.Gaps),
	}
	if in.Catalog == nil {
		v.Reasons = append(v.Reasons, "no catalog of quotas and prices was given")
		return v
	}
	v.Catalog = CatalogUsed{Quotas: in.Catalog.QuotasDate, Prices: in.Catalog.PricesDate, Region: w.Region}
	return v
}
