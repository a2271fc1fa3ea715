package plan

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// runbook is what runbook.md shows.
type runbook struct {
	Cluster, Target, Price, Region string
	Serverless                     bool
	// Confirm is what the sizing rests on and nobody confirmed.
	Confirm             []string
	Gaps                []workload.Gap
	Topics, Partitions  int
	Changed             []topic
	Pace, Pauses        int
	Wait                string
	Copy                copying
	Stored, Limit, Live string
	Replicator          bool
	ReplicatorWhy       string
	Waves               []waveRow
	Clusters            []cluster
	Express, Full       bool
}

type waveRow struct {
	Topics, Groups, Rate string
}

func runbookPage(p *plan) any {
	r := runbook{Cluster: p.Workload.Cluster, Target: p.name(), Price: priceOf(&p.Option), Region: p.Workload.Region, Serverless: p.serverless(),
		Gaps: p.Verdict.Gaps, Topics: len(p.topics), Pace: p.pace(), Copy: p.copying(), Clusters: p.clusters, Express: p.Option.Kind == verdict.Express}
	for _, rule := range p.Option.Rules {
		if rule.Outcome == verdict.Unknown {
			r.Confirm = append(r.Confirm, rule.Evidence)
		}
	}
	for _, t := range p.topics {
		r.Partitions += t.Partitions
		if len(t.Changes) > 0 {
			r.Changed = append(r.Changed, t)
		}
	}
	for _, c := range p.clusters {
		for _, s := range steps(p.topics, c.Name, r.Pace) {
			if s.verb == "pause" {
				r.Pauses++
			}
		}
	}
	r.Wait = counted(5*r.Pauses, "minute")
	r.Stored, r.Limit, r.Live = known(r.Copy.Stored, workload.FormatBytes), known(r.Copy.Limit, workload.FormatByteRate), known(r.Copy.Live, workload.FormatByteRate)
	r.Full = r.Copy.Limit != nil && r.Copy.Live != nil && len(r.Copy.Rates) == 0 && len(r.Copy.Parts) == 0
	r.Replicator, r.ReplicatorWhy = p.replicator()
	for _, w := range p.waves() {
		r.Waves = append(r.Waves, rowOf(w))
	}
	return r
}

func known(v *float64, format func(float64) string) string {
	if v == nil {
		return "unknown"
	}
	return format(*v)
}

func rowOf(w wave) waveRow {
	row := waveRow{Topics: listed(w.Topics), Groups: listed(w.Groups), Rate: workload.FormatByteRate(w.Ingress)}
	switch {
	case w.Unknown == len(w.Topics):
		row.Rate = "unknown"
	case w.Unknown > 0:
		row.Rate = fmt.Sprintf("at least %s, %s unknown", row.Rate, counted(w.Unknown, "topic"))
	}
	return row
}

// listed writes names as code, and "none" for none.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	out := ""
	for i, name := range names {
		if i > 0 {
			out += ", "
		}
		out += code(name)
	}
	return out
}
