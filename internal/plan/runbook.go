package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// runbook is what runbook.md shows.
type runbook struct {
	Cluster, Target, Price, Region string
	Serverless                     bool
	// Confirm is what the sizing rests on and is not confirmed.
	Confirm []string
	// Open are the questions of the verdict: their answers could change the choice.
	Open []verdict.Question
	Gaps []workload.Gap
	// Raised are the commands that raise partitions at the source.
	Raised          []string
	RaisedCompacted bool
	// Short is how much data the sizing rests on, where that is less than a week; empty: enough, or the workload is described.
	Short string
	// VolumeGiB is the size of a Standard broker's volume; 0: the target has none.
	VolumeGiB float64
	// Other says what the verdict chose, where the plan is for something else.
	Other               string
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
	r := runbook{Cluster: p.Workload.Cluster, Target: p.name(), Price: p.priced(), Region: p.Workload.Region,
		Serverless: p.serverless(),
		Gaps:       p.Verdict.Gaps, Open: p.Verdict.Questions, Raised: p.raisedAtSource(), Topics: len(p.topics), Pace: p.pace(),
		Copy: p.copying(), Clusters: p.clusters, Express: p.Option.Kind == verdict.Express}
	r.Other = p.notChosen()
	if window := p.Verdict.Window.Duration(); !p.Workload.Declared && window < 7*24*time.Hour {
		r.Short = workload.FormatDuration(window)
	}
	gib, _ := p.volume()
	r.VolumeGiB = float64(gib)
	for _, one := range p.Raised {
		r.RaisedCompacted = r.RaisedCompacted ||
			slices.ContainsFunc(p.Workload.TopicList,
				func(t workload.TopicWorkload) bool { return t.Name == one.Name && isCompacted(&t) })
	}
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
	r.Stored, r.Limit, r.Live = known(r.Copy.Stored, workload.FormatBytes), known(r.Copy.Limit, workload.FormatByteRate),
		known(r.Copy.Live, workload.FormatByteRate)
	r.Full = r.Copy.Limit != nil && r.Copy.Live != nil && len(r.Copy.Rates) == 0 && len(r.Copy.Parts) == 0
	r.Replicator, r.ReplicatorWhy = p.replicator()
	for _, w := range p.waves() {
		r.Waves = append(r.Waves, rowOf(w))
	}
	return r
}

// notChosen says what the verdict chose where the plan is for another option; empty: it is for the choice.
func (p *plan) notChosen() string {
	c := p.Verdict.Choice
	if c == nil {
		return "The verdict is undecided: this plan is for an option that was named."
	}
	if c.Same(p.Option.Choice()) {
		return ""
	}
	return fmt.Sprintf("The verdict chooses %s at %s a month: this plan is for another option, which was named.", c.Name(),
		workload.FormatUSD(c.MonthlyUSD))
}

// raisedAtSource are the commands that give topics of the old cluster the partitions of the target.
func (p *plan) raisedAtSource() []string {
	var out []string
	for _, r := range p.Raised {
		out = append(out, fmt.Sprintf(`kafka-topics.sh --bootstrap-server "$OLD_BOOTSTRAP_SERVER" --command-config old.properties --alter --topic=%s --partitions %d`,
			shellQuoted(strings.ReplaceAll(r.Name, ".", `\.`)), r.To))
	}
	return out
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
