package observe

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Decide turns what was seen into a verdict. in brings the catalog, the requirements and the options; its Workload's
// Cluster and Region name the cluster and the target region, and everything else in it comes from r. A result that was cut
// short gives a partial verdict, whose gaps say what is missing.
func Decide(r Result, in analyzer.Input, now time.Time) verdict.Verdict {
	v := analyzer.Analyze(Input(r, in), now)
	v.Partial = v.Partial || r.Interrupted
	return v
}

// Input is what Decide decides on: in with the workload that was seen.
func Input(r Result, in analyzer.Input) analyzer.Input {
	window := r.Asked
	if r.Interrupted {
		window = r.Seen
	}
	w := workload.FromSamples(r.Samples, workload.RollupOptions{Region: in.Workload.Region, Window: window, Whole: r.WholeWindow})
	if in.Workload.Cluster != "" {
		w.Cluster = in.Workload.Cluster
	}
	if before := r.Before.known(); len(before) > 0 && len(r.Samples) > 0 {
		effect := fanOutOf(w).effect()
		w = extrapolated(w, before, r.Samples)
		w.Gaps = append(w.Gaps, r.Before.gaps(r.Samples[0].Window.End.Sub(w.Window.Start), effect)...)
	} else {
		w.Gaps = append(w.Gaps, r.Before.gaps(0, "")...)
	}
	w.Gaps = append(w.Gaps, r.gaps()...)
	in.Workload = w
	return in
}

// gaps says what the observation itself missed.
func (r Result) gaps() []workload.Gap {
	var out []workload.Gap
	if n := len(r.Failures); n > 0 {
		out = append(out, workload.Gap{Source: "kafka", What: fmt.Sprintf("%d of %d sweeps", n, n+len(r.Samples)),
			Why:    "no sweep succeeded; last error: " + r.Failures[n-1].Err.Error(),
			Effect: "the windows around them are longer or missing"})
	}
	if r.Interrupted {
		seen, asked := r.Seen.Duration(), r.Asked.Duration()
		g := workload.Gap{Source: "kafka", What: fmt.Sprintf("the last %s of %s", span(asked-seen), span(asked)),
			Why:    "interrupted",
			Effect: fmt.Sprintf("every rate covers %s only", span(seen))}
		switch len(r.Samples) {
		case 0:
			g.What, g.Effect = "the whole cluster", "everything about the cluster is unknown"
			g.Why = "interrupted before the first sweep was done"
		case 1:
			g.What, g.Effect = "every rate", "the cluster's traffic is unknown"
			g.Why = "interrupted before the second sweep: a rate needs two"
		}
		out = append(out, g)
	}
	return out
}
